"""Lists of threads: every filter, both orders, paging both ways while messages come in, search."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from messaging_plugin.models import Dispute, Message, Thread
from shop.graphql import ids
from tests import world
from tests.asking import ask, global_id
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market, in_every_mode, in_modes

pytestmark = pytest.mark.django_db

PAGE = """
query ($filter: ThreadFilterInput, $orderBy: ThreadOrderInput, $first: Int, $after: String, $last: Int, $before: String) {
  threads(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    totalCount edges { cursor node { id } } nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""


def page(by: Any, **given: Any) -> tuple[list[str], Any]:
    found = ask(PAGE, by, **given).data["threads"]
    nodes = [node["id"] for node in found["nodes"]]
    assert nodes == [edge["node"]["id"] for edge in found["edges"]]
    info = found["pageInfo"]
    cursors = [edge["cursor"] for edge in found["edges"]]
    assert [info["startCursor"], info["endCursor"]] == ([cursors[0], cursors[-1]] if cursors else [None, None])
    return nodes, info


def pages(
    by: Any, *, size: int, backwards: bool, meanwhile: Callable[[], object] = int, **given: Any
) -> Iterator[list[str]]:
    """All pages to the end, one after the other; ``meanwhile`` happens between them."""
    way, cursor, more, end = (
        ("last", "before", "hasPreviousPage", "startCursor")
        if backwards
        else ("first", "after", "hasNextPage", "endCursor")
    )
    at: str | None = None
    while True:
        nodes, info = page(by, **{way: size, cursor: at}, **given)
        yield nodes
        if not info[more]:
            return
        at = info[end]
        meanwhile()


def pk_of(thread: str) -> int:
    return ids.pk_of(thread, "Thread") or 0


def at_times(threads: list[str], *, created: list[int], updated: list[int]) -> None:
    """Hours of a day in the past."""
    day = datetime(2020, 1, 1, tzinfo=UTC)
    for thread, first, last in zip(threads, created, updated, strict=True):
        times = {"created_at": day + timedelta(hours=first), "updated_at": day + timedelta(hours=last)}
        Thread.objects.filter(pk=pk_of(thread)).update(**times)


def five(market: Market) -> list[str]:
    return [asks.started(market.carla, product=world.a_product(f"Thing {number}")) for number in range(5)]


@in_every_mode
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_pages_in_either_direction_are_the_whole_list(market: Market, size: int, backwards: bool) -> None:
    threads = five(market)
    at_times(threads, created=[1, 2, 3, 4, 5], updated=[9, 8, 8, 8, 7])
    expected = [threads[0], threads[3], threads[2], threads[1], threads[4]]
    found = list(pages(market.carla, size=size, backwards=backwards))
    ordered = found[::-1] if backwards else found
    assert [one for several in ordered for one in several] == expected
    assert [len(several) for several in found] == [min(size, 5 - begin) for begin in range(0, 5, size)]


@pytest.mark.parametrize(
    ("field", "direction", "expected"),
    [
        ("UPDATED_AT", "DESC", [0, 3, 2, 1, 4]),
        ("UPDATED_AT", "ASC", [4, 1, 2, 3, 0]),
        ("CREATED_AT", "DESC", [2, 4, 3, 1, 0]),
        ("CREATED_AT", "ASC", [0, 1, 3, 4, 2]),
    ],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_both_orders_in_both_directions(
    market: Market, field: str, direction: str, expected: list[int], backwards: bool
) -> None:
    threads = five(market)
    at_times(threads, created=[1, 2, 9, 3, 3], updated=[9, 8, 8, 8, 7])
    order = {"field": field, "direction": direction}
    found = list(pages(market.carla, size=2, backwards=backwards, orderBy=order))
    ordered = found[::-1] if backwards else found
    assert [one for several in ordered for one in several] == [threads[place] for place in expected]


@pytest.mark.parametrize("backwards", [False, True])
def test_paging_is_stable_while_threads_begin(market: Market, backwards: bool) -> None:
    """Going down, what begins on top is not seen; going up from the end, it is met at last. Nothing comes twice."""
    threads = five(market)
    new: list[str] = []

    def begin() -> None:
        if len(new) < 3:
            new.append(asks.started(market.carla, product=world.a_product()))

    found = [one for several in pages(market.carla, size=1, backwards=backwards, meanwhile=begin) for one in several]
    assert found == ([*threads, *new] if backwards else threads[::-1])
    assert len(new) == 3


def test_paging_by_creation_is_stable_while_messages_come_in(market: Market) -> None:
    threads = five(market)
    order = {"field": "CREATED_AT", "direction": "ASC"}
    found = pages(
        market.carla, size=1, backwards=False, meanwhile=lambda: asks.sent(market.carla, threads[4]), orderBy=order
    )
    assert [one for several in found for one in several] == threads


def test_a_thread_that_moves_up_is_not_met_again(market: Market) -> None:
    threads = five(market)
    pager = pages(market.carla, size=2, backwards=False)
    assert next(pager) == [threads[4], threads[3]]
    asks.sent(market.carla, threads[4])
    asks.sent(market.carla, threads[2])
    assert [one for several in pager for one in several] == [threads[1], threads[0]]


def test_page_info_tells_what_is_beyond(market: Market) -> None:
    threads = five(market)[::-1]
    _, first = page(market.carla, first=2)
    assert (first["hasNextPage"], first["hasPreviousPage"]) == (True, False)
    nodes, second = page(market.carla, first=2, after=first["endCursor"])
    assert (nodes, second["hasNextPage"], second["hasPreviousPage"]) == (threads[2:4], True, True)
    nodes, back = page(market.carla, last=2, before=second["startCursor"])
    assert (nodes, back["hasNextPage"], back["hasPreviousPage"]) == (threads[:2], True, False)
    nodes, last = page(market.carla, last=2)
    assert (nodes, last["hasNextPage"], last["hasPreviousPage"]) == (threads[3:], False, True)
    nodes, between = page(market.carla, first=5, after=first["startCursor"], before=last["endCursor"])
    assert nodes == threads[1:4]
    empty, info = page(market.bela, first=5)
    assert (empty, info["hasNextPage"], info["hasPreviousPage"]) == ([], False, False)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "PAGE_SIZE"),
        ({"first": 0}, "PAGE_SIZE"),
        ({"first": 101}, "PAGE_SIZE"),
        ({"last": 0}, "PAGE_SIZE"),
        ({"first": 1, "last": 1}, "PAGE_SIZE"),
        ({"first": 1, "after": "nonsense"}, "BAD_USER_INPUT"),
        ({"first": 1, "before": "WyJ4Il0"}, "BAD_USER_INPUT"),
        ({"first": 1, "filter": {"search": "x" * 201}}, "BAD_USER_INPUT"),
    ],
)
def test_a_bad_page_is_refused(market: Market, given: Any, code: str) -> None:
    answer = ask(PAGE, market.carla, **given)
    assert (answer.partial, answer.codes) == ({"threads": None}, [code])


