"""Who somebody in a thread is, and under which name a viewer may see them.

A vendor's people appear as the company, staff as the store; staff and people of the same side also see the person.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Min

from messaging_plugin import access
from messaging_plugin.models import Dispute, Message, Thread
from shop.actors import Actor
from shop.models import User, Vendor
from shop.vocabulary import Side


@dataclass(frozen=True, slots=True)
class Participant:
    """``user`` is None for a guest, for a deleted user, and for a side as a whole."""

    side: Side
    user: User | None = None
    vendor: Vendor | None = None
    guest: bool = False


def author_of(message: Message) -> Participant:
    """Reads ``author`` and ``author_vendor``."""
    guest = message.author_id is None and message.guest_order_id is not None
    return Participant(Side(message.author_side), message.author, message.author_vendor, guest)


def customer_of(thread: Thread) -> Participant | None:
    """None between a vendor and the store. Reads ``customer``."""
    if thread.kind == "VENDOR_ADMIN":
        return None
    return Participant(Side.CUSTOMER, thread.customer, None, thread.guest)


def counterparty_of(thread: Thread) -> Participant:
    """Reads ``vendor``."""
    return Participant(Side.STORE) if thread.vendor is None else Participant(Side.VENDOR, vendor=thread.vendor)


def opener_of(dispute: Dispute) -> Participant:
    """Reads ``thread`` and ``opened_by``."""
    side = Side(dispute.opened_side)
    return Participant(side, dispute.opened_by, None, side is Side.CUSTOMER and dispute.thread.guest)


def closer_of(dispute: Dispute) -> Participant | None:
    """Reads ``thread`` and ``closed_by``."""
    if not dispute.closed_side:
        return None
    side = Side(dispute.closed_side)
    return Participant(side, dispute.closed_by, None, side is Side.CUSTOMER and dispute.thread.guest)


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


def is_viewer(actor: Actor, one: Participant) -> bool:
    if one.user is not None:
        return one.user.pk == actor.user_id
    return one.guest and actor.order_id is not None  # a guest sees threads of one order only, their own


def person_seen_by(actor: Actor, thread: Thread, one: Participant) -> User | None:
    """The person behind, for whoever may see it: a customer is no company and is seen by all."""
    if one.side is Side.CUSTOMER or access.side_of(actor, thread) in {Side.STORE, one.side}:
        return one.user
    return None


def name_of(one: Participant, *, store: str) -> str:
    """``store`` is the shop's name."""
    match one.side:
        case Side.VENDOR if one.vendor is not None:
            return one.vendor.name
        case Side.CUSTOMER if one.user is not None:
            return one.user.name
        case Side.CUSTOMER:
            return "Guest" if one.guest else "Deleted user"
    return store
