"""What happens in threads, as it happens. The event log is the truth; hints only say when to look."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import strawberry
from django.utils import timezone

from messaging_plugin import access, log, models
from messaging_plugin.graphql.cursors import cursor_at, position_of
from messaging_plugin.graphql.threads import Dispute, Message, Thread
from messaging_plugin.vocabulary import EventKind
from shop import realtime
from shop.access import require_somebody
from shop.actors import Actor
from shop.authentication import Credential, actor_of
from shop.errors import RequestError
from shop.graphql import ids
from shop.graphql.context import Info
from shop.graphql.executor import in_thread
from shop.graphql.extending import entrance, extends
from shop.graphql.roots import Subscription
from shop.graphql.viewer import Viewer, viewer_of
from shop.plugins.api import one_state

#: Events read at once.
BATCH = 100
#: Seconds after which what a slow client has not taken yet is read anew, by the rights of that moment.
RIGHTS_HOLD = 2.0


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
    async def messaging_events(
        self, info: Info, thread_id: strawberry.ID | None = None, after: str | None = None
    ) -> AsyncGenerator[MessagingEvent | None, None]:
        reader = Reader(
            credential=info.context.credential,
            thread_id=None if thread_id is None else ids.pk_of(thread_id, "Thread") or 0,
            position=None if after is None else position_of(after),
            resuming=after is not None,
        )
        topics = await in_thread(reader.topics)
        while True:
            async with aclosing(realtime.woken(topics)) as looks:
                async for _ in looks:
                    while events := await in_thread(reader.read):
                        read_at = time.monotonic()
                        for event in events:
                            yield event
                            if time.monotonic() - read_at > RIGHTS_HOLD:
                                reader.position = position_of(event.cursor)
                                break
                    if topics != (topics := await in_thread(reader.topics)):
                        break


@dataclass
class Reader:
    """Where one subscription is in the log. Rights are those of the moment of each look."""

    credential: Credential
    thread_id: int | None = None
    position: int | None = None
    #: Whether ``position`` is a client's, from before; one's own is never behind the log.
    resuming: bool = False

    def topics(self) -> frozenset[str]:
        """Raises ``Unauthenticated``, or ``RequestError`` with NOT_FOUND for a thread that cannot be seen."""
        with one_state():
            actor = self._actor()
        vendors = actor.vendor_ids
        found = {f"user:{actor.user_id}", f"order:{actor.order_id}", *(f"vendor:{pk}" for pk in vendors)}
        return frozenset(found | ({"staff"} if actor.is_staff else set()))

    def read(self) -> list[MessagingEvent]:
        """What came since the last look, oldest first; nothing, if nothing did."""
        with one_state():
            actor = self._actor()
            if self.position is None:
                self.position = log.newest()
                return []
            resuming, self.resuming = self.resuming, False
            if resuming and self._is_lost(self.position):
                self.position = log.newest()
                return [ResyncRequired(cursor=cursor_at(self.position), at=timezone.now())]
            newest = log.newest()
            events = log.after(self.position, actor, thread_id=self.thread_id, limit=BATCH)
        last = events[-1].pk if events else 0
        # Less than a batch: there is no more up to ``newest``, and what others did need not be looked at again.
        self.position = last if len(events) == BATCH else max(self.position, last, newest)
        return [_told(event) for event in events]

    def _actor(self) -> Actor:
        actor = actor_of(self.credential)
        require_somebody(actor)
        if self.thread_id is not None and access.thread_for(actor, self.thread_id) is None:
            raise RequestError("There is no such thread.", code="NOT_FOUND")
        return actor

    @staticmethod
    def _is_lost(position: int) -> bool:
        """Whether there may have been events after ``position`` that the log no longer has, or does not have yet.

        Never so for the cursor of an empty log, though somebody who keeps one until events are pruned misses them:
        ids do not begin at 1 everywhere, so nothing tells it from a log that has just begun.
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
