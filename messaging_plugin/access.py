"""Every permission rule about threads, messages and disputes.

``may_<verb>`` asks no database, ``only_visible…`` is the same rule for the database, ``<thing>_for`` the only way from an
id to a thing. All judge by today's mode and settings, not by those under which a thread began.
"""

from django.db.models import Q, QuerySet

from messaging_plugin.models import Dispute, Message, Thread
from messaging_plugin.settings import today
from messaging_plugin.vocabulary import DisputeStatus, ThreadKind
from shop import access as shop_access
from shop.actors import Actor
from shop.errors import Forbidden, NotFound, ShopError
from shop.models import Order
from shop.vocabulary import MultivendorMode, Permission, Rights, Side

NOTHING = Q(pk__in=())

# ── who sees ────────────────────────────────────────────────────────────────────────────────


def side_of(actor: Actor, thread: Thread) -> Side | None:
    """On which side the actor reads and writes in this thread; None: they may not know of it.

    One side only: whoever is the customer writes as that, and a vendor's member as the vendor, staff or not.
    """
    if actor.user_id is not None and thread.customer_id == actor.user_id:
        return Side.CUSTOMER
    if actor.order_id is not None and thread.guest and thread.order_id == actor.order_id:
        return Side.CUSTOMER
    if thread.vendor_id is not None and thread.vendor_id in _vendors(actor, thread.kind, Rights.VIEW):
        return Side.VENDOR
    if actor.may(Permission.MANAGE_MESSAGES):
        return Side.STORE
    if thread.kind == ThreadKind.ORDER and actor.may(Permission.MANAGE_ORDERS):
        return Side.STORE
    return None


def may_see(actor: Actor, thread: Thread) -> bool:
    return side_of(actor, thread) is not None


def visible(actor: Actor, prefix: str = "") -> Q:
    """``may_see`` for the database; ``prefix`` leads to the thread, for example ``"thread__"``."""
    if actor.may(Permission.MANAGE_MESSAGES):
        return ~NOTHING  # not Q(): that vanishes where it is joined by "or"
    seen = NOTHING
    if actor.may(Permission.MANAGE_ORDERS):
        seen |= _q(prefix, kind=ThreadKind.ORDER)
    return seen | on_side(actor, Side.CUSTOMER, prefix) | on_side(actor, Side.VENDOR, prefix)


def on_side(actor: Actor, side: Side, prefix: str = "") -> Q:
    """Threads in which ``side_of`` is ``side``, among those that are visible."""
    customer = vendor = NOTHING
    if actor.user_id is not None:
        customer |= _q(prefix, customer_id=actor.user_id)
    if actor.order_id is not None:
        customer |= _q(prefix, guest=True, order_id=actor.order_id)
    if vendors := _vendors(actor, ThreadKind.ORDER, Rights.VIEW):
        vendor |= _q(prefix, vendor_id__in=vendors) & ~_q(prefix, kind=ThreadKind.VENDOR_ADMIN)
    if vendors := _vendors(actor, ThreadKind.VENDOR_ADMIN, Rights.VIEW):
        vendor |= _q(prefix, vendor_id__in=vendors, kind=ThreadKind.VENDOR_ADMIN)
    match side:
        case Side.CUSTOMER:
            return customer
        case Side.VENDOR if actor.user_id is not None:
            return vendor & ~_q(prefix, customer_id=actor.user_id)
        case Side.STORE if actor.is_staff:
            return ~(customer | vendor)
    return NOTHING


def only_visible(actor: Actor, threads: QuerySet[Thread]) -> QuerySet[Thread]:
    return threads.none() if actor.is_anonymous else threads.filter(visible(actor))


def only_visible_messages(actor: Actor, messages: QuerySet[Message]) -> QuerySet[Message]:
    return messages.none() if actor.is_anonymous else messages.filter(visible(actor, "thread__"))


def only_visible_disputes(actor: Actor, disputes: QuerySet[Dispute]) -> QuerySet[Dispute]:
    return disputes.none() if actor.is_anonymous else disputes.filter(visible(actor, "thread__"))


def thread_for(actor: Actor, pk: int) -> Thread | None:
    return only_visible(actor, Thread.objects.filter(pk=pk)).first()


def message_for(actor: Actor, pk: int) -> Message | None:
    """With its thread."""
    return only_visible_messages(actor, Message.objects.filter(pk=pk)).select_related("thread").first()


def dispute_for(actor: Actor, pk: int) -> Dispute | None:
    """With its thread."""
    return only_visible_disputes(actor, Dispute.objects.filter(pk=pk)).select_related("thread").first()


# ── orders, as far as messages are about them ───────────────────────────────────────────────


def may_see_order(actor: Actor, order: Order) -> bool:
    """Whoever handles every message sees what the messages are about, too."""
    return actor.may(Permission.MANAGE_MESSAGES) or shop_access.may_see_order(actor, order)


def order_for(actor: Actor, pk: int) -> Order | None:
    if actor.may(Permission.MANAGE_MESSAGES):
        return Order.objects.filter(pk=pk).first()
    return shop_access.order_for(actor, pk)


