"""Every permission rule of the core.

Three shapes: ``may_<verb>(actor, thing)`` asks no database, ``only_visible_<things>(actor, queryset)`` is the same rule
for the database (``visible_<things>(actor)`` begins with all of them), ``<thing>_for(actor, id)`` the only way from an id
to a thing. Rules that depend on the multivendor
mode judge by today's.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from shop.actors import Actor
from shop.errors import Forbidden, Unauthenticated
from shop.hooks import EmailSight, visible_emails
from shop.models import Order, OrderLine, Page, Product, User, Vendor
from shop.plugins import state
from shop.vocabulary import MultivendorMode, Permission


def require(actor: Actor, permission: Permission) -> None:
    """Raises ``Forbidden``."""
    if not actor.may(permission):
        raise Forbidden(f"This requires the permission {permission.name}.")


def require_somebody(actor: Actor) -> None:
    """Raises ``Unauthenticated`` for a visitor."""
    if actor.is_anonymous:
        raise Unauthenticated("Sign in, or send a bearer token.")


# ── orders ──────────────────────────────────────────────────────────────────────────────────


def is_customer_of(actor: Actor, order: Order) -> bool:
    """The buyer: signed in, or a guest with this order's token."""
    if actor.user_id is not None:
        return order.customer_id == actor.user_id
    return actor.order_id is not None and actor.order_id == order.pk


def may_see_order(actor: Actor, order: Order) -> bool:
    """Whoever is in ``only_visible_orders``. Reads ``order.lines`` in WAREHOUSE mode."""
    if actor.may(Permission.MANAGE_ORDERS) or is_customer_of(actor, order):
        return True
    match state.current().multivendor_mode:
        case MultivendorMode.SEPARATE_SHOPS:
            return order.vendor_id is not None and order.vendor_id in actor.vendor_ids
        case MultivendorMode.WAREHOUSE:
            return any(line.vendor_id in actor.vendor_ids for line in order.lines.all() if line.vendor_id is not None)
        case _:
            return False


def only_visible_orders(actor: Actor, orders: QuerySet[Order]) -> QuerySet[Order]:
    """A customer's own, a guest's one, a vendor's own by today's mode, every one for MANAGE_ORDERS."""
    if actor.may(Permission.MANAGE_ORDERS):
        return orders
    seen = Q()
    if actor.user_id is not None:
        seen |= Q(customer_id=actor.user_id)
    if actor.order_id is not None:
        seen |= Q(pk=actor.order_id)
    if actor.vendor_ids:
        seen |= vendors_orders(actor.vendor_ids)
    return orders.filter(seen) if seen else orders.none()


def vendors_orders(vendor_ids: frozenset[int]) -> Q:
    """Orders that these vendors have a part in, by today's mode."""
    match state.current().multivendor_mode:
        case MultivendorMode.SEPARATE_SHOPS:
            return Q(vendor_id__in=vendor_ids)
        case MultivendorMode.WAREHOUSE:
            return Q(Exists(OrderLine.objects.filter(order_id=OuterRef("pk"), vendor_id__in=vendor_ids)))
        case _:
            return Q(pk__in=())


def may_see_whole_order(actor: Actor, order: Order) -> bool:
    """Every line and the whole total; a vendor in WAREHOUSE mode sees its own lines only.

    Whoever manages messages has no list of orders, but sees all of one that a message is about.
    """
    return actor.may(Permission.MANAGE_ORDERS) or actor.may(Permission.MANAGE_MESSAGES) or is_customer_of(actor, order)


def may_see_line(actor: Actor, order: Order, line: OrderLine) -> bool:
    return may_see_whole_order(actor, order) or (line.vendor_id is not None and line.vendor_id in actor.vendor_ids)


def visible_lines(actor: Actor, orders: Sequence[Order]) -> dict[Order, list[OrderLine]]:
    """With their products and vendors: one statement for all ``orders``, and none the second time."""
    lines = OrderLine.objects.select_related("product__vendor", "vendor").order_by("pk")
    prefetch_related_objects(orders, Prefetch("lines", queryset=lines))
    every = [line for order in orders for line in order.lines.all()]
    prefetch_related_objects(every, "product__vendor", "vendor")  # of lines that somebody else has read, barely
    return {order: [line for line in order.lines.all() if may_see_line(actor, order, line)] for order in orders}


