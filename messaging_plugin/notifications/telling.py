"""Whom to tell of a message, by which channels: rows, written in the message's transaction."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from messaging_plugin import attempts
from messaging_plugin.concern import Concerned
from messaging_plugin.events import Channel
from messaging_plugin.models import Dispute, Message, Notification
from messaging_plugin.notifications.channels import EMAIL, IN_APP, further_channels, mails_about
from messaging_plugin.settings import today
from messaging_plugin.vocabulary import MessageKind, NotificationEvent, NotificationState
from shop.vocabulary import Side

EVENT_OF = {
    MessageKind.REGULAR: NotificationEvent.MESSAGE_SENT,
    MessageKind.DISPUTE_OPENED: NotificationEvent.DISPUTE_OPENED,
    MessageKind.DISPUTE_CLOSED: NotificationEvent.DISPUTE_CLOSED,
    MessageKind.ANNOUNCEMENT: NotificationEvent.ANNOUNCEMENT,
}
DISPUTES = (NotificationEvent.DISPUTE_OPENED, NotificationEvent.DISPUTE_CLOSED)


def tell(messages: Iterable[tuple[Message, Concerned]], *, dispute: Dispute | None = None) -> None:
    """Write down whom these messages are to be told to: one statement, but for what SQLite takes in one.

    Those on the author's own side have their unread counts, and are told of disputes only. Whether somebody wants to be
    told, and may be, is decided when it is sent.
    """
    further = list(further_channels().values())
    Notification.objects.bulk_create(
        row for message, concerned in messages for row in _rows(message, concerned, dispute, further)
    )


def forget(before: datetime, *, batch: int = 10_000) -> int:
    """Delete what was settled earlier; what is still to be sent stays, however old. Returns how many."""
    return attempts.forget(Notification.objects.exclude(state=NotificationState.PENDING), before, batch=batch)


def _rows(
    message: Message, concerned: Concerned, dispute: Dispute | None, further: list[Channel]
) -> Iterator[Notification]:
    event = EVENT_OF[MessageKind(message.kind)]
    settings = today().settings
    senders = [*([EMAIL] if mails_about(event) else []), *(one.name for one in further if not one.for_shop)]
    has_department = bool(settings.department_email)
    wait = timedelta(seconds=settings.email_wait_seconds)

    def row(channel: str, user_id: int | None = None, *, department: bool = False, waits: bool = True) -> Notification:
        at_once = channel == IN_APP
        return Notification(
            event=event,
            thread_id=message.thread_id,
            message=message,
            dispute=dispute,
            user_id=user_id,
            department=department,
            channel=channel,
            state=NotificationState.SENT if at_once else NotificationState.PENDING,
            created_at=message.created_at,
            due_at=message.created_at + wait if waits and not at_once else message.created_at,
            settled_at=message.created_at if at_once else None,
        )

    told = {user: side for user, side in concerned.users.items() if event in DISPUTES or side != message.author_side}
    for user_id, side in told.items():
        yield row(IN_APP, user_id)
        for channel in senders:
            if not (channel == EMAIL and has_department and side is Side.STORE):
                yield row(channel, user_id)
    if has_department and EMAIL in senders and Side.STORE in told.values():
        yield row(EMAIL, department=True)
    for one in further:
        if one.for_shop:
            yield row(one.name, department=True, waits=False)
    if concerned.guest:
        yield row(IN_APP)
        for channel in senders:
            yield row(channel)
