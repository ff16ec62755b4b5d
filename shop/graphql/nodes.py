"""Things with a global id. Every one of them is fetched through the access rule of its type."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import strawberry
from django.db.models import Model, QuerySet

from shop.actors import Actor
from shop.errors import PluginDisabled, RequestError
from shop.graphql import ids
from shop.graphql.context import Info
from shop.graphql.extending import entrance, extends
from shop.graphql.loading import Rows
from shop.graphql.roots import Query

Cls = TypeVar("Cls", bound=type)

MAXIMUM_NODES = 100


@dataclass(frozen=True)
class NodeType:
    """``visible`` is the type's ``only_visible`` with what its fields need joined."""

    cls: type
    visible: Callable[[Actor], QuerySet[Any]]


_nodes: dict[str, NodeType] = {}
_names: dict[type[Model], str] = {}


@strawberry.interface
class Node:
    @strawberry.field
    def id(self) -> strawberry.ID:
        return id_of(self)


def node(model: type[Model], visible: Callable[[Actor], QuerySet[Any]], **kwargs: Any) -> Callable[[Cls], Cls]:
    """Decorates a GraphQL type, a subclass of ``Node``, whose values are rows of ``model``."""

    def decorate(cls: Cls) -> Cls:
        cls.is_type_of = classmethod(lambda _cls, value, _info: isinstance(value, model))  # type: ignore[attr-defined]
        if cls.__name__ in _nodes or model in _names:
            raise ValueError(f"There is a node type {_names.get(model, cls.__name__)} for {model.__name__} already.")
        decorated: Any = entrance(strawberry.type(cls, **kwargs))
        _nodes[cls.__name__] = NodeType(decorated, visible)
        _names[model] = cls.__name__
        return cls

    return decorate


def id_of(row: object) -> strawberry.ID:
    name = next(name for model, name in _names.items() if isinstance(row, model))
    return strawberry.ID(ids.encode(name, row.pk))  # type: ignore[attr-defined]


@extends(Query)
class NodeQueries:
    @strawberry.field
    def node(self, info: Info, id: strawberry.ID) -> Node | None:
        found: Any = _fetch(info, [id])[0]
        return found

    @strawberry.field(description="In the order of the ids; null for what is missing and for what is hidden.")
    def nodes(self, info: Info, ids: list[strawberry.ID]) -> list[Node | None]:
        if len(ids) > MAXIMUM_NODES:
            raise RequestError(f"Ask for at most {MAXIMUM_NODES} nodes at once; this asks for {len(ids)}.")
        return _fetch(info, ids)


def _fetch(info: Info, global_ids: list[strawberry.ID]) -> list[Any]:
    schema: Any = info.schema
    wanted = [ids.decode(global_id) for global_id in global_ids]
    found: dict[tuple[str, int], Any] = {}
    for name in sorted({one[0] for one in wanted if one is not None} & _nodes.keys()):
        pks = [one[1] for one in wanted if one is not None and one[0] == name]
        if plugin := schema.disabled_type(name):
            found |= {(name, pk): PluginDisabled(plugin) for pk in pks}  # graphql-core raises it in that place
            continue
        if not schema.has_type(name):  # of a plugin that is left out
            continue
        rows = Rows(_nodes[name].visible(info.context.actor).filter(pk__in=pks))
        found |= {(name, row.pk): row for row in rows}
    return [found.get(one) if one is not None else None for one in wanted]
