"""What the plugin adds to the types of the core."""

from collections.abc import Mapping
from typing import Any

import strawberry
from django.db.models import prefetch_related_objects

from messaging_plugin import inbox, log, routing
from messaging_plugin.cursors import cursor_at
from messaging_plugin.graphql.preferences import NotificationPreference, shown_preferences
from messaging_plugin.graphql.queries import NEWEST_ACTIVITY_FIRST
from messaging_plugin.graphql.threads import Dispute, Thread
from messaging_plugin.settings import today
from messaging_plugin.vocabulary import ThreadKind
from shop import models as shop_models
from shop.actors import Actor
from shop.graphql import scalars
from shop.graphql.catalogue import Product, Vendor
from shop.graphql.connections import Connection, connect_each
from shop.graphql.context import Info
from shop.graphql.extending import extends
from shop.graphql.keysets import Slice
from shop.graphql.loading import Rows, batched
from shop.graphql.orders import Order
from shop.graphql.shop import Shop
from shop.graphql.viewer import Viewer


@strawberry.type
class Recipient:
    side: scalars.Side
    name: str
    vendor: Vendor | None


@strawberry.type(description="What a storefront may know before anyone signs in.")
class ShopMessaging:
    @strawberry.field
    def store_contact_enabled(self) -> bool:
        return routing.contact_enabled(routing.THE_STORE)

    @strawberry.field
    def disputes_enabled(self) -> bool:
        return today().settings.disputes_enabled

    @strawberry.field
    def maximum_length(self) -> int:
        return today().settings.maximum_length


@strawberry.type(description="The bell.")
class ViewerMessaging:
    actor: strawberry.Private[Actor]
    unread: strawberry.Private[inbox.Unread | None] = None

    @strawberry.field
    def unread_message_count(self) -> int:
        return self._counts().messages

    @strawberry.field
    def unread_thread_count(self) -> int:
        return self._counts().threads

    @strawberry.field
    def open_dispute_count(self) -> int:
        return inbox.open_dispute_count(self.actor)

    @strawberry.field(
        description="Where `messagingEvents` is now. Ask for it before what you show, then subscribe with it as `after`: "
        "nothing is missed in between."
    )
    def event_cursor(self) -> str:
        return cursor_at(log.newest())

    @strawberry.field(description="Of every event by every channel there is; what nobody has chosen is on.")
    def notification_preferences(self) -> list[NotificationPreference]:
        return shown_preferences(self.actor)

    def _counts(self) -> inbox.Unread:
        if self.unread is None:
            self.unread = inbox.unread_counts(self.actor)
        return self.unread


def _totals(actor: Actor, rows: Rows[shop_models.Order]) -> dict[int, inbox.OrderTotals]:
    return inbox.totals_by_order(actor, [order.pk for order in rows])


