"""Opening and closing disputes. Both are messages, too; all disputes are kept."""

from django.db import transaction
from django.utils import timezone

from messaging_plugin import access, log, texts
from messaging_plugin.messages import author_in, locked, post
from messaging_plugin.models import Dispute, Thread
from messaging_plugin.routing import STORE, counterparties, refusal_to_start
from messaging_plugin.threads import thread_about
from messaging_plugin.vocabulary import DisputeStatus, MessageKind, ThreadKind
from shop.actors import Actor
from shop.errors import Forbidden, Invalid, NotFound, ShopError
from shop.models import Order
from shop.vocabulary import Side

#: What the message of a closed dispute says; clients that know its kind say it in the reader's language.
CLOSED_BODY = "Dispute closed."


@transaction.atomic
def open_dispute(*, actor: Actor, thread: Thread | None = None, order: Order | None = None, reason: str) -> Dispute:
    """Open a dispute in ``thread``, or in the thread about ``order``.

    An order with several threads means the one with the latest message; one without gets its thread, with the store
    where the customer could choose. Raises ``NotFound``, ``Forbidden`` (also with DISPUTES_DISABLED or
    CONTACT_DISABLED), ``Invalid`` with BLANK, TOO_LONG or INVALID, ``ShopError`` with DISPUTE_ALREADY_OPEN. Locks the
    thread. Publishes ``message_sent`` and ``dispute_opened`` after commit.
    """
    if (thread is None) == (order is None):
        raise Invalid("Name either the thread or the order.", field=("input", "threadId"))
    if order is not None:
        thread = _thread_of(actor, order)
    assert thread is not None  # noqa: S101 - said above
    found = locked(thread.pk)
    if refusal := access.refusal_to_dispute(actor, found):
        raise refusal
    reason = texts.checked_body(reason, ("input", "reason"))
    if found.open_dispute_id is not None:
        raise ShopError("A dispute is already open here.", code="DISPUTE_ALREADY_OPEN", field=("input",))
    author = author_in(actor, found)
    dispute = Dispute.objects.create(
        thread=found,
        order_id=found.order_id,
        reason=reason,
        opened_by_id=author.user_id,
        opened_side=author.side,
        opened_at=timezone.now(),
    )
    found.open_dispute = dispute
    message = post(thread=found, author=author, body=reason, kind=MessageKind.DISPUTE_OPENED, dispute=dispute)
    log.record([log.sent(message), log.opened(dispute)])
    return dispute


@transaction.atomic
def close_dispute(*, actor: Actor, dispute: Dispute) -> Dispute:
    """Customer and staff close it, whoever opened it.

    Raises ``NotFound``, ``Forbidden``, ``ShopError`` with DISPUTE_NOT_OPEN. Locks the thread. Publishes
    ``message_sent`` and ``dispute_closed`` after commit.
    """
    thread = locked(dispute.thread_id)
    if not access.may_see(actor, thread):
        raise NotFound("There is no such dispute.", field=("input", "disputeId"))
    if not access.may_close(actor, thread):
        raise Forbidden("Disputes are closed by customers and by the store.")
    if thread.open_dispute_id != dispute.pk:
        raise ShopError("This dispute is not open.", code="DISPUTE_NOT_OPEN", field=("input", "disputeId"))
    author = author_in(actor, thread)
    found = Dispute.objects.get(pk=dispute.pk)
    found.thread = thread
    found.status = DisputeStatus.CLOSED
    found.closed_by_id = author.user_id
    found.closed_side = author.side
    found.closed_at = timezone.now()
    found.save(update_fields=["status", "closed_by", "closed_side", "closed_at"])
    thread.open_dispute = None
    message = post(thread=thread, author=author, body=CLOSED_BODY, kind=MessageKind.DISPUTE_CLOSED, dispute=found)
    log.record([log.sent(message), log.closed(found)])
    return found


def _thread_of(actor: Actor, order: Order) -> Thread:
    """Within a transaction: a refusal afterwards takes a new thread back."""
    threads = Thread.objects.filter(kind=ThreadKind.ORDER, order_id=order.pk)
    found = access.only_visible(actor, threads).order_by("-updated_at", "-pk").first()
    if found is not None:
        return found
    side = access.side_about(actor, order)
    if side is Side.VENDOR:
        raise Forbidden("Disputes are opened by customers and by the store.")
    if side is None and not access.may_see_order(actor, order):
        raise NotFound("There is no such order.", field=("input", "orderId"))
    if refusal := refusal_to_start(actor, order):
        raise refusal
    choices = counterparties(order)
    return thread_about(actor, order, STORE if STORE in choices else choices[0])
