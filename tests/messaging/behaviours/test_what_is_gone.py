"""What stays of a conversation when people, orders or products go, or change hands."""

import pytest

from tests.asking import ask
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market, in_every_mode, in_modes

pytestmark = pytest.mark.django_db


@in_every_mode
def test_a_deleted_user_becomes_deleted_user_and_the_other_side_keeps_its_record(market: Market) -> None:
    thread = market.asked(body="Where is it?")
    asks.sent(market.seller, thread, "On its way.")
    market.carla.delete()
    query = """query ($id: ID!) { thread(id: $id) {
      customer { name user { name } } participants { name } messages(first: 9) { nodes { body author { side name } } } } }"""
    assert ask(query, market.seller, id=thread).data["thread"] == {
        "customer": {"name": "Deleted user", "user": None},
        "participants": [{"name": "Deleted user"}, {"name": market.counterparty["name"]}],
        "messages": {
            "nodes": [
                {"body": "Where is it?", "author": {"side": "CUSTOMER", "name": "Deleted user"}},
                {"body": "On its way.", "author": market.counterparty},
            ]
        },
    }
    asks.sent(market.seller, thread, "Hello?")


@in_every_mode
def test_a_deleted_seller_leaves_the_companys_name(market: Market) -> None:
    thread = market.asked()
    asks.sent(market.seller, thread, "On its way.")
    market.seller.delete()
    messages = ask(asks.THREAD, market.carla, id=thread).data["thread"]["messages"]["nodes"]
    assert messages[1]["author"] == {**market.counterparty, "isViewer": False}
    assert asks.unread(market.carla, thread) == 1
    asks.sent(market.carla, thread)


@in_every_mode
def test_a_deleted_order_or_product_leaves_its_name(market: Market) -> None:
    order = market.order(products=[market.table])
    threads = [market.asked(order), asks.started(market.carla, product=market.table)]
    order.delete()
    market.table.delete()
    query = "{ threads(first: 5, orderBy: {field: CREATED_AT, direction: ASC}) { nodes { id subject context { __typename } } } }"
    for who in (market.carla, market.seller):
        assert ask(query, who).data["threads"]["nodes"] == [
            {"id": threads[0], "subject": f"Order #{order.number}", "context": None},
            {"id": threads[1], "subject": "Product: Oak table", "context": None},
        ]
    assert m.inbox(market.carla, search=f"#{order.number}") == [threads[0]]
    for thread in threads:
        asks.sent(market.carla, thread)
        asks.sent(market.seller, thread)


@in_modes("M1", "M3")
def test_a_product_that_changes_its_owner_keeps_the_counterparty_of_its_questions(market: Market) -> None:
    thread = asks.started(market.carla, product=market.table)
    market.table.vendor = market.brightware
    market.table.name = "Pine table"
    market.table.save()
    assert (m.sees(market.anna, thread), m.sees(market.bela, thread)) == (True, False)
    query = "query ($id: ID!) { thread(id: $id) { subject counterparty { name } } }"
    assert ask(query, market.carla, id=thread).data["thread"] == {
        "subject": "Product: Oak table",
        "counterparty": {"name": "Oakline"},
    }
    new = asks.started(market.carla, product=market.table)
    assert new != thread
    assert ask(query, market.carla, id=new).data["thread"]["counterparty"] == {"name": "Brightware"}
