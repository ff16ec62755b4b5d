"""What is shown and what is served while plugins are off. The whole mechanism is told in docs/adr.

*Shown* is a pruned copy, which only introspection reads. *Served* is the full schema's own types under a schema whose
look-ups answer a disabled plugin's field with one that raises PLUGIN_DISABLED. No document is routed or rewritten.
"""

from collections.abc import Collection, Mapping
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    is_object_type,
)
from graphql.utilities.map_schema_config import SchemaElementKind, map_schema_config

from shop.errors import PluginDisabled

#: (type, field) → the plugin that brought it.
Owners = Mapping[tuple[str, str], str]


def shown(full: GraphQLSchema, owners: Owners, hidden: Collection[str], types: Mapping[str, str]) -> GraphQLSchema:
    """A copy of ``full`` without what belongs to the plugins ``hidden``, and without what only that leads to.

    ``types`` names the plugin of those object types that nothing but an interface leads to.
    """
    gone = {member for member, owner in owners.items() if owner in hidden}

    def without(kwargs: dict[str, Any]) -> dict[str, Any]:
        fields, name = kwargs["fields"], kwargs["name"]
        return {
            **kwargs,
            "fields": lambda: {key: value for key, value in fields().items() if (name, key) not in gone},
        }

    def entrances(kwargs: dict[str, Any]) -> dict[str, Any]:
        kept = [
            type_
            for type_ in kwargs["types"]
            if is_object_type(type_) and type_.interfaces and types.get(type_.name) not in hidden
        ]
        return {**kwargs, "types": kept}

    mappers: Any = {
        SchemaElementKind.OBJECT: without,
        SchemaElementKind.INPUT_OBJECT: without,
        SchemaElementKind.SCHEMA: entrances,
    }
    return GraphQLSchema(**map_schema_config(full.to_kwargs(), lambda _context: mappers))


class Served(GraphQLSchema):
    """The full schema's types, with the fields of disabled plugins answered by a refusal."""

    instead: Mapping[tuple[str, str], GraphQLField]
    visible: GraphQLSchema

    def get_field(self, parent_type: Any, field_name: str) -> GraphQLField | None:
        return self.instead.get((parent_type.name, field_name)) or super().get_field(parent_type, field_name)

    def get_possible_types(self, abstract_type: GraphQLAbstractType) -> list[GraphQLObjectType]:
        # __Type.possibleTypes reads info.schema: a type of the pruned copy is asked of the pruned copy.
        if self.visible.type_map.get(abstract_type.name) is abstract_type:
            return self.visible.get_possible_types(abstract_type)
        return super().get_possible_types(abstract_type)


def served(full: GraphQLSchema, visible: GraphQLSchema, owners: Owners, hidden: Collection[str]) -> Served:
    schema = Served(**full.to_kwargs())
    instead = {
        (type_name, field_name): _refusing(full, type_name, field_name, plugin)
        for (type_name, field_name), plugin in owners.items()
        if plugin in hidden and is_object_type(full.type_map[type_name])
    }
    if full.query_type is not None:
        for name in ("__schema", "__type"):
            instead[full.query_type.name, name] = _answering_from(visible, full, name)
    schema.instead = instead
    schema.visible = visible
    return schema


def _refusing(full: GraphQLSchema, type_name: str, field_name: str, plugin: str) -> GraphQLField:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise PluginDisabled(plugin)

    field: GraphQLField = full.type_map[type_name].fields[field_name]  # type: ignore[attr-defined]
    kwargs = field.to_kwargs()
    kwargs["resolve"] = kwargs["subscribe"] = refuse
    return GraphQLField(**kwargs)


def _answering_from(visible: GraphQLSchema, full: GraphQLSchema, name: str) -> GraphQLField:
    field = full.get_field(full.query_type, name)  # type: ignore[arg-type]
    if field is None or field.resolve is None:
        raise LookupError(f"graphql-core has no {name} with a resolver.")
    resolve = field.resolve

    def answer(root: object, info: GraphQLResolveInfo[Any], **kwargs: Any) -> Any:
        return resolve(root, info._replace(schema=visible), **kwargs)

    kwargs = field.to_kwargs()
    kwargs["resolve"] = answer
    return GraphQLField(**kwargs)
