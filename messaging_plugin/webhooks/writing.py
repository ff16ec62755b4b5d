"""Which events the shop's own system is told of: rows, written in the transaction of the event."""

from collections.abc import Iterable

from messaging_plugin.models import Event, WebhookDelivery
from messaging_plugin.settings import today
from messaging_plugin.vocabulary import EventKind

KINDS = (EventKind.MESSAGE_SENT, EventKind.DISPUTE_OPENED, EventKind.DISPUTE_CLOSED)


def write(events: Iterable[Event]) -> None:
    """One statement; none if no webhook is set up, or nothing has happened that it is told of."""
    if today().settings.webhook is None:
        return
    rows = [
        WebhookDelivery(
            event=event.pk,
            kind=event.kind,
            thread_id=event.thread_id,
            message_id=event.message_id,
            dispute_id=event.dispute_id,
            created_at=event.created_at,
            due_at=event.created_at,
        )
        for event in events
        if event.kind in KINDS and event.thread_id is not None
    ]
    if rows:
        WebhookDelivery.objects.bulk_create(rows)
