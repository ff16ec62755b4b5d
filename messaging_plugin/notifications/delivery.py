"""The worker's part: what is due is claimed, judged once more, delivered, and settled or put off.

No transaction is open while something is sent. A worker that dies in between leaves a lease, after which another one
sends the same parcel with the same key.
"""

import logging
import time
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Self

from django.utils import translation

from messaging_plugin import access, attempts, inbox
from messaging_plugin.events import Parcel, Told, Undeliverable
from messaging_plugin.models import Notification
from messaging_plugin.naming import author_name
from messaging_plugin.notifications.channels import EMAIL, further_channels
from messaging_plugin.notifications.claiming import Claim, claim_next, is_anything_due
from messaging_plugin.notifications.judging import Judged, judge
from messaging_plugin.notifications.letters import letter_of
from messaging_plugin.notifications.links import thread_url
from messaging_plugin.settings import today
from messaging_plugin.vocabulary import NotificationState
from shop import emails
from shop.plugins.api import is_enabled, one_state
from shop.tokens import create_guest_token

logger = logging.getLogger(__name__)

#: Seconds that one look may take; a parcel that is begun is finished.
LOOK = 5.0

#: To the mail server.
_server = attempts.Way()


def deliver_due(*, seconds: float = LOOK) -> int:
    """Deliver what is due, for about ``seconds``; returns how many parcels were taken up."""
    until = time.monotonic() + seconds
    count = 0
    with _Carrier() as carrier:
        while time.monotonic() < until:
            without = frozenset[str]() if _server.is_open else frozenset({EMAIL})
            with one_state():
                if not is_enabled("messaging") or not is_anything_due(without=without):
                    return count
                if (claim := claim_next(without=without)) is None:
                    return count
                count += 1
                _take_up(claim, carrier)
    return count


class _Carrier:
    """Holds the way to the mail server open for the length of a look."""

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        self._post: emails.Post | None = None
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        self._post = None
        self._stack.close()

    def reach(self, channel: str) -> None:
        """Raises ``MailServerAway``, before a guest's token is made for what cannot leave."""
        if channel == EMAIL:
            self._open()

    def carry(self, parcel: Parcel, judged: Judged, channel: str) -> None:
        if channel != EMAIL:
            further_channels()[channel].deliver(parcel)
            return
        self._open().send(letter_of(parcel, actor=judged.actor, address=judged.address))

    def _open(self) -> emails.Post:
        if self._post is None:
            self._post = self._stack.enter_context(emails.open_post())
            _server.back()
        return self._post


def _take_up(claim: Claim, carrier: _Carrier) -> None:
    judged = None
    try:
        judged = judge(claim.rows)
        for reason in {reason for _, reason in judged.skipped}:
            rows = [row for row, why in judged.skipped if why == reason]
            _settle(claim, rows, NotificationState.SKIPPED, reason)
        if judged.told:
            carrier.reach(claim.channel)
            carrier.carry(_parcel(claim, judged), judged, claim.channel)
            _settle(claim, judged.told, NotificationState.SENT)
    except emails.MailServerAway as error:
        _server.away()
        _give_back(claim, str(error))
    except emails.Refused as error:
        carrier.hang_up()
        _put_off(claim, str(error), for_good=error.for_good)
    except Undeliverable as error:
        _put_off(claim, str(error), for_good=True)
    except Exception as error:
        logger.exception("The parcel %s was not delivered.", claim.key)
        _put_off(claim, f"{type(error).__name__}: {error}"[:1000], for_good=False)


def _parcel(claim: Claim, judged: Judged) -> Parcel:
    with translation.override(judged.recipient.language):
        return Parcel(claim.key, judged.recipient, tuple(_told(judged)))


def _told(judged: Judged) -> Iterable[Told]:
    order = judged.told[0].thread.order if judged.recipient.order_id is not None else None
    token = create_guest_token(order=order) if order is not None else None
    for row in judged.told:
        yield Told(
            event=row.event,
            thread_id=row.thread_id,
            message_id=row.message_id,
            dispute_id=row.dispute_id,
            subject=inbox.subject_of(row.thread),
            author=author_name(row.message),
            body=row.message.body,
            url=thread_url(row.thread, access.side_of(judged.actor, row.thread), token),
        )


# ── what becomes of the rows ────────────────────────────────────────────────────────────────


def _settle(claim: Claim, rows: Iterable[Notification], state: NotificationState, note: str = "") -> None:
    mine = claim.still_mine().filter(pk__in=[row.pk for row in rows])
    if not attempts.settle(mine, state, note):
        logger.warning("The parcel %s took longer than its lease and may be sent twice.", claim.key)


def _give_back(claim: Claim, note: str) -> None:
    """It was no fault of the parcel: the attempt does not count, and the next one is made as soon as there is a way."""
    made = max(0, claim.rows[0].attempts - 1)
    claim.still_mine().update(attempts=made, leased_until=None, note=note)


def _put_off(claim: Claim, note: str, *, for_good: bool) -> None:
    made = claim.rows[0].attempts
    attempts.put_off(claim.still_mine(), note, made=made, most=0 if for_good else today().settings.email_attempts)
