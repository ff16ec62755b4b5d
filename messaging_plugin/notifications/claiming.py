"""Who sends what: a worker claims a parcel for a time, and whatever it does not settle in that time is claimed anew."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from messaging_plugin import access, attempts
from messaging_plugin.attempts import DIED
from messaging_plugin.models import Notification
from messaging_plugin.notifications.channels import EMAIL
from messaging_plugin.settings import today
from messaging_plugin.vocabulary import NotificationState
from shop.access import require
from shop.actors import Actor
from shop.vocabulary import Permission

#: Messages in one parcel, at most.
MOST = 100
#: The time that ``email_hourly_limit`` is about.
HOUR = timedelta(hours=1)
#: While as many e-mails as may be are on their way, the next look at one more.
SOON = timedelta(seconds=30)

#: Held while a worker chooses; any number but those of ``search_index`` and ``log``.
_TURN = 7_236_451_003


@dataclass(frozen=True)
class Claim:
    """Rows that nobody else touches before ``until``."""

    key: str
    channel: str
    rows: tuple[Notification, ...]
    until: datetime

    def still_mine(self) -> QuerySet[Notification]:
        return Notification.objects.filter(
            state=NotificationState.PENDING,
            parcel=self.key,
            leased_until=self.until,
            pk__in=[row.pk for row in self.rows],
        )


def is_anything_due(*, without: frozenset[str] = frozenset()) -> bool:
    """One statement that takes no lock."""
    return _due(without).exists()


def claim_next(*, without: frozenset[str] = frozenset()) -> Claim | None:
    """The parcel that has waited longest, of a channel that is not in ``without``; None if nothing is due.

    A parcel that was claimed before is claimed as it was. A new one has what is pending for the recipient in the thread,
    whether or not it is due; with the last e-mail of an hour, in every thread.
    """
    while True:
        with transaction.atomic():
            _take_turn()
            first = _due(without).select_related("thread").order_by("due_at", "pk").first()
            if first is None:
                return None
            rows = _parcel_of(first)
            if rows:
                return _claimed(rows)


def _claimed(rows: list[Notification]) -> Claim:
    key = rows[0].parcel or uuid.uuid4().hex
    until = attempts.claim(Notification.objects.filter(pk__in=[row.pk for row in rows]), parcel=key)
    for row in rows:
        row.parcel, row.leased_until, row.attempts = key, until, row.attempts + 1
    return Claim(key, rows[0].channel, tuple(rows), until)


def _due(without: frozenset[str]) -> QuerySet[Notification]:
    due = attempts.due(Notification.objects.all())
    return due.exclude(channel__in=without) if without else due


def _take_turn() -> None:
    """Two workers choose one after the other, so that neither takes a part of what the other bundles.

    On SQLite the transaction itself is that: see docs/adr/databases.md.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def _parcel_of(first: Notification) -> list[Notification]:
    """What goes with ``first``; nothing if it was put off, for the recipient has had enough for now, or given up."""
    pending = Notification.objects.filter(state=NotificationState.PENDING)
    if first.parcel:
        rows = pending.filter(parcel=first.parcel).order_by("pk")
        if first.attempts < today().settings.email_attempts:
            return list(rows)
        attempts.settle(rows, NotificationState.FAILED, DIED if first.leased_until else first.note or DIED)
        return []
    own = Notification.objects.filter(_recipient(first), channel=first.channel)
    fresh = own.filter(state=NotificationState.PENDING, parcel="").order_by("pk")
    here = fresh.filter(thread_id=first.thread_id)
    limit = today().settings.email_hourly_limit
    if first.channel != EMAIL or not limit:
        return list(here[:MOST])
    now = timezone.now()
    lately = own.filter(state=NotificationState.SENT, settled_at__gt=now - HOUR)
    on_their_way = own.filter(~Q(parcel=""), state=NotificationState.PENDING)
    used = lately.values("parcel").distinct().count() + on_their_way.values("parcel").distinct().count()
    if used < limit - 1:
        return list(here[:MOST])
    if used < limit:
        return list(fresh.filter(due_at__lte=now)[:MOST])
    oldest = lately.aggregate(found=Min("settled_at"))["found"]
    fresh.filter(due_at__lte=now).update(due_at=max(oldest + HOUR, now + SOON) if oldest else now + SOON)
    return []


def _recipient(row: Notification) -> Q:
    if row.user_id is not None:
        return Q(user_id=row.user_id)
    if row.department:
        return Q(department=True)
    return Q(user__isnull=True, department=False, thread__guest=True, thread__order_id=row.thread.order_id)


def try_again(*, actor: Actor, notifications: QuerySet[Notification]) -> int:
    """What was given up, or waits for its next attempt, is due now, with all its attempts before it.

    With the rest of its parcel: a second e-mail with one Message-ID would be taken for a double. Needs MANAGE_MESSAGES:
    raises ``Forbidden``. Leaves alone what is being sent, what was sent and what was skipped. Returns of how many
    of the chosen that is true.
    """
    require(actor, Permission.MANAGE_MESSAGES)
    waiting = Notification.objects.filter(state__in=[NotificationState.FAILED, NotificationState.PENDING])
    chosen = waiting.filter(pk__in=notifications.filter(access.visible(actor, "thread__")).order_by().values("pk"))
    count = attempts.free(chosen).count()
    parcels = chosen.exclude(parcel="").order_by().values("parcel")
    attempts.try_again(waiting.filter(Q(pk__in=chosen.order_by().values("pk")) | Q(parcel__in=parcels)))
    return count
