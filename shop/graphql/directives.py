import strawberry
from strawberry.schema_directive import Location


@strawberry.schema_directive(
    name="plugin",
    description="Provided by this plugin: not shown by introspection, and answering null with PLUGIN_DISABLED, "
    "while it is disabled.",
    locations=[
        Location.FIELD_DEFINITION,
        Location.OBJECT,
        Location.INTERFACE,
        Location.UNION,
        Location.ENUM,
        Location.INPUT_OBJECT,
        Location.INPUT_FIELD_DEFINITION,
        Location.ENUM_VALUE,
    ],
)
class PluginDirective:
    name: str