def test_a_visitor_has_no_lists(market: Market) -> None:
    for query in ("{ threads(first: 5) { totalCount } }", "{ disputes(first: 5) { totalCount } }"):
        answer = ask(query)
        assert (set(answer.partial.values()), answer.codes) == ({None}, ["UNAUTHENTICATED"])


# ── filters ─────────────────────────────────────────────────────────────────────────────────


@in_modes("M1", "M3")
def test_every_filter_alone_and_together(market: Market) -> None:
    order = market.order()
    about_order = market.asked(order, body="An apple")
    question = asks.started(market.carla, product=market.table, body="A pear")
    contact = asks.started(market.chris, vendor=market.brightware, body="An apple pie")
    to_store = asks.started(market.chris, store=True, body="A plum")
    with_store = m.vendor_started(market.anna, context=market.table, subject="Of apples", body="Hm")
    every = [with_store, to_store, contact, question, about_order]
    m.opened(market.carla, thread=about_order)
    every = [about_order, with_store, to_store, contact, question]
    at_times(every, created=[1, 2, 3, 4, 5], updated=[9, 8, 7, 6, 5])

    def found(**filter_: Any) -> list[str]:
        return m.inbox(market.admin, **filter_)

    assert found() == every
    assert found(kind=["ORDER"]) == [about_order]
    assert found(kind=["CONTACT", "PRODUCT_QUESTION"]) == [to_store, contact, question]
    assert found(kind=["VENDOR_ADMIN"]) == [with_store]
    assert found(kind=[]) == []
    assert found(unread=True) == [about_order, with_store, to_store]
    assert found(unread=False) == [contact, question]
    assert found(disputed=True) == [about_order]
    assert found(disputed=False) == every[1:]
    assert found(side="STORE") == every
    assert found(side="VENDOR") == found(side="CUSTOMER") == []
    assert m.inbox(market.anna, side="VENDOR") == [about_order, with_store, question]
    assert m.inbox(market.carla, side="CUSTOMER") == [about_order, question]
    assert m.inbox(market.carla, side="STORE") == m.inbox(market.carla, side="VENDOR") == []
    assert found(order=global_id(order)) == [about_order]
    assert found(product=global_id(market.table)) == [with_store, question]
    assert found(vendor=global_id(market.oakline)) == [about_order, with_store, question]
    assert found(vendor=global_id(market.brightware)) == [contact]
    assert found(customer=global_id(market.chris)) == [to_store, contact]
    assert found(updatedAt={"gte": "2020-01-01T07:00:00Z"}) == [about_order, with_store, to_store]
    assert found(updatedAt={"lte": "2020-01-01T06:00:00+00:00"}) == [contact, question]
    assert found(updatedAt={"gte": "2020-01-01T06:00:00Z", "lte": "2020-01-01T07:00:00Z"}) == [to_store, contact]
    assert found(search="apple") == [about_order, contact]
    assert found(search="apples") == [with_store]
    assert found(search="apple", kind=["ORDER"], disputed=True, unread=True) == [about_order]
    assert found(search="apple", kind=["ORDER"], disputed=False) == []
    assert found(search=None, kind=None, unread=None, disputed=None, side=None, order=None) == every


