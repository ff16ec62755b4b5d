"""Relay connections over keyset cursors: a page costs the same wherever it lies, and OFFSET occurs nowhere."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, Generic, TypeVar

import strawberry
from django.db.models import Count, F, Model, QuerySet, Window
from django.db.models.functions import RowNumber

from shop.graphql.keysets import Keyset, Slice
from shop.graphql.loading import Rows

T = TypeVar("T")
Row = TypeVar("Row", bound=Model)


@strawberry.type
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class Edge(Generic[T]):
    cursor: str
    node: T


@strawberry.type
class Connection(Generic[T]):
    rows: strawberry.Private[Rows[Any]]
    cursor_of: strawberry.Private[Callable[[Any], str]]
    count: strawberry.Private[Callable[[], int]]
    has_next: strawberry.Private[bool] = False
    has_previous: strawberry.Private[bool] = False

    @strawberry.field
    def edges(self) -> list[Edge[T]]:
        return [Edge(cursor=self.cursor_of(row), node=row) for row in self.rows]

    @strawberry.field
    def nodes(self) -> list[T]:
        return list(self.rows)

    @strawberry.field
    def page_info(self) -> PageInfo:
        rows = list(self.rows)
        return PageInfo(
            has_next_page=self.has_next,
            has_previous_page=self.has_previous,
            start_cursor=self.cursor_of(rows[0]) if rows else None,
            end_cursor=self.cursor_of(rows[-1]) if rows else None,
        )

    @strawberry.field
    def total_count(self) -> int:
        return self.count()


def connect(
    queryset: QuerySet[Any],
    keyset: Keyset,
    slice_: Slice,
    *,
    counted: QuerySet[Any] | None = None,
    finish: Callable[[list[Any]], None] | None = None,
) -> Any:
    """A page of ``queryset``: one statement, and one more if the total is asked for.

    ``counted`` is the same set of rows without what only the page needs, such as joins and annotations. ``finish`` gets
    the page's rows before anything else sees them.
    """
    found = list(keyset.page(queryset, slice_)[: slice_.size + 1])
    rows, more = slice_.trimmed(found)
    if finish is not None:
        finish(rows)
    return _connection(rows, keyset, slice_, more=more, count=(counted if counted is not None else queryset).count)


def connect_each(
    queryset: QuerySet[Any],
    parents: Rows[Any],
    foreign_key: str,
    keyset: Keyset,
    slice_: Slice,
    *,
    counted: QuerySet[Any] | None = None,
    finish: Callable[[list[Any]], None] | None = None,
) -> Mapping[Any, Any]:
    """A page for each of ``parents``: one statement for all, and one more if a total is asked for.

    ``foreign_key`` is the attribute of a row of ``queryset`` that holds its parent's primary key.
    """
    keys = [parent.pk for parent in parents]
    mine = queryset.filter(**{f"{foreign_key}__in": keys})
    numbered = keyset.page(mine, slice_).annotate(
        _place=Window(RowNumber(), partition_by=F(foreign_key), order_by=keyset.ordering(backwards=slice_.backwards))
    )
    found: dict[int, list[Any]] = {key: [] for key in keys}
    for row in numbered.filter(_place__lte=slice_.size + 1):
        found[getattr(row, foreign_key)].append(row)
    pages = {key: slice_.trimmed(rows) for key, rows in found.items()}
    everything = [row for rows, _ in pages.values() for row in rows]
    if finish is not None:
        finish(everything)
    together = Rows(everything)

    @cache
    def counts() -> dict[int, int]:
        base = (counted if counted is not None else queryset).filter(**{f"{foreign_key}__in": keys})
        return dict(base.order_by().values_list(foreign_key).annotate(_count=Count("pk")))

    def count_of(key: int) -> int:
        return counts().get(key, 0)

    return {
        parent: _connection(
            pages[parent.pk][0],
            keyset,
            slice_,
            more=pages[parent.pk][1],
            count=partial(count_of, parent.pk),
            together=together,
        )
        for parent in parents
    }


def _connection(
    rows: list[Any],
    keyset: Keyset,
    slice_: Slice,
    *,
    more: bool,
    count: Callable[[], int],
    together: Rows[Any] | None = None,
) -> Connection[Any]:
    return Connection(
        rows=Page(rows) if together is not None else Rows(rows),
        cursor_of=keyset.cursor_of,
        count=count,
        has_next=slice_.before is not None if slice_.backwards else more,
        has_previous=more if slice_.backwards else slice_.after is not None,
    )


class Page(Rows[Any]):
    """Part of a level whose rows already know all of their peers."""

    def __init__(self, rows: list[Any]) -> None:
        self._rows = tuple(rows)
        self.kept = {}
