"""Rights that differ or end, modes that change, people on two sides."""

from typing import Any

import pytest

from shop.models import VendorMembership
from shop.vocabulary import Permission, Rights
from tests import world
from tests.asking import ask
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market, in_every_mode, in_modes

pytestmark = pytest.mark.django_db


@in_modes("M1", "M2", "M3")
def test_vendors_and_the_store_have_no_disputes(market: Market) -> None:
    thread = m.vendor_started(market.anna, context=market.order())
    with m.nothing_written():
        for who in (market.anna, market.sue):
            assert m.refused(m.open_dispute(who, thread=thread)) == "FORBIDDEN"


@in_modes("M0")
def test_without_vendors_there_is_nothing_between_vendors_and_the_store(market: Market) -> None:
    m.switch_to("M1")
    thread = m.vendor_started(market.anna)
    m.switch_to("M0")
    assert (m.sees(market.anna, thread), m.sees(market.sue, thread)) == (False, True)
    with m.nothing_written():
        assert m.refused(m.vendor_start(market.anna)) == "CONTACT_DISABLED"
        assert m.refused(m.vendor_start(market.sue, vendor=market.oakline)) == "CONTACT_DISABLED"
        assert m.refused(asks.send(market.sue, thread)) == "CONTACT_DISABLED"
        assert m.refused(m.announce(market.sue)) == "FORBIDDEN"


@in_modes("M1", "M3")
def test_rights_for_customers_and_for_the_store_are_apart(market: Market) -> None:
    of_customers = world.a_member(market.oakline, customers=Rights.EDIT, store=Rights.NONE)
    of_store = world.a_member(market.oakline, customers=Rights.NONE, store=Rights.EDIT)
    nobody = world.a_member(market.oakline, customers=Rights.NONE, store=Rights.NONE)
    by_customer, with_store = market.asked(), m.vendor_started(market.anna)
    sights = {who: (m.sees(who, by_customer), m.sees(who, with_store)) for who in (of_customers, of_store, nobody)}
    assert sights == {of_customers: (True, False), of_store: (False, True), nobody: (False, False)}
    assert [asks.bell(who) for who in (of_customers, of_store, nobody)] == [(1, 1, 0), (1, 1, 0), (0, 0, 0)]
    asks.sent(of_customers, by_customer)
    asks.sent(of_store, with_store)
    with m.nothing_written():
        assert m.refused(asks.send(of_customers, with_store), "threadId") == "NOT_FOUND"
        assert m.refused(asks.send(of_store, by_customer), "threadId") == "NOT_FOUND"
        assert m.refused(m.vendor_start(of_customers)) == "FORBIDDEN"
        assert m.refused(m.vendor_start(nobody)) == "FORBIDDEN"


@in_modes("M1", "M3")
def test_who_leaves_a_vendor_loses_sight_at_once(market: Market) -> None:
    threads = [market.asked(), m.vendor_started(market.anna)]
    message = asks.sent(market.carla, threads[0])
    assert [m.sees(market.anna, thread) for thread in threads] == [True, True]
    VendorMembership.objects.filter(user=market.anna).delete()
    assert [m.sees(market.anna, thread) for thread in threads] == [False, False]
    assert asks.bell(market.anna) == (0, 0, 0)
    assert ask("query ($id: ID!) { node(id: $id) { id } }", market.anna, id=message).data == {"node": None}
    with m.nothing_written():
        for thread in threads:
            assert m.refused(asks.send(market.anna, thread), "threadId") == "NOT_FOUND"
            marked = ask(asks.READ, market.anna, input={"threadId": thread}).data["threadMarkRead"]
            assert marked["userErrors"] == [{"code": "NOT_FOUND", "field": ["input", "threadId"]}]
    asks.sent(market.carla, threads[0])
    assert asks.bell(market.anna) == (0, 0, 0)


@in_every_mode
def test_staff_who_lose_their_permission_lose_sight_at_once(market: Market) -> None:
    thread = asks.started(market.carla, store=True)
    assert m.sees(market.sue, thread)
    market.sue.user_permissions.clear()
    assert not m.sees(market.sue, thread)
    assert asks.bell(market.sue) == (0, 0, 0)
    world.give(market.sue, Permission.MANAGE_MESSAGES)
    assert asks.bell(market.sue) == (1, 1, 0)


def test_the_mode_goes_back_and_forth_and_everybody_sees_by_todays(market: Market) -> None:
    """Settled question 5: the counterparty stays, access is judged by today's mode."""
    order = market.order(products=[market.table])
    about_order, question = market.asked(order), asks.started(market.carla, product=market.table)
    contact, with_store = asks.started(market.carla, vendor=market.oakline), m.vendor_started(market.anna)
    of_customers = [about_order, question, contact]

    def sights(who: Any) -> list[bool]:
        return [m.sees(who, thread) for thread in (*of_customers, with_store)]

    every, none, store_only = [True] * 4, [False] * 4, [False, False, False, True]
    assert (sights(market.anna), sights(market.sue)) == (every, every)
    m.switch_to("M2")
    assert (sights(market.anna), sights(market.sue), sights(market.carla)) == (
        store_only,
        every,
        [True, True, True, False],
    )
    for thread in of_customers:
        asks.sent(market.carla, thread, "Still there?")
        asks.sent(market.sue, thread, "We are.")
        with m.nothing_written():
            assert m.refused(asks.send(market.anna, thread), "threadId") == "NOT_FOUND"
    assert asks.bell(market.anna) == (0, 0, 0)
    counterparty = "query ($id: ID!) { thread(id: $id) { counterparty { name } } }"
    assert ask(counterparty, market.carla, id=contact).data["thread"]["counterparty"] == {"name": "Oakline"}
    m.switch_to("M0")
    assert sights(market.anna) == none
    for mode in ("M3", "M1"):
        m.switch_to(mode)
        assert sights(market.anna) == every
        assert m.bodies(market.anna, about_order) == ["Hello", "Still there?", "We are."]
        assert asks.bell(market.anna) == (9, 3, 0)
    asks.sent(market.anna, about_order)
    assert market.asked(order) == about_order


def test_who_is_customer_and_vendor_has_both_in_one_list_and_narrows_it_by_side(market: Market) -> None:
    bought = asks.started(market.anna, order=world.an_order(market.anna, vendor=market.brightware))
    sold = market.asked()
    assert m.inbox(market.anna) == [sold, bought]
    assert m.inbox(market.anna, side="CUSTOMER") == [bought]
    assert m.inbox(market.anna, side="VENDOR") == [sold]
    assert m.inbox(market.anna, side="STORE") == []
    assert m.inbox(market.sue, side="STORE") == [sold, bought]
    own = world.an_order(market.anna, vendor=market.oakline)
    with m.nothing_written():
        assert m.refused(asks.start(market.anna, order=own)) == "RECIPIENT_NOT_ALLOWED"
