"""Disputes that cannot be: twice, about something else, of others, at the same moment."""

from typing import Any

import pytest

from messaging_plugin.models import Dispute, Message
from tests import world
from tests.asking import ask
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market, in_every_mode, in_modes
from tests.messaging.domain import stage

pytestmark = pytest.mark.django_db


@in_every_mode
def test_opening_twice_is_refused_and_stores_nothing(market: Market) -> None:
    order = market.order()
    thread = market.asked(order)
    m.opened(market.carla, thread=thread)
    with m.nothing_written():
        for who in (market.carla, market.sue):
            assert m.refused(m.open_dispute(who, thread=thread), whole=True) == "DISPUTE_ALREADY_OPEN"
            assert m.refused(m.open_dispute(who, order=order), whole=True) == "DISPUTE_ALREADY_OPEN"


@in_every_mode
def test_only_threads_about_orders_are_disputed(market: Market) -> None:
    question = asks.started(market.carla, product=market.table)
    contact = asks.started(market.carla, store=True)
    with m.nothing_written():
        for thread in (question, contact):
            assert m.refused(m.open_dispute(market.carla, thread=thread)) == "FORBIDDEN"
            assert m.refused(m.open_dispute(market.sue, thread=thread)) == "FORBIDDEN"
        neither = ask(m.OPEN, market.carla, input={"reason": "Broken"})
        assert m.refused(neither, whole=True) == "INVALID"


@in_every_mode
def test_nobody_disputes_what_they_cannot_see(market: Market) -> None:
    order = market.order()
    thread = market.asked(order)
    with m.nothing_written():
        for who in (market.chris, market.bela, market.guests_order()):
            assert m.refused(m.open_dispute(who, thread=thread), "threadId") == "NOT_FOUND"
        for stranger in (market.chris, market.guests_order()):
            assert m.refused(m.open_dispute(stranger, order=order), "orderId") == "NOT_FOUND"


@in_modes("M3")
def test_a_dispute_about_an_order_without_a_thread_is_with_the_store(market: Market) -> None:
    order = market.order()
    m.opened(market.carla, order=order)
    (thread,) = m.inbox(market.carla)
    query = "query ($id: ID!) { thread(id: $id) { counterparty { side name } } }"
    assert ask(query, market.carla, id=thread).data["thread"]["counterparty"] == {
        "side": "STORE",
        "name": "Nordwind Market",
    }
    assert not m.sees(market.anna, thread)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by_order", [True, False])
def test_two_who_open_at_once_leave_one_dispute(by_order: bool) -> None:
    world.enabled("messaging")
    market = Market("M1")
    order = market.order()
    thread = market.asked(order)
    where: dict[str, Any] = {"order": order} if by_order else {"thread": thread}
    answers = stage.at_once(
        *(lambda who=who: m.open_dispute(who, **where) for who in (market.carla, market.sue, market.otto))
    )
    codes = [[error["code"] for error in one.data["disputeOpen"]["userErrors"]] for one in answers]  # type: ignore[attr-defined]
    assert sorted(codes) == [[], ["DISPUTE_ALREADY_OPEN"], ["DISPUTE_ALREADY_OPEN"]]
    assert (Dispute.objects.count(), Message.objects.count()) == (1, 2)
    assert m.bodies(market.carla, thread) == ["Hello", "Broken"]


@pytest.mark.django_db(transaction=True)
def test_two_who_close_at_once_close_once() -> None:
    market = Market("M1")
    dispute = m.opened(market.carla, thread=market.asked())
    answers = stage.at_once(*(lambda who=who: m.close_dispute(who, dispute) for who in (market.carla, market.sue)))
    codes = [[error["code"] for error in one.data["disputeClose"]["userErrors"]] for one in answers]  # type: ignore[attr-defined]
    assert sorted(codes) == [[], ["DISPUTE_NOT_OPEN"]]
    assert Message.objects.filter(kind="DISPUTE_CLOSED").count() == 1