def test_a_filter_by_what_is_not_there_or_hidden_finds_nothing(market: Market) -> None:
    thread = market.asked()
    hidden = market.order(market.chris)
    market.asked(hidden)
    for wrong in ("", "x", thread, global_id(hidden)):
        assert m.inbox(market.carla, order=wrong) == []
    assert m.inbox(market.carla, customer=global_id(market.chris)) == []
    assert m.inbox(market.carla, vendor=global_id(market.brightware)) == []
    assert m.inbox(market.carla, product=global_id(market.order())) == []


# ── search ──────────────────────────────────────────────────────────────────────────────────


@in_every_mode
def test_search_finds_an_order_by_its_number_with_and_without_the_sign(market: Market) -> None:
    order, other = market.order(), market.order()
    thread = market.asked(order)
    market.asked(other)
    for who in (market.carla, market.seller, market.otto, market.sue):
        for text in (order.number, f"#{order.number}", f" #{order.number} ", f"# {order.number}"):
            assert m.inbox(who, search=text) == [thread]
        assert m.inbox(who, search=order.number[:-1]) == []


@in_every_mode
@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("oak", True), ("OAK legs", True), ("legs oak", True), ("legs", True), ("leg", False), ("oak beech", False),
        ("o*", False), ("oak*", True), ("oak OR beech", False), ("oak NOT legs", False), ('"legs oak"', True),
        ("body:oak", False), ("oak | beech", False), ("oak & !legs", True), ("%", False), ("_", False), ("'", False),
        ("\\", False), ("100%", True), ("", True), ("   ", True),
    ],
)  # fmt: skip
def test_search_terms_are_words_and_nothing_else(market: Market, text: str, hit: bool) -> None:
    thread = market.asked(body="Oak, with 100% solid legs")
    for who in (market.carla, market.sue):
        assert m.inbox(who, search=text) == ([thread] if hit else [])


@in_every_mode
def test_search_finds_only_what_the_viewer_may_see(market: Market) -> None:
    mine, others = market.asked(body="Xylophone"), market.asked(market.order(market.chris), body="Xylophone")
    with_store = None if market.mode == "M0" else m.vendor_started(market.anna, subject="Xylophone")
    assert m.inbox(market.carla, search="xylophone") == [mine]
    assert m.inbox(market.chris, search="xylophone") == [others]
    assert m.inbox(market.otto, search="xylophone") == [others, mine]
    assert m.inbox(market.bela, search="xylophone") == []
    both = [others, mine]
    assert m.inbox(market.sue, search="xylophone") == ([with_store, *both] if with_store else both)
    vendors = both if market.vendors_answer else []
    assert m.inbox(market.anna, search="xylophone") == ([with_store, *vendors] if with_store else vendors)


# ── messages ────────────────────────────────────────────────────────────────────────────────

