"""What the shop's own system is told: docs/webhooks.md has it field by field."""

import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from messaging_plugin import inbox
from messaging_plugin.cursors import cursor_at
from messaging_plugin.models import Dispute, Message, Thread, WebhookDelivery
from messaging_plugin.naming import name_of
from messaging_plugin.vocabulary import EventKind
from shop.graphql import ids
from shop.models import User, Vendor
from shop.plugins.api import current
from shop.vocabulary import Side

#: Goes up when a field changes its meaning or goes away; new fields may come at any time.
VERSION = 1

_TYPES = {
    EventKind.MESSAGE_SENT: "messageSent",
    EventKind.DISPUTE_OPENED: "disputeOpened",
    EventKind.DISPUTE_CLOSED: "disputeClosed",
}
#: What ``payload_of`` reads besides the row.
PARTS = (
    "thread__vendor",
    "message__author",
    "message__author_vendor",
    "dispute__opened_by",
    "dispute__closed_by",
)


def payload_of(delivery: WebhookDelivery) -> str:
    """JSON, with names as the store sees them and texts in the shop's language. Reads ``PARTS``."""
    with translation.override(settings.LANGUAGE_CODE):
        told: dict[str, Any] = {
            "version": VERSION,
            "type": type_of(delivery),
            "cursor": cursor_at(delivery.event),
            "occurredAt": _moment(delivery.created_at),
            "shop": current().name,
            "thread": _thread(delivery.thread),
        }
        if delivery.message is not None:
            told["message"] = _message(delivery.thread, delivery.message)
        if delivery.dispute is not None:
            told["dispute"] = _dispute(delivery.thread, delivery.dispute, EventKind(delivery.kind))
    return json.dumps(told, ensure_ascii=False)


def type_of(delivery: WebhookDelivery) -> str:
    """As the system that is told knows it."""
    return _TYPES[EventKind(delivery.kind)]


def _thread(thread: Thread) -> dict[str, Any]:
    return {
        "id": ids.encode("Thread", thread.pk),
        "kind": thread.kind,
        "subject": inbox.subject_of(thread),
        "orderNumber": thread.order_number or None,
    }


def _message(thread: Thread, message: Message) -> dict[str, Any]:
    return {
        "id": ids.encode("Message", message.pk),
        "number": message.number,
        "kind": message.kind,
        "body": message.body,
        "author": _person(thread, message.author_side, message.author, message.author_vendor),
    }


def _dispute(thread: Thread, dispute: Dispute, kind: EventKind) -> dict[str, Any]:
    """As it was when it happened: of its end nothing is told before."""
    told = {
        "id": ids.encode("Dispute", dispute.pk),
        "reason": dispute.reason,
        "openedAt": _moment(dispute.opened_at),
        "openedBy": _person(thread, dispute.opened_side, dispute.opened_by),
    }
    if kind is EventKind.DISPUTE_CLOSED and dispute.closed_at is not None:
        told["closedAt"] = _moment(dispute.closed_at)
        told["closedBy"] = _person(thread, dispute.closed_side, dispute.closed_by)
    return told


def _person(thread: Thread, side: str, user: User | None, vendor: Vendor | None = None) -> dict[str, Any]:
    """``name`` is the one that everybody sees, ``person`` that of whoever it was: null for guests and deleted users."""
    return {
        "side": side,
        "name": name_of(thread, side=Side(side), vendor=vendor, user=user),
        "person": None if user is None else user.name,
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