@strawberry.type
class OrderMessaging:
    @batched(Connection[Thread])
    def threads(
        rows: strawberry.Parent[Rows[shop_models.Order]],
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Mapping[Any, Any]:
        slice_ = Slice.of(first=first, last=last, after=after, before=before)
        actor = info.context.actor
        bare = inbox.bare_threads_of(actor).filter(kind=ThreadKind.ORDER)
        found = inbox.threads_about_orders(actor)
        return connect_each(found, rows, "order_id", NEWEST_ACTIVITY_FIRST, slice_, counted=bare)

    @batched(int, description="Messages about this order that the viewer has not read.")
    def unread_count(rows: strawberry.Parent[Rows[shop_models.Order]], info: Info) -> Mapping[Any, int]:
        totals = rows.once(_totals, info.context.actor)
        return {order: totals[order.pk].unread for order in rows}

    @batched(int)
    def message_count(rows: strawberry.Parent[Rows[shop_models.Order]], info: Info) -> Mapping[Any, int]:
        totals = rows.once(_totals, info.context.actor)
        return {order: totals[order.pk].messages for order in rows}

    @batched(Dispute | None, description="The open one.")
    def dispute(rows: strawberry.Parent[Rows[shop_models.Order]], info: Info) -> Mapping[Any, Any]:
        found = inbox.open_disputes_by_order(info.context.actor, [order.pk for order in rows])
        Rows(found.values())
        return {order: found[order.pk] for order in rows if order.pk in found}

    @batched(list[Recipient], description="Whom the viewer may write to about this order; more than one: name it.")
    def recipients(rows: strawberry.Parent[Rows[shop_models.Order]], info: Info) -> Mapping[Any, Any]:
        return {order: _shown(one) for order, one in _order_recipients(rows, info).items()}

    @batched(bool)
    def viewer_can_start(rows: strawberry.Parent[Rows[shop_models.Order]], info: Info) -> Mapping[Any, bool]:
        return {order: bool(one) for order, one in _order_recipients(rows, info).items()}


@strawberry.type
class ProductMessaging:
    @batched(Thread | None, description="The viewer's own question, if asked.")
    def thread(rows: strawberry.Parent[Rows[shop_models.Product]], info: Info) -> Mapping[Any, Any]:
        return _own_threads(info.context.actor, ThreadKind.PRODUCT_QUESTION, "product_id", rows)

    @strawberry.field
    def recipients(product: strawberry.Parent[shop_models.Product], info: Info) -> list[Recipient]:
        return _shown(routing.recipients_for(info.context.actor, product))

    @strawberry.field(description="Show the button; a visitor signs in first.")
    def contact_enabled(product: strawberry.Parent[shop_models.Product]) -> bool:
        return routing.contact_enabled(product)

    @strawberry.field
    def viewer_can_ask(product: strawberry.Parent[shop_models.Product], info: Info) -> bool:
        return bool(routing.recipients_for(info.context.actor, product))


@strawberry.type
class VendorMessaging:
    @batched(Thread | None, description="The viewer's own conversation with this vendor, if begun.")
    def thread(rows: strawberry.Parent[Rows[shop_models.Vendor]], info: Info) -> Mapping[Any, Any]:
        return _own_threads(info.context.actor, ThreadKind.CONTACT, "vendor_id", rows)

    @strawberry.field(description="Show the button; a visitor signs in first.")
    def contact_enabled(vendor: strawberry.Parent[shop_models.Vendor]) -> bool:
        return routing.contact_enabled(vendor)

    @strawberry.field
    def viewer_can_contact(vendor: strawberry.Parent[shop_models.Vendor], info: Info) -> bool:
        return bool(routing.recipients_for(info.context.actor, vendor))


@extends(Shop)
class ShopAddition:
    @strawberry.field
    def messaging(self) -> ShopMessaging | None:
        return ShopMessaging()


@extends(Viewer)
class ViewerAddition:
    @strawberry.field
    def messaging(viewer: strawberry.Parent[Viewer]) -> ViewerMessaging | None:
        return ViewerMessaging(actor=viewer.actor)


@extends(Order)
class OrderAddition:
    @strawberry.field
    def messaging(order: strawberry.Parent[shop_models.Order]) -> OrderMessaging | None:
        found: Any = order  # a namespace: the same row goes on
        return found


@extends(Product)
class ProductAddition:
    @strawberry.field
    def messaging(product: strawberry.Parent[shop_models.Product]) -> ProductMessaging | None:
        found: Any = product  # a namespace: the same row goes on
        return found


@extends(Vendor)
class VendorAddition:
    @strawberry.field
    def messaging(vendor: strawberry.Parent[shop_models.Vendor]) -> VendorMessaging | None:
        found: Any = vendor  # a namespace: the same row goes on
        return found


def _order_recipients(rows: Rows[shop_models.Order], info: Info) -> dict[Any, list[routing.Recipient]]:
    prefetch_related_objects(list(rows), "customer", "vendor", "lines__vendor")
    return {order: routing.recipients_for(info.context.actor, order) for order in rows}


def _own_threads(actor: Actor, kind: ThreadKind, field: str, rows: Rows[Any]) -> dict[Any, Any]:
    if actor.user_id is None:
        return {}
    wanted = {"kind": kind, "customer_id": actor.user_id, f"{field}__in": [row.pk for row in rows]}
    found = {getattr(thread, field): thread for thread in inbox.threads_of(actor).filter(**wanted)}
    Rows(found.values())
    return {row: found[row.pk] for row in rows if row.pk in found}


def _shown(recipients: list[routing.Recipient]) -> list[Recipient]:
    return [Recipient(side=one.side, name=one.name, vendor=one.vendor) for one in recipients]  # type: ignore[arg-type]
