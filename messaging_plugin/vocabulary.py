"""The closed sets of words of this plugin."""

from django.db.models import TextChoices


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


class OrderMessages(TextChoices):
    """Orders with unread messages for the viewer, or with any messages. Left out: all orders."""

    UNREAD = "UNREAD"
    ANY = "ANY"
