"""Search, filters and bulk marks."""

import pytest

from messaging_plugin import disputes, inbox, messages, reading, threads
from messaging_plugin.filters import DisputeFilter, ThreadFilter
from messaging_plugin.models import Dispute, Message, Thread
from shop.actors import Actor
from shop.filters import OrderFilter
from shop.hooks import EmailSight, visible_emails
from shop.models import Order
from shop.plugins.api import one_state
from shop.vocabulary import Permission
from tests import world
from tests.messaging.domain import stage
from tests.messaging.domain.test_messages import Talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk() -> Talk:
    return Talk()


def found(actor: Actor, **data: object) -> set[int]:
    filtered = ThreadFilter(data, inbox.threads_of(actor), actor=actor)
    assert filtered.form.is_valid(), filtered.form.errors
    return {thread.pk for thread in filtered.qs}


@pytest.mark.parametrize(
    ("search", "hit"),
    [
        ("table", True),
        ("TABLE scratched", True),
        ("scratched table", True),
        ("tabl", False),
        ("table chair", False),
        ("Größe", True),
        ("grösse", False),
        ("foo", True),
        ("example.com", True),
        ("OAK-12", True),
        ("OR", False),
        ("table OR nothing", False),
        ("table*", True),
        ("tab*", False),
        ('"table', True),
        ("NEAR(table)", False),
        ("body:table", False),
        ("-table", True),
        ("%", False),
        ("'; DROP", False),
        ("()", False),
    ],
)
def test_search_takes_words_literally(talk: Talk, search: str, hit: bool) -> None:
    talk.say(talk.carla, "The Table is scratched!\nGröße 12, foo_bar@example.com, OAK-12.")
    stage.started(stage.acting(talk.carla), talk.vendor, "Something else.")
    assert found(stage.acting(talk.carla), search=search) == ({talk.thread.pk} if hit else set())


def test_search_finds_numbers_and_subjects_and_only_what_is_visible(talk: Talk) -> None:
    about = threads.start_vendor_thread(actor=stage.acting(talk.anna), subject="Listing fees", body="How much?").thread
    carla, anna = stage.acting(talk.carla), stage.acting(talk.anna)
    number = talk.order.number
    assert found(carla, search=f"#{number}") == found(anna, search=number) == {talk.thread.pk}
    assert found(anna, search="fees") == {about.pk}
    assert found(carla, search="fees") == found(stage.acting(world.a_customer()), search=number) == set()


def test_search_follows_changes_and_deletions(talk: Talk) -> None:
    message = talk.say(talk.carla, "zebra")
    carla = stage.acting(talk.carla)
    Message.objects.filter(pk=message.pk).update(body="giraffe")
    assert (found(carla, search="zebra"), found(carla, search="giraffe")) == (set(), {talk.thread.pk})
    Thread.objects.get().delete()
    assert found(carla, search="giraffe") == set()


def test_every_filter(talk: Talk) -> None:
    carla, anna, staff = (stage.acting(user) for user in (talk.carla, talk.anna, talk.staff))
    product = world.a_product(vendor=talk.vendor)
    question = stage.started(carla, product)
    support = stage.acting(world.staff(Permission.MANAGE_MESSAGES))
    both = {talk.thread.pk, question.pk}
    reading.mark_read(actor=anna, thread=question)
    assert found(anna, unread=True) == found(anna, unread=None, order=talk.order.pk) == {talk.thread.pk}
    assert found(anna, unread=False) == found(anna, kind=["PRODUCT_QUESTION"]) == {question.pk}
    assert found(anna, product=product.pk) == found(support, product=product.pk) == {question.pk}
    assert found(anna, vendor=talk.vendor.pk) == found(anna, customer=talk.carla.pk) == both
    assert found(anna, customer=talk.anna.pk) == set()
    assert found(carla, side="CUSTOMER") == found(anna, side="VENDOR") == found(support, side="STORE") == both
    assert found(carla, side="STORE") == found(anna, side="CUSTOMER") == found(support, side="VENDOR") == set()
    dispute = disputes.open_dispute(actor=staff, thread=talk.thread, reason="Broken.")
    assert (found(anna, disputed=True), found(anna, disputed=False)) == ({talk.thread.pk}, {question.pk})
    assert found(anna, updated_at_after=dispute.opened_at.isoformat()) == {talk.thread.pk}

    def disputed(**data: object) -> list[Dispute]:
        return list(DisputeFilter(data, inbox.disputes_of(anna), actor=anna).qs)

    assert disputed(status="OPEN", order=talk.order.pk, vendor=talk.vendor.pk, customer=talk.carla.pk) == [dispute]
    assert disputed(status="CLOSED") == disputed(customer=talk.anna.pk) == []
    assert inbox.open_dispute_count(anna) == 1
    assert inbox.open_disputes_by_order(anna, [talk.order.pk]) == {talk.order.pk: dispute}


