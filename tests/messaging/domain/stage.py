"""What tests of the domain begin with."""

import threading
from collections.abc import Callable
from typing import Any

import django
from django.db import connection
from django.db.models import Q

from messaging_plugin import threads
from messaging_plugin.models import Message, ReadState, Thread
from shop.actors import Actor
from shop.models import Order, User
from shop.people import active_person
from shop.vocabulary import MultivendorMode
from tests import world

#: M0 … M3 of the manuals, and whether vendors communicate in WAREHOUSE.
MODES = {
    "M0": (MultivendorMode.OFF, False),
    "M1": (MultivendorMode.SEPARATE_SHOPS, False),
    "M2": (MultivendorMode.WAREHOUSE, False),
    "M3": (MultivendorMode.WAREHOUSE, True),
}


def switch_to(mode: str, **settings: Any) -> None:
    multivendor_mode, direct = MODES[mode]
    world.mode(multivendor_mode)
    world.enabled("messaging", allowVendorCommunicationInWarehouse=direct, **settings)


def acting(user: User) -> Actor:
    person = active_person(user.pk)
    assert person is not None
    return person.actor()


def guest_of(order: Order) -> Actor:
    return Actor(order_id=order.pk)


def started(actor: Actor, about: Any, body: str = "Hello?", **more: Any) -> Thread:
    return threads.start_thread(actor=actor, about=about, body=body, **more).thread


def unread(user: User | None, thread: Thread) -> int:
    row = ReadState.objects.filter(Q(user=user) if user else Q(user__isnull=True), thread=thread).first()
    return 0 if row is None else row.unread_count


def check_marks() -> None:
    """What holds for every mark, whatever has happened."""
    for row in ReadState.objects.select_related("thread"):
        later = Message.objects.filter(thread_id=row.thread_id, number__gt=row.last_read_number)
        own = later.filter(author_id=row.user_id) if row.user_id else later.filter(author=None, author_side="CUSTOMER")
        assert row.unread_count == later.count() - own.count(), row
        assert row.message_count == row.thread.message_count, row
        assert row.unread_count or row.last_read_number == row.message_count, row
    for thread in Thread.objects.all():
        numbers = list(thread.messages.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, thread.message_count + 1))


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """What each returned or raised, run in a thread of its own, all let go together."""
    results: list[object] = [None] * len(jobs)
    barrier = threading.Barrier(len(jobs))

    def run(index: int, job: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results[index] = job()
        except Exception as error:  # noqa: BLE001 - it is the result
            results[index] = error
        finally:
            connection.close()

    workers = [threading.Thread(target=run, args=(index, job)) for index, job in enumerate(jobs)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return results


def on_sqlite() -> bool:
    return connection.vendor == "sqlite"


def more_for_many_values(people: int) -> int:
    """To SQLite, Django 5.2 gives at most 999 values at once: a hundred notifications are two statements."""
    return int(people >= 50 and on_sqlite() and django.VERSION < (6, 0))
