"""Rows that are tried until it works: who may claim them, when they are tried again, and when they are given up.

No transaction is open while something is tried. A worker that dies in between leaves a lease, after which another one
tries the same.
"""

import random
import time
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from messaging_plugin.models.attempted import Attempted
from messaging_plugin.vocabulary import NotificationState

#: How long a worker has for what it claims. A worker that was killed holds it up for as long.
LEASE = timedelta(minutes=5)
#: Seconds after a first failure; twice as long after each further one, up to the longest.
PAUSE, LONGEST = 30.0, 6 * 3600.0
#: The same while the other end is away, for the whole process.
AWAY_PAUSE, AWAY_LONGEST = 1.0, 60.0

#: What the admin shows of a row at whose last attempt, too, the worker did not come back.
DIED = "Each worker that tried it died, or took longer than its lease."

Row = TypeVar("Row", bound=Attempted)


class Way:
    """What this process knows of the other end: nobody tries it again before ``again``."""

    def __init__(self) -> None:
        self.back()

    def back(self) -> None:
        self.failures = 0
        self.again = 0.0

    def away(self) -> None:
        self.again = time.monotonic() + pause(AWAY_PAUSE, AWAY_LONGEST, self.failures)
        self.failures += 1

    @property
    def is_open(self) -> bool:
        return time.monotonic() >= self.again


def pause(first: float, longest: float, failures: int) -> float:
    """Between half of it and all of it, so that those who failed together do not come back together."""
    return min(longest, first * 2.0 ** min(failures, 30)) * random.uniform(0.5, 1)  # noqa: S311 - no secret


def free(rows: QuerySet[Row]) -> QuerySet[Row]:
    """Those on which no worker is at work."""
    return rows.filter(Q(leased_until__isnull=True) | Q(leased_until__lte=timezone.now()))


def due(rows: QuerySet[Row]) -> QuerySet[Row]:
    return free(rows).filter(state=NotificationState.PENDING, due_at__lte=timezone.now())


def claim(rows: QuerySet[Row], **more: object) -> datetime:
    """Whoever calls it holds a lock, or has seen to it otherwise that nobody else does. Returns the end of the lease."""
    until = timezone.now() + LEASE
    rows.update(leased_until=until, attempts=F("attempts") + 1, **more)
    return until


def settle(rows: QuerySet[Row], state: NotificationState, note: str = "", **more: object) -> int:
    return rows.update(state=state, settled_at=timezone.now(), leased_until=None, note=note, **more)


def put_off(rows: QuerySet[Row], note: str, *, made: int, most: int, **more: object) -> None:
    """After ``made`` attempts, ``rows`` wait for the next one, or are given up."""
    if made >= most:
        settle(rows, NotificationState.FAILED, note, **more)
        return
    due_at = timezone.now() + timedelta(seconds=pause(PAUSE, LONGEST, made - 1))
    rows.update(due_at=due_at, leased_until=None, note=note, **more)


def try_again(rows: QuerySet[Row]) -> int:
    """But what is being tried is due now, with all its attempts before it. Returns how many rows that are."""
    fresh = {"state": NotificationState.PENDING, "settled_at": None, "leased_until": None, "attempts": 0}
    return free(rows).update(due_at=timezone.now(), **fresh)


def forget(rows: QuerySet[Row], before: datetime, *, batch: int = 10_000) -> int:
    """Delete those that were settled earlier. Returns how many."""
    forgotten = 0
    while True:
        old = rows.filter(settled_at__lt=before)
        count, _ = rows.filter(pk__in=list(old.values_list("pk", flat=True)[:batch])).delete()
        forgotten += count
        if count < batch:
            return forgotten
