"""Read marks as their readers move them. Nobody's mark moves another's; to read a thread is not to mark it."""

from typing import Any

from django.db import connection, transaction
from django.db.models import BigIntegerField, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Value

from messaging_plugin import access, log
from messaging_plugin.marks import marks_of, written_by
from messaging_plugin.messages import locked
from messaging_plugin.models import Message, ReadState, Thread
from shop.actors import Actor
from shop.errors import Invalid, NotFound

#: Threads that are locked and marked unread with one statement each.
CHUNK = 5_000
#: With more threads marked at once, readers are told to look anew instead of about each.
TOLD_ONE_BY_ONE = 100


@transaction.atomic
def mark_read(*, actor: Actor, thread: Thread, up_to: Message | None = None) -> None:
    """Read up to a message, or all of it; a mark that is further on already stays.

    Raises ``NotFound``, or ``Invalid`` if the message is in another thread. Locks the thread. Publishes
    ``thread_marked`` after commit if anything changed.
    """
    found = _seen(actor, thread)
    _check_in_thread(up_to, found, "upTo")
    row = marks_of(actor).filter(thread=found).first()
    if row is None or row.unread_count == 0:
        return
    number = found.message_count if up_to is None else up_to.number
    if number > row.last_read_number:
        _move(actor, found, number)


@transaction.atomic
def mark_unread(*, actor: Actor, thread: Thread, since: Message | None = None) -> None:
    """Unread from a message on, or from the last one by someone else.

    A thread with none by others stays read. Raises, locks and publishes as ``mark_read``.
    """
    found = _seen(actor, thread)
    _check_in_thread(since, found, "from")
    number = _newest_of_others(actor, found) if since is None else since.number
    if number is not None:
        _move(actor, found, number - 1)


@transaction.atomic
def mark_threads_read(*, actor: Actor, threads: QuerySet[Thread]) -> int:
    """Mark every thread of ``threads`` that the actor may see, however many: a few statements, no thread locked.

    Returns how many were unread before. Publishes ``thread_marked`` after commit.
    """
    log.one_bulk_at_a_time()
    wanted = access.only_visible(actor, threads).order_by().values("pk")
    rows = marks_of(actor).filter(unread_count__gt=0)
    found = list(rows.filter(thread_id__in=wanted).order_by("thread_id").values_list("thread_id", flat=True)[:_MANY])
    few = len(found) < _MANY
    rows = rows.filter(thread_id__in=found) if few else rows.filter(thread_id__in=wanted)
    changed = rows.update(last_read_number=F("message_count"), unread_count=0)
    _record(actor, found, changed)
    return changed


@transaction.atomic
def mark_threads_unread(*, actor: Actor, threads: QuerySet[Thread]) -> int:
    """Put the mark before the last message by someone else in every thread of ``threads`` that is read.

    Returns how many were marked. Three statements for each ``CHUNK`` threads, which stay locked until the end.
    Publishes ``thread_marked`` after commit.
    """
    log.one_bulk_at_a_time()
    wanted = access.only_visible(actor, threads).order_by().values("pk")
    markable = Thread.objects.filter(Exists(_of_others(actor, "pk")), pk__in=wanted).order_by("pk")
    told: list[int] = []
    last = changed = 0
    while ids := list(markable.filter(pk__gt=last).select_for_update(no_key=True).values_list("pk", flat=True)[:CHUNK]):
        if len(told) < _MANY:
            unread = set(
                marks_of(actor).filter(unread_count__gt=0, thread_id__in=ids).values_list("thread_id", flat=True)
            )
            told += [pk for pk in ids if pk not in unread][: _MANY - len(told)]
        changed += _marked_unread(actor, ids)
        last = ids[-1]
    _record(actor, told, changed)
    return changed


_MANY = TOLD_ONE_BY_ONE + 1


def _marked_unread(actor: Actor, ids: list[int]) -> int:
    """Of locked threads, in which therefore no message comes in between."""
    rows = marks_of(actor).filter(thread_id__in=ids, unread_count=0)
    newest = Subquery(_of_others(actor, "thread_id").values("number")[:1], IntegerField())
    changed = rows.update(last_read_number=newest - 1, unread_count=1)
    newest = Subquery(_of_others(actor, "pk").values("number")[:1], IntegerField())
    fresh = (
        Thread.objects.filter(pk__in=ids)
        .order_by("pk")
        .annotate(reader=Value(actor.user_id, BigIntegerField()), before=newest - 1, unread=Value(1))
        .values_list("pk", "reader", "before", "unread", "message_count")
    )
    sql, params = fresh.query.sql_with_params()
    columns = "thread_id, user_id, last_read_number, unread_count, message_count"
    with connection.cursor() as cursor:
        # Not "where there is none yet": PostgreSQL, knowing nothing yet of marks just made, would go through all of them.
        insert = f"INSERT INTO {ReadState._meta.db_table} ({columns}) {sql} ON CONFLICT DO NOTHING"  # noqa: SLF001 - Django documents it
        cursor.execute(insert, params)
        return changed + int(cursor.rowcount)


def _of_others(actor: Actor, outer: str) -> QuerySet[Message]:
    """Newest first; ``outer`` is the field of the outer query that names the thread."""
    return Message.objects.filter(thread_id=OuterRef(outer)).exclude(written_by(actor)).order_by("-number")


def _record(actor: Actor, thread_ids: list[int], changed: int) -> None:
    if not changed:
        return
    if len(thread_ids) < _MANY or actor.user_id is None:
        threads = Thread.objects.in_bulk(thread_ids)
        log.record([log.marked(threads[pk], actor.user_id) for pk in sorted(threads)])
    else:
        log.record([log.many_marked(actor.user_id)])


def _seen(actor: Actor, thread: Thread) -> Thread:
    found = locked(thread.pk)
    if not access.may_see(actor, found):
        raise NotFound("There is no such thread.", field=("input", "threadId"))
    return found


def _check_in_thread(message: Message | None, thread: Thread, argument: str) -> None:
    if message is not None and message.thread_id != thread.pk:
        raise Invalid("This message is not in the thread.", field=("input", argument))


def _newest_of_others(actor: Actor, thread: Thread) -> int | None:
    others = thread.messages.exclude(written_by(actor)).order_by("-number")
    return others.values_list("number", flat=True).first()


def _move(actor: Actor, thread: Thread, number: int) -> None:
    """Put the mark behind message ``number`` of a locked thread, and count what comes after it."""
    unread = thread.messages.filter(number__gt=number).exclude(written_by(actor)).count()
    place: dict[str, Any] = {
        "last_read_number": number if unread else thread.message_count,
        "unread_count": unread,
        "message_count": thread.message_count,
    }
    if not marks_of(actor).filter(thread=thread).update(**place):
        ReadState.objects.create(thread=thread, user_id=actor.user_id, **place)
    log.record([log.marked(thread, actor.user_id)])
