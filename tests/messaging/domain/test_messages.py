"""Writing, reading it, and marks."""

import pytest

from messaging_plugin import inbox, messages, reading, threads
from messaging_plugin.models import Event, Message, ReadState, Thread
from shop.actors import ANONYMOUS
from shop.errors import ShopError, Unauthenticated
from shop.plugins.api import one_state
from shop.vocabulary import Permission
from tests import world
from tests.messaging.domain import stage

pytestmark = pytest.mark.django_db


class Talk:
    """Carla and two people of Oakline, about an order; staff look on."""

    def __init__(self) -> None:
        stage.switch_to("M1")
        self.vendor = world.a_vendor()
        self.carla, self.anna, self.arno = world.a_customer(), world.a_member(self.vendor), world.a_member(self.vendor)
        self.staff = world.staff(Permission.MANAGE_ORDERS)
        self.order = world.an_order(self.carla, vendor=self.vendor)
        self.thread = stage.started(stage.acting(self.carla), self.order)

    def say(self, user: object, body: str = "Text.", **more: object) -> Message:
        return messages.send_message(actor=stage.acting(user), thread=self.thread, body=body, **more)  # type: ignore[arg-type]


@pytest.fixture
def talk() -> Talk:
    return Talk()


def refusal(call: object, **kwargs: object) -> ShopError:
    before = Message.objects.count(), Event.objects.count()
    assert callable(call)
    with pytest.raises(ShopError) as caught:
        call(**kwargs)
    assert (Message.objects.count(), Event.objects.count()) == before
    return caught.value


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "BLANK"),
        (" \n\t ", "BLANK"),
        ("\u200b", "BLANK"),
        ("nul \x00", "INVALID"),
        ("\x1b[31m", "INVALID"),
        ("lone \ud800", "INVALID"),
        ("x" * 10_001, "TOO_LONG"),
    ],
)
def test_a_bad_body_is_refused_and_nothing_is_stored(talk: Talk, body: str, code: str) -> None:
    error = refusal(messages.send_message, actor=stage.acting(talk.anna), thread=talk.thread, body=body)
    assert (error.code, error.field) == (code, ("input", "body"))
    assert stage.unread(talk.carla, talk.thread) == 0


def test_a_body_is_trimmed_and_keeps_its_lines(talk: Talk) -> None:
    assert talk.say(talk.anna, "  one\r\ntwo\rthree\n ").body == "one\ntwo\nthree"
    assert len(talk.say(talk.anna, f" {'x' * 10_000} ").body) == 10_000


def test_the_longest_message_is_a_setting(talk: Talk) -> None:
    stage.switch_to("M1", maximumLength=5)
    error = refusal(messages.send_message, actor=stage.acting(talk.anna), thread=talk.thread, body="sixsix")
    assert error.message == "A message has at most 5 characters; this one has 6."


def test_a_visitor_signs_in_first(talk: Talk) -> None:
    with pytest.raises(Unauthenticated):
        threads.start_thread(actor=ANONYMOUS, about=talk.order, body="x")


def test_a_retry_with_the_same_key_finds_the_first_message(talk: Talk) -> None:
    first = talk.say(talk.anna, idempotency_key="k")
    assert talk.say(talk.anna, idempotency_key="k") == first
    assert (Message.objects.count(), stage.unread(talk.carla, talk.thread)) == (2, 1)
    assert talk.say(talk.arno, idempotency_key="k").number == 3  # another author's key is another key
    more = {"actor": stage.acting(talk.anna), "thread": talk.thread, "idempotency_key": "k"}
    assert refusal(messages.send_message, body="Other.", **more).code == "IDEMPOTENCY_KEY_REUSED"
    start = {"actor": stage.acting(talk.anna), "about": talk.order, "idempotency_key": "k", "body": "Text."}
    assert refusal(threads.start_thread, **start).code == "IDEMPOTENCY_KEY_REUSED"
    stage.check_marks()


def test_a_guests_key_is_the_orders(talk: Talk) -> None:
    orders = [world.an_order(vendor=talk.vendor, guest_email="g@example.com") for _ in range(2)]
    sent = [
        threads.start_thread(actor=stage.guest_of(order), about=order, body="Hi.", idempotency_key="k")
        for order in (orders[0], orders[0], orders[1])
    ]
    assert sent[0] == sent[1] != sent[2]


