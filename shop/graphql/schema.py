"""The schema of the shop: one full schema in a process, and a view of it for each set of enabled plugins."""

import copy
from collections.abc import Collection, Sequence

import strawberry
from graphql import (
    GraphQLError,
    GraphQLSchema,
    Undefined,
    is_input_object_type,
    is_introspection_type,
    is_object_type,
)
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.execution import ExecutionContext
from strawberry.types.field import StrawberryField

from shop.graphql import visibility
from shop.graphql.directives import PluginDirective
from shop.graphql.executor import Executor
from shop.graphql.extending import Addition
from shop.graphql.limits import Limits, parsed
from shop.graphql.roots import Mutation, Query, Subscription
from shop.graphql.selections import root_fields


class ShopSchema(strawberry.Schema):
    """The schema for one set of enabled plugins. The full one has them all; the others share its types."""

    def __init__(self, extra: Sequence[Addition], nodes: Sequence[type]) -> None:
        self.extra = extra
        self.disabled: frozenset[str] = frozenset()
        #: (type, field) → the plugin that brought the field.
        self.owners: dict[tuple[str, str], str] = {}
        #: Type → the plugin that brought it.
        self.type_owners: dict[str, str] = {}
        self.full = self
        self._views: dict[frozenset[str], ShopSchema] = {}
        super().__init__(
            query=Query,
            mutation=Mutation,
            subscription=Subscription,
            types=[PluginDirective, *nodes],
            execution_context_class=Executor,
            config=StrawberryConfig(auto_camel_case=True),
            extensions=[Limits],
        )

        _forget_null_defaults(self._schema)

    def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        added = [field for one in self.extra if one.target is type_definition.origin for field in one.fields]
        return [*type_definition.fields, *added]

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing: the executor and the door log, each error once."""

    def with_plugins(self, enabled: Collection[str]) -> "ShopSchema":
        """The schema while just these plugins are enabled: the full one itself if that is all of them."""
        disabled = frozenset(self.owners.values()) - frozenset(enabled)
        if not disabled:
            return self.full
        if disabled not in self._views:  # two threads may make it at once; one of the two stays
            self._views.setdefault(disabled, self.full.without(disabled))
        return self._views[disabled]

    def without(self, disabled: frozenset[str]) -> "ShopSchema":
        view = copy.copy(self)
        view.disabled = disabled
        visible = visibility.shown(self._schema, self.owners, disabled, self.type_owners)
        view._schema = visibility.served(self._schema, visible, self.owners, disabled)
        view._schema._strawberry_schema = view  # type: ignore[attr-defined]
        return view

    def disabled_field(self, type_name: str, field_name: str) -> str | None:
        """The disabled plugin to which this field or input field belongs, if one does."""
        owner = self.owners.get((type_name, field_name))
        return owner if owner in self.disabled else None

    def disabled_type(self, type_name: str) -> str | None:
        owner = self.type_owners.get(type_name)
        return owner if owner in self.disabled else None

    def has_type(self, name: str) -> bool:
        return name in self._schema.type_map

    def plugins_of_subscription(self, query: str | None, operation_name: str | None) -> frozenset[str]:
        """The plugins without which the subscription that is meant cannot go on."""
        try:
            names = root_fields(parsed(query or ""), operation_name)
        except GraphQLError:
            return frozenset()  # told by the execution
        owners = {self.owners.get(("Subscription", name)) for name in names}
        return frozenset(owner for owner in owners if owner is not None)

    def as_text(self) -> str:
        return print_schema(self) + "\n"


def _forget_null_defaults(schema: GraphQLSchema) -> None:
    """A Python default of None means "may be left out"; as a default of the schema it would only be noise."""
    for type_ in schema.type_map.values():
        if is_input_object_type(type_):
            inputs = list(type_.fields.values())
        elif is_object_type(type_) and not is_introspection_type(type_):
            inputs = [argument for field in type_.fields.values() for argument in field.args.values()]
        else:
            continue
        for one in inputs:
            if one.default_value is None:
                one.default_value = Undefined
