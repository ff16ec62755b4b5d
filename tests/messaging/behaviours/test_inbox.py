"""Lists of threads: both orders, paging both ways while messages come in; pages of messages and of disputes."""

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
from tests.messaging.behaviours.market import Market, in_every_mode

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
    nodes, _between = page(market.carla, first=5, after=first["startCursor"], before=last["endCursor"])
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
