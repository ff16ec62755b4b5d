"""FilterSets of the core, and what a FilterSet can say that GraphQL can be derived from.

One FilterSet serves a GraphQL input (see ``shop.graphql.filters``) and the admin. A plugin's FilterSet may join one.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import django_filters
from django.db.models import Model, Q, QuerySet, TextChoices
from django_filters.constants import EMPTY_VALUES

from shop import access
from shop.actors import Actor
from shop.models import Order, Product
from shop.vocabulary import OrderStatus, Side

Row = TypeVar("Row", bound=Model)

#: Larger than any honest search, smaller than what makes a database sweat.
MAXIMUM_SEARCH = 200


class ActorFilterSet(django_filters.FilterSet):  # type: ignore[misc]
    """A FilterSet whose filters may ask who filters: ``self.parent.actor``."""

    def __init__(self, data: Mapping[str, Any] | None, queryset: QuerySet[Any], *, actor: Actor) -> None:
        self.actor = actor
        super().__init__(data, queryset)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Runs what is given a value and nothing else: a filter may be of a plugin that is off, or left out."""
        for name, value in self.form.cleaned_data.items():
            if value not in EMPTY_VALUES:
                queryset = self.filters[name].filter(queryset, value)
        return queryset


class IdFilter(django_filters.NumberFilter):  # type: ignore[misc]
    """A foreign key by its primary key. ``node`` is the GraphQL type whose ids it takes."""

    def __init__(self, *, node: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.node = node


class EnumFilter(django_filters.ChoiceFilter):  # type: ignore[misc]
    def __init__(self, *, enum: type[TextChoices], **kwargs: Any) -> None:
        super().__init__(choices=enum.choices, **kwargs)
        self.enum = enum


class EnumsFilter(django_filters.MultipleChoiceFilter):  # type: ignore[misc]
    """Any of several; none at all matches nothing."""

    def __init__(self, *, enum: type[TextChoices], **kwargs: Any) -> None:
        super().__init__(choices=enum.choices, **kwargs)
        self.enum = enum


class TextFilter(django_filters.CharFilter):  # type: ignore[misc]
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MAXIMUM_SEARCH)
        super().__init__(**kwargs)


DateTimeRangeFilter = django_filters.IsoDateTimeFromToRangeFilter


class _SideFilter(EnumFilter):
    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return qs.filter(_on_side(self.parent.actor, Side(value))) if value else qs


class _OrderSearch(TextFilter):
    """An order's number, with or without its #, or words in a product's name."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return search_orders(qs, value) if value else qs


class OrderFilter(ActorFilterSet):
    search = _OrderSearch(help_text="An order's number or part of it.")
    status = EnumsFilter(enum=OrderStatus)
    side = _SideFilter(
        enum=Side,
        help_text="Only those in which the viewer is on this side (a vendor's user may be a customer, too).",
    )
    vendor = IdFilter(node="Vendor", field_name="vendor_id", help_text="Those that this vendor handles.")
    placed_at = DateTimeRangeFilter()

    class Meta:
        model = Order
        fields: list[str] = []


class _ProductSearch(TextFilter):
    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        for word in (value or "").split():
            qs = qs.filter(Q(name__icontains=word) | Q(sku__icontains=word) | Q(description__icontains=word))
        return qs


class ProductFilter(ActorFilterSet):
    search = _ProductSearch(help_text="Words in the name, the SKU or the description; all must occur.")
    vendor = IdFilter(node="Vendor", field_name="vendor_id")

    class Meta:
        model = Product
        fields: list[str] = []


def search_orders(orders: QuerySet[Order], text: str) -> QuerySet[Order]:
    return orders.filter(number__icontains=text.strip().removeprefix("#"))


def _on_side(actor: Actor, side: Side) -> Q:
    match side:
        case Side.CUSTOMER if actor.user_id is not None:
            return Q(customer_id=actor.user_id)
        case Side.CUSTOMER if actor.order_id is not None:
            return Q(pk=actor.order_id)
        case Side.VENDOR if actor.vendor_ids:
            return access.vendors_orders(actor.vendor_ids)
        case Side.STORE if actor.is_staff:
            return Q()
    return Q(pk__in=())
