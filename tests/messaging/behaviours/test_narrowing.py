"""Lists of threads, narrowed: every filter, and search."""

from typing import Any

import pytest

from tests.asking import global_id
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market, in_every_mode, in_modes
from tests.messaging.behaviours.test_inbox import at_times

pytestmark = pytest.mark.django_db


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
