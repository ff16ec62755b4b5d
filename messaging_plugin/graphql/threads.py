"""Threads, their messages and their disputes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import strawberry
from django.db.models import prefetch_related_objects

from messaging_plugin import access, inbox, models
from messaging_plugin.graphql import vocabulary
from messaging_plugin.graphql.participants import Participant, author_of, counterparty_of, customer_of, someone
from messaging_plugin.vocabulary import ThreadKind
from shop import access as shop_access
from shop import models as shop_models
from shop.actors import Actor
from shop.errors import RequestError
from shop.graphql import ids
from shop.graphql.catalogue import Product, Vendor
from shop.graphql.connections import Connection, connect_each  # noqa: F401 - "Connection[Message]" is read below
from shop.graphql.context import Info
from shop.graphql.keysets import Keyset, Slice
from shop.graphql.loading import Rows, batched, related
from shop.graphql.nodes import Node, node
from shop.graphql.orders import Order
from shop.vocabulary import Side

ThreadContext = Annotated[Order | Product | Vendor, strawberry.union("ThreadContext")]

BY_NUMBER = Keyset(("number",))


@node(models.Thread, inbox.threads_of)
class Thread(Node):
    kind: vocabulary.ThreadKind
    message_count: int
    created_at: datetime
    updated_at: datetime = strawberry.field(description="When its last message was sent.")
    unread_count: int = strawberry.field(description="Messages by others that the viewer has not read.")

    @batched(
        ThreadContext | None,
        description="What it is about, to show beside it and link to; null if nothing, or gone.",
    )
    def context(rows: strawberry.Parent[Rows[models.Thread]], info: Info) -> Mapping[models.Thread, Any]:
        return contexts_of(rows, info.context.actor)

    @strawberry.field(
        description='"Order #1001", "Product: Oak table", or the free subject of a vendor–store thread: '
        "still there when the context is gone."
    )
    def subject(thread: strawberry.Parent[models.Thread]) -> str:
        return inbox.subject_of(thread)

    @batched(Participant | None)
    def customer(rows: strawberry.Parent[Rows[models.Thread]], info: Info) -> Mapping[models.Thread, Any]:
        return _together({thread: customer_of(info.context.actor, thread) for thread in rows})

    @batched(Participant, description="The side that faces the customer; in VENDOR_ADMIN the vendor.")
    def counterparty(rows: strawberry.Parent[Rows[models.Thread]], info: Info) -> Mapping[models.Thread, Any]:
        return _together({thread: counterparty_of(info.context.actor, thread) for thread in rows})

    @batched(list[Participant], description="Everyone who has written, as the viewer may see them.")
    def participants(rows: strawberry.Parent[Rows[models.Thread]], info: Info) -> Mapping[models.Thread, Any]:
        authors = inbox.participants_of(rows)
        found = {thread: _as_seen(info.context.actor, thread, authors.get(thread.pk, [])) for thread in rows}
        Rows(one for several in found.values() for one in several)
        return found

    @batched(
        "Connection[Message]",
        description="Oldest first; `last: 50` opens a thread at its end. `around` centres the page on a message.",
    )
    def messages(
        rows: strawberry.Parent[Rows[models.Thread]],
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        around: strawberry.ID | None = None,
    ) -> Mapping[models.Thread, Any]:
        slice_ = Slice.of(first=first, last=last, after=after, before=before)
        return pages_of_messages(rows, slice_ if around is None else _around(rows, around, slice_))

    last_message = related("Message | None", lambda thread: _of(thread, thread.last_message))
    dispute = related(
        "Dispute | None", lambda thread: _of(thread, thread.open_dispute), description="The open dispute: the red mark."
    )

    @batched("list[Dispute]", description="All of them, newest first.")
    def disputes(rows: strawberry.Parent[Rows[models.Thread]]) -> Mapping[models.Thread, Any]:
        threads = {thread.pk: thread for thread in rows}
        found: dict[models.Thread, list[models.Dispute]] = {thread: [] for thread in rows}
        for dispute in inbox.disputes_in(threads):
            dispute.thread = threads[dispute.thread_id]
            found[dispute.thread].append(dispute)
        Rows(one for several in found.values() for one in several)
        return found

    @strawberry.field
    def viewer_can_reply(thread: strawberry.Parent[models.Thread], info: Info) -> bool:
        return access.may_post(info.context.actor, thread)

    @strawberry.field
    def viewer_can_open_dispute(thread: strawberry.Parent[models.Thread], info: Info) -> bool:
        return access.may_open_dispute(info.context.actor, thread)


@node(models.Message, inbox.messages_of)
class Message(Node):
    @batched(Thread)
    def thread(rows: strawberry.Parent[Rows[models.Message]], info: Info) -> Mapping[models.Message, Any]:
        return threads_as_seen(rows, info.context.actor)

    number: int = strawberry.field(description="1, 2, 3 … in its thread, without gaps.")
    kind: vocabulary.MessageKind
    body: str = strawberry.field(description="Plain text.")
    created_at: datetime

    @batched(Participant)
    def author(rows: strawberry.Parent[Rows[models.Message]], info: Info) -> Mapping[models.Message, Any]:
        return _together({message: author_of(info.context.actor, message) for message in rows})

    @strawberry.field
    def is_unread(message: strawberry.Parent[models.Message], info: Info) -> bool:
        return inbox.is_unread(info.context.actor, message)


@node(models.Dispute, inbox.disputes_of)
class Dispute(Node):
    @batched(Thread)
    def thread(rows: strawberry.Parent[Rows[models.Dispute]], info: Info) -> Mapping[models.Dispute, Any]:
        return threads_as_seen(rows, info.context.actor)

    status: vocabulary.DisputeStatus
    reason: str
    opened_at: datetime
    closed_at: datetime | None

    @batched(Order | None)
    def order(rows: strawberry.Parent[Rows[models.Dispute]], info: Info) -> Mapping[models.Dispute, Any]:
        seen = contexts_of([dispute.thread for dispute in rows], info.context.actor)
        return {dispute: seen.get(dispute.thread) for dispute in rows}

    @batched(Participant)
    def opened_by(rows: strawberry.Parent[Rows[models.Dispute]], info: Info) -> Mapping[models.Dispute, Any]:
        actor = info.context.actor
        return _together(
            {one: someone(actor, one.thread, side=Side(one.opened_side), user=one.opened_by) for one in rows}
        )

    @batched(Participant | None)
    def closed_by(rows: strawberry.Parent[Rows[models.Dispute]], info: Info) -> Mapping[models.Dispute, Any]:
        actor, closed = info.context.actor, [one for one in rows if one.closed_side]
        return _together(
            {one: someone(actor, one.thread, side=Side(one.closed_side), user=one.closed_by) for one in closed}
        )

    @strawberry.field
    def viewer_can_close(dispute: strawberry.Parent[models.Dispute], info: Info) -> bool:
        return access.may_close_dispute(info.context.actor, dispute)


def threads_as_seen(parts: Rows[Any], actor: Actor) -> dict[Any, models.Thread]:
    """The thread of each message or dispute; what a mutation gave without the viewer's marks is read anew."""
    bare = {part.thread_id for part in parts if not hasattr(part.thread, "unread_count")}
    anew = {thread.pk: thread for thread in inbox.threads_of(actor).filter(pk__in=bare)} if bare else {}
    found = {part: anew.get(part.thread_id, part.thread) for part in parts}
    Rows({thread.pk: thread for thread in found.values()}.values())
    return found


