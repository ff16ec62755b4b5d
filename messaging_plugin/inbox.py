"""Reading: lists of threads and the numbers beside them. No statement counts messages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, FilteredRelation, IntegerField, Min, Prefetch, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from messaging_plugin import access
from messaging_plugin.marks import is_marker, marks_of, wrote
from messaging_plugin.models import Dispute, Message, Thread
from messaging_plugin.vocabulary import DisputeStatus, ThreadKind
from shop.actors import Actor
from shop.models import User, Vendor
from shop.plugins.api import current
from shop.vocabulary import Side

#: What a row of a list shows, besides participants.
ROW = (
    "customer",
    "vendor",
    "order",
    "product",
    "last_message",
    "last_message__author",
    "last_message__author_vendor",
    "open_dispute",
    "open_dispute__opened_by",
)


def bare_threads_of(actor: Actor) -> QuerySet[Thread]:
    """The threads that the actor may see, with nothing beside them: to count, to mark, to narrow."""
    return access.only_visible(actor, Thread.objects.all())


def threads_of(actor: Actor) -> QuerySet[Thread]:
    """The threads that the actor may see, newest activity first, each with all that a list shows of it.

    Annotated with ``unread_count`` and ``read_up_to`` (the number of the last message read).
    """
    return with_marks(actor, bare_threads_of(actor)).select_related(*ROW).order_by("-updated_at", "-pk")


def thread_of(actor: Actor, pk: int) -> Thread | None:
    return threads_of(actor).filter(pk=pk).first()


def with_marks(actor: Actor, threads: QuerySet[Thread]) -> QuerySet[Thread]:
    """Annotated with the actor's ``unread_count`` and ``read_up_to``, by one join."""
    own = FilteredRelation("read_states", condition=is_marker(actor, "read_states__"))
    return threads.alias(mark=own).annotate(
        unread_count=Coalesce("mark__unread_count", Value(0), output_field=IntegerField()),
        read_up_to=Coalesce("mark__last_read_number", F("message_count"), output_field=IntegerField()),
    )


def unread_threads(actor: Actor, threads: QuerySet[Thread], *, unread: bool = True) -> QuerySet[Thread]:
    """Those with unread messages for the actor, or those without, found by the unread marks only."""
    marks = marks_of(actor).filter(unread_count__gt=0).values("thread_id")
    return threads.filter(pk__in=marks) if unread else threads.exclude(pk__in=marks)


def subject_of(thread: Thread) -> str:
    """What it is about, also when that is gone. Reads ``vendor`` of a CONTACT."""
    match thread.kind:
        case ThreadKind.ORDER:
            return _("Order #%(number)s") % {"number": thread.order_number}
        case ThreadKind.PRODUCT_QUESTION:
            return _("Product: %(name)s") % {"name": thread.product_name}
        case ThreadKind.CONTACT:
            return current().name if thread.vendor is None else thread.vendor.name
    return thread.subject


def is_unread(actor: Actor, message: Message) -> bool:
    """Reads ``message.thread`` as ``threads_of`` gives it; for another, its mark is read and kept."""
    if wrote(actor, message):
        return False
    thread: Any = message.thread
    if not hasattr(thread, "read_up_to"):
        mark = marks_of(actor).filter(thread=thread).values_list("last_read_number", flat=True).first()
        thread.read_up_to = thread.message_count if mark is None else mark
    return message.number > thread.read_up_to  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Unread:
    messages: int = 0
    threads: int = 0


def unread_counts(actor: Actor) -> Unread:
    """The bell: one statement that reads the actor's unread marks only."""
    if actor.is_anonymous:
        return Unread()
    marks = marks_of(actor).filter(access.visible(actor, "thread__"), unread_count__gt=0)
    found = marks.aggregate(messages=Sum("unread_count"), threads=Count("pk"))
    return Unread(found["messages"] or 0, found["threads"])


def open_dispute_count(actor: Actor) -> int:
    return access.only_visible_disputes(actor, Dispute.objects.filter(status=DisputeStatus.OPEN)).count()