def test_a_retried_beginning_makes_no_second_vendor_thread(talk: Talk) -> None:
    more = {"actor": stage.acting(talk.anna), "subject": "Fees", "body": "?", "idempotency_key": "k"}
    assert threads.start_vendor_thread(**more) == threads.start_vendor_thread(**more)  # type: ignore[arg-type]
    assert Thread.objects.filter(kind="VENDOR_ADMIN").count() == 1


@pytest.mark.parametrize("key", ["", "x" * 65, "tab\t", "\x00", "\ud800"])
def test_a_bad_key_is_refused(talk: Talk, key: str) -> None:
    more = {"actor": stage.acting(talk.anna), "thread": talk.thread, "body": "x", "idempotency_key": key}
    assert refusal(messages.send_message, **more).field == ("input", "idempotencyKey")


def test_a_retry_without_the_right_is_refused(talk: Talk) -> None:
    talk.say(talk.anna, idempotency_key="k")
    actor = stage.acting(talk.anna)
    stage.switch_to("M2")
    error = refusal(messages.send_message, actor=actor, thread=talk.thread, body="Text.", idempotency_key="k")
    assert error.code == "NOT_FOUND"


@pytest.mark.parametrize("people", [1, 3, 50])
def test_sending_takes_eight_statements_whoever_is_concerned_and_told(
    talk: Talk, django_assert_num_queries: object, people: int
) -> None:
    for _ in range(people):
        world.a_member(talk.vendor)
    actor = stage.acting(talk.carla)
    more = stage.more_for_many_values(people)
    with one_state(), django_assert_num_queries(8 + more + 2):  # type: ignore[operator] # two for the savepoint
        messages.send_message(actor=actor, thread=talk.thread, body="Text.", idempotency_key="k")
    assert ReadState.objects.filter(unread_count__gt=0).count() == people + 2


def test_who_is_concerned_by_an_order_thread(talk: Talk) -> None:
    def counts() -> list[int]:
        return [stage.unread(user, talk.thread) for user in (talk.carla, talk.anna, talk.arno, talk.staff)]

    assert counts() == [0, 1, 1, 0]  # staff supervise, and are not told
    talk.say(talk.anna)
    assert counts() == [1, 1, 2, 0]  # writing is not reading
    talk.say(talk.staff)
    assert counts() == [2, 2, 3, 0]
    stage.check_marks()


def test_staff_with_a_backlog_keep_an_exact_count(talk: Talk) -> None:
    staff = stage.acting(talk.staff)
    reading.mark_unread(actor=staff, thread=talk.thread)
    talk.say(talk.anna)
    assert stage.unread(talk.staff, talk.thread) == 2
    reading.mark_read(actor=staff, thread=talk.thread)
    talk.say(talk.anna)
    assert stage.unread(talk.staff, talk.thread) == 0
    stage.check_marks()


def test_the_store_answers_where_vendors_do_not(talk: Talk) -> None:
    stage.switch_to("M2")
    talk.say(talk.carla)
    assert [stage.unread(user, talk.thread) for user in (talk.staff, talk.anna)] == [1, 2]  # a backlog goes on counting
    assert inbox.unread_counts(stage.acting(talk.anna)) == inbox.Unread(0, 0)
    stage.switch_to("M1")
    assert inbox.unread_counts(stage.acting(talk.anna)) == inbox.Unread(2, 1)
    stage.check_marks()


def test_reading_up_to_a_message_and_back(talk: Talk) -> None:
    carla = stage.acting(talk.carla)
    second, third, _ = (talk.say(talk.anna), talk.say(talk.anna), talk.say(talk.anna))
    reading.mark_read(actor=carla, thread=talk.thread, up_to=third)
    assert stage.unread(talk.carla, talk.thread) == 1
    reading.mark_read(actor=carla, thread=talk.thread, up_to=second)
    assert stage.unread(talk.carla, talk.thread) == 1
    reading.mark_unread(actor=carla, thread=talk.thread, since=second)
    assert stage.unread(talk.carla, talk.thread) == 3
    reading.mark_read(actor=carla, thread=talk.thread)
    reading.mark_unread(actor=carla, thread=talk.thread)
    assert stage.unread(talk.carla, talk.thread) == 1
    assert stage.unread(talk.arno, talk.thread) == 4  # nobody else's has moved
    stage.check_marks()


