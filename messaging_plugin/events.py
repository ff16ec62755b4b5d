"""What the plugin tells other plugins, after commit. docs/hooks.md lists it."""

from dataclasses import dataclass

from shop.plugins.api import Event


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


message_sent: Event[MessageSent] = Event(
    "message_sent", "A message was sent; those of disputes and announcements, too."
)
thread_marked: Event[ThreadMarked] = Event("thread_marked", "Somebody marked a thread, or many, as read or unread.")
dispute_opened: Event[DisputeOpened] = Event("dispute_opened", "A dispute was opened.")
dispute_closed: Event[DisputeClosed] = Event("dispute_closed", "A dispute was closed.")
