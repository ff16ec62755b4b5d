"""The first conversation: a customer and a vendor about an order."""

import pytest

from messaging_plugin.models import Message, Thread
from shop.vocabulary import Permission
from tests import world
from tests.asking import ask, global_id
from tests.messaging import asks
from tests.messaging.domain.stage import more_for_many_values

pytestmark = pytest.mark.django_db


def test_a20_a22_a26_customer_and_vendor_share_one_thread_about_an_order() -> None:
    oakline = world.a_vendor("Oakline Furniture")
    carla, anna = world.a_customer("Carla Customer"), world.a_member(oakline, "Anna Vendor")
    order = world.an_order(carla, vendor=oakline)

    answer = asks.start(carla, order=order, body="Where is my table?").data["threadStart"]
    assert answer["userErrors"] == []
    assert answer["message"] == {
        "id": global_id(Message.objects.get()),
        "number": 1,
        "body": "Where is my table?",
        "kind": "REGULAR",
        "author": {"side": "CUSTOMER", "name": "Carla Customer", "isViewer": True},
    }
    thread_id = answer["thread"]["id"]
    assert answer["thread"] == {
        "id": thread_id,
        "kind": "ORDER",
        "subject": f"Order #{order.number}",
        "messageCount": 1,
        "unreadCount": 0,
        "counterparty": {"side": "VENDOR", "name": "Oakline Furniture"},
        "customer": {"name": "Carla Customer"},
    }

    assert asks.unread(anna, thread_id) == 1
    asks.sent(anna, thread_id, "On its way.")
    again = asks.start(carla, order=order, body="Thank you!").data["threadStart"]
    assert (again["thread"]["id"], again["message"]["number"]) == (thread_id, 3)
    assert Thread.objects.count() == 1

    seen = ask(asks.THREAD, carla, id=thread_id).data["thread"]
    assert [(node["number"], node["body"], node["isUnread"]) for node in seen["messages"]["nodes"]] == [
        (1, "Where is my table?", False),
        (2, "On its way.", True),
        (3, "Thank you!", False),
    ]
    assert [node["author"]["name"] for node in seen["messages"]["nodes"]] == [
        "Carla Customer",
        "Oakline Furniture",
        "Carla Customer",
    ]
    assert seen["unreadCount"] == 1


def test_a29_a30_a32_unread_counts_are_exact_and_each_readers_own() -> None:
    oakline = world.a_vendor()
    carla = world.a_customer()
    anna, arno = world.a_member(oakline, "Anna"), world.a_member(oakline, "Arno")
    thread_id = asks.started(carla, order=world.an_order(carla, vendor=oakline))
    asks.sent(carla, thread_id)
    assert (asks.bell(anna), asks.bell(arno), asks.bell(carla)) == ((2, 1, 0), (2, 1, 0), (0, 0, 0))
    asks.sent(anna, thread_id)
    assert (asks.bell(anna), asks.bell(arno), asks.bell(carla)) == ((2, 1, 0), (3, 1, 0), (1, 1, 0))
    marked = ask(asks.READ, anna, input={"threadId": thread_id}).data["threadMarkRead"]
    assert marked == {
        "thread": {"unreadCount": 0},
        "viewer": {"messaging": {"unreadMessageCount": 0, "unreadThreadCount": 0}},
        "userErrors": [],
    }
    assert (asks.bell(anna), asks.bell(arno), asks.bell(carla)) == ((0, 0, 0), (3, 1, 0), (1, 1, 0))


def test_reading_marks_nothing_and_marking_reads_up_to_a_message() -> None:
    oakline = world.a_vendor()
    carla, anna = world.a_customer(), world.a_member(oakline)
    thread_id = asks.started(carla, order=world.an_order(carla, vendor=oakline))
    second = asks.sent(carla, thread_id)
    asks.sent(carla, thread_id)
    assert [asks.unread(anna, thread_id) for _ in range(2)] == [3, 3]
    up_to = ask(asks.READ, anna, input={"threadId": thread_id, "upTo": second}).data["threadMarkRead"]
    assert up_to["thread"] == {"unreadCount": 1}
    from_ = ask(asks.UNREAD, anna, input={"threadId": thread_id, "from": second}).data["threadMarkUnread"]
    assert from_["thread"] == {"unreadCount": 2}
    ask(asks.READ, anna, input={"threadId": thread_id})
    last = ask(asks.UNREAD, anna, input={"threadId": thread_id}).data["threadMarkUnread"]
    assert last["thread"] == {"unreadCount": 1}


def test_in_mode_off_the_store_answers() -> None:
    world.mode(world.OFF)
    oakline = world.a_vendor()
    carla, anna = world.a_customer(), world.a_member(oakline)
    support = world.staff(Permission.MANAGE_MESSAGES)
    order = world.an_order(carla, vendor=oakline)
    payload = asks.start(carla, order=order).data["threadStart"]
    assert payload["thread"]["counterparty"] == {"side": "STORE", "name": "Shop"}
    thread_id = payload["thread"]["id"]
    asks.sent(support, thread_id, "How can we help?")
    assert ask(asks.THREAD, anna, id=thread_id).data == {"thread": None}
    assert asks.bell(carla) == (1, 1, 0)


