"""The store's side: the bell, the lists, the order's messages. Rows A60–A79 of the behaviours (A63, A64 are e-mail)."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from messaging_plugin.models import Thread
from shop.models import Order
from tests import world
from tests.asking import ask, bearer, global_id, listen
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market, in_every_mode, in_modes

pytestmark = pytest.mark.django_db


@in_modes("M0", "M2")
def test_a60_the_bell_rings_for_messages_and_for_disputes(market: Market) -> None:
    thread = market.asked()
    assert asks.bell(market.sue) == asks.bell(market.otto) == (1, 1, 0)
    m.opened(market.carla, thread=thread)
    assert asks.bell(market.sue) == asks.bell(market.otto) == (2, 1, 1)


@in_modes("M1", "M3")
def test_a60_between_customers_and_vendors_it_rings_for_disputes(market: Market) -> None:
    thread = market.asked()
    assert asks.bell(market.sue) == asks.bell(market.otto) == (0, 0, 0)
    m.opened(market.carla, thread=thread)
    assert asks.bell(market.sue) == asks.bell(market.otto) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
async def test_a60_the_bell_rings_at_once() -> None:
    market = await sync_to_async(Market)("M0")
    async with listen(await sync_to_async(bearer)(market.sue)) as sue:
        await sue.subscribe(asks.EVENTS)
        assert await sue.silent(seconds=0.3)
        thread = await sync_to_async(market.asked)()
        event = (await sue.next())["messagingEvents"]
        assert (event["__typename"], event["viewer"]) == ("MessageSent", {"messaging": {"unreadMessageCount": 1}})
        await sync_to_async(m.opened)(market.carla, thread=thread, reason="Broken")
        kinds = [(await sue.next())["messagingEvents"] for _ in range(2)]
    assert [one["__typename"] for one in kinds] == ["MessageSent", "DisputeOpened"]
    assert kinds[1]["dispute"] == {"reason": "Broken"}


@in_every_mode
def test_a61_two_links_lead_to_new_messages_and_to_open_disputes(market: Market) -> None:
    disputed = market.asked(market.order())
    to_store = asks.started(market.carla, store=True)
    m.opened(market.carla, thread=disputed)
    assert asks.bell(market.sue)[1:] == (2, 1)
    assert m.inbox(market.sue, unread=True) == [disputed, to_store]
    assert m.inbox(market.sue, disputed=True) == [disputed]
    ask(asks.READ, market.sue, input={"threadId": disputed})
    assert asks.bell(market.sue) == (1, 1, 1)
    assert m.inbox(market.sue, unread=True) == [to_store]
    assert m.inbox(market.sue, disputed=True) == [disputed]


@in_modes("M0", "M2")
def test_a62_the_label_beside_the_order_counts_its_unread_messages(market: Market) -> None:
    order, other = market.order(), market.order()
    thread = market.asked(order)
    asks.sent(market.carla, thread)
    market.asked(other)
    assert [m.beside(market.otto, one)["unreadCount"] for one in (order, other)] == [2, 1]
    ask(asks.READ, market.otto, input={"threadId": thread})
    assert [m.beside(market.otto, one)["unreadCount"] for one in (order, other)] == [0, 1]
    assert [m.beside(market.admin, one)["unreadCount"] for one in (order, other)] == [2, 1]


@in_modes("M3")
def test_a62_the_label_counts_all_threads_of_the_order_that_the_viewer_sees(market: Market) -> None:
    order = market.order()
    for recipient in (market.oakline, market.brightware, "store"):
        asks.started(market.carla, order=order, recipient=recipient)
    labels = {who: m.beside(who, order) for who in (market.otto, market.anna, market.bela, market.carla)}
    assert {who: (one["unreadCount"], one["messageCount"]) for who, one in labels.items()} == {
        market.otto: (1, 3),
        market.anna: (1, 1),
        market.bela: (1, 1),
        market.carla: (0, 3),
    }


@in_every_mode
def test_a65_all_threads_messages_and_disputes_are_in_one_place(market: Market) -> None:
    calm, disputed = market.asked(), market.asked(market.order(market.chris))
    m.opened(market.chris, thread=disputed)
    question = asks.started(market.carla, product=market.table)
    assert m.inbox(market.sue) == m.inbox(market.admin) == [question, disputed, calm]
    assert m.inbox(market.otto) == [disputed, calm]


ROW = """{ threads(first: 5) { nodes {
  subject unreadCount updatedAt dispute { id } context { ... on Order { id number } }
  lastMessage { body isUnread createdAt author { side name user { name } } }
  customer { name user { email } } } } }"""


@in_modes("M0", "M2")
def test_a66_a67_a68_a_row_has_the_orders_number_the_latest_message_and_its_date(market: Market) -> None:
    order = market.order()
    thread = market.asked(order)
    asks.sent(market.carla, thread, "Anybody there?")
    row = Thread.objects.get()
    assert row.last_message is not None
    when = row.last_message.created_at.isoformat()
    author = {"side": "CUSTOMER", "name": "Carla Customer", "user": {"name": "Carla Customer"}}
    assert ask(ROW, market.otto).data["threads"]["nodes"] == [
        {
            "subject": f"Order #{order.number}",
            "unreadCount": 2,
            "updatedAt": when,
            "dispute": None,
            "context": {"id": global_id(order), "number": order.number},
            "lastMessage": {"body": "Anybody there?", "isUnread": True, "createdAt": when, "author": author},
            "customer": {"name": "Carla Customer", "user": {"email": market.carla.email}},
        }
    ]
    asks.sent(market.sue, thread, "Yes.")
    (after,) = ask(ROW, market.sue).data["threads"]["nodes"]
    assert after["lastMessage"]["isUnread"] is False
    assert after["lastMessage"]["author"]["user"] == {"name": "Sue Support"}


@in_every_mode
def test_a69_a75_one_query_opens_the_thread_with_its_order(market: Market) -> None:
    order = market.order()
    thread = market.asked(order)
    asks.sent(market.seller, thread, "Yes?")
    query = """query ($id: ID!) { thread(id: $id) {
      context { ... on Order { number lines { productName } } } messages(last: 50) { nodes { number body } } } }"""
    (found,) = m.inbox(market.sue, search=order.number)
    lines = [{"productName": name} for name in (["Oak table"] if market.mode == "M1" else ["Oak table", "Lamp"])]
    for who in (market.sue, market.otto):
        assert ask(query, who, id=found).data["thread"] == {
            "context": {"number": order.number, "lines": lines},
            "messages": {"nodes": [{"number": 1, "body": "Hello"}, {"number": 2, "body": "Yes?"}]},
        }


@in_every_mode
def test_a70_staff_search_by_words(market: Market) -> None:
    thread = market.asked(body="The drawer squeaks.")
    market.asked(market.order(market.chris), body="The lamp flickers.")
    assert m.inbox(market.sue, search="Squeaks drawer") == [thread]
    assert m.inbox(market.otto, search="squeaks") == [thread]
    assert m.inbox(market.sue, search="squeak") == []


@in_every_mode
def test_a71_staff_narrow_to_unread_to_disputes_or_to_nothing(market: Market) -> None:
    calm = market.asked()
    disputed = market.asked(market.order())
    for who in (market.sue, market.otto):
        for thread in (calm, disputed):
            ask(asks.READ, who, input={"threadId": thread})
    m.opened(market.carla, thread=disputed)
    for who in (market.sue, market.otto):
        assert m.inbox(who, unread=True) == [disputed]
        assert m.inbox(who, unread=False) == [calm]
        assert m.inbox(who, disputed=True) == [disputed]
        assert m.inbox(who) == [disputed, calm]


MARK = """mutation ($input: ThreadsMarkInput!) { threadsMark%s(input: $input) {
  count viewer { messaging { unreadMessageCount unreadThreadCount } } userErrors { code field } } }"""


def mark(by: Any, how: str, **selection: Any) -> Any:
    payload = ask(MARK % how, by, input={"threads": selection}).data[f"threadsMark{how}"]
    assert payload["userErrors"] == []
    bell = payload["viewer"]["messaging"]
    return payload["count"], bell["unreadMessageCount"], bell["unreadThreadCount"]


@in_modes("M0", "M2")
def test_a72_staff_mark_all_threads_read_and_all_unread(market: Market) -> None:
    threads = [market.asked(market.order()) for _ in range(3)]
    asks.sent(market.carla, threads[0])
    assert asks.bell(market.otto) == asks.bell(market.sue) == (4, 3, 0)
    assert mark(market.otto, "Read", filter={}) == (3, 0, 0)
    assert mark(market.otto, "Read", filter={}) == (0, 0, 0)
    assert mark(market.otto, "Unread", filter={}) == (3, 3, 3)
    assert mark(market.otto, "Unread", filter={}) == (0, 3, 3)
    assert asks.bell(market.sue) == (4, 3, 0)
    assert asks.bell(market.carla) == (0, 0, 0)


@in_every_mode
def test_a73_staff_mark_selected_threads(market: Market) -> None:
    threads = [market.asked(market.order()) for _ in range(3)]
    mark(market.sue, "Read", filter={})
    assert mark(market.sue, "Unread", ids=threads[:2]) == (2, 2, 2)
    assert m.inbox(market.sue, unread=True) == [threads[1], threads[0]]
    assert mark(market.sue, "Read", ids=[threads[1], threads[2]]) == (1, 1, 1)
    assert m.inbox(market.sue, unread=True) == [threads[0]]


@in_every_mode
def test_a74_all_messages_of_an_order_are_at_the_order(market: Market) -> None:
    order = market.order()
    thread = market.asked(order)
    asks.sent(market.seller, thread, "Yes?")
    market.asked(market.order())
    assert m.beside(market.otto, order)["threads"] == {
        "totalCount": 1,
        "nodes": [{"id": thread, "messages": {"nodes": [{"body": "Hello"}, {"body": "Yes?"}]}}],
    }


@in_every_mode
def test_a76_staff_answer(market: Market) -> None:
    thread = market.asked()
    for who in (market.sue, market.otto):
        payload = asks.send(who, thread, "We see to it.").data["messageSend"]
        assert payload["userErrors"] == []
        assert payload["messageEdge"]["node"]["number"] == payload["message"]["number"]
    assert m.bodies(market.carla, thread) == ["Hello", "We see to it.", "We see to it."]


@in_every_mode
@pytest.mark.parametrize("who", ["sue", "otto"])
def test_a77_a78_staff_write_first_and_the_customer_replies_in_the_same_thread(market: Market, who: str) -> None:
    author, order = getattr(market, who), market.order()
    if who == "otto":
        assert m.recipients(author, order) == [("CUSTOMER", "Carla Customer")]
    payload = asks.start(author, order=order, body="Your address is incomplete.").data["threadStart"]
    assert payload["message"]["author"] == {"side": "STORE", "name": "Nordwind Market", "isViewer": True}
    thread = payload["thread"]["id"]
    assert asks.bell(market.carla) == (1, 1, 0)
    assert m.bodies(market.carla, thread) == ["Your address is incomplete."]
    asks.sent(market.carla, thread, "Here it is.")
    assert m.bodies(author, thread) == ["Your address is incomplete.", "Here it is."]
    assert m.inbox(market.carla) == [thread]


@in_every_mode
def test_a79_orders_are_narrowed_to_those_with_unread_or_any_messages(market: Market) -> None:
    silent, read, unread = (market.order() for _ in range(3))
    foreign = market.order(market.chris)
    threads = {order: market.asked(order) for order in (read, unread, foreign)}
    for thread in threads.values():
        asks.sent(market.seller, thread)
    for who in (market.carla, market.otto, market.anna):
        if m.inbox(who):
            mark(who, "Read", ids=[threads[read]])
    asks.sent(market.otto, threads[unread])
    asks.sent(market.seller, threads[unread])
    query = """query ($filter: OrderFilterInput) {
      orders(first: 9, filter: $filter) { totalCount nodes { id } } }"""

    def found(by: Any, messages: str | None) -> list[Any]:
        page = ask(query, by, filter={"messages": messages}).data["orders"]
        assert page["totalCount"] == len(page["nodes"])
        return [node["id"] for node in page["nodes"]]

    def ids(*orders: Order) -> list[str]:
        return [global_id(order) for order in orders]

    assert found(market.carla, None) == ids(unread, read, silent)
    assert found(market.carla, "ANY") == ids(unread, read)
    assert found(market.carla, "UNREAD") == ids(unread)
    assert found(market.otto, None) == ids(foreign, unread, read, silent)
    assert found(market.otto, "ANY") == ids(foreign, unread, read)
    assert found(market.otto, "UNREAD") == ([] if market.vendors_answer else ids(foreign, unread))
    assert found(market.chris, "UNREAD") == ids(foreign)
    if market.vendors_answer:
        assert found(market.anna, "ANY") == ids(foreign, unread, read)
        assert found(market.anna, "UNREAD") == ids(foreign, unread)
    else:
        assert found(market.anna, "ANY") == found(market.anna, "UNREAD") == []
    visitor = ask(query, None, filter={"messages": "ANY"})
    assert (visitor.partial, visitor.codes) == ({"orders": None}, ["UNAUTHENTICATED"])


@in_every_mode
def test_each_of_the_staff_has_marks_of_their_own(market: Market) -> None:
    to_store = asks.started(market.carla, store=True)
    second = world.staff(*[], name="Nobody Special")
    assert asks.bell(market.sue) == asks.bell(market.admin) == (1, 1, 0)
    assert asks.bell(second) == asks.bell(market.otto) == (0, 0, 0)
    asks.sent(market.sue, to_store)
    assert asks.bell(market.sue) == (1, 1, 0)
    assert asks.bell(market.admin) == (2, 1, 0)