def vendors_of(order: Order) -> frozenset[int]:
    """Vendors with a part in the order, by today's mode. Reads ``order.lines`` in WAREHOUSE mode."""
    match today().mode:
        case MultivendorMode.SEPARATE_SHOPS:
            return frozenset({order.vendor_id}) if order.vendor_id is not None else frozenset()
        case MultivendorMode.WAREHOUSE:
            return frozenset(line.vendor_id for line in order.lines.all() if line.vendor_id is not None)
    return frozenset()


def side_about(actor: Actor, order: Order) -> Side | None:
    """In whose name the actor may write first about an order; None: not at all."""
    if shop_access.is_customer_of(actor, order):
        return Side.CUSTOMER
    if today().vendors_face_customers and vendors_of(order) & actor.vendors_for_customers(Rights.EDIT):
        return Side.VENDOR
    if actor.may(Permission.MANAGE_ORDERS) or actor.may(Permission.MANAGE_MESSAGES):
        return Side.STORE
    return None


# ── who writes ──────────────────────────────────────────────────────────────────────────────


def refusal_to_post(actor: Actor, thread: Thread) -> ShopError | None:
    """Why the actor may not write here; None if they may."""
    side = side_of(actor, thread)
    if side is None:
        return NotFound("There is no such thread.", field=("input", "threadId"))
    if thread.kind == ThreadKind.VENDOR_ADMIN:
        return _refusal_between_vendor_and_store(actor, thread, side)
    if side is Side.VENDOR and thread.vendor_id not in _vendors(actor, thread.kind, Rights.EDIT):
        return Forbidden("You may read the vendor's messages, but not write in its name.")
    if side is not Side.STORE:
        return refusal_between_customer_and_seller()
    return None


def may_post(actor: Actor, thread: Thread) -> bool:
    return refusal_to_post(actor, thread) is None


def refusal_between_customer_and_seller() -> ShopError | None:
    if today().settings.customer_to_seller:
        return None
    return Forbidden("Customers and sellers do not write to each other in this shop.", code="CONTACT_DISABLED")


def refusal_to_start_with_store(actor: Actor, vendor_id: int) -> ShopError | None:
    """Why the actor may not begin a thread between this vendor and the store."""
    if not today().has_vendors:
        return Forbidden("This shop works without vendors.", code="CONTACT_DISABLED")
    if vendor_id in actor.vendors_for_store(Rights.EDIT):
        return _refusal_to_vendors()
    if vendor_id not in actor.vendors_for_store(Rights.VIEW) and actor.may(Permission.MANAGE_MESSAGES):
        return None
    return Forbidden("You may not write to the store in the name of this vendor.", field=("input", "vendorId"))


def may_announce(actor: Actor) -> bool:
    return actor.may(Permission.MANAGE_MESSAGES) and today().has_vendors


def _refusal_between_vendor_and_store(actor: Actor, thread: Thread, side: Side) -> ShopError | None:
    if not today().has_vendors:
        return Forbidden("This shop works without vendors.", code="CONTACT_DISABLED")
    if side is not Side.VENDOR:
        return None
    if thread.vendor_id not in actor.vendors_for_store(Rights.EDIT):
        return Forbidden("You may read what the vendor and the store write, but not write yourself.")
    if not thread.replies_allowed:
        return Forbidden("This announcement takes no replies.", code="REPLIES_NOT_ALLOWED")
    return _refusal_to_vendors()


def _refusal_to_vendors() -> ShopError | None:
    if today().settings.vendor_to_admin:
        return None
    return Forbidden("Vendors do not write to the store in this shop.", code="CONTACT_DISABLED")


# ── disputes ────────────────────────────────────────────────────────────────────────────────


def refusal_to_dispute(actor: Actor, thread: Thread) -> ShopError | None:
    """Why the actor may not open a dispute here, whether or not one is open."""
    side = side_of(actor, thread)
    if side is None:
        return NotFound("There is no such thread.", field=("input", "threadId"))
    if thread.kind != ThreadKind.ORDER:
        return Forbidden("Only a thread about an order can be disputed.")
    if side is Side.VENDOR:
        return Forbidden("Disputes are opened by customers and by the store.")
    if not today().settings.disputes_enabled:
        return Forbidden("This shop has no disputes.", code="DISPUTES_DISABLED")
    return refusal_between_customer_and_seller() if side is Side.CUSTOMER else None


def may_open_dispute(actor: Actor, thread: Thread) -> bool:
    return thread.open_dispute_id is None and refusal_to_dispute(actor, thread) is None


def may_close(actor: Actor, thread: Thread) -> bool:
    """Customer and staff, whoever opened it."""
    return side_of(actor, thread) in {Side.CUSTOMER, Side.STORE}


def may_close_dispute(actor: Actor, dispute: Dispute) -> bool:
    """Reads ``dispute.thread``."""
    return dispute.status == DisputeStatus.OPEN and may_close(actor, dispute.thread)


# ── the parts ───────────────────────────────────────────────────────────────────────────────


def _vendors(actor: Actor, kind: str, least: Rights) -> frozenset[int]:
    """In whose name the actor may deal with threads of a kind, in today's mode."""
    if not actor.memberships:
        return frozenset()
    if kind == ThreadKind.VENDOR_ADMIN:
        return actor.vendors_for_store(least) if today().has_vendors else frozenset()
    return actor.vendors_for_customers(least) if today().vendors_face_customers else frozenset()


def _q(prefix: str, **conditions: object) -> Q:
    return Q(**{f"{prefix}{name}": value for name, value in conditions.items()})