def test_orders_by_their_messages(talk: Talk) -> None:
    other = world.an_order(talk.carla, vendor=talk.vendor)
    read = stage.started(stage.acting(talk.carla), world.an_order(talk.carla, vendor=talk.vendor))

    def orders(actor: Actor, messages: str | None) -> set[int]:
        filtered = OrderFilter({"messages": messages} if messages else {}, Order.objects.all(), actor=actor)
        return set(filtered.qs.values_list("pk", flat=True))

    anna = stage.acting(talk.anna)
    reading.mark_read(actor=anna, thread=read)
    assert orders(anna, "UNREAD") == {talk.order.pk}
    assert orders(anna, "ANY") == {talk.order.pk, read.order_id}
    assert orders(anna, None) == {talk.order.pk, read.order_id, other.pk}
    assert orders(stage.acting(world.a_customer()), "ANY") == set()
    assert inbox.unread_by_order(anna, [talk.order.pk, other.pk]) == {talk.order.pk: 1, other.pk: 0}


def test_a_setting_lets_vendors_see_addresses_of_their_customers(talk: Talk) -> None:
    stranger = world.a_customer()
    asked = frozenset({talk.carla.pk, stranger.pk})

    def seen(user: object) -> frozenset[int]:
        answers = visible_emails.ask(EmailSight(stage.acting(user), asked))  # type: ignore[arg-type]
        return frozenset[int]().union(*answers)

    assert seen(talk.anna) == frozenset()
    stage.switch_to("M1", maskCustomerContacts=False)
    assert seen(talk.anna) == {talk.carla.pk}
    assert seen(world.a_member(world.a_vendor())) == frozenset()


def test_bulk_marks_move_the_actors_marks_in_visible_threads_only(talk: Talk) -> None:
    other = stage.started(stage.acting(world.a_customer()), world.a_product(vendor=world.a_vendor()))
    talk.say(talk.carla)
    anna = stage.acting(talk.anna)
    assert reading.mark_threads_read(actor=anna, threads=Thread.objects.all()) == 1
    assert reading.mark_threads_read(actor=anna, threads=Thread.objects.all()) == 0
    assert (stage.unread(talk.anna, talk.thread), stage.unread(talk.arno, talk.thread)) == (0, 2)
    assert reading.mark_threads_unread(actor=anna, threads=inbox.threads_of(anna)) == 1
    assert (stage.unread(talk.anna, talk.thread), stage.unread(talk.anna, other)) == (1, 0)
    assert reading.mark_threads_unread(actor=anna, threads=Thread.objects.filter(pk=other.pk)) == 0
    staff = stage.acting(talk.staff)
    assert reading.mark_threads_unread(actor=staff, threads=Thread.objects.all()) == 1
    messages.send_message(actor=anna, thread=talk.thread, body="Text.")
    assert stage.unread(talk.staff, talk.thread) == 2
    stage.check_marks()


def test_thousands_are_marked_in_a_few_statements(
    talk: Talk, django_assert_num_queries: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = talk.thread.created_at
    made = Thread.objects.bulk_create(
        Thread(kind="VENDOR_ADMIN", vendor=talk.vendor, subject="S", message_count=1, created_at=now, updated_at=now)
        for _ in range(3000)
    )
    Message.objects.bulk_create(
        Message(thread=thread, number=1, author_side="STORE", body="News.", created_at=now) for thread in made
    )
    anna = stage.acting(talk.anna)
    monkeypatch.setattr(reading, "CHUNK", 1000)
    bulk = 0 if stage.on_sqlite() else 1  # takes turns there
    wanted = Thread.objects.filter(kind="VENDOR_ADMIN")
    with one_state(), django_assert_num_queries(3 * 3 + 1 + 1 + 1 + 2 + bulk):  # type: ignore[operator]
        assert reading.mark_threads_unread(actor=anna, threads=wanted) == 3000
    stage.check_marks()
    with one_state(), django_assert_num_queries(2 + 1 + 2 + bulk):  # type: ignore[operator]
        assert reading.mark_threads_read(actor=anna, threads=wanted) == 3000
    assert inbox.unread_counts(anna) == inbox.Unread(1, 1)
