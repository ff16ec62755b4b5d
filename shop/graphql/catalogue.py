"""Vendors and their products: what anybody may see."""

from collections.abc import Mapping
from typing import Any

import strawberry
from django.conf import settings
from django.db.models import QuerySet

from shop import access, models
from shop.filters import ProductFilter
from shop.graphql.addresses import product_url
from shop.graphql.connections import Connection, connect, connect_each
from shop.graphql.context import Info
from shop.graphql.extending import extends
from shop.graphql.filters import FilterInput, derived_from
from shop.graphql.finding import find_one
from shop.graphql.keysets import Keyset, Slice
from shop.graphql.loading import Rows, batched, related
from shop.graphql.nodes import Node, node
from shop.graphql.roots import Query
from shop.graphql.scalars import Money

BY_NAME = Keyset(("name", "pk"))


def with_vendor(products: QuerySet[models.Product]) -> QuerySet[models.Product]:
    return products.select_related("vendor")


@node(models.Vendor, access.visible_vendors)
class Vendor(Node):
    name: str
    slug: str

    @batched("Connection[Product]")
    def products(
        rows: strawberry.Parent[Rows[models.Vendor]],
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Mapping[models.Vendor, Any]:
        slice_ = Slice.of(first=first, last=last, after=after, before=before)
        visible = access.visible_products(info.context.actor)
        return connect_each(with_vendor(visible), rows, "vendor_id", BY_NAME, slice_, counted=visible)


@node(models.Product, lambda actor: with_vendor(access.visible_products(actor)))
class Product(Node):
    name: str
    sku: str
    description: str
    vendor = related(Vendor | None, "vendor", description="Null: the store's own.")

    @strawberry.field
    def price(product: strawberry.Parent[models.Product]) -> Money:
        return Money(amount=product.price, currency=settings.CURRENCY)

    @strawberry.field
    def image_url(product: strawberry.Parent[models.Product]) -> str | None:
        return product.image_url or None

    @strawberry.field
    def url(product: strawberry.Parent[models.Product]) -> str:
        return product_url(product)


@derived_from(ProductFilter)
class ProductFilterInput(FilterInput):
    pass


@extends(Query)
class CatalogueQueries:
    @strawberry.field
    def product(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        sku: str | None = None,
    ) -> Product | None:
        found: Product | None = find_one(
            with_vendor(access.visible_products(info.context.actor)), "Product", id=id, sku=sku
        )
        return found

    @strawberry.field
    def products(
        self,
        info: Info,
        filter: ProductFilterInput | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Product]:
        slice_ = Slice.of(first=first, last=last, after=after, before=before)
        visible = access.visible_products(info.context.actor)
        if filter is not None:
            visible = filter.apply(visible, info)
        return connect(with_vendor(visible), BY_NAME, slice_, counted=visible)

    @strawberry.field
    def vendor(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        slug: str | None = None,
    ) -> Vendor | None:
        found: Vendor | None = find_one(access.visible_vendors(info.context.actor), "Vendor", id=id, slug=slug)
        return found

    @strawberry.field
    def vendors(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Vendor]:
        slice_ = Slice.of(first=first, last=last, after=after, before=before)
        return connect(access.visible_vendors(info.context.actor), BY_NAME, slice_)