def contexts_of(threads: Any, actor: Actor) -> dict[models.Thread, Any]:
    """What each thread is about, where the actor may see it; rows of one type know each other."""
    orders = {thread: thread.order for thread in threads if thread.order is not None}
    if actor.vendor_ids:  # a vendor in WAREHOUSE mode is judged by the lines
        prefetch_related_objects(list(orders.values()), "lines")
    found: dict[models.Thread, Any] = {
        thread: order for thread, order in orders.items() if access.may_see_order(actor, order)
    }
    prefetch_related_objects([thread for thread in threads if thread.product is not None], "product__vendor")
    for thread in threads:
        if thread.product is not None and shop_access.may_see_product(actor, thread.product):
            found[thread] = thread.product
        elif (
            thread.kind == ThreadKind.CONTACT
            and thread.vendor is not None
            and shop_access.may_see_vendor(actor, thread.vendor)
        ):
            found[thread] = thread.vendor
    for model in (shop_models.Order, shop_models.Product, shop_models.Vendor):
        Rows(one for one in found.values() if isinstance(one, model))
    return found


def pages_of_messages(rows: Rows[models.Thread], slice_: Slice) -> Mapping[Any, Any]:
    threads = {thread.pk: thread for thread in rows}

    def finish(messages: list[models.Message]) -> None:
        for message in messages:
            message.thread = threads[message.thread_id]

    visible = inbox.messages_in_threads()
    joined = visible.select_related("author", "author_vendor")
    return connect_each(joined, rows, "thread_id", BY_NUMBER, slice_, counted=visible, finish=finish)


def _around(rows: Rows[models.Thread], message_id: str, slice_: Slice) -> Slice:
    """As many messages as ``slice_`` has, with this one in the middle or as near to it as the thread's ends allow."""
    threads = list(rows)
    pk = ids.pk_of(message_id, "Message") or 0
    found = inbox.messages_in_threads().filter(pk=pk, thread__in=[thread.pk for thread in threads]).first()
    if len(threads) != 1 or found is None:
        raise RequestError("`around` takes the id of a message of this one thread.")
    begin = max(0, min(found.number - 1 - (slice_.size - 1) // 2, threads[0].message_count - slice_.size))
    return Slice(size=slice_.size, after=BY_NUMBER.cursor_of(models.Message(number=begin)) if begin else None)


def _of(thread: models.Thread, part: Any) -> Any:
    """A message or dispute that was joined to ``thread`` knows it as it was loaded for this viewer."""
    if part is not None:
        part.thread = thread
    return part


def _together(found: Mapping[Any, Any]) -> Mapping[Any, Any]:
    Rows(one for one in found.values() if one is not None)
    return found


def _as_seen(actor: Actor, thread: models.Thread, authors: Any) -> list[Any]:
    """Authors whom the viewer cannot tell apart are one: the company, the store."""
    seen: dict[Any, Any] = {}
    for author in authors:
        one = someone(actor, thread, side=Side(author.side), vendor=author.vendor, user=author.user)
        seen.setdefault(one.user or (one.side, one.name), one)
    return list(seen.values())
