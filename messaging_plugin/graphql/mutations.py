"""Mutations about one thread: writing, marking, disputing."""

from typing import Any

import strawberry

from messaging_plugin import disputes, inbox, messages, models, reading, threads
from messaging_plugin.graphql import finding
from messaging_plugin.graphql.errors import MessagingErrorCode, MessagingUserError
from messaging_plugin.graphql.inputs import (
    DisputeCloseInput,
    DisputeOpenInput,
    MessageSendInput,
    ThreadMarkReadInput,
    ThreadMarkUnreadInput,
    ThreadStartInput,
    VendorThreadStartInput,
)
from messaging_plugin.graphql.threads import BY_NUMBER, Dispute, Message, Thread
from shop.errors import Invalid
from shop.graphql.connections import Edge
from shop.graphql.context import Info
from shop.graphql.errors import answers
from shop.graphql.extending import extends
from shop.graphql.roots import Mutation
from shop.graphql.viewer import Viewer, viewer_of


@strawberry.type
class _OfThread:
    """What payloads about a thread share: it is read anew, as it is afterwards, if it is asked for."""

    thread_id: strawberry.Private[int | None] = None
    user_errors: list[MessagingUserError] = strawberry.field(default_factory=list)

    @strawberry.field
    def thread(self, info: Info) -> Thread | None:
        found: Any = None if self.thread_id is None else inbox.thread_of(info.context.actor, self.thread_id)
        return found


@strawberry.type
class ThreadStartPayload(_OfThread):
    message: Message | None = None


@strawberry.type
class MessageSendPayload:
    message: Message | None = None
    user_errors: list[MessagingUserError] = strawberry.field(default_factory=list)

    @strawberry.field
    def message_edge(self) -> Edge[Message] | None:
        if self.message is None:
            return None
        row: Any = self.message
        return Edge(cursor=BY_NUMBER.cursor_of(row), node=self.message)


@strawberry.type
class ThreadMarkPayload(_OfThread):
    @strawberry.field
    def viewer(self, info: Info) -> Viewer | None:
        return viewer_of(info)


@strawberry.type
class DisputePayload(_OfThread):
    dispute: Dispute | None = None


@extends(Mutation)
class ThreadMutations:
    @strawberry.mutation(description="Writes to someone about something; continues the thread there may already be.")
    @answers(ThreadStartPayload, MessagingUserError, MessagingErrorCode)
    def thread_start(self, info: Info, input: ThreadStartInput) -> ThreadStartPayload | None:
        actor = info.context.actor
        message = threads.start_thread(
            actor=actor,
            about=finding.about(actor, input.about),
            recipient=finding.recipient(input.recipient),
            body=input.body,
            idempotency_key=input.idempotency_key,
        )
        return _started(message)

    @strawberry.mutation(description="Between a vendor and the store: by the vendor's user, or by staff.")
    @answers(ThreadStartPayload, MessagingUserError, MessagingErrorCode)
    def vendor_thread_start(self, info: Info, input: VendorThreadStartInput) -> ThreadStartPayload | None:
        actor = info.context.actor
        message = threads.start_vendor_thread(
            actor=actor,
            vendor=finding.vendor(actor, input.vendor_id, ("input", "vendorId")) if input.vendor_id else None,
            subject=input.subject,
            body=input.body,
            context=finding.vendor_context(actor, input.context),
            idempotency_key=input.idempotency_key,
        )
        return _started(message)

    @strawberry.mutation
    @answers(MessageSendPayload, MessagingUserError, MessagingErrorCode)
    def message_send(self, info: Info, input: MessageSendInput) -> MessageSendPayload | None:
        message: Any = messages.send_message(
            actor=info.context.actor,
            thread=finding.thread(info.context.actor, input.thread_id),
            body=input.body,
            idempotency_key=input.idempotency_key,
        )
        return MessageSendPayload(message=message)

    @strawberry.mutation(description="Up to a message; all of it if left out.")
    @answers(ThreadMarkPayload, MessagingUserError, MessagingErrorCode)
    def thread_mark_read(self, info: Info, input: ThreadMarkReadInput) -> ThreadMarkPayload | None:
        actor = info.context.actor
        thread = finding.thread(actor, input.thread_id)
        reading.mark_read(actor=actor, thread=thread, up_to=finding.message(actor, input.up_to, "upTo"))
        return ThreadMarkPayload(thread_id=thread.pk)

    @strawberry.mutation(description="From a message on; the last one by someone else if left out.")
    @answers(ThreadMarkPayload, MessagingUserError, MessagingErrorCode)
    def thread_mark_unread(self, info: Info, input: ThreadMarkUnreadInput) -> ThreadMarkPayload | None:
        actor = info.context.actor
        thread = finding.thread(actor, input.thread_id)
        reading.mark_unread(actor=actor, thread=thread, since=finding.message(actor, input.from_, "from"))
        return ThreadMarkPayload(thread_id=thread.pk)

    @strawberry.mutation(description="In a thread, or about an order.")
    @answers(DisputePayload, MessagingUserError, MessagingErrorCode)
    def dispute_open(self, info: Info, input: DisputeOpenInput) -> DisputePayload | None:
        actor = info.context.actor
        if (input.thread_id is None) == (input.order_id is None):
            raise Invalid("Give either `threadId` or `orderId`.", field=("input",))
        if input.thread_id is not None:
            thread = finding.thread(actor, input.thread_id)
            dispute = disputes.open_dispute(actor=actor, thread=thread, reason=input.reason)
        else:
            order = finding.order(actor, input.order_id, ("input", "orderId"))
            dispute = disputes.open_dispute(actor=actor, order=order, reason=input.reason)
        return _disputed(dispute)

    @strawberry.mutation
    @answers(DisputePayload, MessagingUserError, MessagingErrorCode)
    def dispute_close(self, info: Info, input: DisputeCloseInput) -> DisputePayload | None:
        actor = info.context.actor
        found = finding.dispute(actor, input.dispute_id)
        return _disputed(disputes.close_dispute(actor=actor, dispute=found))


def _started(message: models.Message) -> ThreadStartPayload:
    payload = ThreadStartPayload(thread_id=message.thread_id)
    payload.message = message  # type: ignore[assignment]
    return payload


def _disputed(dispute: models.Dispute) -> DisputePayload:
    payload = DisputePayload(thread_id=dispute.thread_id)
    payload.dispute = dispute  # type: ignore[assignment]
    return payload
