"""Questions about products, and about nothing in particular. Rows A36–A37 of the behaviours."""

from typing import Any

import pytest

from tests.asking import ask, global_id
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market, in_every_mode

pytestmark = pytest.mark.django_db


PRODUCT = """query ($sku: String!) { product(sku: $sku) {
  messaging { contactEnabled viewerCanAsk recipients { side name vendor { name } } thread { id kind subject } } } }"""


@in_every_mode
def test_a36_a_customer_asks_a_question_on_the_products_page(market: Market) -> None:
    def page(by: Any) -> Any:
        return ask(PRODUCT, by, sku=market.table.sku).data["product"]["messaging"]

    vendor = {"name": "Oakline"} if market.vendors_answer else None
    whom = [{**market.counterparty, "vendor": vendor}]
    assert page(None) == {"contactEnabled": True, "viewerCanAsk": False, "recipients": [], "thread": None}
    assert page(market.carla) == {"contactEnabled": True, "viewerCanAsk": True, "recipients": whom, "thread": None}
    thread = asks.started(market.carla, product=market.table, body="Is it oak?")
    assert page(market.carla)["thread"] == {"id": thread, "kind": "PRODUCT_QUESTION", "subject": "Product: Oak table"}
    assert page(market.chris)["thread"] is None
    assert asks.started(market.carla, product=market.table) == thread
    assert asks.started(market.chris, product=market.table) != thread
    assert m.sees(market.seller, thread)
    assert not m.sees(market.bela, thread)
    assert not m.sees(market.otto, thread)


@in_every_mode
def test_a36_staff_vendors_and_visitors_ask_no_questions(market: Market) -> None:
    about = {"about": {"productId": global_id(market.table)}, "body": "Hello"}
    with m.nothing_written():
        assert m.refused(asks.start(market.sue, product=market.table)) == "FORBIDDEN"
        assert m.refused(asks.start(market.otto, product=market.table)) == "FORBIDDEN"
        assert m.refused(asks.start(market.guests_order(), product=market.table)) == "FORBIDDEN"
        visitor = ask(asks.START, None, input=about)
        assert (visitor.partial, visitor.codes) == ({"threadStart": None}, ["UNAUTHENTICATED"])
        if market.vendors_answer:
            assert m.refused(asks.start(market.anna, product=market.table)) == "RECIPIENT_NOT_ALLOWED"


@in_every_mode
def test_a37_there_are_questions_about_products_orders_and_nothing_in_particular(market: Market) -> None:
    started = [
        asks.start(market.carla, product=market.table),
        asks.start(market.carla, order=market.order(), recipient=market.recipient()),
        asks.start(market.carla, store=True),
    ]
    kinds = [answer.data["threadStart"]["thread"]["kind"] for answer in started]
    assert kinds == ["PRODUCT_QUESTION", "ORDER", "CONTACT"]
    subjects = [answer.data["threadStart"]["thread"]["subject"] for answer in started]
    assert subjects[0] == "Product: Oak table"
    assert subjects[2] == "Nordwind Market"


@in_every_mode
def test_a37_contact_with_the_store_is_between_customer_and_store(market: Market) -> None:
    thread = asks.started(market.carla, store=True)
    assert asks.started(market.carla, store=True) == thread
    assert [m.sees(who, thread) for who in (market.sue, market.admin)] == [True, True]
    assert [m.sees(who, thread) for who in (market.otto, market.anna, market.chris)] == [False, False, False]
    asks.sent(market.sue, thread, "How can we help?")
    assert asks.bell(market.carla) == (1, 1, 0)
