"""What happens in threads, as it happens. The event log is the truth; hints only say when to look."""

from collections.abc import AsyncIterable
from datetime import datetime
from typing import Any

import strawberry
from django.utils import timezone

from messaging_plugin import access, log, models
from messaging_plugin.cursors import cursor_at, position_of
from messaging_plugin.graphql.threads import Dispute, Message, Thread
from messaging_plugin.vocabulary import EventKind
from shop.access import require_somebody
from shop.actors import Actor
from shop.errors import RequestError
from shop.graphql import ids
from shop.graphql.context import Info
from shop.graphql.extending import entrance, extends
from shop.graphql.feeds import Batch, Feed
from shop.graphql.roots import Subscription
from shop.graphql.viewer import Viewer, viewer_of
from shop.plugins.api import one_state

#: Events read at once.
BATCH = 100


@strawberry.interface(description="Something happened in a thread the viewer may see.")
class MessagingEvent:
    cursor: str = strawberry.field(
        description="Pass the last one seen as `after`: nothing is missed over a reconnection."
    )
    at: datetime


@strawberry.type
class _WithViewer:
    @strawberry.field(description="With the bell as it is now.")
    def viewer(self, info: Info) -> Viewer | None:
        return viewer_of(info)


@entrance
@strawberry.type(description="`viewer` has the bell as it is now.")
class MessageSent(MessagingEvent, _WithViewer):
    thread: Thread
    message: Message


@entrance
@strawberry.type(description="A read mark moved, on another device of the viewer's say.")
class ThreadMarked(MessagingEvent, _WithViewer):
    thread: Thread


@entrance
@strawberry.type
class DisputeOpened(MessagingEvent):
    thread: Thread
    dispute: Dispute


@entrance
@strawberry.type
class DisputeClosed(MessagingEvent):
    thread: Thread
    dispute: Dispute


@entrance
@strawberry.type(description="The cursor is older than the log: query anew, then go on from this cursor.")
class ResyncRequired(MessagingEvent):
    pass


@extends(Subscription)
class MessagingSubscriptions:
    @strawberry.subscription(
        description="Of one thread, or of all that concern the viewer. With `after`: first what came since, then each "
        "event as it happens, without a gap."
    )
    def messaging_events(
        self, info: Info, thread_id: strawberry.ID | None = None, after: str | None = None
    ) -> AsyncIterable[MessagingEvent | None]:
        require_somebody(info.context.actor)
        return Events(
            thread_id=None if thread_id is None else ids.pk_of(thread_id, "Thread") or 0,
            after=None if after is None else position_of(after),
        )


class Events(Feed[MessagingEvent]):
    """The event log, of one thread or of all that the actor may see."""

    def __init__(self, *, thread_id: int | None, after: int | None) -> None:
        self._thread_id = thread_id
        self._after = after

    @property
    def key(self) -> int | None:
        return self._thread_id

    def begin(self, actor: Actor) -> Batch[MessagingEvent]:
        self._check(actor)
        if self._after is None:
            return Batch((), log.newest())
        if _is_lost(self._after):
            newest = log.newest()
            return Batch([(newest, ResyncRequired(cursor=cursor_at(newest), at=timezone.now()))], newest)
        return Batch((), self._after, more=True)

    def read(self, actor: Actor, position: int) -> Batch[MessagingEvent]:
        self._check(actor)
        newest = log.newest()
        if newest <= position:
            return Batch((), position)
        events = log.after(position, actor, thread_id=self._thread_id, limit=BATCH)
        told = [(event.pk, _told(event)) for event in events]
        if len(events) == BATCH:
            return Batch(told, events[-1].pk, more=True)
        # Less than a batch: there is no more up to ``newest``, and what others did need not be looked at again.
        return Batch(told, max([newest, *(event.pk for event in events)]))

    def topics(self, actor: Actor) -> frozenset[str]:
        own = f"order:{actor.order_id}" if actor.user_id is None else f"user:{actor.user_id}"
        vendors = {f"vendor:{pk}" for pk in actor.vendor_ids}
        return frozenset({own} | vendors | ({"staff"} if actor.is_staff else set()))

    @classmethod
    def heard_since(cls, position: int | None) -> tuple[frozenset[str], int]:
        with one_state():
            return log.topics_since(position)

    def _check(self, actor: Actor) -> None:
        require_somebody(actor)
        if self._thread_id is not None and access.thread_for(actor, self._thread_id) is None:
            raise RequestError("There is no such thread.", code="NOT_FOUND")


def _is_lost(position: int) -> bool:
    """Whether there may have been events after ``position`` that the log no longer has, or does not have yet.

    Never so for the cursor of an empty log, though somebody who keeps one until events are pruned misses them: ids do
    not begin at 1 everywhere, so nothing tells it from a log that has just begun.
    """
    oldest = log.oldest()
    return position > 0 and (oldest is None or position < oldest - 1 or position > log.newest())


def _told(event: models.Event) -> MessagingEvent:
    when: dict[str, Any] = {"cursor": cursor_at(event.pk), "at": event.created_at}
    thread: Any = event.thread
    match event.kind:
        case EventKind.MESSAGE_SENT:
            message: Any = event.message
            return MessageSent(**when, thread=thread, message=message)
        case EventKind.THREAD_MARKED:
            return ThreadMarked(**when, thread=thread)
        case EventKind.DISPUTE_OPENED | EventKind.DISPUTE_CLOSED:
            dispute: Any = event.dispute
            told = DisputeOpened if event.kind == EventKind.DISPUTE_OPENED else DisputeClosed
            return told(**when, thread=thread, dispute=dispute)
    return ResyncRequired(**when)  # THREADS_MARKED: too many to tell one by one
