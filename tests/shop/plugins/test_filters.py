"""Filters that plugins add to those of the core."""

from typing import Any

import django_filters
import pytest
from django.db.models import QuerySet

from shop.filters import ActorFilterSet
from shop.models import Product
from tests import world
from tests.asking import ask

pytestmark = pytest.mark.django_db


class _Fails(django_filters.BooleanFilter):  # type: ignore[misc]
    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        raise RuntimeError(f"It rains on {qs.model.__name__}, whatever {value} may be.")


class Failing(ActorFilterSet):
    rain = _Fails()


def test_a_filter_without_a_value_is_not_run() -> None:
    from shop.actors import ANONYMOUS

    product = world.a_product()
    assert list(Failing({}, Product.objects.all(), actor=ANONYMOUS).qs) == [product]
    assert list(Failing({"rain": None}, Product.objects.all(), actor=ANONYMOUS).qs) == [product]
    with pytest.raises(RuntimeError):
        _ = Failing({"rain": False}, Product.objects.all(), actor=ANONYMOUS).qs


def test_false_is_a_value() -> None:
    world.enabled("giftnotes")
    customer = world.a_customer()
    world.an_order(customer)
    query = "query ($gift: Boolean) { orders(first: 1, filter: {gift: $gift}) { totalCount } }"
    assert [ask(query, customer, gift=gift).data["orders"]["totalCount"] for gift in (False, True, None)] == [1, 0, 1]
