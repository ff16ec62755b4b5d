"""schema.graphql offers what the contract asks for, and is what the code offers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from graphql import (
    GraphQLNamedType,
    GraphQLSchema,
    build_schema,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_introspection_type,
    is_object_type,
    is_specified_scalar_type,
    is_union_type,
)

from shop.graphql.drift import drift

HERE = Path(__file__).parent
SCHEMA = HERE.parent.parent / "schema.graphql"


def offered(schema: GraphQLSchema) -> dict[str, str]:
    """Schema coordinate → what a client relies on there."""
    found: dict[str, str] = {}
    for type_ in schema.type_map.values():
        if not (is_introspection_type(type_) or is_specified_scalar_type(type_)):
            found |= _members(type_)
    return found


def _members(type_: GraphQLNamedType) -> dict[str, str]:
    found = {type_.name: type(type_).__name__.removeprefix("Custom")}
    if is_object_type(type_) or is_interface_type(type_):
        found |= {f"{type_.name} implements {interface.name}": "" for interface in type_.interfaces}
        for name, field in type_.fields.items():
            found[f"{type_.name}.{name}"] = str(field.type)
            found |= {f"{type_.name}.{name}({arg}:)": str(value.type) for arg, value in field.args.items()}
    elif is_input_object_type(type_):
        found |= {f"{type_.name}.{name}": str(field.type) for name, field in type_.fields.items()}
        if type_.is_one_of:
            found[f"{type_.name} @oneOf"] = ""
    elif is_enum_type(type_):
        found |= {f"{type_.name}.{name}": "" for name in type_.values}
    elif is_union_type(type_):
        found |= {f"{type_.name} | {member.name}": "" for member in type_.types}
    return found


def test_everything_in_the_contract_is_offered_or_on_the_list_of_what_is_missing() -> None:
    """The list may only shrink: what is built must be struck off it, and nothing may join it."""
    contract = offered(build_schema((HERE / "contract.graphql").read_text()))
    schema = offered(build_schema(SCHEMA.read_text()))
    missing = sorted(place for place, kind in contract.items() if schema.get(place) != kind)
    assert missing == (HERE / "contract_missing.txt").read_text().split("\n")[:-1]


def manage(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """The real command, in a process without the plugins that only tests install."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "shop.settings", "DEBUG": "1", "PLUGINS": ""}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=SCHEMA.parent, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_committed_schema_is_what_the_code_offers() -> None:
    done = manage("schema", "--check")
    assert (done.returncode, done.stdout) == (0, "schema.graphql is what the code offers.\n"), done.stderr


def test_a_committed_schema_that_differs_fails_the_check(tmp_path: Path) -> None:
    committed = tmp_path / "schema.graphql"
    committed.write_text(SCHEMA.read_text().replace("type Money {", "type Money {\n  cents: Int!"))
    done = manage("schema", "--check", f"--file={committed}")
    assert done.returncode == 1
    assert "BREAKING FIELD_REMOVED: Field Money.cents was removed." in done.stderr
    assert "run `make schema`" in done.stderr


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("  shop: Shop!\n", "", "SAFE FIELD_ADDED: Field Query.shop was added."),
        ("type Money {", "type Money {\n  cents: Int!", "BREAKING FIELD_REMOVED: Field Money.cents was removed."),
        (
            "input OrderLineInput {",
            "input OrderLineInput {\n  gift: Boolean!",
            "BREAKING FIELD_REMOVED: Field OrderLineInput.gift was removed.",
        ),
        ("  CANCELLED\n", "", "DANGEROUS VALUE_ADDED_TO_ENUM: Enum value OrderStatus.CANCELLED was added."),
        ("type Money {", "type Money @specifiedBy {", "SAFE only directives or the order of things differ."),
    ],
)
def test_drift_names_each_change_with_its_coordinate(before: str, after: str, told: str) -> None:
    now = SCHEMA.read_text()
    assert before in now
    assert drift(now.replace(before, after, 1), now) == [told]


def test_a_committed_schema_that_is_no_schema_says_so() -> None:
    (line,) = drift("type {", SCHEMA.read_text())
    assert line.startswith("The committed schema cannot be read: ")