def test_a_mark_that_does_not_move_says_nothing(talk: Talk) -> None:
    events = Event.objects.count()
    reading.mark_read(actor=stage.acting(talk.carla), thread=talk.thread)
    reading.mark_unread(actor=stage.acting(talk.carla), thread=talk.thread)  # only one's own message is there
    assert Event.objects.count() == events
    assert not ReadState.objects.filter(user=talk.carla).exists()


def test_a_message_of_another_thread_is_no_place_for_a_mark(talk: Talk) -> None:
    other = stage.started(stage.acting(talk.carla), talk.vendor)
    message = other.messages.get()
    error = refusal(reading.mark_read, actor=stage.acting(talk.carla), thread=talk.thread, up_to=message)
    assert (error.code, error.field) == ("INVALID", ("input", "upTo"))


def test_a_guest_has_one_mark(talk: Talk) -> None:
    order = world.an_order(vendor=talk.vendor, guest_email="g@example.com")
    guest = stage.guest_of(order)
    thread = stage.started(guest, order)
    messages.send_message(actor=stage.acting(talk.anna), thread=thread, body="Hello.")
    messages.send_message(actor=guest, thread=thread, body="Thanks.")
    assert inbox.unread_counts(guest) == inbox.Unread(1, 1)
    assert inbox.thread_of(guest, thread.pk).unread_count == 1  # type: ignore[union-attr]
    reading.mark_read(actor=guest, thread=thread)
    assert reading.mark_threads_unread(actor=guest, threads=Thread.objects.all()) == 1
    assert stage.unread(None, thread) == 1
    stage.check_marks()


def test_a_deleted_user_leaves_the_thread_behind(talk: Talk) -> None:
    talk.say(talk.anna)
    talk.carla.delete()
    talk.say(talk.anna)
    thread = inbox.thread_of(stage.acting(talk.anna), talk.thread.pk)
    assert thread is not None
    found = inbox.participants_of([thread])[thread.pk]
    names = [one.user.name if one.user else None for one in found]
    assert (names, thread.order, thread.message_count) == ([None, talk.anna.name], talk.order, 3)
    stage.check_marks()


def test_contexts_that_are_gone_do_not_clash(talk: Talk) -> None:
    carla = stage.acting(talk.carla)
    products = [world.a_product(name, vendor=talk.vendor) for name in ("One", "Two")]
    asked = [stage.started(carla, product) for product in products]
    for product in products:
        product.delete()
    found = [inbox.thread_of(carla, thread.pk) for thread in asked]
    subjects = [inbox.subject_of(thread) for thread in found if thread]
    assert subjects == ["Product: One", "Product: Two"]


@pytest.mark.parametrize("count", [1, 3, 50])
def test_lists_take_the_same_statements_for_any_number(
    talk: Talk, django_assert_num_queries: object, count: int
) -> None:
    carla = stage.acting(talk.carla)
    for _ in range(count - 1):
        stage.started(carla, world.an_order(talk.carla, vendor=talk.vendor))
    with one_state(), django_assert_num_queries(2):  # type: ignore[operator]
        found = list(inbox.threads_of(carla))
        inbox.participants_of(found)
        assert len(found) == count
        for thread in found:
            assert (thread.last_message and thread.last_message.author) == talk.carla
            assert (thread.order is None, thread.vendor == talk.vendor) == (False, True)
    anna, orders = stage.acting(talk.anna), [thread.order_id for thread in found if thread.order_id]
    with one_state(), django_assert_num_queries(1):  # type: ignore[operator]
        totals = inbox.totals_by_order(anna, orders)
    assert set(totals.values()) == {inbox.OrderTotals(1, 1)}


def test_which_messages_are_unread(talk: Talk, django_assert_num_queries: object) -> None:
    talk.say(talk.anna)
    talk.say(talk.carla)
    talk.say(talk.anna)
    reading.mark_unread(actor=stage.acting(talk.anna), thread=talk.thread, since=talk.thread.messages.get(number=1))
    for user, unread in {talk.carla: [False, True, False, True], talk.anna: [True, False, True, False]}.items():
        actor = stage.acting(user)
        with one_state(), django_assert_num_queries(2):  # type: ignore[operator]
            assert [inbox.is_unread(actor, message) for message in inbox.messages_of(actor)] == unread
        assert [inbox.is_unread(actor, message) for message in Message.objects.order_by("number")] == unread
