"""The message centre: context beside the dialogue, vendors and the store, news. Rows A80–A87 of the behaviours."""

import pytest

from messaging_plugin.models import Thread
from tests import world
from tests.asking import ask, global_id
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market, in_every_mode, in_modes

pytestmark = pytest.mark.django_db


@in_modes("M1", "M3")
def test_a80_vendors_read_their_customers_messages_and_the_owner_all(market: Market) -> None:
    own = [market.asked(), asks.started(market.carla, product=market.table)]
    others = asks.started(market.chris, vendor=market.brightware)
    assert m.inbox(market.anna) == m.inbox(market.arno) == own[::-1]
    assert m.inbox(market.sue) == [others, *own[::-1]]
    assert [m.bodies(market.arno, thread) for thread in own] == [["Hello"], ["Hello"]]


@in_modes("M1", "M3")
def test_a81_vendors_answer_questions_about_products_and_orders(market: Market) -> None:
    for thread in (market.asked(), asks.started(market.carla, product=market.table)):
        asks.sent(market.anna, thread, "Yes.")
        assert m.bodies(market.carla, thread) == ["Hello", "Yes."]
        with m.nothing_written():
            assert m.refused(asks.send(market.arno, thread)) == "FORBIDDEN"
    can_reply = "{ threads(first: 5) { nodes { viewerCanReply } } }"
    assert ask(can_reply, market.anna).data["threads"]["nodes"] == [{"viewerCanReply": True}] * 2
    assert ask(can_reply, market.arno).data["threads"]["nodes"] == [{"viewerCanReply": False}] * 2


@in_modes("M1", "M3")
def test_a81_a_vendor_writes_first_about_its_order(market: Market) -> None:
    order = market.order()
    assert m.recipients(market.anna, order) == [("CUSTOMER", "Carla Customer")]
    assert m.recipients(market.arno, order) == []
    thread = asks.started(market.anna, order=order, body="A colour is missing.")
    assert asks.bell(market.carla) == (1, 1, 0)
    assert m.bodies(market.carla, thread) == ["A colour is missing."]
    with m.nothing_written():
        assert m.refused(asks.start(market.arno, order=order)) == "FORBIDDEN"
    if market.mode == "M1":
        with m.nothing_written():
            assert m.refused(asks.start(market.bela, order=order), "about", "orderId") == "NOT_FOUND"
    else:  # Bela has a lamp in it, and a thread of her own
        own = asks.started(market.bela, order=order)
        assert (m.sees(market.bela, own), m.sees(market.anna, own)) == (True, False)


@in_modes("M0", "M2")
def test_a81_a_vendor_writes_nothing_to_customers_where_the_store_answers(market: Market) -> None:
    order = market.order()
    with m.nothing_written():
        refusal = asks.start(market.anna, order=order).data["threadStart"]
        assert [error["code"] for error in refusal["userErrors"]] == [
            "NOT_FOUND" if market.mode == "M0" else "FORBIDDEN"
        ]


CONTEXT = """query ($id: ID!) { thread(id: $id) { context { __typename
  ... on Order { id number url status } ... on Product { id name sku url } ... on Vendor { id name slug } } } }"""


@in_every_mode
def test_a82_a83_the_context_is_beside_the_dialogue_with_a_link_to_it(market: Market) -> None:
    order = market.order()
    about_order, about_product = market.asked(order), asks.started(market.carla, product=market.table)
    to_store = asks.started(market.carla, store=True)
    for who in (market.carla, market.seller):
        seen = ask(CONTEXT, who, id=about_order).data["thread"]["context"]
        url = ask("query ($id: ID!) { order(id: $id) { url } }", market.carla, id=global_id(order)).data["order"]["url"]
        assert seen == {
            "__typename": "Order", "id": global_id(order), "number": order.number, "url": url, "status": "PLACED",
        }  # fmt: skip
        seen = ask(CONTEXT, who, id=about_product).data["thread"]["context"]
        url = ask("query ($sku: String!) { product(sku: $sku) { url } }", sku=market.table.sku).data["product"]["url"]
        assert seen == {
            "__typename": "Product", "id": global_id(market.table), "name": "Oak table", "sku": market.table.sku, "url": url,
        }  # fmt: skip
    assert ask(CONTEXT, market.sue, id=to_store).data == {"thread": {"context": None}}


