"""A FilterSet as a GraphQL input: what django-filter declares is what clients can ask."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import django_filters
import strawberry
from django.db.models import QuerySet
from strawberry.utils.str_converters import to_camel_case

from shop.errors import PluginDisabled, RequestError
from shop.filters import ActorFilterSet, DateTimeRangeFilter, EnumFilter, EnumsFilter, IdFilter
from shop.graphql import ids
from shop.graphql.context import Info
from shop.graphql.scalars import DateTimeRangeInput
from shop.plugins import problems, registry

Cls = TypeVar("Cls", bound=type)


class FilterInput:
    """The base of inputs made by ``derived_from``. A value of null is as if it were not there."""

    filterset: type[ActorFilterSet]

    def apply(self, queryset: QuerySet[Any], info: Info) -> QuerySet[Any]:
        """Raises ``PluginDisabled`` for a filter of a plugin that is off, ``RequestError`` for a value out of bounds."""
        data: dict[str, Any] = {}
        for name, one in self.filterset.base_filters.items():
            value = getattr(self, name, None)
            if value is None:
                continue
            if plugin := _disabled_owner(info, type(self), name):
                raise PluginDisabled(plugin)
            if value == [] or (isinstance(one, IdFilter) and ids.pk_of(value, one.node) is None):
                return queryset.none()
            data |= _as_form_data(one, name, value)
        filtered = self.filterset(data, queryset, actor=info.context.actor)
        if not filtered.form.is_valid():
            name, texts = next(iter(filtered.form.errors.items()))
            raise RequestError(f"filter.{to_camel_case(str(name))}: {' '.join(str(text) for text in texts)}")
        return filtered.qs


def derived_from(filterset: type[ActorFilterSet], **kwargs: Any) -> Callable[[Cls], Cls]:
    """Decorates a subclass of ``FilterInput``, which gets a field for each filter, those of plugins included."""

    def decorate(cls: Cls) -> Cls:
        cls.filterset = filterset  # type: ignore[attr-defined]
        cls.__annotations__ = {}
        for name, one in filterset.base_filters.items():
            try:
                cls.__annotations__[name] = _type_of(one) | None
            except TypeError as error:
                owner = registry.owner_of(getattr(one, "owner", ""))
                if owner is None:
                    raise
                problems.report(owner, f'Its filter "{name}" cannot be asked for: {error}')
                continue
            description = one.extra.get("help_text")
            setattr(cls, name, strawberry.field(default=None, description=description or None))
        return strawberry.input(cls, **kwargs)

    return decorate


def filter_owners(cls: type) -> dict[str, str]:
    """Field → the module of the plugin's FilterSet that brought it."""
    found = getattr(cls, "filterset", None)
    filters = found.base_filters if found is not None and dataclasses.is_dataclass(cls) else {}
    return {name: one.owner for name, one in filters.items() if getattr(one, "owner", None) and name in _fields(cls)}


def _fields(cls: Any) -> set[str]:
    return {field.name for field in dataclasses.fields(cls)}


def _disabled_owner(info: Info, cls: type, name: str) -> str | None:
    schema: Any = info.schema
    found = schema.disabled_field(cls.__name__, to_camel_case(name))
    return str(found) if found else None


def _type_of(one: django_filters.Filter) -> Any:
    match one:
        case EnumFilter():
            return strawberry.enum(one.enum) if not hasattr(one.enum, "__strawberry_definition__") else one.enum
        case EnumsFilter():
            return list[one.enum]
        case IdFilter():
            return strawberry.ID
        case DateTimeRangeFilter():
            return DateTimeRangeInput
        case django_filters.BooleanFilter():
            return bool
        case django_filters.CharFilter():
            return str
    raise TypeError(f"No GraphQL type is known for a {type(one).__name__}.")


def _in_bounds(name: str, moment: datetime | None) -> datetime | None:
    """Raises ``RequestError`` for a moment that in UTC would lie before the year 1 or after 9999."""
    if moment is None or moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise RequestError(f"filter.{to_camel_case(name)}: {moment.isoformat()} is out of bounds.") from None


def _as_form_data(one: django_filters.Filter, name: str, value: Any) -> dict[str, Any]:
    match one:
        case EnumFilter():
            return {name: value.value}
        case EnumsFilter():
            return {name: [member.value for member in value]}
        case IdFilter():
            return {name: ids.pk_of(value, one.node)}
        case DateTimeRangeFilter():
            return {f"{name}_after": _in_bounds(name, value.gte), f"{name}_before": _in_bounds(name, value.lte)}
    return {name: value}