def disputes_of(actor: Actor) -> QuerySet[Dispute]:
    """Those the actor may see, newest first, with who opened and closed them, and their threads as of ``threads_of``."""
    disputes = access.only_visible_disputes(actor, Dispute.objects.all()).select_related("opened_by", "closed_by")
    return disputes.prefetch_related(Prefetch("thread", threads_of(actor))).order_by("-opened_at", "-pk")


def disputes_in(thread_ids: Iterable[int]) -> QuerySet[Dispute]:
    """All of these threads', which the caller has seen to be visible, newest first."""
    disputes = Dispute.objects.filter(thread_id__in=list(thread_ids)).select_related("opened_by", "closed_by")
    return disputes.order_by("-opened_at", "-pk")


def messages_in_threads() -> QuerySet[Message]:
    """For the caller to narrow to threads that it has seen to be visible."""
    return Message.objects.all()


def messages_of(actor: Actor) -> QuerySet[Message]:
    """Those the actor may see, in the order of their threads, with their authors, and threads as of ``threads_of``."""
    messages = access.only_visible_messages(actor, Message.objects.all()).select_related("author", "author_vendor")
    return messages.prefetch_related(Prefetch("thread", threads_of(actor))).order_by("thread_id", "number")


@dataclass(frozen=True, slots=True)
class Participant:
    """``user`` is None for a guest and for a deleted user."""

    side: Side
    user: User | None = None
    vendor: Vendor | None = None
    guest: bool = False


def author_of(message: Message) -> Participant:
    """Reads ``author`` and ``author_vendor``."""
    guest = message.author_id is None and message.guest_order_id is not None
    return Participant(Side(message.author_side), message.author, message.author_vendor, guest)


def participants_of(threads: Iterable[Thread]) -> dict[int, list[Participant]]:
    """Everyone who has written, by thread, in the order of their first messages: one statement."""
    ids = [thread.pk for thread in threads]
    first = (
        Message.objects.filter(thread_id__in=ids)
        .order_by()
        .values("thread_id", "author_side", "author_vendor_id", "author_id", "guest_order_id")
        .annotate(first=Min("pk"))
        .values("first")
    )
    messages = Message.objects.filter(pk__in=first).select_related("author", "author_vendor")
    found: dict[int, list[Participant]] = {pk: [] for pk in ids}
    for message in messages.order_by("thread_id", "number"):
        found[message.thread_id].append(author_of(message))
    return found


# ── beside an order ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class OrderTotals:
    unread: int = 0
    messages: int = 0


def threads_about_orders(actor: Actor) -> QuerySet[Thread]:
    """As ``threads_of``; what a vendor and the store write about an order is not among it."""
    return threads_of(actor).filter(kind=ThreadKind.ORDER)


def totals_by_order(actor: Actor, order_ids: Iterable[int]) -> dict[int, OrderTotals]:
    """Unread and all messages of the threads that the actor may see: one statement, every order has an entry."""
    ids = list(order_ids)
    threads = bare_threads_of(actor).filter(kind=ThreadKind.ORDER, order_id__in=ids)
    rows = (
        with_marks(actor, threads)
        .order_by()
        .values("order_id")
        .annotate(total_unread=Sum("unread_count"), total=Sum("message_count"))
        .values_list("order_id", "total_unread", "total")
    )
    found = {order_id: OrderTotals(unread, total) for order_id, unread, total in rows}
    return {order_id: found.get(order_id, OrderTotals()) for order_id in ids}


def unread_by_order(actor: Actor, order_ids: Iterable[int]) -> dict[int, int]:
    """The number label beside an order."""
    return {order_id: totals.unread for order_id, totals in totals_by_order(actor, order_ids).items()}


def open_disputes_by_order(actor: Actor, order_ids: Iterable[int]) -> dict[int, Dispute]:
    """Of orders that have one; the one opened last where there are several threads."""
    disputes = disputes_of(actor).filter(status=DisputeStatus.OPEN, order_id__in=list(order_ids))
    return {dispute.order_id: dispute for dispute in reversed(disputes) if dispute.order_id is not None}
