"""What the viewer has been told, and wants to be told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import strawberry

from messaging_plugin import models
from messaging_plugin.graphql import vocabulary
from messaging_plugin.graphql.errors import MessagingErrorCode, MessagingUserError
from messaging_plugin.graphql.inputs import NotificationFilterInput, NotificationPreferencesUpdateInput
from messaging_plugin.graphql.threads import Dispute, Message, Thread, threads_as_seen
from messaging_plugin.notifications import listing, preferences
from shop.access import require_somebody
from shop.graphql.connections import Connection, connect
from shop.graphql.context import Info
from shop.graphql.errors import answers
from shop.graphql.extending import extends
from shop.graphql.keysets import Keyset, Slice
from shop.graphql.loading import Rows, batched, related
from shop.graphql.nodes import Node, node
from shop.graphql.roots import Mutation, Query
from shop.graphql.viewer import Viewer, viewer_of

NEWEST_FIRST = Keyset(("-pk",))


@node(models.Notification, listing.notifications_of)
class Notification(Node):
    @strawberry.field
    def kind(told: strawberry.Parent[models.Notification]) -> vocabulary.NotificationEvent:
        return vocabulary.NotificationEvent(told.event)

    @batched(Thread)
    def thread(rows: strawberry.Parent[Rows[models.Notification]], info: Info) -> Mapping[models.Notification, Any]:
        return threads_as_seen(rows, info.context.actor)

    message = related(Message, lambda told: _of_its_thread(told, told.message), description="What it tells of.")
    dispute = related(
        Dispute | None,
        lambda told: _of_its_thread(told, told.dispute),
        description="The one that was opened or closed; null for any other message.",
    )
    created_at: datetime

    @strawberry.field(description="Follows the viewer's read mark in the thread.")
    def is_read(told: strawberry.Parent[models.Notification], info: Info) -> bool:
        return listing.is_read(info.context.actor, told)


@extends(Query)
class NotificationQueries:
    @strawberry.field(
        description="What the viewer has been told of, newest first: messages of the other side, disputes, news. Of "
        "threads that the viewer may see today."
    )
    def notifications(
        self,
        info: Info,
        filter: NotificationFilterInput | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Notification] | None:
        actor = info.context.actor
        require_somebody(actor)
        slice_ = Slice.of(first=first, last=last, after=after, before=before)
        found, counted = listing.notifications_of(actor), listing.bare_notifications_of(actor)
        if filter is not None:
            found, counted = filter.apply(found, info), filter.apply(counted, info)
        page: Connection[Notification] = connect(found, NEWEST_FIRST, slice_, counted=counted)
        return page


@strawberry.type
class NotificationPreferencesUpdatePayload:
    viewer: Viewer | None = None
    user_errors: list[MessagingUserError] = strawberry.field(default_factory=list)


@extends(Mutation)
class NotificationMutations:
    @strawberry.mutation(description="What the viewer wants to be told of, and by which channels.")
    @answers(NotificationPreferencesUpdatePayload, MessagingUserError, MessagingErrorCode)
    def notification_preferences_update(
        self, info: Info, input: NotificationPreferencesUpdateInput
    ) -> NotificationPreferencesUpdatePayload | None:
        wanted = [(one.event, one.channel, one.enabled) for one in input.preferences]
        preferences.prefer(actor=info.context.actor, wanted=wanted)
        return NotificationPreferencesUpdatePayload(viewer=viewer_of(info))


def _of_its_thread(told: models.Notification, part: Any) -> Any:
    if part is not None:
        part.thread = told.thread
    return part