MESSAGES = """
query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $around: ID) {
  thread(id: $id) { messages(first: $first, after: $after, last: $last, before: $before, around: $around) {
    totalCount nodes { number } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
}
"""


def numbers(by: Any, thread: str, **given: Any) -> tuple[list[int], bool, bool]:
    found = ask(MESSAGES, by, id=thread, **given).data["thread"]["messages"]
    info = found["pageInfo"]
    return [node["number"] for node in found["nodes"]], info["hasPreviousPage"], info["hasNextPage"]


@pytest.mark.parametrize(
    ("at", "size", "expected"),
    [
        (5, 3, ([4, 5, 6], True, True)),
        (5, 4, ([4, 5, 6, 7], True, True)),
        (5, 1, ([5], True, True)),
        (1, 3, ([1, 2, 3], False, True)),
        (2, 5, ([1, 2, 3, 4, 5], False, True)),
        (9, 3, ([7, 8, 9], True, False)),
        (8, 5, ([5, 6, 7, 8, 9], True, False)),
        (5, 9, ([1, 2, 3, 4, 5, 6, 7, 8, 9], False, False)),
        (5, 100, ([1, 2, 3, 4, 5, 6, 7, 8, 9], False, False)),
    ],
)
def test_a_page_around_a_message_has_it_in_the_middle(market: Market, at: int, size: int, expected: Any) -> None:
    thread = market.asked()
    sent = [global_id(Message.objects.get()), *(asks.sent(market.carla, thread) for _ in range(8))]
    for who in (market.carla, market.anna):
        assert numbers(who, thread, around=sent[at - 1], first=size) == expected
        assert numbers(who, thread, around=sent[at - 1], last=size) == expected


def test_a_page_goes_on_from_around(market: Market) -> None:
    thread = market.asked()
    sent = [asks.sent(market.carla, thread) for _ in range(8)]
    info = ask(MESSAGES, market.carla, id=thread, around=sent[3], first=3).data["thread"]["messages"]["pageInfo"]
    assert numbers(market.carla, thread, first=2, after=info["endCursor"]) == ([7, 8], True, True)
    assert numbers(market.carla, thread, last=2, before=info["startCursor"]) == ([2, 3], True, True)


def test_around_what_is_not_in_the_thread_is_refused(market: Market) -> None:
    thread, other = market.asked(), market.asked(market.order())
    foreign = asks.sent(market.carla, other)
    hidden = global_id(Message.objects.get(thread=pk_of(market.asked(market.order(market.chris)))))
    for around in (foreign, hidden, "x", thread):
        answer = ask(MESSAGES, market.carla, id=thread, around=around, first=3)
        assert (answer.partial, answer.codes) == ({"thread": None}, ["BAD_USER_INPUT"])


def test_messages_are_paged_both_ways_and_new_ones_disturb_nothing(market: Market) -> None:
    thread = market.asked()
    for _ in range(6):
        asks.sent(market.carla, thread)
    assert numbers(market.anna, thread, last=3) == ([5, 6, 7], True, False)
    end = ask(MESSAGES, market.anna, id=thread, last=3).data["thread"]["messages"]["pageInfo"]
    asks.sent(market.carla, thread)
    assert numbers(market.anna, thread, last=3, before=end["startCursor"]) == ([2, 3, 4], True, True)
    assert numbers(market.anna, thread, first=5, after=end["endCursor"]) == ([8], True, False)


# ── disputes ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("backwards", [False, True])
def test_disputes_are_paged_both_ways_newest_first(market: Market, backwards: bool) -> None:
    opened = [m.opened(market.carla, thread=market.asked(market.order())) for _ in range(4)]
    query = """query ($first: Int, $after: String, $last: Int, $before: String) {
      disputes(first: $first, after: $after, last: $last, before: $before) {
        totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    way, cursor, end = ("last", "before", "startCursor") if backwards else ("first", "after", "endCursor")
    first = ask(query, market.sue, **{way: 2}).data["disputes"]
    second = ask(query, market.sue, **{way: 2, cursor: first["pageInfo"][end]}).data["disputes"]
    halves = (second, first) if backwards else (first, second)
    assert [node["id"] for half in halves for node in half["nodes"]] == opened[::-1]
    assert first["totalCount"] == second["totalCount"] == Dispute.objects.count() == 4
    assert (halves[0]["pageInfo"]["hasPreviousPage"], halves[1]["pageInfo"]["hasNextPage"]) == (False, False)
