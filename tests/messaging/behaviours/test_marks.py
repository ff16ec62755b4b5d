"""Read marks: of one thread, of selected ones, of all that match a filter; each reader's own."""

from typing import Any

import pytest

from messaging_plugin.models import Message
from tests.asking import ask, global_id
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market, in_every_mode
from tests.messaging.behaviours.test_staff import MARK, mark

pytestmark = pytest.mark.django_db


def marked(by: Any, how: str, thread: str, message: str | None = None) -> int:
    """Unread messages of the thread afterwards."""
    query, place = (asks.READ, "upTo") if how == "Read" else (asks.UNREAD, "from")
    payload = ask(query, by, input={"threadId": thread, place: message}).data[f"threadMark{how}"]
    assert payload["userErrors"] == []
    return int(payload["thread"]["unreadCount"])


@in_every_mode
def test_read_up_to_a_message_and_unread_from_a_message(market: Market) -> None:
    thread = market.asked()
    sent = [global_id(Message.objects.get()), *(asks.sent(market.carla, thread) for _ in range(3))]
    assert marked(market.seller, "Read", thread, sent[1]) == 2
    assert marked(market.seller, "Read", thread, sent[0]) == 2  # a mark that is further on stays
    assert marked(market.seller, "Unread", thread, sent[1]) == 3
    assert marked(market.seller, "Read", thread) == 0
    assert marked(market.seller, "Unread", thread) == 1
    assert marked(market.seller, "Unread", thread, sent[0]) == 4
    unread = ask(asks.THREAD, market.seller, id=thread).data["thread"]["messages"]["nodes"]
    assert [one["isUnread"] for one in unread] == [True] * 4
    assert asks.bell(market.carla) == (0, 0, 0)


@in_every_mode
def test_own_messages_never_count(market: Market) -> None:
    thread = market.asked()
    assert marked(market.carla, "Unread", thread) == 0
    asks.sent(market.seller, thread, "One")
    asks.sent(market.carla, thread, "Two")
    asks.sent(market.seller, thread, "Three")
    asks.sent(market.carla, thread, "Four")
    assert asks.unread(market.carla, thread) == 2
    assert marked(market.carla, "Read", thread) == 0
    assert marked(market.carla, "Unread", thread) == 1
    messages = ask(asks.THREAD, market.carla, id=thread).data["thread"]["messages"]["nodes"]
    assert [one["isUnread"] for one in messages] == [False, False, False, True, False]
    assert marked(market.carla, "Unread", thread, global_id(Message.objects.get(number=1))) == 2


@in_every_mode
def test_marks_need_a_thread_and_a_message_that_the_viewer_sees(market: Market) -> None:
    thread, other = market.asked(), market.asked(market.order(market.chris))
    foreign = global_id(Message.objects.last())
    own = asks.sent(market.carla, market.asked(market.order()))
    with m.nothing_written():
        for query, mutation, place in (
            (asks.READ, "threadMarkRead", "upTo"),
            (asks.UNREAD, "threadMarkUnread", "from"),
        ):
            hidden = ask(query, market.carla, input={"threadId": other})
            assert asks.refusals(hidden, mutation) == [("NOT_FOUND", ["input", "threadId"])]
            missing = ask(query, market.carla, input={"threadId": thread, place: foreign})
            assert asks.refusals(missing, mutation) == [("NOT_FOUND", ["input", place])]
            elsewhere = ask(query, market.carla, input={"threadId": thread, place: own})
            assert asks.refusals(elsewhere, mutation) == [("INVALID", ["input", place])]


@in_every_mode
def test_many_are_marked_by_any_filter_and_no_other_reader_is_touched(market: Market) -> None:
    orders = [market.order() for _ in range(3)]
    threads = [market.asked(order) for order in orders]
    for thread in threads:
        asks.sent(market.seller, thread, "Yes?")
    asks.sent(market.seller, threads[2], "Special offer")
    m.opened(market.sue, thread=threads[1], reason="Stop")
    reader = market.otto if market.vendors_answer else market.sue
    others = {who: asks.bell(who) for who in (market.seller, market.sue, reader)}
    assert asks.bell(market.carla) == (5, 3, 1)
    assert mark(market.carla, "Read", filter={"disputed": True}) == (1, 3, 2)
    assert mark(market.carla, "Read", filter={"search": "special"}) == (1, 1, 1)
    assert mark(market.carla, "Read", filter={"order": global_id(orders[0]), "unread": True}) == (1, 0, 0)
    assert mark(market.carla, "Unread", filter={"search": f"#{orders[0].number}"}) == (1, 1, 1)
    assert mark(market.carla, "Unread", filter={"kind": ["CONTACT"]}) == (0, 1, 1)
    assert mark(market.carla, "Unread", filter={"unread": False}) == (2, 3, 3)
    assert mark(market.carla, "Read", filter={"kind": []}) == (0, 3, 3)
    assert mark(market.carla, "Read", filter={}) == (3, 0, 0)
    assert {who: asks.bell(who) for who in others} == others


@in_every_mode
def test_a_filter_reaches_only_what_the_viewer_sees(market: Market) -> None:
    mine, others = market.asked(), market.asked(market.order(market.chris))
    for thread in (mine, others):
        asks.sent(market.seller, thread)
    assert mark(market.carla, "Read", filter={}) == (1, 0, 0)
    assert asks.bell(market.chris) == (1, 1, 0)
    assert mark(market.carla, "Unread", filter={"customer": global_id(market.chris)}) == (0, 0, 0)


@in_every_mode
def test_a_selection_with_a_thread_that_is_not_there_marks_nothing(market: Market) -> None:
    mine, others = market.asked(), market.asked(market.order(market.chris))
    asks.sent(market.seller, mine)
    with m.nothing_written():
        for how in ("Read", "Unread"):
            for wrong in (others, "x", global_id(Message.objects.get(thread__customer=market.chris))):
                answer = ask(MARK % how, market.carla, input={"threads": {"ids": [mine, wrong]}})
                (error,) = answer.data[f"threadsMark{how}"]["userErrors"]
                assert error == {"code": "NOT_FOUND", "field": ["input", "threads", "ids", "1"]}
        assert mark(market.carla, "Read", ids=[])[0] == 0
    assert mark(market.carla, "Read", ids=[mine, mine]) == (1, 0, 0)


def test_marking_needs_somebody_and_a_selection(market: Market) -> None:
    visitor = ask(MARK % "Read", None, input={"threads": {"filter": {}}})
    assert (visitor.partial, visitor.codes) == ({"threadsMarkRead": None}, ["UNAUTHENTICATED"])
    neither_nor: list[dict[str, Any]] = [{}, {"ids": [], "filter": {}}, {"filter": None}]
    for selection in neither_nor:
        assert ask(MARK % "Read", market.carla, input={"threads": selection}).codes == ["BAD_USER_INPUT"]
    many = {"ids": ["x"] * 1001}
    (error,) = ask(MARK % "Read", market.carla, input={"threads": many}).data["threadsMarkRead"]["userErrors"]
    assert error == {"code": "INVALID", "field": ["input", "threads", "ids"]}
