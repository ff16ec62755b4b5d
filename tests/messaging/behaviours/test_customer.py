"""The customer's side, in the storefront. Rows A20–A35 and A39 of the behaviours (A33 is about e-mail)."""

import pytest
from asgiref.sync import sync_to_async

from messaging_plugin.models import Thread
from tests import world
from tests.asking import ask, bearer, global_id, listen
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market, in_every_mode, in_modes

pytestmark = pytest.mark.django_db


@in_modes("M0", "M1", "M2")
def test_a20_a38_a_customer_writes_from_the_order_with_nothing_but_words(market: Market) -> None:
    order = market.order()
    input_ = {"about": {"orderId": global_id(order)}, "body": "Where is it?"}
    payload = ask(asks.START, market.carla, input=input_).data["threadStart"]
    assert payload["userErrors"] == []
    assert (payload["message"]["number"], payload["message"]["body"]) == (1, "Where is it?")
    assert m.bodies(market.seller, payload["thread"]["id"]) == ["Where is it?"]


@in_every_mode
def test_a21_every_order_says_whether_its_buyer_can_write(market: Market) -> None:
    orders = [market.order() for _ in range(2)]
    query = "{ orders(first: 5) { nodes { number messaging { viewerCanStart } } } }"
    assert ask(query, market.carla).data["orders"]["nodes"] == [
        {"number": order.number, "messaging": {"viewerCanStart": True}} for order in reversed(orders)
    ]
    world.enabled("messaging", contactOnOrder=False)
    answer = ask(query, market.carla).data["orders"]["nodes"]
    assert [node["messaging"]["viewerCanStart"] for node in answer] == [False, False]


@in_every_mode
def test_a22_a_customer_writes_on_the_messages_page_of_the_order(market: Market) -> None:
    order = market.order()
    thread = market.asked(order)
    asks.sent(market.carla, thread, "And when?")
    messaging = m.beside(market.carla, order)
    assert messaging["threads"] == {
        "totalCount": 1,
        "nodes": [{"id": thread, "messages": {"nodes": [{"body": "Hello"}, {"body": "And when?"}]}}],
    }
    assert (messaging["messageCount"], messaging["unreadCount"]) == (2, 0)
    handler = market.anna if market.vendors_answer else market.otto
    assert m.beside(handler, order)["unreadCount"] == 2


@pytest.mark.parametrize(
    "topic", ["Where is it?", "Well done!", "A leg is broken 😞\n\n<b>See</b> https://example.com"]
)
@in_every_mode
def test_a23_no_topic_is_refused_and_text_arrives_as_it_was_written(market: Market, topic: str) -> None:
    thread = market.asked(body=topic)
    assert m.bodies(market.seller, thread) == [topic]


@in_every_mode
def test_a24_both_sides_have_the_order_at_hand(market: Market) -> None:
    order = market.order()
    thread = market.asked(order)
    query = """query ($id: ID!) { thread(id: $id) { context {
      ... on Order { id number status placedAt url customer { name } lines { productName quantity } } } } }"""
    for who in (market.carla, market.seller):
        context = ask(query, who, id=thread).data["thread"]["context"]
        lines = ["Oak table"] if market.mode == "M1" or who == market.anna else ["Oak table", "Lamp"]
        assert context.pop("placedAt") is not None
        assert context.pop("url").endswith(order.number)
        assert context == {
            "id": global_id(order),
            "number": order.number,
            "status": "PLACED",
            "customer": {"name": "Carla Customer"},
            "lines": [{"productName": name, "quantity": 1} for name in lines],
        }


@in_modes("M0")
def test_a25_without_vendors_the_store_is_the_seller(market: Market) -> None:
    order = market.order()
    assert m.recipients(market.carla, order) == [("STORE", "Nordwind Market")]
    thread = market.asked(order)
    assert not m.sees(market.anna, thread)
    asks.sent(market.otto, thread, "Tomorrow.")
    assert m.bodies(market.carla, thread) == ["Hello", "Tomorrow."]


@in_every_mode
def test_a26_an_answer_stands_below_the_question_in_one_thread(market: Market) -> None:
    order = market.order()
    thread = market.asked(order, body="Where is it?")
    asks.sent(market.seller, thread, "On its way.")
    assert market.asked(order, body="Thanks!") == thread
    messages = ask(asks.THREAD, market.carla, id=thread).data["thread"]["messages"]["nodes"]
    assert [(one["number"], one["body"], one["author"]["side"], one["author"]["isViewer"]) for one in messages] == [
        (1, "Where is it?", "CUSTOMER", True),
        (2, "On its way.", market.counterparty["side"], False),
        (3, "Thanks!", "CUSTOMER", True),
    ]
    assert Thread.objects.count() == 1


@in_every_mode
def test_a27_a_customer_has_all_of_their_conversations_in_one_list(market: Market) -> None:
    mine = [market.asked(), asks.started(market.carla, product=market.table), asks.started(market.carla, store=True)]
    if market.vendors_answer:
        mine.append(asks.started(market.carla, vendor=market.oakline))
    others = market.asked(market.order(market.chris))
    assert m.inbox(market.carla) == mine[::-1]
    assert m.inbox(market.chris) == [others]
    assert not m.sees(market.carla, others)


@in_every_mode
def test_a28_a_thread_carries_its_orders_number(market: Market) -> None:
    order = market.order()
    thread = market.asked(order)
    query = "{ threads(first: 5) { nodes { id subject context { ... on Order { number } } } } }"
    assert ask(query, market.carla).data["threads"]["nodes"] == [
        {"id": thread, "subject": f"Order #{order.number}", "context": {"number": order.number}}
    ]


MENU = """{ viewer { messaging { unreadMessageCount } }
  threads(first: 5) { nodes { id subject unreadCount lastMessage { body author { name } } } } }"""


