"""Orders and their lines, as each viewer may see them, and placing orders."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import strawberry
from django.db.models import QuerySet

from shop import access, models, orders
from shop.filters import OrderFilter
from shop.graphql import ids
from shop.graphql.addresses import order_url
from shop.graphql.catalogue import Product, Vendor
from shop.graphql.connections import Connection, connect
from shop.graphql.context import Info
from shop.graphql.errors import ShopErrorCode, ShopUserError, answers
from shop.graphql.extending import extends
from shop.graphql.filters import FilterInput, derived_from
from shop.graphql.finding import find_one
from shop.graphql.keysets import Keyset, Slice
from shop.graphql.loading import Rows, batched, related
from shop.graphql.nodes import Node, node
from shop.graphql.people import User
from shop.graphql.roots import Mutation, Query
from shop.graphql.scalars import Money, OrderStatus

NEWEST_FIRST = Keyset(("-placed_at", "-pk"))


def with_people(found: QuerySet[models.Order]) -> QuerySet[models.Order]:
    return found.select_related("customer", "vendor")


@strawberry.type
class OrderLine:
    product_name: str
    sku: str
    quantity: int
    vendor = related(Vendor | None, "vendor")

    @batched(Product | None, description="Null if it is gone, or no longer to be seen.")
    def product(rows: strawberry.Parent[Rows[models.OrderLine]], info: Info) -> Mapping[models.OrderLine, Any]:
        actor = info.context.actor
        products = [(line, line.product) for line in rows if line.product is not None]
        seen = {line: product for line, product in products if access.may_see_product(actor, product)}
        Rows(seen.values())
        return seen

    @strawberry.field(description="Of one.")
    def price(line: strawberry.Parent[models.OrderLine]) -> Money:
        return Money(amount=line.price, currency=line.order.currency)


@node(models.Order, lambda actor: with_people(access.visible_orders(actor)))
class Order(Node):
    number: str
    status: OrderStatus
    placed_at: datetime
    customer = related(User | None, "customer", description="Null for a guest's order.")
    vendor = related(Vendor | None, "vendor", description="Who handles it; null is the store.")

    @batched(list[OrderLine], description="A vendor sees its own lines only.")
    def lines(rows: strawberry.Parent[Rows[models.Order]], info: Info) -> Mapping[models.Order, Any]:
        seen = access.visible_lines(info.context.actor, list(rows))
        Rows(line for lines in seen.values() for line in lines)
        return seen

    @batched(Money, description="Of the lines that the viewer sees.")
    def total(rows: strawberry.Parent[Rows[models.Order]], info: Info) -> Mapping[models.Order, Any]:
        return {
            order: Money(
                amount=sum((line.price * line.quantity for line in lines), Decimal(0)), currency=order.currency
            )
            for order, lines in access.visible_lines(info.context.actor, list(rows)).items()
        }

    @strawberry.field
    def url(order: strawberry.Parent[models.Order]) -> str:
        return order_url(order)


@derived_from(OrderFilter)
class OrderFilterInput(FilterInput):
    pass


@extends(Query)
class OrderQueries:
    @strawberry.field
    def order(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        number: str | None = None,
    ) -> Order | None:
        visible = with_people(access.visible_orders(info.context.actor))
        plain = number.removeprefix("#") if number is not None else None
        found: Order | None = find_one(visible, "Order", id=id, number=plain)
        return found

    @strawberry.field(
        description="A customer's own, a vendor's own, every one for staff with MANAGE_ORDERS. Newest first."
    )
    def orders(
        self,
        info: Info,
        filter: OrderFilterInput | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Order] | None:
        access.require_somebody(info.context.actor)
        slice_ = Slice.of(first=first, last=last, after=after, before=before)
        visible = access.visible_orders(info.context.actor)
        if filter is not None:
            visible = filter.apply(visible, info)
        found: Connection[Order] = connect(with_people(visible), NEWEST_FIRST, slice_, counted=visible)
        return found


@strawberry.input
class OrderLineInput:
    product_id: strawberry.ID
    quantity: int


@strawberry.input(description="`guestEmail` for a buyer without an account.")
class OrderPlaceInput:
    lines: list[OrderLineInput]
    guest_email: str | None = None
    idempotency_key: strawberry.ID | None = None


@strawberry.type(
    description="`guestTokens`: one per order, for a guest only, shown once: a bearer token that may see and do what a "
    "customer may, on that order alone."
)
class OrderPlacePayload:
    orders: list[Order] | None = None
    guest_tokens: list[str] | None = None
    user_errors: list[ShopUserError] = strawberry.field(default_factory=list)


@extends(Mutation)
class OrderMutations:
    @strawberry.mutation(description="Splits per vendor in SEPARATE_SHOPS mode.")
    @answers(OrderPlacePayload, ShopUserError, ShopErrorCode)
    def order_place(self, info: Info, input: OrderPlaceInput) -> OrderPlacePayload:
        placed = orders.place_order(
            actor=info.context.actor,
            lines=[(ids.pk_of(line.product_id, "Product"), line.quantity) for line in input.lines],
            guest_email=input.guest_email,
            idempotency_key=input.idempotency_key,
        )
        shown: Rows[Any] = Rows(placed.orders)
        return OrderPlacePayload(orders=list(shown), guest_tokens=placed.guest_tokens)
