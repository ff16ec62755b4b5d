"""What the plugin tells other plugins after commit, and asks them. docs/hooks.md lists it."""

from collections.abc import Callable
from dataclasses import dataclass

from shop.plugins.api import Event, Hook


@dataclass(frozen=True)
class MessageSent:
    thread_id: int
    message_id: int


@dataclass(frozen=True)
class ThreadMarked:
    """``user_id`` is None for the thread's guest, ``thread_id`` for many threads at once."""

    thread_id: int | None
    user_id: int | None


@dataclass(frozen=True)
class DisputeOpened:
    thread_id: int
    dispute_id: int


@dataclass(frozen=True)
class DisputeClosed:
    thread_id: int
    dispute_id: int


class Undeliverable(Exception):
    """Raised by a channel: it makes no sense to try again. The text is shown in the admin."""


@dataclass(frozen=True)
class Recipient:
    """Who is told: ``user_id``, or the guest of ``order_id``, or the shop itself where both are None."""

    user_id: int | None
    order_id: int | None
    #: As in ``settings.LANGUAGES``; the texts of a parcel are in it already.
    language: str


@dataclass(frozen=True)
class Told:
    """One message as the recipient may see it."""

    event: str
    thread_id: int
    message_id: int
    dispute_id: int | None
    #: What the thread is about: "Order #1001".
    subject: str
    #: The name that the recipient may see.
    author: str
    #: As it was written; customers' text, so escape it.
    body: str
    #: Into the storefront, or the admin for staff. A guest's opens the order without a login.
    url: str


@dataclass(frozen=True)
class Parcel:
    """What one recipient is told at once by one channel: several messages where they came in a burst.

    ``key`` is the same at every attempt: with it the receiving end can tell a double.
    """

    key: str
    recipient: Recipient
    told: tuple[Told, ...]


@dataclass(frozen=True)
class ChannelQuestion:
    """Asked as a message is sent, as notifications are delivered, and as somebody looks at their preferences."""


@dataclass(frozen=True)
class Channel:
    """``deliver`` is called in a background worker, outside of any transaction, and again after it has raised.

    With ``for_shop`` the shop itself is told, once and at once, of every message, instead of each person concerned.
    """

    name: str
    title: str
    deliver: Callable[[Parcel], None]
    for_shop: bool = False


message_sent: Event[MessageSent] = Event(
    "message_sent", "A message was sent; those of disputes and announcements, too."
)
thread_marked: Event[ThreadMarked] = Event("thread_marked", "Somebody marked a thread, or many, as read or unread.")
dispute_opened: Event[DisputeOpened] = Event("dispute_opened", "A dispute was opened.")
dispute_closed: Event[DisputeClosed] = Event("dispute_closed", "A dispute was closed.")
notification_channels: Hook[ChannelQuestion, tuple[Channel, ...]] = Hook(
    "notification_channels", "By which channels can people be told, besides the bell and e-mail? Answer with those."
)
