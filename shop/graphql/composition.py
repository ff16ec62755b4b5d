"""Composes the full schema of a process from the core and its plugins, and leaves out a plugin that does not fit."""

from importlib import import_module
from threading import Lock

from graphql import GraphQLNonNull, is_object_type
from strawberry.schema.name_converter import NameConverter
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import get_object_definition
from strawberry.utils.str_converters import to_camel_case

from shop.graphql import visibility
from shop.graphql.directives import PluginDirective
from shop.graphql.extending import additions, entrances
from shop.graphql.filters import filter_owners
from shop.graphql.schema import ShopSchema
from shop.plugins import problems, registry
from shop.plugins.base import Plugin

#: The core's own files of nouns; each extends the roots.
NOUNS = ("nodes", "shop", "catalogue", "orders", "pages", "people", "viewer")

_lock = Lock()
_composed: list[ShopSchema] = []


def full_schema() -> ShopSchema:
    """The schema with every plugin. Composed at the first call; what does not fit is left out and reported."""
    with _lock:
        if not _composed:
            for noun in NOUNS:
                import_module(f"shop.graphql.{noun}")
            for plugin in registry.plugins():
                if not problems.problems_of(plugin.label):
                    _import(plugin)
            _composed.append(compose({one.label for one in registry.plugins() if problems.problems_of(one.label)}))
        return _composed[0]


def compose(left_out: set[str]) -> ShopSchema:
    """The schema without the plugins ``left_out``, to which those are added that turn out not to fit."""
    while True:
        _refuse_collisions(left_out)
        try:
            schema = _build(left_out)
        except Exception as error:
            culprit = _culprit(left_out)
            if culprit is None:
                raise
            problems.report(culprit, f"Its types do not fit into the schema: {error}")
            left_out.add(culprit)
            continue
        if lost := _extend_nothing(schema):
            left_out |= lost
            continue
        _find_owners(schema)
        if not (bad := _not_nullable(schema)):
            _mark(schema)
            return schema
        for name, member in bad.items():
            problems.report(name, f"{member} must be nullable, so that it can be switched off.")
            left_out.add(name)


def _import(plugin: Plugin) -> None:
    try:
        for module in plugin.schema:
            plugin.load(module)
    except Exception as error:  # noqa: BLE001 - a plugin may fail in any way
        problems.report(plugin.label, f"Its part of the schema cannot be imported: {error!r}.")


def _build(left_out: set[str]) -> ShopSchema:
    return ShopSchema(
        [one for one in additions() if registry.owner_of(one.module) not in left_out],
        [cls for cls in entrances() if registry.owner_of(cls.__module__) not in left_out],
    )


_NAMES = NameConverter()


def _refuse_collisions(left_out: set[str]) -> None:
    taken = {
        (one.target, _NAMES.get_graphql_name(field))
        for one in additions()
        if registry.owner_of(one.module) is None
        for field in one.fields
    }
    for one in additions():
        owner = registry.owner_of(one.module)
        if owner is None or owner in left_out:
            continue
        own = {_NAMES.get_graphql_name(field) for field in get_object_definition(one.target, strict=True).fields}
        for name in [_NAMES.get_graphql_name(field) for field in one.fields]:
            if (one.target, name) in taken or name in own:
                problems.report(owner, f"{one.target.__name__}.{name} exists already in the schema.")
                left_out.add(owner)
        if owner not in left_out:
            taken |= {(one.target, _NAMES.get_graphql_name(field)) for field in one.fields}


def _culprit(left_out: set[str]) -> str | None:
    """The first plugin, as they are installed, that does not go together with those before it."""
    labels = [plugin.label for plugin in registry.plugins() if plugin.label not in left_out]
    for number in range(len(labels) + 1):
        try:
            _build({*left_out, *labels[number:]})
        except Exception:  # noqa: BLE001 - whatever is wrong, with the last one it is
            return labels[number - 1] if number else None
    return None


def _extend_nothing(schema: ShopSchema) -> set[str]:
    """The plugins that extend what is not there, since it belongs to one that is left out."""
    found = set()
    for one in schema.extra:
        name = _NAMES.from_type(get_object_definition(one.target, strict=True))
        owner = registry.owner_of(one.module)
        if owner is not None and name not in schema._schema.type_map:
            problems.report(owner, f"It extends {name}, which is not in the schema.")
            found.add(owner)
    return found


def _find_owners(schema: ShopSchema) -> None:
    for one in schema.extra:
        if owner := registry.owner_of(one.module):
            name = schema.config.name_converter.from_type(get_object_definition(one.target, strict=True))
            schema.owners |= {(name, schema.config.name_converter.get_graphql_name(f)): owner for f in one.fields}
    for name, concrete in schema.schema_converter.type_map.items():
        cls = getattr(concrete.definition, "origin", None)
        for field, module in filter_owners(cls).items() if isinstance(cls, type) else ():
            if owner := registry.owner_of(module):
                schema.owners[name, to_camel_case(field)] = owner
    entered = {cls.__name__: registry.owner_of(cls.__module__) for cls in entrances()}
    for plugin in sorted(set(schema.owners.values())):
        mine = {name: owner for name, owner in entered.items() if owner == plugin}
        rest = visibility.shown(schema._schema, schema.owners, {plugin}, mine)
        schema.type_owners |= dict.fromkeys(sorted(schema._schema.type_map.keys() - rest.type_map.keys()), plugin)


def _not_nullable(schema: ShopSchema) -> dict[str, str]:
    """Plugin → a member of its that would take the page with it when the plugin is off."""
    return {
        owner: f"{type_name}.{field_name}"
        for (type_name, field_name), owner in schema.owners.items()
        if is_object_type(type_ := schema._schema.type_map[type_name])
        and schema.type_owners.get(type_name) != owner
        and isinstance(type_.fields[field_name].type, GraphQLNonNull)
    }


def _mark(schema: ShopSchema) -> None:
    """Every member of a plugin carries @plugin."""
    backref = GraphQLCoreConverter.DEFINITION_BACKREF
    for (type_name, field_name), owner in schema.owners.items():
        field = schema._schema.type_map[type_name].fields[field_name]  # type: ignore[attr-defined]
        definition = field.extensions[backref]
        definition.directives = [*definition.directives, PluginDirective(name=owner)]
    for type_name, owner in schema.type_owners.items():
        definition = schema._schema.type_map[type_name].extensions.get(backref)
        if definition is not None and hasattr(definition, "directives"):
            definition.directives = [*definition.directives, PluginDirective(name=owner)]