@in_modes("M1", "M2", "M3")
def test_a84_a85_vendors_and_the_store_have_an_inbox_of_their_own(market: Market) -> None:
    thread = m.vendor_started(market.anna, subject="Fees", body="How high are they?")
    market.asked()
    for who in (market.anna, market.arno, market.sue):
        assert m.inbox(who, kind=["VENDOR_ADMIN"]) == [thread]
    for who in (market.carla, market.bela, market.otto):
        assert not m.sees(who, thread)
    asks.sent(market.sue, thread, "Five percent.")
    assert m.bodies(market.arno, thread) == ["How high are they?", "Five percent."]
    query = """query ($id: ID!) { thread(id: $id) { subject customer { name } counterparty { name }
      messages(first: 5) { nodes { author { side name user { name } } } } } }"""
    assert ask(query, market.anna, id=thread).data["thread"] == {
        "subject": "Fees",
        "customer": None,
        "counterparty": {"name": "Oakline"},
        "messages": {
            "nodes": [
                {"author": {"side": "VENDOR", "name": "Oakline", "user": {"name": "Anna Vendor"}}},
                {"author": {"side": "STORE", "name": "Nordwind Market", "user": None}},
            ]
        },
    }


@in_modes("M1", "M2", "M3")
def test_a85_a_vendor_asks_the_store_about_its_products_and_orders(market: Market) -> None:
    order = market.order()
    for context, kind in ((order, "Order"), (market.table, "Product"), (None, None)):
        thread = m.vendor_started(market.anna, context=context)
        seen = ask(CONTEXT, market.sue, id=thread).data["thread"]["context"]
        assert (seen and (seen["__typename"], seen["id"])) == (context and (kind, global_id(context)))
    assert asks.bell(market.sue) == (3, 3, 0)
    assert asks.bell(market.arno) == (3, 3, 0)
    assert Thread.objects.count() == 3
    with m.nothing_written():
        assert m.refused(m.vendor_start(market.anna, context=market.lamp), "context") == "INVALID"
        assert m.refused(m.vendor_start(market.arno), "vendorId") == "FORBIDDEN"
        assert m.refused(m.vendor_start(market.carla)) == "FORBIDDEN"
        assert m.refused(m.vendor_start(market.otto, vendor=market.oakline), "vendorId") == "FORBIDDEN"
        assert m.refused(m.vendor_start(market.bela, vendor=market.oakline), "vendorId") == "FORBIDDEN"


@in_modes("M1", "M2", "M3")
def test_a85_a_user_of_several_vendors_says_for_which(market: Market) -> None:
    world.a_member(market.brightware, user=market.anna)
    with m.nothing_written():
        assert m.refused(m.vendor_start(market.anna), "vendorId") == "RECIPIENT_REQUIRED"
    thread = m.vendor_started(market.anna, vendor=market.brightware)
    assert (m.sees(market.bela, thread), m.sees(market.arno, thread)) == (True, False)


@in_modes("M1", "M2", "M3")
def test_a86_staff_comment_on_a_product_of_the_vendors(market: Market) -> None:
    with m.nothing_written():
        assert m.refused(m.vendor_start(market.sue), "vendorId") == "RECIPIENT_REQUIRED"
        foreign = m.vendor_start(market.sue, vendor=market.oakline, context=market.lamp)
        assert m.refused(foreign, "context") == "INVALID"
    thread = m.vendor_started(market.sue, vendor=market.oakline, context=market.table, body="The size is missing.")
    assert ask(CONTEXT, market.anna, id=thread).data["thread"]["context"]["name"] == "Oak table"
    assert asks.bell(market.anna) == asks.bell(market.arno) == (1, 1, 0)
    asks.sent(market.anna, thread, "Done.")
    assert m.bodies(market.sue, thread) == ["The size is missing.", "Done."]
    assert not m.sees(market.bela, thread)
    again = m.vendor_started(market.sue, vendor=market.oakline, context=market.table)
    assert again != thread


@in_modes("M1", "M2", "M3")
def test_a86_the_context_must_be_the_vendors_own(market: Market) -> None:
    """An order without lines of the vendor, in any mode, is none of its."""
    foreign = market.order(products=[market.lamp])
    with m.nothing_written():
        assert m.refused(m.vendor_start(market.anna, context=foreign), "context", "orderId") == "NOT_FOUND"
        by_staff = m.vendor_start(market.sue, vendor=market.oakline, context=foreign)
        assert m.refused(by_staff, "context") == "INVALID"


