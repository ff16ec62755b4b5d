"""Mutations about many threads: marking what is selected, announcing to vendors."""

from typing import Any

import strawberry
from django.db.models import QuerySet

from messaging_plugin import announcements, inbox, models, reading
from messaging_plugin.graphql.errors import MessagingErrorCode, MessagingUserError
from messaging_plugin.graphql.finding import vendors
from messaging_plugin.graphql.inputs import AnnouncementSendInput, ThreadSelectionInput, ThreadsMarkInput
from messaging_plugin.graphql.threads import Thread
from shop.access import require_somebody
from shop.errors import Invalid, NotFound
from shop.graphql import ids
from shop.graphql.context import Info
from shop.graphql.errors import answers
from shop.graphql.extending import extends
from shop.graphql.loading import Rows
from shop.graphql.roots import Mutation
from shop.graphql.viewer import Viewer, viewer_of

#: Threads that one mutation may name; with a filter there is no limit.
MOST_SELECTED = 1000


@strawberry.type
class ThreadsMarkPayload:
    count: int | None = None
    user_errors: list[MessagingUserError] = strawberry.field(default_factory=list)

    @strawberry.field
    def viewer(self, info: Info) -> Viewer | None:
        return viewer_of(info)


@strawberry.type
class AnnouncementSendPayload:
    count: int | None = None
    threads: list[Thread] | None = None
    user_errors: list[MessagingUserError] = strawberry.field(default_factory=list)


@extends(Mutation)
class BulkMutations:
    @strawberry.mutation(description="Selected, or all that match a filter.")
    @answers(ThreadsMarkPayload, MessagingUserError, MessagingErrorCode)
    def threads_mark_read(self, info: Info, input: ThreadsMarkInput) -> ThreadsMarkPayload | None:
        actor, found = info.context.actor, selected(info, input.threads)
        return ThreadsMarkPayload(count=reading.mark_threads_read(actor=actor, threads=found))

    @strawberry.mutation
    @answers(ThreadsMarkPayload, MessagingUserError, MessagingErrorCode)
    def threads_mark_unread(self, info: Info, input: ThreadsMarkInput) -> ThreadsMarkPayload | None:
        actor, found = info.context.actor, selected(info, input.threads)
        return ThreadsMarkPayload(count=reading.mark_threads_unread(actor=actor, threads=found))

    @strawberry.mutation(
        description="News to vendors, each into a thread of its own. Requires MANAGE_MESSAGES. "
        "Replies are allowed if nothing is said of them."
    )
    @answers(AnnouncementSendPayload, MessagingUserError, MessagingErrorCode)
    def announcement_send(self, info: Info, input: AnnouncementSendInput) -> AnnouncementSendPayload | None:
        actor, chosen = info.context.actor, input.vendors
        if not chosen.ids and not chosen.all:
            raise Invalid("Name some vendors, or give `all: true`.", field=("input", "vendors"))
        sent = announcements.send_announcement(
            actor=actor,
            vendors=vendors(actor, chosen.ids, ("input", "vendors", "ids")) if chosen.ids else None,
            subject=input.subject,
            body=input.body,
            allow_replies=True if input.allow_replies is None else input.allow_replies,
            idempotency_key=input.idempotency_key,
        )
        threads: Any = Rows(inbox.threads_of(actor).filter(pk__in=[thread.pk for thread in sent]))
        return AnnouncementSendPayload(count=len(sent), threads=list(threads))


def selected(info: Info, selection: ThreadSelectionInput) -> QuerySet[models.Thread]:
    """Raises ``NotFound`` if one of the ids is of no thread that the viewer may see: then nothing is marked."""
    actor = info.context.actor
    require_somebody(actor)
    visible = inbox.bare_threads_of(actor)
    if selection.filter:
        return selection.filter.apply(visible, info)
    given = selection.ids or []
    if len(given) > MOST_SELECTED:
        raise Invalid(
            f"Select at most {MOST_SELECTED} threads, or use a filter; this selects {len(given)}.",
            field=("input", "threads", "ids"),
        )
    pks = [ids.pk_of(one, "Thread") for one in given]
    found = visible.filter(pk__in=[pk for pk in pks if pk is not None])
    known = set(found.values_list("pk", flat=True))
    for place, pk in enumerate(pks):
        if pk not in known:
            raise NotFound("There is no such thread.", field=("input", "threads", "ids", str(place)))
    return found
