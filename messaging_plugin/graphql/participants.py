"""Someone in a thread, under the name that the viewer may see."""

from dataclasses import dataclass
from typing import Any

import strawberry

from messaging_plugin import access, models
from messaging_plugin.naming import name_of
from messaging_plugin.vocabulary import ThreadKind
from shop import models as shop_models
from shop.access import may_see_vendor
from shop.actors import Actor
from shop.graphql import scalars
from shop.graphql.catalogue import Vendor
from shop.graphql.loading import related
from shop.graphql.people import User
from shop.vocabulary import Side


@dataclass(eq=False)
class Someone:
    """What a ``Participant`` is made of. Two of one answer are never the same object, so identity tells them apart."""

    side: Side
    name: str
    is_viewer: bool
    vendor: shop_models.Vendor | None
    user: shop_models.User | None


@strawberry.type(
    description="Someone in a thread under the name that the viewer may see: the company for a vendor, the store for staff."
)
class Participant:
    side: scalars.Side
    name: str
    is_viewer: bool
    vendor = related(Vendor | None, lambda someone: someone.vendor)
    user = related(
        User | None, lambda someone: someone.user, description="The person; for staff, and for people of the same side."
    )

    @classmethod
    def is_type_of(cls, value: object, _info: Any) -> bool:
        return isinstance(value, Someone)


def someone(
    actor: Actor,
    thread: models.Thread,
    *,
    side: Side,
    vendor: shop_models.Vendor | None = None,
    user: shop_models.User | None = None,
) -> Someone:
    """A person of ``side`` in ``thread``, or the side itself where ``user`` is None, as ``actor`` may see them."""
    mine = access.side_of(actor, thread)
    shown = user if user is not None and mine in {side, Side.STORE} else None
    itself = user is not None and user.pk == actor.user_id
    if side is Side.CUSTOMER:
        itself = itself or (thread.guest and actor.order_id is not None and actor.order_id == thread.order_id)
    return Someone(
        side=side,
        name=name_of(thread, side=side, vendor=vendor, user=user),
        is_viewer=itself,
        vendor=vendor if vendor is not None and may_see_vendor(actor, vendor) else None,
        user=shown,
    )


def author_of(actor: Actor, message: models.Message) -> Someone:
    return someone(
        actor,
        message.thread,
        side=Side(message.author_side),
        vendor=message.author_vendor,
        user=message.author,
    )


def customer_of(actor: Actor, thread: models.Thread) -> Someone | None:
    """None between a vendor and the store, where there is none."""
    if thread.kind == ThreadKind.VENDOR_ADMIN:
        return None
    return someone(actor, thread, side=Side.CUSTOMER, user=thread.customer)


def counterparty_of(actor: Actor, thread: models.Thread) -> Someone:
    side = Side.STORE if thread.vendor is None else Side.VENDOR
    return someone(actor, thread, side=side, vendor=thread.vendor)