def visible_orders(actor: Actor) -> QuerySet[Order]:
    return only_visible_orders(actor, Order.objects.all())


def order_for(actor: Actor, pk: int) -> Order | None:
    return visible_orders(actor).filter(pk=pk).first()


# ── the catalogue, the pages ────────────────────────────────────────────────────────────────


def only_visible_products(actor: Actor, products: QuerySet[Product]) -> QuerySet[Product]:
    """What is published by active vendors; a vendor's members see all of theirs, MANAGE_SHOP every one."""
    if actor.may(Permission.MANAGE_SHOP):
        return products
    public = Q(is_published=True) & (Q(vendor=None) | Q(vendor__is_active=True))
    return products.filter(public | Q(vendor_id__in=actor.vendor_ids)) if actor.vendor_ids else products.filter(public)


def may_see_product(actor: Actor, product: Product) -> bool:
    """Reads ``product.vendor``."""
    if actor.may(Permission.MANAGE_SHOP) or (product.vendor_id is not None and product.vendor_id in actor.vendor_ids):
        return True
    return product.is_published and (product.vendor is None or product.vendor.is_active)


def visible_products(actor: Actor) -> QuerySet[Product]:
    return only_visible_products(actor, Product.objects.all())


def product_for(actor: Actor, pk: int) -> Product | None:
    return visible_products(actor).filter(pk=pk).first()


def only_visible_vendors(actor: Actor, vendors: QuerySet[Vendor]) -> QuerySet[Vendor]:
    """The active ones; staff see every one."""
    return vendors if actor.is_staff else vendors.filter(is_active=True)


def may_see_vendor(actor: Actor, vendor: Vendor) -> bool:
    return actor.is_staff or vendor.is_active


def visible_vendors(actor: Actor) -> QuerySet[Vendor]:
    return only_visible_vendors(actor, Vendor.objects.all())


def own_vendors(actor: Actor) -> QuerySet[Vendor]:
    """In whose name the actor may act."""
    return Vendor.objects.filter(pk__in=actor.vendor_ids, is_active=True).order_by("name", "pk")


def vendor_for(actor: Actor, pk: int) -> Vendor | None:
    return visible_vendors(actor).filter(pk=pk).first()


def vendors_for(actor: Actor, pks: Iterable[int]) -> dict[int, Vendor]:
    """By primary key, in one statement; those that are missing or hidden are left out."""
    return visible_vendors(actor).in_bulk(list(pks))


def only_visible_pages(actor: Actor, pages: QuerySet[Page]) -> QuerySet[Page]:
    return pages if actor.may(Permission.MANAGE_SHOP) else pages.filter(is_published=True)


def visible_pages(actor: Actor) -> QuerySet[Page]:
    return only_visible_pages(actor, Page.objects.all())


# ── people ──────────────────────────────────────────────────────────────────────────────────


def only_visible_users(actor: Actor, users: QuerySet[User]) -> QuerySet[User]:
    """Oneself; for staff who deal with customers, everybody. Names inside an order or a thread are their owner's."""
    if actor.may(Permission.MANAGE_ORDERS) or actor.may(Permission.MANAGE_MESSAGES):
        return users
    return users.filter(pk=actor.user_id) if actor.user_id is not None else users.none()


def visible_users(actor: Actor) -> QuerySet[User]:
    return only_visible_users(actor, User.objects.all())


def user_for(actor: Actor, pk: int) -> User | None:
    return visible_users(actor).filter(pk=pk).first()


def emails_seen_by(actor: Actor, user_ids: frozenset[int]) -> frozenset[int]:
    """Whose e-mail addresses the actor may see.

    One's own, every one for staff who deal with customers, and what plugins allow.
    """
    if actor.may(Permission.MANAGE_ORDERS) or actor.may(Permission.MANAGE_MESSAGES):
        return user_ids
    own = user_ids & {actor.user_id}
    others = user_ids - own
    if not others or actor.is_anonymous:
        return frozenset(own)
    allowed = visible_emails.ask(EmailSight(actor=actor, user_ids=others))
    return frozenset(own).union(*(answer & others for answer in allowed))
