"""What a thread's page shows: its messages, and what it is about beside them."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from messaging_plugin import access, inbox
from messaging_plugin.admin import names
from messaging_plugin.models import Dispute, Message, Thread
from messaging_plugin.vocabulary import MessageKind, ThreadKind
from shop.actors import Actor
from shop.models import Order
from shop.vocabulary import Permission

#: Messages on a page.
PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    message: Message
    author: str
    side: str
    is_unread: bool
    is_about_dispute: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of the box beside the dialogue; ``url`` is empty where the reader may not go."""

    label: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class History:
    reason: str
    opened_at: datetime
    opener: str
    closed_at: datetime | None
    closer: str


def lines_of(actor: Actor, thread: Thread, *, before: int | None = None) -> list[Line]:
    """The last ``PAGE`` messages, or those before message number ``before``, oldest first."""
    messages = thread.messages.select_related("author", "author_vendor").order_by("-number")
    if before is not None:
        messages = messages.filter(number__lt=before)
    return [_line(actor, message) for message in reversed(messages[:PAGE])]


def _line(actor: Actor, message: Message) -> Line:
    return Line(
        message=message,
        author=names.name_of(inbox.author_of(message)),
        side=str(message.author_side).lower(),
        is_unread=inbox.is_unread(actor, message),
        is_about_dispute=message.kind in {MessageKind.DISPUTE_OPENED, MessageKind.DISPUTE_CLOSED},
    )


def history_of(thread: Thread) -> list[History]:
    """Of its disputes, newest first: one statement."""
    disputes = [_in(thread, dispute) for dispute in inbox.disputes_in([thread.pk])]
    return [
        History(one.reason, one.opened_at, names.opener_of(one), one.closed_at, names.closer_of(one))
        for one in disputes
    ]


def facts_about(actor: Actor, thread: Thread) -> list[Fact]:
    """Who takes part and what it is about, as ``threads_of`` gives the thread."""
    facts: list[Fact] = []
    if customer := names.customer_of(thread):
        facts.append(Fact("Customer", customer, _to(actor, "user", thread.customer_id)))
    if thread.customer is not None:
        facts.append(Fact("E-mail", thread.customer.email))
    facts.append(
        Fact("Vendor" if thread.vendor_id else "Seller", names.counterparty_of(thread), _vendor(actor, thread))
    )
    if thread.order is not None:
        facts += _facts_of_order(actor, thread.order)
    elif thread.order_number:
        facts.append(Fact("Order", f"#{thread.order_number} (gone)"))
    if thread.product is not None:
        product = thread.product
        facts += [
            Fact("Product", product.name, _to(actor, "product", product.pk)),
            Fact("SKU", product.sku),
            Fact("Price", f"{product.price:.2f}"),
        ]
    elif thread.product_name:
        facts.append(Fact("Product", f"{thread.product_name} (gone)"))
    if not thread.replies_allowed:
        facts.append(Fact("Replies", "not allowed"))
    return facts


def order_lines(actor: Actor, thread: Thread) -> list[tuple[str, str, int, str]]:
    """Name, SKU, quantity and price of what was ordered: one statement, none without an order."""
    if thread.order is None or not access.may_see_order(actor, thread.order):
        return []
    return [
        (line.product_name, line.sku, line.quantity, f"{line.price:.2f}") for line in thread.order.lines.order_by("pk")
    ]


def links_to_more(thread: Thread) -> list[Fact]:
    """Other threads with the same people, or about the same thing."""
    wanted = [
        ("Threads about this order", "order", thread.order_id if thread.kind != ThreadKind.ORDER else None),
        ("Threads about this product", "product", thread.product_id),
        ("Threads of this customer", "customer", thread.customer_id),
        ("Threads of this vendor", "vendor", thread.vendor_id),
    ]
    base = reverse("admin:messaging_thread_changelist")
    return [Fact("", text, f"{base}?{urlencode({name: pk})}") for text, name, pk in wanted if pk is not None]


def note_of(thread: Thread) -> str:
    """The red note while a dispute is open."""
    return names.dispute_note(_in(thread, thread.open_dispute)) if thread.open_dispute is not None else ""


def _in(thread: Thread, dispute: Dispute) -> Dispute:
    """Spares a statement: the dispute need not read its thread."""
    dispute.thread = thread
    return dispute


def _facts_of_order(actor: Actor, order: Order) -> list[Fact]:
    return [
        Fact("Order", f"#{order.number}", _to(actor, "order", order.pk)),
        Fact("Status", str(order.get_status_display())),
        Fact("Placed", names.date_of(order.placed_at)),
    ]


def _vendor(actor: Actor, thread: Thread) -> str:
    return _to(actor, "vendor", thread.vendor_id)


def _to(actor: Actor, page: str, pk: int | None) -> str:
    needed = Permission.MANAGE_ORDERS if page == "order" else Permission.MANAGE_SHOP
    return reverse(f"admin:shop_{page}_change", args=[pk]) if pk is not None and actor.may(needed) else ""
