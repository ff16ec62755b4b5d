"""The settings of a plugin one by one, for whoever makes a form or a command line of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from shop.plugins.settings import PluginSettings

#: JSON Schema's names for the types of Python values.
_TYPES: dict[type, frozenset[str]] = {
    bool: frozenset({"boolean"}),
    int: frozenset({"integer", "number"}),
    float: frozenset({"number"}),
    str: frozenset({"string"}),
    list: frozenset({"array"}),
    dict: frozenset({"object"}),
    type(None): frozenset({"null"}),
}


@dataclass(frozen=True)
class SettingField:
    """One setting as its JSON Schema has it; ``types`` is empty where any value will do."""

    name: str
    title: str
    description: str
    types: frozenset[str]
    choices: tuple[Any, ...] = ()
    #: Keywords that limit the value: minimum, maximum, minLength, maxLength.
    limits: dict[str, Any] = field(default_factory=dict)

    def takes(self, value: object) -> bool:
        return not self.types or bool(self.types & _TYPES[type(value)])


def fields_of(settings_class: type[PluginSettings]) -> list[SettingField]:
    schema = settings_class.json_schema()
    known = schema.get("$defs", {})
    found = []
    for name, declared in schema.get("properties", {}).items():
        parts = list(_alternatives(declared, known))
        limits = {key: value for part in parts for key, value in part.items() if key in _LIMITS}
        if "exclusiveMinimum" in limits and _is_integer(parts):
            limits["minimum"] = limits["exclusiveMinimum"] + 1
        if "exclusiveMaximum" in limits and _is_integer(parts):
            limits["maximum"] = limits["exclusiveMaximum"] - 1
        found.append(
            SettingField(
                name=name,
                title=_title(settings_class, name),
                description=declared.get("description", ""),
                types=frozenset(part["type"] for part in parts if "type" in part),
                choices=tuple(choice for part in parts for choice in part.get("enum", [])),
                limits=limits,
            )
        )
    return found


_LIMITS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength"}


def _alternatives(declared: dict[str, Any], known: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "$ref" in declared:
        yield from _alternatives(known[declared["$ref"].rpartition("/")[2]], known)
    elif several := declared.get("anyOf") or declared.get("allOf"):
        for one in several:
            yield from _alternatives(one, known)
    elif "const" in declared:
        yield {**declared, "enum": [declared["const"]]}
    else:
        yield declared


def _is_integer(parts: list[dict[str, Any]]) -> bool:
    return any(part.get("type") == "integer" for part in parts)


def _title(settings_class: type[PluginSettings], name: str) -> str:
    """Made of the Python name, as in "Maximum length"; pydantic's own come from the camelCase names."""
    for python_name, info in settings_class.model_fields.items():
        if name in {python_name, info.alias}:
            return info.title or python_name.replace("_", " ").capitalize()
    return name