@in_modes("M1", "M2", "M3")
def test_a87_the_owner_tells_all_active_vendors_news(market: Market) -> None:
    asleep = world.a_vendor("Closed", is_active=False)
    payload = m.announce(market.sue, subject="New fees", body="Five percent.").data["announcementSend"]
    ids = [thread.pop("id") for thread in payload["threads"]]
    message = {
        "kind": "ANNOUNCEMENT", "body": "Five percent.", "author": {"side": "STORE", "name": "Nordwind Market"},
    }  # fmt: skip
    assert payload == {
        "count": 2,
        "threads": [
            {"kind": "VENDOR_ADMIN", "subject": "New fees", "counterparty": {"name": name}, "lastMessage": message}
            for name in ("Oakline", "Brightware")
        ],
        "userErrors": [],
    }
    to_oakline, to_brightware = ids
    assert m.inbox(market.anna) == m.inbox(market.arno) == [to_oakline]
    assert m.inbox(market.bela) == [to_brightware]
    assert [asks.bell(who) for who in (market.anna, market.bela, market.admin, market.sue)] == [
        (1, 1, 0), (1, 1, 0), (2, 2, 0), (0, 0, 0),
    ]  # fmt: skip
    late = world.a_vendor("Late")
    latecomer = world.a_member(late)
    assert m.inbox(latecomer) == []
    asleep.is_active = True
    asleep.save()
    assert m.inbox(world.a_member(asleep)) == []


@in_modes("M1", "M2", "M3")
def test_a87_answers_to_news_are_private_or_not_allowed(market: Market) -> None:
    to_oakline, to_brightware = m.announced(market.sue, market.oakline, market.brightware)
    asks.sent(market.anna, to_oakline, "Why?")
    assert m.bodies(market.bela, to_brightware) == ["We move."]
    assert not m.sees(market.bela, to_oakline)
    asks.sent(market.sue, to_oakline, "Because.")
    assert m.bodies(market.anna, to_oakline) == ["We move.", "Why?", "Because."]
    (silent,) = m.announced(market.sue, market.oakline, allowReplies=False)
    query = "query ($id: ID!) { thread(id: $id) { viewerCanReply } }"
    assert ask(query, market.anna, id=silent).data == {"thread": {"viewerCanReply": False}}
    with m.nothing_written():
        assert m.refused(asks.send(market.anna, silent)) == "REPLIES_NOT_ALLOWED"
    asks.sent(market.sue, silent, "One more thing.")
    assert m.bodies(market.anna, silent) == ["We move.", "One more thing."]


@in_modes("M1", "M2", "M3")
def test_a87_only_those_who_manage_messages_announce(market: Market) -> None:
    asleep = world.a_vendor("Closed", is_active=False)
    with m.nothing_written():
        for who in (market.otto, market.anna, market.carla):
            assert m.refused(m.announce(who)) == "FORBIDDEN"
        assert m.refused(m.announce(market.sue, market.oakline, asleep), "vendors") == "RECIPIENT_NOT_ALLOWED"
        nobody = ask(m.ANNOUNCE, market.sue, input={"vendors": {"ids": []}, "subject": "News", "body": "We move."})
        assert m.refused(nobody, "vendors") == "INVALID"
        unknown = {"ids": [global_id(market.oakline), "x"]}
        missing = ask(m.ANNOUNCE, market.sue, input={"vendors": unknown, "subject": "News", "body": "We move."})
        assert m.refused(missing, "vendors", "ids", "1") == "NOT_FOUND"
        assert m.refused(m.announce(market.sue, subject=" "), "subject") == "BLANK"
        assert m.refused(m.announce(market.sue, body=" "), "body") == "BLANK"


@in_modes("M1", "M2", "M3")
def test_a87_a_retried_announcement_is_sent_once(market: Market) -> None:
    once = m.announced(market.sue, idempotencyKey="k1")
    with m.nothing_written():
        assert sorted(m.announced(market.sue, idempotencyKey="k1")) == sorted(once)
        other = m.announce(market.sue, body="Other", idempotencyKey="k1")
        assert m.refused(other, "idempotencyKey") == "IDEMPOTENCY_KEY_REUSED"
