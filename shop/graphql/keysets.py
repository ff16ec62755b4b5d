"""Orders of rows, and where a page begins: cursors hold the values of the last row seen, not its position."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Field, Model, Q, QuerySet
from django.db.models.expressions import OrderBy

from shop.errors import RequestError

MAXIMUM_PAGE = 100


@dataclass(frozen=True)
class Slice:
    """Which page: ``first`` rows after a cursor, or the ``last`` before one."""

    size: int
    backwards: bool = False
    after: str | None = None
    before: str | None = None

    @classmethod
    def of(cls, *, first: int | None, last: int | None, after: str | None = None, before: str | None = None) -> "Slice":
        """Raises ``RequestError`` with PAGE_SIZE unless exactly one of ``first`` and ``last`` is 1 to 100."""
        sizes = [size for size in (first, last) if size is not None]
        if len(sizes) != 1 or not 1 <= sizes[0] <= MAXIMUM_PAGE:
            given = f"first: {first}, last: {last}".replace("None", "null")
            raise RequestError(
                f"Give either `first` or `last`, from 1 to {MAXIMUM_PAGE}; this has {given}.", code="PAGE_SIZE"
            )
        return cls(size=sizes[0], backwards=last is not None, after=after, before=before)

    def trimmed(self, rows: list[Any]) -> tuple[list[Any], bool]:
        """The page in its natural order, and whether there is more beyond; ``rows`` may have one too many."""
        more = len(rows) > self.size
        page = rows[: self.size]
        return (page[::-1] if self.backwards else page), more


@dataclass(frozen=True)
class Keyset:
    """An order by one or two fields of which the last is unique: ``("-updated_at", "-pk")``."""

    fields: tuple[str, ...]

    def names(self) -> list[str]:
        return [name.removeprefix("-") for name in self.fields]

    def ordering(self, *, backwards: bool = False) -> list[OrderBy]:
        return [
            OrderBy(F(name.removeprefix("-")), descending=name.startswith("-") is not backwards) for name in self.fields
        ]

    def page(self, rows: QuerySet[Any], slice_: Slice) -> QuerySet[Any]:
        """``rows`` beyond the slice's cursors, in its direction; not yet cut to its size."""
        if slice_.after is not None:
            rows = rows.filter(self._beyond(rows.model, slice_.after, backwards=False))
        if slice_.before is not None:
            rows = rows.filter(self._beyond(rows.model, slice_.before, backwards=True))
        return rows.order_by(*self.ordering(backwards=slice_.backwards))

    def cursor_of(self, row: Model) -> str:
        values = [_field(type(row), name).value_to_string(row) for name in self.names()]
        return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")

    def _beyond(self, model: type[Model], cursor: str, *, backwards: bool) -> Q:
        values = self._values(model, cursor)
        found = Q()
        for name, value in reversed(list(zip(self.fields, values, strict=True))):
            plain = name.removeprefix("-")
            way = "lt" if name.startswith("-") is not backwards else "gt"
            strictly = Q(**{f"{plain}__{way}": value})
            # `a <= x and (a < x or …)`, not `a < x or (a = x and …)`: the first lets the index start at x.
            found = Q(**{f"{plain}__{way}e": value}) & (strictly | found) if found else strictly
        return found

    def _values(self, model: type[Model], cursor: str) -> list[Any]:
        try:
            texts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if not isinstance(texts, list) or len(texts) != len(self.fields):
                raise ValueError(cursor)  # noqa: TRY301 - told below with the others
            return [_value(model, name, text) for name, text in zip(self.names(), texts, strict=True)]
        except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError, ValidationError):
            raise RequestError("This cursor is not one of this list: leave it out to begin anew.") from None


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)  # noqa: SLF001 - Django's documented API
    if not isinstance(field, Field):
        raise TypeError(f"{name} is no column of {model.__name__}.")
    return field


def _value(model: type[Model], name: str, text: object) -> Any:
    if not isinstance(text, str) or "\x00" in text:
        raise ValueError(text)
    text.encode()  # raises for a lone surrogate, which no database takes
    field = _field(model, name)
    value = field.to_python(text)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(text)
        return value.astimezone(UTC)
    if value is None or (isinstance(value, int) and not -(2**63) <= value < 2**63):
        raise ValueError(text)
    return value
