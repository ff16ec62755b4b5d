"""Roots that find one thing, by its id or by what people call it."""

from typing import Any

from django.db.models import QuerySet

from shop.errors import RequestError
from shop.graphql import ids


def find_one(visible: QuerySet[Any], type_name: str, *, id: str | None, **name: str | None) -> Any:
    """The row of ``visible`` with this id or with this name; None for what is missing and for what is hidden.

    Raises ``RequestError`` unless exactly one of the two is given.
    """
    (field, value) = next(iter(name.items()))
    if (id is None) == (value is None):
        raise RequestError(f"Give either `id` or `{field}`.")
    if id is None:
        return visible.filter(**{field: value}).first()
    pk = ids.pk_of(id, type_name)
    return None if pk is None else visible.filter(pk=pk).first()
