"""Disputes: opened, closed, opened again."""

import pytest

from messaging_plugin import disputes, log
from messaging_plugin.models import Dispute, Event, Message, Thread
from shop.errors import ShopError
from shop.vocabulary import Permission
from tests import world
from tests.messaging.domain import stage
from tests.messaging.domain.test_messages import Talk, refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_a_dispute_is_opened_closed_and_opened_again(talk: Talk) -> None:
    carla, staff = stage.acting(talk.carla), stage.acting(talk.staff)
    cursor = log.newest()
    first = disputes.open_dispute(actor=carla, thread=talk.thread, reason=" Broken. ")
    assert (first.reason, first.opened_by, first.order) == ("Broken.", talk.carla, talk.order)
    assert Thread.objects.get().open_dispute == first
    assert refusal(disputes.open_dispute, actor=staff, thread=talk.thread, reason="x").code == "DISPUTE_ALREADY_OPEN"
    talk.say(talk.anna)
    closed = disputes.close_dispute(actor=staff, dispute=first)
    assert (closed.status, closed.closed_by, Thread.objects.get().open_dispute) == ("CLOSED", talk.staff, None)
    assert refusal(disputes.close_dispute, actor=carla, dispute=first).code == "DISPUTE_NOT_OPEN"
    second = disputes.open_dispute(actor=staff, order=talk.order, reason="Again.")
    disputes.close_dispute(actor=carla, dispute=second)
    kinds = ["REGULAR", "DISPUTE_OPENED", "REGULAR", "DISPUTE_CLOSED", "DISPUTE_OPENED", "DISPUTE_CLOSED"]
    assert list(Message.objects.order_by("number").values_list("kind", flat=True)) == kinds
    assert [event.kind for event in log.after(cursor, carla)] == [
        "MESSAGE_SENT", "DISPUTE_OPENED", "MESSAGE_SENT", "MESSAGE_SENT", "DISPUTE_CLOSED",
        "MESSAGE_SENT", "DISPUTE_OPENED", "MESSAGE_SENT", "DISPUTE_CLOSED",
    ]  # fmt: skip
    stage.check_marks()


def test_staff_are_concerned_while_it_is_open(talk: Talk) -> None:
    talk.say(talk.anna)
    assert stage.unread(talk.staff, talk.thread) == 0
    dispute = disputes.open_dispute(actor=stage.acting(talk.carla), thread=talk.thread, reason="Broken.")
    talk.say(talk.anna)
    assert stage.unread(talk.staff, talk.thread) == 2
    disputes.close_dispute(actor=stage.acting(talk.carla), dispute=dispute)
    assert stage.unread(talk.staff, talk.thread) == 3


def test_a_vendor_never_opens_or_closes(talk: Talk) -> None:
    anna = stage.acting(talk.anna)
    assert refusal(disputes.open_dispute, actor=anna, thread=talk.thread, reason="x").code == "FORBIDDEN"
    assert refusal(disputes.open_dispute, actor=anna, order=talk.order, reason="x").code == "FORBIDDEN"
    dispute = disputes.open_dispute(actor=stage.acting(talk.carla), thread=talk.thread, reason="Broken.")
    assert refusal(disputes.close_dispute, actor=anna, dispute=dispute).code == "FORBIDDEN"
    stranger = stage.acting(world.a_customer())
    assert refusal(disputes.close_dispute, actor=stranger, dispute=dispute).code == "NOT_FOUND"
    assert refusal(disputes.open_dispute, actor=stranger, order=talk.order, reason="x").code == "NOT_FOUND"


def test_disputes_can_be_switched_off_and_those_open_still_closed(talk: Talk) -> None:
    carla = stage.acting(talk.carla)
    dispute = disputes.open_dispute(actor=carla, thread=talk.thread, reason="Broken.")
    stage.switch_to("M1", disputesEnabled=False)
    disputes.close_dispute(actor=carla, dispute=dispute)
    assert refusal(disputes.open_dispute, actor=carla, thread=talk.thread, reason="x").code == "DISPUTES_DISABLED"


def test_a_dispute_by_order_makes_the_thread_there_is_not(talk: Talk) -> None:
    stage.switch_to("M3")
    order = world.an_order(talk.carla, products=[world.a_product(vendor=talk.vendor)])
    error = refusal(disputes.open_dispute, actor=stage.acting(talk.carla), order=order, reason=" ")
    assert (error.code, error.field, Thread.objects.count()) == ("BLANK", ("input", "reason"), 1)
    dispute = disputes.open_dispute(actor=stage.acting(talk.carla), order=order, reason="Broken.")
    assert (dispute.thread.vendor, dispute.thread.message_count) == (None, 1)


def test_neither_thread_nor_order_is_no_dispute(talk: Talk) -> None:
    assert refusal(disputes.open_dispute, actor=stage.acting(talk.carla), reason="x").code == "INVALID"


def test_a_question_cannot_be_disputed(talk: Talk) -> None:
    thread = stage.started(stage.acting(talk.carla), talk.vendor)
    assert refusal(disputes.open_dispute, actor=stage.acting(talk.carla), thread=thread, reason="x").code == "FORBIDDEN"


@pytest.mark.django_db(transaction=True)
def test_two_who_open_at_once_leave_one_dispute() -> None:
    talk = Talk()
    actors = [stage.acting(talk.carla), stage.acting(world.staff(Permission.MANAGE_MESSAGES))]
    results = stage.at_once(
        *(lambda a=actor: disputes.open_dispute(actor=a, thread=talk.thread, reason="Broken.") for actor in actors)
    )
    refused = [result for result in results if isinstance(result, ShopError)]
    assert [error.code for error in refused] == ["DISPUTE_ALREADY_OPEN"]
    assert (Dispute.objects.count(), Message.objects.count()) == (1, 2)
    assert Event.objects.filter(kind="DISPUTE_OPENED").count() == 1
