"""The event log: what happened in which thread, in the order of commits, so that a cursor never skips a late one."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max, Min, Prefetch, Q, prefetch_related_objects
from django.utils import timezone

from messaging_plugin import access, inbox
from messaging_plugin.events import (
    DisputeClosed,
    DisputeOpened,
    MessageSent,
    ThreadMarked,
    dispute_closed,
    dispute_opened,
    message_sent,
    thread_marked,
)
from messaging_plugin.models import Dispute, Event, Message, Thread
from messaging_plugin.settings import today
from messaging_plugin.vocabulary import EventKind, ThreadKind
from messaging_plugin.webhooks import writing
from shop import realtime
from shop.actors import Actor

#: Kinds that only their reader sees.
MARKS = (EventKind.THREAD_MARKED, EventKind.THREADS_MARKED)

#: Events of which lost hints are made up for at once; of more, within seconds.
MOST_HINTS = 10_000

#: Held by whoever marks many threads at once; any number but that of ``search_index.TURN``.
_BULK = 7_236_451_002


# ── what happened ───────────────────────────────────────────────────────────────────────────


def sent(message: Message) -> Event:
    return _event(EventKind.MESSAGE_SENT, message.thread, message=message)


def opened(dispute: Dispute) -> Event:
    return _event(EventKind.DISPUTE_OPENED, dispute.thread, dispute=dispute)


def closed(dispute: Dispute) -> Event:
    return _event(EventKind.DISPUTE_CLOSED, dispute.thread, dispute=dispute)


def marked(thread: Thread, user_id: int | None) -> Event:
    return _event(EventKind.THREAD_MARKED, thread, reader_id=user_id)


def many_marked(user_id: int | None) -> Event:
    return _event(EventKind.THREADS_MARKED, None, reader_id=user_id)


def _event(kind: EventKind, thread: Thread | None, **about: object) -> Event:
    return Event(kind=kind, thread=thread, created_at=timezone.now(), **about)


def record(events: Iterable[Event]) -> None:
    """Write down what happened, for webhooks, too; wake those who may see it and tell listeners, both after commit.

    The last thing of a transaction: on PostgreSQL the first event written makes every other writer of events wait
    until the commit. That is what gives ids in the order of commits.
    """
    written = Event.objects.bulk_create(events)
    writing.write(written)
    realtime.hint({topic for event in written for topic in _topics(event)})
    for event in written:
        _publish(event)


def one_bulk_at_a_time() -> None:
    """Before locking many rows in no order: two at once could wait for each other in a circle."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_BULK])


def _topics(event: Event) -> Iterator[str]:
    thread = event.thread
    if event.kind in MARKS:
        if event.reader_id is not None:
            yield f"user:{event.reader_id}"
        elif thread is not None:
            yield f"order:{thread.order_id}"
        return
    if thread is None:
        return
    yield f"thread:{thread.pk}"
    yield "staff"
    if thread.customer_id is not None:
        yield f"user:{thread.customer_id}"
    elif thread.guest:
        yield f"order:{thread.order_id}"
    sees = today().has_vendors if thread.kind == ThreadKind.VENDOR_ADMIN else today().vendors_face_customers
    if thread.vendor_id is not None and sees:
        yield f"vendor:{thread.vendor_id}"


def _publish(event: Event) -> None:
    thread, message, dispute = event.thread_id, event.message_id, event.dispute_id
    match event.kind:
        case EventKind.MESSAGE_SENT if thread is not None and message is not None:
            message_sent.publish(MessageSent(thread, message))
        case EventKind.DISPUTE_OPENED if thread is not None and dispute is not None:
            dispute_opened.publish(DisputeOpened(thread, dispute))
        case EventKind.DISPUTE_CLOSED if thread is not None and dispute is not None:
            dispute_closed.publish(DisputeClosed(thread, dispute))
        case EventKind.THREAD_MARKED | EventKind.THREADS_MARKED:
            thread_marked.publish(ThreadMarked(thread, event.reader_id))


# ── reading it ──────────────────────────────────────────────────────────────────────────────


_PARTS = ("message__author", "message__author_vendor")
#: Of few events, so not joined to all of them.
_RARE_PARTS = ("dispute__opened_by", "dispute__closed_by")


def after(cursor: int, actor: Actor, *, thread_id: int | None = None, limit: int = 100) -> list[Event]:
    """What came after ``cursor`` and the actor may see today, oldest first.

    With threads as of ``inbox.threads_of``, messages and disputes, each with who wrote, opened and closed it. Two
    statements, and up to three more if there are disputes among it.
    """
    if actor.is_anonymous:
        return []
    # A mark is its reader's alone; an event without a thread is a mark.
    whose = ~Q(kind__in=MARKS) | Q(reader_id=actor.user_id)
    events = Event.objects.filter(whose, access.visible(actor, "thread__") | Q(thread=None), pk__gt=cursor)
    if thread_id is not None:
        events = events.filter(thread_id=thread_id)
    threads = Prefetch("thread", inbox.threads_of(actor))
    found = list(events.select_related(*_PARTS).prefetch_related(threads).order_by("pk")[:limit])
    prefetch_related_objects([event for event in found if event.dispute_id is not None], *_RARE_PARTS)
    for event in found:
        for part in (event.message, event.dispute):
            if part is not None and event.thread is not None:
                part.thread = event.thread
    return found


def newest() -> int:
    """The cursor after which nothing has happened yet; 0 if nothing has ever happened, or all is pruned."""
    return int(Event.objects.aggregate(found=Max("pk"))["found"] or 0)


def topics_since(position: int | None) -> tuple[frozenset[str], int]:
    """What hints there have been since ``position``, as far as the last ``MOST_HINTS`` events tell; and ``newest``."""
    last = newest()
    if position is None or last <= position:
        return frozenset(), last
    events = Event.objects.filter(pk__gt=max(position, last - MOST_HINTS), pk__lte=last).select_related("thread")
    return frozenset(topic for event in events for topic in _topics(event)), last


def oldest() -> int | None:
    """The first event that is still there; a cursor before its predecessor may have missed some."""
    found = Event.objects.aggregate(found=Min("pk"))["found"]
    return None if found is None else int(found)


def prune(before: datetime, *, batch: int = 10_000) -> int:
    """Forget what happened earlier, but for the newest event: cursors count from it."""
    pruned = 0
    while True:
        with transaction.atomic():
            old = Event.objects.filter(created_at__lt=before, pk__lt=newest()).order_by("pk").values("pk")[:batch]
            count, _ = Event.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
        pruned += count
        if count < batch:
            return pruned
