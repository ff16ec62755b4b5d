from typing import Any

import strawberry

from messaging_plugin import inbox
from messaging_plugin.graphql.inputs import DisputeFilterInput, ThreadFilterInput, ThreadOrderField, ThreadOrderInput
from messaging_plugin.graphql.threads import Dispute, Thread
from shop.access import require_somebody
from shop.graphql import ids
from shop.graphql.connections import Connection, connect
from shop.graphql.context import Info
from shop.graphql.extending import extends
from shop.graphql.keysets import Keyset, Slice
from shop.graphql.roots import Query
from shop.graphql.scalars import OrderDirection

NEWEST_ACTIVITY_FIRST = Keyset(("-updated_at", "-pk"))
NEWEST_DISPUTE_FIRST = Keyset(("-opened_at", "-pk"))


@extends(Query)
class MessagingQueries:
    @strawberry.field
    def thread(self, info: Info, id: strawberry.ID) -> Thread | None:
        found: Any = inbox.threads_of(info.context.actor).filter(pk=ids.pk_of(id, "Thread") or 0).first()
        return found

    @strawberry.field(
        description="Those the viewer may see: a customer's own, a vendor's own, order threads for staff with "
        "MANAGE_ORDERS, every one for staff with MANAGE_MESSAGES. Newest activity first."
    )
    def threads(
        self,
        info: Info,
        filter: ThreadFilterInput | None = None,
        order_by: ThreadOrderInput | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Thread] | None:
        require_somebody(info.context.actor)
        slice_ = Slice.of(first=first, last=last, after=after, before=before)
        found, counted = inbox.threads_of(info.context.actor), inbox.bare_threads_of(info.context.actor)
        if filter is not None:
            found, counted = filter.apply(found, info), filter.apply(counted, info)
        page: Connection[Thread] = connect(found, keyset_of(order_by), slice_, counted=counted)
        return page

    @strawberry.field(description="Those of the threads the viewer may see. Newest first.")
    def disputes(
        self,
        info: Info,
        filter: DisputeFilterInput | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Dispute] | None:
        require_somebody(info.context.actor)
        slice_ = Slice.of(first=first, last=last, after=after, before=before)
        found = inbox.disputes_of(info.context.actor)
        if filter is not None:
            found = filter.apply(found, info)
        page: Connection[Dispute] = connect(found, NEWEST_DISPUTE_FIRST, slice_)
        return page


def keyset_of(order_by: ThreadOrderInput | None) -> Keyset:
    if order_by is None:
        return NEWEST_ACTIVITY_FIRST
    field = "created_at" if order_by.field is ThreadOrderField.CREATED_AT else "updated_at"
    sign = "-" if order_by.direction is OrderDirection.DESC else ""
    return Keyset((f"{sign}{field}", f"{sign}pk"))
