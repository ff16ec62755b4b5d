from typing import Any

import django_filters
from django.db.models import QuerySet

from shop.filters import ActorFilterSet


class _HasNote(django_filters.BooleanFilter):  # type: ignore[misc]
    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return qs if value is None else qs.filter(gift_note__isnull=not value)


class GiftFilter(ActorFilterSet):
    gift = _HasNote(help_text="Orders with a gift note, or without one.")
