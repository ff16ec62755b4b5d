"""Rows that came together are asked together.

A list is ``Rows``; each of its rows knows it. The first row that reaches a *batched* field loads that field for all of
them, so the number of statements does not depend on the number of rows. graphql-core itself decides what is asked:
fragments, aliases, arguments and @include need no code here. See docs/adr.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

import strawberry
from django.db.models import prefetch_related_objects
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.field import StrawberryField

Row = TypeVar("Row")
Other = TypeVar("Other")
Asked = TypeVar("Asked")
_PEERS = "_rows_it_came_with"


class Rows(Generic[Row]):
    """Objects of one level of an answer. Not a ``list``: Django would rebuild that in an ``__in`` look-up.

    A row that is met again further down, as the thread of its own last message say, stays among those it came with
    first: what is loaded for them is not loaded once more for each.
    """

    #: The event and the variables for which ``kept`` was loaded.
    _operation: tuple[object, object] = (None, None)

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = tuple(rows)
        self.kept: dict[Any, Any] = {}
        for row in self._rows:
            if getattr(row, _PEERS, None) is None:
                object.__setattr__(row, _PEERS, self)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def once(self, load: Callable[[Asked, "Rows[Row]"], Other], asked: Asked) -> Other:
        """What ``load`` finds for these rows; several fields that need the same share it."""
        key = (load, asked)
        if key not in self.kept:
            self.kept[key] = load(asked, self)
        found: Other = self.kept[key]
        return found

    def under(self, root: object, variables: object) -> None:
        """Forget what is kept if it was loaded for another event, or with other variables.

        One look at a feed answers several questions, of one document perhaps, with the same rows.
        """
        if self._operation[0] is not root or self._operation[1] is not variables:
            self._operation = (root, variables)
            self.kept.clear()


class _Alone(Rows[Row]):
    """One row without peers. It keeps nothing: it may outlive the operation, as a socket's user does."""

    def __init__(self, row: Row) -> None:
        self._rows = (row,)
        self.kept = {}


def peers(row: Row) -> Rows[Row]:
    """The rows that ``row`` came with; itself alone if it came alone."""
    return getattr(row, _PEERS, None) or _Alone(row)


class _Batched(StrawberryField):
    """A field whose resolver gets all rows of the level and returns row → value; a row left out has None."""

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:
        if self.base_resolver is None or self.base_resolver.parent_parameter is None:
            raise TypeError(f"{self.python_name} needs a parameter of type strawberry.Parent[Rows[…]].")
        rows = peers(source)
        rows.under(info._raw_info.root_value, info._raw_info.variable_values)
        key = (id(info._raw_info.field_nodes[0]), type(source))  # the node is alias, arguments and place
        found = rows.kept.get(key)
        if found is None:
            mine = _same_type(rows, source)
            kwargs[self.base_resolver.parent_parameter.name] = mine
            try:
                found = self.base_resolver(*args, **kwargs)
            except Exception as error:  # noqa: BLE001 - kept, so that a failing batch is not run again per row
                found = error
            if not isinstance(rows, _Alone):
                rows.kept[key] = found
        if isinstance(found, Exception):
            raise found
        return found.get(source)


def _same_type(rows: Rows[Any], source: object) -> Rows[Any]:
    """``rows``, less those of other types: the members of a union come together, too."""
    if all(type(row) is type(source) for row in rows):
        return rows
    part: Rows[Any] = _Alone(source)
    part._rows = tuple(row for row in rows if type(row) is type(source))  # noqa: SLF001 - it is our own
    return part


def batched(type_: object, *, description: str | None = None) -> Callable[[Callable[..., Mapping[Any, Any]]], Any]:
    """Decorates a resolver of all rows of a level.

    The resolver takes ``rows: strawberry.Parent[Rows[Row]]`` and the field's arguments, and returns a mapping from row
    to value. ``type_`` is the field's type in GraphQL.
    """

    def decorate(resolver: Callable[..., Mapping[Any, Any]]) -> Any:
        annotation = StrawberryAnnotation.from_annotation(type_, namespace=resolver.__globals__)
        field = _Batched(python_name=None, type_annotation=annotation, description=description)
        return field(resolver)

    return decorate


def related(type_: object, to: str | Callable[[Any], Any], *, description: str | None = None) -> Any:
    """A batched field for what each row refers to: what is below stays together.

    ``to`` names a foreign key, which costs one statement unless it was joined; or gives what a row already holds.
    """

    def resolve(rows: strawberry.Parent[Rows[Any]]) -> Mapping[Any, Any]:
        if isinstance(to, str):
            prefetch_related_objects(list(rows), to)
        found = {row: getattr(row, to) if isinstance(to, str) else to(row) for row in rows}
        Rows(value for value in found.values() if value is not None)
        return found

    return batched(type_, description=description)(resolve)
