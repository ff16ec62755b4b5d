"""The event log."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging_plugin import log, messages, reading
from messaging_plugin.events import MessageSent, ThreadMarked, message_sent, thread_marked
from messaging_plugin.models import Event, Thread
from shop import realtime
from shop.plugins.api import one_state
from shop.vocabulary import Permission
from tests import world
from tests.messaging.domain import stage
from tests.messaging.domain.test_messages import Talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_everyone_reads_what_they_may_see_today(talk: Talk) -> None:
    start = log.newest()
    message = talk.say(talk.anna)
    reading.mark_read(actor=stage.acting(talk.carla), thread=talk.thread)
    carla, anna, staff, stranger = (
        stage.acting(user) for user in (talk.carla, talk.anna, talk.staff, world.a_customer())
    )

    def kinds(actor: object) -> list[str]:
        return [event.kind for event in log.after(start, actor)]  # type: ignore[arg-type]

    assert kinds(carla) == ["MESSAGE_SENT", "THREAD_MARKED"]
    assert kinds(anna) == kinds(staff) == ["MESSAGE_SENT"]
    assert kinds(stranger) == []
    assert kinds(stage.acting(world.staff(Permission.MANAGE_MESSAGES))) == ["MESSAGE_SENT"]
    assert log.after(start, carla, thread_id=talk.thread.pk + 1) == []
    assert log.after(start, carla)[0].message == message
    stage.switch_to("M2")
    assert (kinds(carla), kinds(anna)) == (["MESSAGE_SENT", "THREAD_MARKED"], [])


def test_events_come_with_what_they_are_about(talk: Talk, django_assert_num_queries: object) -> None:
    for _ in range(3):
        talk.say(talk.anna)
    carla = stage.acting(talk.carla)
    with one_state(), django_assert_num_queries(2):  # type: ignore[operator]
        found = log.after(0, carla)
        counts = [event.message.thread.unread_count for event in found]  # type: ignore[union-attr]
        authors = [event.message.author for event in found if event.message]
    assert (counts, authors) == ([3] * 4, [talk.carla, *[talk.anna] * 3])


def test_many_marks_are_one_event(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    carla = stage.acting(talk.carla)
    for _ in range(3):
        thread = stage.started(carla, world.an_order(talk.carla, vendor=talk.vendor))
        messages.send_message(actor=stage.acting(talk.anna), thread=thread, body="Yes.")
    start = log.newest()
    assert reading.mark_threads_read(actor=carla, threads=Thread.objects.all()) == 3
    assert [event.kind for event in log.after(start, carla)] == ["THREAD_MARKED"] * 3
    start = log.newest()
    monkeypatch.setattr(reading, "_MANY", 3)
    assert reading.mark_threads_unread(actor=carla, threads=Thread.objects.all()) == 3
    assert reading.mark_threads_read(actor=carla, threads=Thread.objects.all()) == 3
    assert [event.kind for event in log.after(start, carla)] == ["THREADS_MARKED"] * 2
    assert log.after(start, stage.acting(world.staff(Permission.MANAGE_MESSAGES))) == []


def test_what_is_pruned_is_the_old_and_never_the_newest(talk: Talk) -> None:
    for _ in range(4):
        talk.say(talk.anna)
    newest, later = log.newest(), timezone.now() + timedelta(days=1)
    assert log.prune(later - timedelta(days=2)) == 0
    assert log.prune(later, batch=2) == 4
    assert (log.oldest(), log.newest(), Event.objects.count()) == (newest, newest, 1)


def test_hints_and_listeners_come_after_commit(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    hinted: list[str] = []
    told: list[object] = []
    monkeypatch.setattr(realtime, "_send", hinted.extend)
    monkeypatch.setattr(message_sent, "_listeners", [(told.append, "elsewhere")])
    monkeypatch.setattr(thread_marked, "_listeners", [(told.append, "elsewhere")])
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        message = talk.say(talk.anna)
        assert (hinted, told) == ([], [])
    topics = [f"thread:{talk.thread.pk}", "staff", f"user:{talk.carla.pk}", f"vendor:{talk.vendor.pk}"]
    assert sorted(hinted) == sorted(topics)
    assert told == [MessageSent(talk.thread.pk, message.pk)]
    hinted.clear()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        reading.mark_read(actor=stage.acting(talk.carla), thread=talk.thread)
    assert hinted == [f"user:{talk.carla.pk}"]
    assert told[1:] == [ThreadMarked(talk.thread.pk, talk.carla.pk)]
