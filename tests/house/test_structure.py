"""What keeps the house tidy and no other tool watches. Who may import whom is in pyproject.toml: run ``lint-imports``."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("shop", "messaging_plugin")
MOST_LINES = 300
#: Names of patterns, not of nouns of the trade.
NAMELESS = {"common", "core", "helper", "helpers", "manager", "misc", "service", "services", "util", "utils"}
#: What a plugin may import of the shop. The rest is forbidden to it in pyproject.toml.
OPEN_TO_PLUGINS = {
    "shop.access",
    "shop.actors",
    "shop.authentication",
    "shop.emails",
    "shop.errors",
    "shop.filters",
    "shop.graphql.catalogue",
    "shop.graphql.connections",
    "shop.graphql.context",
    "shop.graphql.errors",
    "shop.graphql.executor",
    "shop.graphql.extending",
    "shop.graphql.feeds",
    "shop.graphql.filters",
    "shop.graphql.finding",
    "shop.graphql.ids",
    "shop.graphql.keysets",
    "shop.graphql.loading",
    "shop.graphql.nodes",
    "shop.graphql.orders",
    "shop.graphql.pages",
    "shop.graphql.people",
    "shop.graphql.roots",
    "shop.graphql.scalars",
    "shop.graphql.shop",
    "shop.graphql.viewer",
    "shop.hooks",
    "shop.models",
    "shop.plugins.api",
    "shop.realtime",
    "shop.texts",
    "shop.tokens",
    "shop.vocabulary",
}


def sources(*folders: str) -> Iterator[Path]:
    """The Python files written by hand."""
    for folder in folders:
        yield from (one for one in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in one.parts)


def named(files: list[Path]) -> list[str]:
    return [str(one.relative_to(ROOT)) for one in files]


def modules(package: str) -> set[str]:
    return {
        f"{package}.{one.stem}"
        for one in (ROOT / package.replace(".", "/")).iterdir()
        if (one.suffix == ".py" and one.stem != "__init__") or (one / "__init__.py").exists()
    }


def test_no_file_has_more_than_300_lines() -> None:
    long = [one for one in sources(*PACKAGES, "tests", "bench") if len(one.read_text().splitlines()) > MOST_LINES]
    assert named(long) == []


def test_files_are_named_after_what_they_are_about() -> None:
    assert named([one for one in sources(*PACKAGES, "tests", "bench") if one.stem in NAMELESS]) == []


def test_a_docstring_says_what_a_file_is_about_unless_its_name_does() -> None:
    """A file of more than 100 lines always has more to say than its name."""
    silent = [
        one
        for one in sources(*PACKAGES)
        if len((text := one.read_text()).splitlines()) > 100 and not _speaks(ast.parse(text))
    ]
    assert named(silent) == []


def _speaks(module: ast.Module) -> bool:
    classes = [one for one in module.body if isinstance(one, ast.ClassDef)]
    return bool(ast.get_docstring(module) or (classes and ast.get_docstring(classes[0])))


def test_the_shop_does_not_know_that_messaging_exists() -> None:
    found = [
        f"{file.relative_to(ROOT)}: {line.strip()}"
        for file in sorted((ROOT / "shop").rglob("*"))
        if file.is_file() and file.suffix != ".pyc"
        for line in file.read_bytes().decode(errors="replace").splitlines()
        if "messaging" in line.lower()
    ]
    assert found == ['shop/settings.py: "messaging_plugin",']


def test_resolvers_fetch_through_access() -> None:
    files = [one for one in sources(*PACKAGES, "tests/example_plugin") if "graphql" in (*one.parts, one.stem)]
    assert len(files) > 30
    assert named([one for one in files if ".objects" in one.read_text()]) == []


def test_pages_are_not_counted_off() -> None:
    """A slice with a lower bound is an OFFSET to a queryset: the page after a cursor is a condition instead."""
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in sources("shop/graphql", "messaging_plugin")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Slice) and node.lower is not None and node.upper is not None
    ]
    assert found == []


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_part_of_the_shop_is_open_to_plugins_or_closed() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    closed = next(one for one in contracts if one["name"] == "What plugins leave alone")["forbidden_modules"]
    everything = modules("shop") - {"shop.graphql", "shop.plugins"} | modules("shop.graphql") | modules("shop.plugins")
    assert sorted([*closed, *OPEN_TO_PLUGINS]) == sorted(everything)
