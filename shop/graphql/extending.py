"""How types grow: a file per noun adds its roots, a plugin adds to the core, both with ``@extends``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import strawberry
from strawberry.types.base import get_object_definition
from strawberry.types.field import StrawberryField

Cls = TypeVar("Cls", bound=type)


@dataclass(frozen=True)
class Addition:
    """Fields for ``target`` that were defined in ``module``."""

    target: type
    fields: tuple[StrawberryField, ...]
    module: str


_additions: list[Addition] = []


def extends(target: type) -> Callable[[Cls], Cls]:
    """The fields of the decorated class become fields of the GraphQL type ``target``.

    Their source is the target's: take it as ``strawberry.Parent[…]``. What a plugin adds to a type that is not its own
    must be nullable; the shop leaves out a plugin that gets this wrong.
    """

    def decorate(cls: Cls) -> Cls:
        decorated: Any = strawberry.type(cls)
        definition = get_object_definition(decorated, strict=True)
        _additions.append(Addition(target=target, fields=tuple(definition.fields), module=cls.__module__))
        return cls

    return decorate


_entrances: list[type] = []


def entrance(cls: Cls) -> Cls:
    """Marks a GraphQL type that only an interface leads to, so that the schema finds it."""
    _entrances.append(cls)
    return cls


def entrances() -> list[type]:
    return list(_entrances)


def additions() -> list[Addition]:
    return list(_additions)
