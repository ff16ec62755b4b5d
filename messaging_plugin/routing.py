"""Who faces the customer, by kind, mode and settings.

|                 | OFF   | SEPARATE_SHOPS      | WAREHOUSE | WAREHOUSE, vendors communicate            |
|-----------------|-------|---------------------|-----------|-------------------------------------------|
| an order        | store | who handles it      | store     | its vendors and the store: customer picks |
| a product       | store | its owner           | store     | its owner                                 |
| a vendor        | --    | the vendor          | --        | the vendor                                |
| the store       | store | store               | store     | store                                     |

A vendor that is inactive reads nothing, so the store stands in for it.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from django.db.models import QuerySet

from messaging_plugin import access
from messaging_plugin.settings import today
from shop.access import is_customer_of
from shop.actors import Actor
from shop.errors import Forbidden, Invalid, NotFound, ShopError
from shop.models import Order, Product, Vendor
from shop.plugins.api import current
from shop.vocabulary import MultivendorMode, Rights, Side


@dataclass(frozen=True, slots=True)
class TheStore:
    """The store as what one writes to about nothing in particular."""


THE_STORE = TheStore()
#: What a customer can begin a thread about.
About: TypeAlias = Order | Product | Vendor | TheStore


@dataclass(frozen=True, slots=True)
class Recipient:
    """A choice of whom to write to; two are equal if they mean the same side and vendor."""

    side: Side
    vendor_id: int | None = None
    name: str = field(default="", compare=False)
    vendor: Vendor | None = field(default=None, compare=False)


STORE = Recipient(Side.STORE)


def orders_with_parties(orders: QuerySet[Order]) -> QuerySet[Order]:
    """With all that ``recipients_for`` reads of an order: one more statement for lines, one for their vendors."""
    return orders.select_related("customer", "vendor").prefetch_related("lines__vendor")


def recipients_for(actor: Actor, about: About) -> list[Recipient]:
    """Whom the actor may write to about it now; nobody if they may not begin.

    For a customer the counterparties to choose from; for vendors and staff, who write about orders only, the customer.
    Asks no database if an order comes from ``orders_with_parties`` and other things with their vendor.
    """
    if refusal_to_start(actor, about) is not None:
        return []
    if isinstance(about, Order) and not is_customer_of(actor, about):
        customer = about.customer.name if about.customer is not None else ""
        return [Recipient(Side.CUSTOMER, name=customer)]
    return _choices(actor, about)


def contact_enabled(about: Product | Vendor | TheStore) -> bool:
    """Whether a storefront shows the button, whoever looks. Reads the vendor."""
    return _refusal_by_settings(about) is None


def counterparties(about: About) -> list[Recipient]:
    """The table above. Reads the vendors, and an order's lines where the customer picks."""
    match about:
        case Order() if today().mode is MultivendorMode.WAREHOUSE and today().vendors_face_customers:
            vendors = {line.vendor_id: line.vendor for line in about.lines.all() if line.vendor is not None}
            chosen = sorted((one for one in vendors.values() if one.is_active), key=lambda one: (one.name, one.pk))
            return [*(_vendor(one) for one in chosen), _store()]
        case Order() | Product():
            return [_owner(about.vendor)]
        case Vendor():
            return [_vendor(about)]
        case TheStore():
            return [_store()]


def counterparty_for(actor: Actor, about: About, recipient: Recipient | None) -> Recipient:
    """The one to face the customer in a thread that ``actor`` begins.

    Raises ``NotFound``, ``Forbidden`` with FORBIDDEN, CONTACT_DISABLED or VENDOR_CONTACT_DISABLED, ``Invalid`` with
    RECIPIENT_REQUIRED or RECIPIENT_NOT_ALLOWED.
    """
    if refusal := refusal_to_start(actor, about):
        raise refusal
    choices = _choices(actor, about)
    if recipient is not None:
        if recipient not in choices:
            message = f"This recipient is not to be had here; these are: {_names(choices)}."
            raise Invalid(message, code="RECIPIENT_NOT_ALLOWED", field=("input", "recipient"))
        return choices[choices.index(recipient)]
    if len(choices) == 1:
        return choices[0]
    if isinstance(about, Order) and access.side_about(actor, about) is Side.STORE:
        return STORE
    message = f"There are several recipients, name one of them: {_names(choices)}."
    raise Invalid(message, code="RECIPIENT_REQUIRED", field=("input", "recipient"))


def refusal_to_start(actor: Actor, about: About) -> ShopError | None:
    """Why the actor may not begin a thread about it."""
    if isinstance(about, Order):
        side = access.side_about(actor, about)
        if side is not Side.CUSTOMER:
            return _refusal_about_order(actor, about, side)
    elif actor.user_id is None or actor.is_staff:
        return Forbidden("Only customers who have signed in begin such a thread: vendors and staff wait to be asked.")
    if refusal := _refusal_by_settings(about):
        return refusal
    if not _choices(actor, about):
        return Forbidden("You cannot write to a vendor that you belong to.", code="RECIPIENT_NOT_ALLOWED")
    return None


def _refusal_about_order(actor: Actor, order: Order, side: Side | None) -> ShopError | None:
    if side is not None:
        return access.refusal_between_customer_and_seller() if side is Side.VENDOR else None
    if access.may_see_order(actor, order):
        return Forbidden("You may not write to the customer of this order.")
    return NotFound("There is no such order.", field=("input", "about", "orderId"))


def _refusal_by_settings(about: About) -> ShopError | None:
    settings = today().settings
    match about:
        case Order():
            allowed = settings.contact_on_order
        case Product():
            allowed = settings.contact_on_product
        case Vendor():
            if not today().vendors_face_customers or not about.is_active:
                return Forbidden("Customers do not write to vendors in this shop.", code="VENDOR_CONTACT_DISABLED")
            allowed = settings.contact_on_vendor
        case TheStore():
            allowed = settings.contact_store
    if not allowed:
        return Forbidden("This shop takes no new messages here.", code="CONTACT_DISABLED")
    return access.refusal_between_customer_and_seller()


def _choices(actor: Actor, about: About) -> list[Recipient]:
    """Counterparties of a thread that this actor begins."""
    found = counterparties(about)
    side = access.side_about(actor, about) if isinstance(about, Order) else Side.CUSTOMER
    match side:
        case Side.CUSTOMER:
            return [one for one in found if one.vendor_id is None or one.vendor_id not in actor.vendor_ids]
        case Side.VENDOR:
            return [one for one in found if one.vendor_id in actor.vendors_for_customers(Rights.EDIT)]
        case _:
            return found


def _owner(vendor: Vendor | None) -> Recipient:
    faces = vendor is not None and vendor.is_active and today().vendors_face_customers
    return _vendor(vendor) if faces and vendor is not None else _store()


def _vendor(vendor: Vendor) -> Recipient:
    return Recipient(Side.VENDOR, vendor.pk, vendor.name, vendor)


def _store() -> Recipient:
    return Recipient(Side.STORE, name=current().name)


def _names(choices: list[Recipient]) -> str:
    return ", ".join(one.name for one in choices)
