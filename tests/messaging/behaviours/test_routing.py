"""Who faces the customer, in each mode; what vendors and the store see of it. Rows A01–A12 of the behaviours."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from messaging_plugin.models import Thread
from tests.asking import ask, bearer, global_id, listen
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market, in_every_mode, in_modes

pytestmark = pytest.mark.django_db


@in_modes("M1", "M3")
def test_a01_a17_threads_join_customers_vendors_and_the_store(market: Market) -> None:
    to_vendor = asks.started(market.carla, vendor=market.oakline)
    to_store = asks.started(market.carla, store=True)
    vendor_to_store = m.vendor_started(market.anna)
    asks.sent(market.anna, to_vendor)
    asks.sent(market.sue, to_store)
    asks.sent(market.sue, vendor_to_store)
    parties = (
        "{ threads(first: 9) { nodes { kind customer { name } counterparty { side name } participants { side } } } }"
    )
    assert ask(parties, market.admin).data["threads"]["nodes"] == [
        {
            "kind": "VENDOR_ADMIN",
            "customer": None,
            "counterparty": {"side": "VENDOR", "name": "Oakline"},
            "participants": [{"side": "VENDOR"}, {"side": "STORE"}],
        },
        {
            "kind": "CONTACT",
            "customer": {"name": "Carla Customer"},
            "counterparty": {"side": "STORE", "name": "Nordwind Market"},
            "participants": [{"side": "CUSTOMER"}, {"side": "STORE"}],
        },
        {
            "kind": "CONTACT",
            "customer": {"name": "Carla Customer"},
            "counterparty": {"side": "VENDOR", "name": "Oakline"},
            "participants": [{"side": "CUSTOMER"}, {"side": "VENDOR"}],
        },
    ]


def test_a02_the_shop_is_in_exactly_one_mode(market: Market) -> None:
    update = """mutation ($mode: MultivendorMode!) {
      shopUpdate(input: {multivendorMode: $mode}) { shop { multivendorMode } userErrors { code } } }"""
    names = ask('{ __type(name: "MultivendorMode") { enumValues { name } } }').data["__type"]["enumValues"]
    assert [one["name"] for one in names] == ["OFF", "SEPARATE_SHOPS", "WAREHOUSE"]
    for mode in ("WAREHOUSE", "OFF", "SEPARATE_SHOPS"):
        payload = ask(update, market.admin, mode=mode).data["shopUpdate"]
        assert payload == {"shop": {"multivendorMode": mode}, "userErrors": []}
        assert ask("{ shop { multivendorMode } }").data == {"shop": {"multivendorMode": mode}}
    assert ask(update, market.admin, mode="BOTH").codes == ["BAD_USER_INPUT"]
    assert ask("{ shop { multivendorMode } }").data == {"shop": {"multivendorMode": "SEPARATE_SHOPS"}}


def counterparty_of(answer: Any) -> dict[str, str]:
    payload = answer.data["threadStart"]
    assert payload["userErrors"] == []
    found: dict[str, str] = payload["thread"]["counterparty"]
    return found


@in_every_mode
def test_a03_a_question_about_a_product_goes_to_its_owner_where_vendors_answer(market: Market) -> None:
    assert counterparty_of(asks.start(market.carla, product=market.table)) == market.counterparty
    store = {"side": "STORE", "name": "Nordwind Market"}
    assert counterparty_of(asks.start(market.carla, product=market.poster)) == store


@in_modes("M0", "M1", "M2")
def test_a04_a_message_about_an_order_goes_to_who_handles_it(market: Market) -> None:
    order = market.order()
    assert m.recipients(market.carla, order) == [tuple(market.counterparty.values())]
    assert counterparty_of(asks.start(market.carla, order=order)) == market.counterparty


@in_modes("M1")
def test_a05_the_owner_may_be_the_store(market: Market) -> None:
    order = market.order(products=[market.poster])
    store = {"side": "STORE", "name": "Nordwind Market"}
    assert counterparty_of(asks.start(market.carla, order=order)) == store
    assert (asks.bell(market.sue), asks.bell(market.anna)) == ((1, 1, 0), (0, 0, 0))


@in_modes("M1", "M3")
def test_a06_the_store_sees_every_thread_of_customers_and_vendors(market: Market) -> None:
    about_order = market.asked()
    question = asks.started(market.carla, product=market.table)
    contact = asks.started(market.chris, vendor=market.brightware)
    assert m.inbox(market.sue) == [contact, question, about_order]
    assert m.inbox(market.otto) == [about_order]
    assert m.bodies(market.sue, contact) == ["Hello"]
    assert asks.bell(market.sue) == (0, 0, 0)


@in_modes("M1", "M3")
def test_a07_the_store_cuts_in(market: Market) -> None:
    thread = market.asked()
    for who in (market.sue, market.otto):
        asks.sent(who, thread, "Let us help.")
    assert m.bodies(market.carla, thread) == ["Hello", "Let us help.", "Let us help."]
    names = ask(
        "query ($id: ID!) { thread(id: $id) { participants { side name user { name } } } }", market.carla, id=thread
    ).data["thread"]["participants"]
    assert names == [
        {"side": "CUSTOMER", "name": "Carla Customer", "user": {"name": "Carla Customer"}},
        {"side": "STORE", "name": "Nordwind Market", "user": None},
    ]
    assert (asks.unread(market.carla, thread), asks.unread(market.anna, thread)) == (2, 3)


@in_modes("M1", "M3")
def test_a08_a_vendor_gets_only_messages_of_its_own(market: Market) -> None:
    order = market.order()
    thread = market.asked(order, body="Where is my oaktable?")
    message = asks.sent(market.anna, thread)
    dispute = m.opened(market.carla, thread=thread)
    own = asks.started(market.chris, vendor=market.brightware)
    assert m.sees(market.anna, thread)
    assert m.inbox(market.bela) == [own]
    assert not m.sees(market.bela, thread)
    assert m.inbox(market.bela, search="oaktable") == []
    assert m.inbox(market.bela, search=order.number) == []
    assert m.inbox(market.bela, order=global_id(order)) == []
    assert m.inbox(market.bela, disputed=True) == []
    nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } disputes(first: 9) { totalCount nodes { id } } }"
    assert ask(nodes, market.bela, ids=[thread, message, dispute]).data == {
        "nodes": [None, None, None],
        "disputes": {"totalCount": 0, "nodes": []},
    }
    assert asks.bell(market.bela) == (1, 1, 0)
    with m.nothing_written():
        assert m.refused(asks.send(market.bela, thread), "threadId") == "NOT_FOUND"


@pytest.mark.django_db(transaction=True)
async def test_a08_another_vendors_subscription_stays_silent() -> None:
    market = await sync_to_async(Market)("M1")
    async with listen(await sync_to_async(bearer)(market.bela)) as bela:
        await bela.subscribe(asks.EVENTS)
        assert await bela.silent(seconds=0.3)
        thread = await sync_to_async(market.asked)()
        await sync_to_async(asks.sent)(market.anna, thread)
        await sync_to_async(m.opened)(market.carla, thread=thread)
        assert await bela.silent()
        own = await sync_to_async(asks.started)(market.chris, vendor=market.brightware)
        event = (await bela.next())["messagingEvents"]
        assert (event["__typename"], event["thread"]["id"]) == ("MessageSent", own)


@in_modes("M2")
def test_a09_in_a_warehouse_the_store_talks_to_customers(market: Market) -> None:
    order = market.order()
    assert m.recipients(market.carla, order) == [("STORE", "Nordwind Market")]
    threads = [market.asked(order), asks.started(market.carla, product=market.table)]
    assert (asks.bell(market.sue), asks.bell(market.otto)) == ((2, 2, 0), (1, 1, 0))
    for vendor_user in (market.anna, market.bela):
        assert [m.sees(vendor_user, thread) for thread in threads] == [False, False]
        assert asks.bell(vendor_user) == (0, 0, 0)
        with m.nothing_written():
            assert m.refused(asks.send(vendor_user, threads[0]), "threadId") == "NOT_FOUND"
    with m.nothing_written():
        refusal = asks.start(market.carla, order=order, recipient=market.oakline)
        assert m.refused(refusal, "recipient") == "RECIPIENT_NOT_ALLOWED"


@in_modes("M3")
def test_a10_the_customer_chooses_whom_to_contact(market: Market) -> None:
    order = market.order()
    choices = [("VENDOR", "Brightware"), ("VENDOR", "Oakline"), ("STORE", "Nordwind Market")]
    assert m.recipients(market.carla, order) == choices
    with m.nothing_written():
        assert m.refused(asks.start(market.carla, order=order), "recipient") == "RECIPIENT_REQUIRED"
    threads = [
        asks.started(market.carla, order=order, recipient=one) for one in (market.brightware, market.oakline, "store")
    ]
    assert len(set(threads)) == Thread.objects.count() == 3
    assert m.inbox(market.anna) == [threads[1]]
    assert m.inbox(market.bela) == [threads[0]]
    assert m.inbox(market.carla) == threads[::-1]
    again = asks.started(market.carla, order=order, recipient=market.oakline)
    assert again == threads[1]
    stranger = m.Market("M3").oakline
    with m.nothing_written():
        refusal = asks.start(market.carla, order=order, recipient=stranger)
        assert m.refused(refusal, "recipient") == "RECIPIENT_NOT_ALLOWED"


@in_modes("M3")
def test_a10_a_vendor_sees_its_own_lines_only(market: Market) -> None:
    thread = market.asked()
    lines = (
        "query ($id: ID!) { thread(id: $id) { context { ... on Order { lines { productName } total { amount } } } } }"
    )

    def seen_by(who: Any) -> Any:
        context = ask(lines, who, id=thread).data["thread"]["context"]
        return [line["productName"] for line in context["lines"]], context["total"]["amount"]

    assert seen_by(market.anna) == (["Oak table"], "10.00")
    for who in (market.carla, market.sue, market.otto):
        assert seen_by(who) == (["Oak table", "Lamp"], "20.00")


@in_modes("M1", "M3")
def test_a11_a_buyer_writes_to_a_seller_before_any_purchase(market: Market) -> None:
    payload = asks.start(market.carla, vendor=market.oakline, body="Do you build beds?").data["threadStart"]
    assert payload["thread"]["kind"] == "CONTACT"
    thread = payload["thread"]["id"]
    context = ask("query ($id: ID!) { thread(id: $id) { context { __typename } } }", market.carla, id=thread)
    assert context.data == {"thread": {"context": {"__typename": "Vendor"}}}
    assert ask("{ orders(first: 1) { totalCount } }", market.carla).data == {"orders": {"totalCount": 0}}
    assert m.bodies(market.anna, thread) == ["Do you build beds?"]


VENDOR = """query ($slug: String!) {
  vendor(slug: $slug) { messaging { contactEnabled viewerCanContact thread { id } } } }"""


@in_every_mode
def test_a12_the_conversation_starts_on_the_vendors_page(market: Market) -> None:
    def page(by: Any) -> Any:
        return ask(VENDOR, by, slug=market.oakline.slug).data["vendor"]["messaging"]

    button = market.vendors_answer
    assert page(None) == {"contactEnabled": button, "viewerCanContact": False, "thread": None}
    assert page(market.carla) == {"contactEnabled": button, "viewerCanContact": button, "thread": None}
    assert page(market.anna) == {"contactEnabled": button, "viewerCanContact": False, "thread": None}
    assert page(market.bela) == {"contactEnabled": button, "viewerCanContact": button, "thread": None}
    if button:
        thread = asks.started(market.carla, vendor=market.oakline)
        assert page(market.carla) == {"contactEnabled": True, "viewerCanContact": True, "thread": {"id": thread}}
        assert asks.started(market.carla, vendor=market.oakline) == thread
        with m.nothing_written():
            assert m.refused(asks.start(market.anna, vendor=market.oakline)) == "RECIPIENT_NOT_ALLOWED"
    else:
        with m.nothing_written():
            assert m.refused(asks.start(market.carla, vendor=market.oakline)) == "VENDOR_CONTACT_DISABLED"
