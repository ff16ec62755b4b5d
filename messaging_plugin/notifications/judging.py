"""Whether somebody may still be told, and wants to be: decided when it is sent, by what holds then."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings as django_settings

from messaging_plugin import access
from messaging_plugin.events import Recipient
from messaging_plugin.marks import marks_of
from messaging_plugin.models import Notification
from messaging_plugin.notifications.channels import EMAIL, further_channels, mails_about
from messaging_plugin.notifications.preferences import unwanted_by
from messaging_plugin.settings import today
from messaging_plugin.vocabulary import SkipReason
from shop import emails
from shop.actors import Actor
from shop.authentication import actor_of_user
from shop.vocabulary import Permission

#: The department sees what staff with MANAGE_MESSAGES see.
DEPARTMENT = Actor(permissions=frozenset({Permission.MANAGE_MESSAGES}))


@dataclass(frozen=True)
class Judged:
    """``told`` are the rows to be sent, ``skipped`` the others, each with its reason."""

    actor: Actor
    recipient: Recipient
    address: str
    told: tuple[Notification, ...]
    skipped: tuple[tuple[Notification, SkipReason], ...]


def judge(rows: Iterable[Notification]) -> Judged:
    """Rows of one recipient and channel, read anew, with their messages, authors and threads."""
    found = list(
        Notification.objects.filter(pk__in=[row.pk for row in rows])
        .select_related(
            "user", "message__author", "message__author_vendor", "thread__customer", "thread__vendor", "thread__order"
        )
        .order_by("pk")
    )
    for row in found:
        row.message.thread = row.thread
    if not found:  # the recipient has been deleted since they were claimed
        return Judged(Actor(), Recipient(None, None, django_settings.LANGUAGE_CODE), "", (), ())
    first = found[0]
    actor, recipient, address = _who(first)
    unwanted = unwanted_by(actor)
    marks = dict(
        marks_of(actor)
        .filter(thread_id__in={row.thread_id for row in found})
        .values_list("thread_id", "last_read_number")
        if today().settings.email_unread_only and not first.department
        else ()
    )
    told, skipped = [], []
    for row in found:
        reason = _of_channel(row, address)
        if reason is None and access.side_of(actor, row.thread) is None:
            reason = SkipReason.NO_ACCESS
        if reason is None and (row.event, row.channel) in unwanted:
            reason = SkipReason.UNWANTED
        if reason is None and row.message.number <= marks.get(row.thread_id, 0):
            reason = SkipReason.READ
        if reason is None:
            told.append(row)
        else:
            skipped.append((row, reason))
    return Judged(actor, recipient, address, tuple(told), tuple(skipped))


def _who(row: Notification) -> tuple[Actor, Recipient, str]:
    if row.user is not None:
        recipient = Recipient(row.user_id, None, row.user.language_of_mails())
        return actor_of_user(row.user), recipient, row.user.email
    language = django_settings.LANGUAGE_CODE
    if row.department:
        return DEPARTMENT, Recipient(None, None, language), today().settings.department_email or ""
    order = row.thread.order if row.thread.guest else None
    if order is None:
        return Actor(), Recipient(None, None, language), ""
    return Actor(order_id=order.pk), Recipient(None, order.pk, language), order.guest_email


def _of_channel(row: Notification, address: str) -> SkipReason | None:
    if row.channel != EMAIL:
        return None if row.channel in further_channels() else SkipReason.NO_CHANNEL
    if not mails_about(row.event) or not emails.is_configured():
        return SkipReason.SWITCHED_OFF
    return None if address else SkipReason.NO_ADDRESS
