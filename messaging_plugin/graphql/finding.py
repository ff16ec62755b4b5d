"""From the ids in an input to what they mean, by way of the access rules: what is hidden answers as what is missing."""

from collections.abc import Sequence
from typing import NoReturn

import strawberry

from messaging_plugin import access, models, routing
from messaging_plugin.graphql.inputs import RecipientInput, ThreadAboutInput, VendorContextInput
from shop import access as shop_access
from shop.actors import Actor
from shop.errors import Invalid, NotFound
from shop.graphql import ids
from shop.models import Order, Product, Vendor
from shop.vocabulary import Side


def thread(actor: Actor, global_id: str) -> models.Thread:
    return access.thread_for(actor, _pk(global_id, "Thread")) or _missing("thread", ("input", "threadId"))


def message(actor: Actor, global_id: str | None, argument: str) -> models.Message | None:
    if global_id is None:
        return None
    return access.message_for(actor, _pk(global_id, "Message")) or _missing("message", ("input", argument))


def dispute(actor: Actor, global_id: str) -> models.Dispute:
    return access.dispute_for(actor, _pk(global_id, "Dispute")) or _missing("dispute", ("input", "disputeId"))


def order(actor: Actor, global_id: str | None, field: tuple[str, ...]) -> Order:
    return access.order_for(actor, _pk(global_id, "Order")) or _missing("order", field)


def product(actor: Actor, global_id: str, field: tuple[str, ...]) -> Product:
    return shop_access.product_for(actor, _pk(global_id, "Product")) or _missing("product", field)


def vendor(actor: Actor, global_id: str, field: tuple[str, ...]) -> Vendor:
    return shop_access.vendor_for(actor, _pk(global_id, "Vendor")) or _missing("vendor", field)


def vendors(actor: Actor, global_ids: Sequence[str], field: tuple[str, ...]) -> list[Vendor]:
    """In one statement, however many."""
    pks = [_pk(one, "Vendor") for one in global_ids]
    found = shop_access.vendors_for(actor, pks)
    return [found.get(pk) or _missing("vendor", (*field, str(place))) for place, pk in enumerate(pks)]


def about(actor: Actor, given: ThreadAboutInput) -> routing.About:
    field = ("input", "about")
    if given.order_id:
        return order(actor, given.order_id, (*field, "orderId"))
    if given.product_id:
        return product(actor, given.product_id, (*field, "productId"))
    if given.vendor_id:
        return vendor(actor, given.vendor_id, (*field, "vendorId"))
    _check_true(given.store, (*field, "store"))
    return routing.THE_STORE


def recipient(given: RecipientInput | None) -> routing.Recipient | None:
    """Whether it is a choice here is up to ``routing``, which takes an unknown vendor for one that is none."""
    if given is None:
        return None
    if given.vendor_id:
        return routing.Recipient(Side.VENDOR, _pk(given.vendor_id, "Vendor"))
    _check_true(given.store, ("input", "recipient", "store"))
    return routing.STORE


def vendor_context(actor: Actor, given: VendorContextInput | None) -> Order | Product | None:
    if given is None:
        return None
    if given.order_id:
        return order(actor, given.order_id, ("input", "context", "orderId"))
    return product(actor, given.product_id or "", ("input", "context", "productId"))


def _check_true(value: object, field: tuple[str, ...]) -> None:
    if value is strawberry.UNSET or not value:
        raise Invalid("Give an id here, or `store: true`.", field=field)


def _pk(global_id: str | None, type_name: str) -> int:
    return ids.pk_of(global_id, type_name) or 0


def _missing(what: str, field: tuple[str, ...]) -> NoReturn:
    raise NotFound(f"There is no such {what}.", field=field)