@in_every_mode
def test_a29_the_menu_of_the_account_is_one_cheap_query(market: Market) -> None:
    order = market.order()
    thread = market.asked(order)
    asks.sent(market.seller, thread, "On its way.")
    answer = ask(MENU, market.carla)
    assert answer.data == {
        "viewer": {"messaging": {"unreadMessageCount": 1}},
        "threads": {
            "nodes": [
                {
                    "id": thread,
                    "subject": f"Order #{order.number}",
                    "unreadCount": 1,
                    "lastMessage": {"body": "On its way.", "author": {"name": market.counterparty["name"]}},
                }
            ]
        },
    }
    assert len(answer.statements) == 4, answer.statements  # the token, the shop's state, the bell, the threads


@in_every_mode
def test_a30_the_icon_in_the_header_appears_with_a_message_of_the_seller(market: Market) -> None:
    thread = market.asked()
    assert asks.bell(market.carla) == (0, 0, 0)
    asks.sent(market.seller, thread)
    assert asks.bell(market.carla) == (1, 1, 0)
    ask(asks.READ, market.carla, input={"threadId": thread})
    assert asks.bell(market.carla) == (0, 0, 0)


@pytest.mark.django_db(transaction=True)
async def test_a30_the_icon_appears_by_itself() -> None:
    market = await sync_to_async(Market)("M1")
    thread = await sync_to_async(market.asked)()
    async with listen(await sync_to_async(bearer)(market.carla)) as carla:
        await carla.subscribe(asks.EVENTS)
        assert await carla.silent(seconds=0.3)
        await sync_to_async(asks.sent)(market.anna, thread, "On its way.")
        event = (await carla.next())["messagingEvents"]
    assert event.pop("cursor")
    assert event == {
        "__typename": "MessageSent",
        "thread": {"id": thread, "unreadCount": 1},
        "message": {"number": 2, "body": "On its way.", "author": {"name": "Oakline"}},
        "viewer": {"messaging": {"unreadMessageCount": 1}},
    }


@in_every_mode
def test_a31_an_order_says_how_many_of_its_messages_are_new(market: Market) -> None:
    orders = [market.order(), market.order()]
    thread = market.asked(orders[0])
    for _ in range(2):
        asks.sent(market.seller, thread)
    query = "{ orders(first: 5) { nodes { number messaging { unreadCount messageCount } } } }"
    assert ask(query, market.carla).data["orders"]["nodes"] == [
        {"number": orders[1].number, "messaging": {"unreadCount": 0, "messageCount": 0}},
        {"number": orders[0].number, "messaging": {"unreadCount": 2, "messageCount": 3}},
    ]


@in_every_mode
def test_a32_new_messages_are_marked_as_new(market: Market) -> None:
    thread = market.asked()
    asks.sent(market.seller, thread, "First")
    ask(asks.READ, market.carla, input={"threadId": thread})
    asks.sent(market.seller, thread, "Second")
    seen = ask(asks.THREAD, market.carla, id=thread).data["thread"]
    assert seen["unreadCount"] == 1
    assert [(one["body"], one["isUnread"]) for one in seen["messages"]["nodes"]] == [
        ("Hello", False),
        ("First", False),
        ("Second", True),
    ]


@in_every_mode
def test_a34_both_go_on_as_long_as_they_require(market: Market) -> None:
    thread = market.asked(body="0")
    for number in range(1, 30):
        asks.sent(market.seller if number % 2 else market.carla, thread, str(number))
    order = Thread.objects.get().order
    assert order is not None
    order.status = "COMPLETED"
    order.save()
    asks.sent(market.carla, thread, "30")
    assert m.bodies(market.seller, thread) == [str(number) for number in range(31)]


@in_every_mode
def test_a35_nothing_that_was_said_is_lost(market: Market) -> None:
    order = market.order()
    thread = market.asked(order, body="The first word")
    Thread.objects.update(created_at="2010-01-01T00:00:00Z", updated_at="2010-01-01T00:00:00Z")
    for _ in range(3):
        asks.started(market.carla, product=world.a_product())
    assert m.inbox(market.carla)[-1] == thread
    order.delete()
    assert m.inbox(market.carla)[-1] == thread
    assert m.bodies(market.carla, thread) == ["The first word"]


@in_every_mode
def test_a39_a_customer_reads_and_answers_in_the_messages_tab(market: Market) -> None:
    thread = market.asked()
    asks.sent(market.seller, thread, "Which one?")
    (found,) = m.inbox(market.carla)
    assert m.bodies(market.carla, found) == ["Hello", "Which one?"]
    asks.sent(market.carla, found, "The red one.")
    assert m.bodies(market.seller, thread) == ["Hello", "Which one?", "The red one."]


@in_every_mode
def test_a_guest_does_with_the_orders_token_what_a_customer_may(market: Market) -> None:
    order, other = market.guests_order(), market.order()
    thread = market.asked(order, by=order)
    hidden = market.asked(other)
    asks.sent(market.seller, thread, "On its way.")
    assert m.inbox(order) == [thread]
    assert asks.bell(order) == (1, 1, 0)
    names = "query ($id: ID!) { thread(id: $id) { customer { name user { name } } } }"
    assert ask(names, market.seller, id=thread).data["thread"]["customer"] == {"name": "Guest", "user": None}
    dispute = m.opened(order, thread=thread)
    assert m.close_dispute(order, dispute).data["disputeClose"]["userErrors"] == []
    with m.nothing_written():
        assert m.refused(asks.send(order, hidden), "threadId") == "NOT_FOUND"
        assert m.refused(asks.start(order, order=other), "about", "orderId") == "NOT_FOUND"
        assert m.refused(asks.start(order, store=True)) == "FORBIDDEN"