def test_a_guest_writes_with_the_orders_token_and_sees_that_order_alone() -> None:
    oakline = world.a_vendor()
    anna = world.a_member(oakline)
    guests, other = (world.an_order(vendor=oakline, guest_email=f"g{n}@example.com") for n in (1, 2))
    thread_id = asks.started(guests, order=guests)
    hidden = asks.started(other, order=other)
    asks.sent(anna, thread_id)
    assert asks.bell(guests) == (1, 1, 0)
    seen = ask(asks.THREADS, guests).data["threads"]
    assert [node["id"] for node in seen["nodes"]] == [thread_id]
    assert ask(asks.THREAD, guests, id=hidden).data == {"thread": None}
    assert ask(asks.READ, guests, input={"threadId": thread_id}).data["threadMarkRead"]["thread"] == {"unreadCount": 0}


@pytest.mark.parametrize(
    ("body", "code"),
    [("", "BLANK"), (" \n\t ", "BLANK"), ("x" * 10_001, "TOO_LONG"), ("a\x07b", "INVALID"), ("a\u0000b", None)],
)
def test_a_bad_body_is_refused_and_nothing_is_stored(body: str, code: str | None) -> None:
    carla = world.a_customer()
    order = world.an_order(carla)
    answer = asks.start(carla, order=order, body=body)
    if code is None:
        assert (answer.status, answer.codes) == (400, ["BAD_USER_INPUT"])
    else:
        assert asks.refusals(answer, "threadStart") == [(code, ["input", "body"])]
    assert (Thread.objects.count(), Message.objects.count()) == (0, 0)


def test_ids_of_nothing_and_of_other_things_are_not_found() -> None:
    carla = world.a_customer()
    order = world.an_order(carla)
    product = world.a_product()
    for bad in ("", "x", global_id(product), "VGhyZWFkOjk5OTk"):
        answer = asks.send(carla, bad)
        assert asks.refusals(answer, "messageSend") == [("NOT_FOUND", ["input", "threadId"])], bad
        assert ask(asks.THREAD, carla, id=bad).data == {"thread": None}
    wrong = ask(asks.START, carla, input={"about": {"orderId": global_id(product)}, "body": "Hello"})
    assert asks.refusals(wrong, "threadStart") == [("NOT_FOUND", ["input", "about", "orderId"])]
    assert order.messaging_threads.count() == 0


def test_whoever_is_not_signed_in_marks_nothing_and_is_no_viewer() -> None:
    carla = world.a_customer()
    thread_id = asks.started(carla, order=world.an_order(carla))
    mark = "mutation ($id: ID!) { threadMarkRead(input: {threadId: $id}) { viewer { isStaff } userErrors { code } } }"
    answer = ask(mark, id=thread_id)
    assert answer.data == {"threadMarkRead": {"viewer": None, "userErrors": [{"code": "NOT_FOUND"}]}}


def test_a_retry_with_the_same_key_sends_once_and_with_other_words_is_refused() -> None:
    carla = world.a_customer()
    order = world.an_order(carla)
    first = asks.start(carla, order=order, key="k1").data["threadStart"]
    retry = asks.start(carla, order=order, key="k1").data["threadStart"]
    assert retry == first
    other = asks.start(carla, order=order, key="k1", body="Other")
    assert asks.refusals(other, "threadStart") == [("IDEMPOTENCY_KEY_REUSED", ["input", "idempotencyKey"])]
    assert Message.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_threads_of_a_customer_cost_four_statements(rows: int) -> None:
    carla = world.a_customer()
    for _ in range(rows):
        vendor = world.a_vendor()
        thread_id = asks.started(carla, order=world.an_order(carla, vendor=vendor))
        asks.sent(world.a_member(vendor), thread_id)
    answer = ask(
        """{ threads(first: 50) { nodes {
          id kind subject unreadCount messageCount updatedAt
          lastMessage { number body isUnread author { side name isViewer vendor { name } } }
          participants { side name isViewer vendor { name } }
          customer { name } counterparty { side name vendor { name } }
          context { ... on Order { number status placedAt } ... on Product { name } ... on Vendor { name } }
          viewerCanReply viewerCanOpenDispute dispute { reason }
        } pageInfo { hasNextPage endCursor } } }""",
        carla,
    )
    assert [node["unreadCount"] for node in answer.data["threads"]["nodes"]] == [1] * rows
    assert len(answer.statements) == 4, answer.statements  # the token, the shop's state, threads, participants


@pytest.mark.parametrize("people", [1, 3, 50])
def test_sending_costs_eleven_statements_whoever_is_concerned_and_told(people: int) -> None:
    oakline = world.a_vendor()
    carla = world.a_customer()
    for _ in range(people):
        world.a_member(oakline)
    thread_id = asks.started(carla, order=world.an_order(carla, vendor=oakline))
    answer = asks.send(carla, thread_id)
    assert answer.data["messageSend"]["userErrors"] == []
    assert len(answer.statements) == 11 + more_for_many_values(people), answer.statements
