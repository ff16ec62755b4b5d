"""Many at once, on real transactions."""

import threading

import pytest
from django.db import connection, transaction

from messaging_plugin import log, messages, reading, threads
from messaging_plugin.models import Event, Message, Thread
from shop.vocabulary import Permission
from tests import world
from tests.messaging.domain import stage
from tests.messaging.domain.test_messages import Talk

pytestmark = pytest.mark.django_db(transaction=True)


def test_numbers_have_no_gaps_and_counts_are_exact_with_eight_at_once() -> None:
    talk = Talk()
    actors = [stage.acting(user) for user in (talk.carla, talk.anna, talk.arno, talk.staff)] * 2

    def job(index: int) -> None:
        actor = actors[index]
        for turn in range(8):
            messages.send_message(actor=actor, thread=talk.thread, body=f"{index} {turn}")
            if turn % 3 == 2:
                reading.mark_read(actor=actor, thread=talk.thread)
            if turn % 4 == 3:
                reading.mark_threads_unread(actor=actor, threads=Thread.objects.all())
            if turn % 4 == 1:
                reading.mark_threads_read(actor=actor, threads=Thread.objects.all())

    assert stage.at_once(*(lambda i=index: job(i) for index in range(8))) == [None] * 8
    assert Message.objects.count() == Thread.objects.get().message_count == 65
    stage.check_marks()


def test_two_who_begin_at_once_share_a_thread() -> None:
    talk = Talk()
    order = world.an_order(talk.carla, vendor=talk.vendor)
    actors = [stage.acting(user) for user in (talk.carla, talk.anna, talk.arno, talk.staff)]
    results = stage.at_once(
        *(lambda a=actor: threads.start_thread(actor=a, about=order, body="Hello?") for actor in actors)
    )
    assert sorted(result.number for result in results if isinstance(result, Message)) == [1, 2, 3, 4]
    assert Thread.objects.filter(order=order).count() == 1
    stage.check_marks()


def test_a_key_used_twice_at_once_sends_once() -> None:
    talk = Talk()
    anna = stage.acting(talk.anna)
    results = stage.at_once(
        *(
            lambda: threads.start_vendor_thread(actor=anna, subject="Fees", body="?", idempotency_key="k")
            for _ in range(4)
        )
    )
    assert len({result.pk for result in results if isinstance(result, Message)}) == 1
    assert Thread.objects.filter(kind="VENDOR_ADMIN").count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time.")
def test_a_cursor_skips_no_late_commit() -> None:
    """The one who wrote first commits first, however long that takes."""
    talk = Talk()
    other = stage.started(stage.acting(talk.carla), world.an_order(talk.carla, vendor=talk.vendor))
    start, written, go_on = log.newest(), threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            messages.send_message(actor=stage.acting(talk.anna), thread=talk.thread, body="slow")
            written.set()
            assert go_on.wait(10)

    def fast() -> None:
        assert written.wait(10)
        timer = threading.Timer(0.5, go_on.set)
        timer.start()
        messages.send_message(actor=stage.acting(talk.anna), thread=other, body="fast")
        timer.join()

    seen: list[int] = []

    def watch() -> None:
        actor = stage.acting(world.staff(Permission.MANAGE_MESSAGES))
        cursor = start
        for _ in range(400):
            for event in log.after(cursor, actor):
                cursor = event.pk
                seen.append(event.pk)
            if len(seen) == 2:
                return
            threading.Event().wait(0.01)

    assert stage.at_once(slow, fast, watch) == [None] * 3
    bodies = Event.objects.filter(pk__gt=start).order_by("pk").values_list("message__body", flat=True)
    assert list(bodies) == ["slow", "fast"]
    assert seen == sorted(seen)
    assert len(seen) == 2
