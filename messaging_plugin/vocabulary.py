"""The closed sets of words of this plugin."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ThreadKind(TextChoices):
    """CONTACT is to a vendor or the store about nothing in particular; VENDOR_ADMIN is between a vendor and the store."""

    ORDER = "ORDER"
    PRODUCT_QUESTION = "PRODUCT_QUESTION"
    CONTACT = "CONTACT"
    VENDOR_ADMIN = "VENDOR_ADMIN"


class MessageKind(TextChoices):
    REGULAR = "REGULAR"
    DISPUTE_OPENED = "DISPUTE_OPENED"
    DISPUTE_CLOSED = "DISPUTE_CLOSED"
    ANNOUNCEMENT = "ANNOUNCEMENT"


class DisputeStatus(TextChoices):
    OPEN = "OPEN"
    CLOSED = "CLOSED"


class EventKind(TextChoices):
    """THREADS_MARKED stands for many threads of one reader at once: query anew."""

    MESSAGE_SENT = "MESSAGE_SENT"
    THREAD_MARKED = "THREAD_MARKED"
    THREADS_MARKED = "THREADS_MARKED"
    DISPUTE_OPENED = "DISPUTE_OPENED"
    DISPUTE_CLOSED = "DISPUTE_CLOSED"


class NotificationEvent(TextChoices):
    """What somebody is told of."""

    MESSAGE_SENT = "MESSAGE_SENT", _("New messages")
    DISPUTE_OPENED = "DISPUTE_OPENED", _("Disputes that are opened")
    DISPUTE_CLOSED = "DISPUTE_CLOSED", _("Disputes that are closed")
    ANNOUNCEMENT = "ANNOUNCEMENT", _("News from the store")


class NotificationState(TextChoices):
    """PENDING is still to be sent; SKIPPED was not to be, when it came to it; FAILED has been given up."""

    PENDING = "PENDING"
    SENT = "SENT"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"


class SkipReason(TextChoices):
    """Why somebody was not told after all."""

    SWITCHED_OFF = "SWITCHED_OFF", "the shop sends none"
    UNWANTED = "UNWANTED", "the recipient wants none"
    READ = "READ", "has been read"
    NO_ACCESS = "NO_ACCESS", "may no longer see it"
    NO_ADDRESS = "NO_ADDRESS", "there is no address"
    NO_CHANNEL = "NO_CHANNEL", "the channel is gone"
    DEMO = "DEMO", "a part of the demo shop"


class OrderMessages(TextChoices):
    """Orders with unread messages for the viewer, or with any messages. Left out: all orders."""

    UNREAD = "UNREAD"
    ANY = "ANY"
