"""Plugins that are broken, each in its own way, in one shop: they are left out and reported, and the rest goes on."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.shop.plugins import packages

ROOT = Path(__file__).parents[3]

#: Package → the name it goes by, and the beginning of what is said of it.
PROBLEMS = {
    "fails_models": ("fails_models", "Its models cannot be imported: RuntimeError('It rains.')."),
    "fails_listeners": ("fails_listeners", "It cannot be loaded: RuntimeError('It rains.')."),
    "fails_schema": ("fails_schema", "Its part of the schema cannot be imported: RuntimeError('It rains.')."),
    "fails_urls": ("fails_urls", "Its addresses cannot be read: RuntimeError('It rains.')."),
    "fails_admin": ("fails_admin", "Its admin pages cannot be imported: RuntimeError('It rains.')."),
    "fails_apps": ("fails_apps", "It cannot be imported: RuntimeError('It rains.')."),
    "takes_field": ("takes_field", "Order.number exists already in the schema."),
    "takes_field_by_another_name": ("takes_field_by_another_name", "Order.placedAt exists already in the schema."),
    "takes_type": ("takes_type", "Its types do not fit into the schema: Type Money is defined multiple times"),
    "takes_another_type": ("takes_another_type", "Its types do not fit into the schema: Type PageInfo is defined"),
    "takes_node": ("takes_node", "Its part of the schema cannot be imported: ValueError('There is a node type Order"),
    "is_not_nullable": ("is_not_nullable", "Order.ribbon must be nullable, so that it can be switched off."),
    "extends_what_is_left_out": ("extends_what_is_left_out", "It extends Ribbon, which is not in the schema."),
    "filters_by_a_number": ("filters_by_a_number", 'Its filter "weight" cannot be asked for: No GraphQL type is known'),
    "takes_filter": ("takes_filter", "It cannot be loaded: ValueError('shop.filters.OrderFilter already has a filter"),
    "takes_filter_by_another_name": ("takes_filter_by_another_name", "It cannot be loaded: ValueError('shop.filters."),
    "wants_another_shop": ("wants_another_shop", "It needs a shop >=99; this one is "),
    "wants_nonsense": ("wants_nonsense", "It needs a shop new; this one is "),
    "needs_settings": ("needs_settings", "Its settings need a default: key."),
    "takes_label": ("takes_label", 'Its name "fine" is taken by fine.'),
    "takes_label_of_django": ("takes_label_of_django", 'Its name "admin" is taken by django.contrib.admin.'),
    "is_no_identifier": ("is_no_identifier", "It cannot be imported: ImproperlyConfigured("),
    "has_no_name": ("has_no_name", "It cannot be imported: ImproperlyConfigured("),
    "is_elsewhere": ("is_elsewhere", "It cannot be imported: ImproperlyConfigured("),
    "declares_two": ("declares_two", "It cannot be imported: RuntimeError("),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("plugins")
    packages.write(folder)
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder / 'shop.sqlite3'}",
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "PLUGINS": ",".join(["fine", *PROBLEMS]),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(folder)]),
        "REDIS_URL": "",
    }
    command = [sys.executable, "-m", "tests.shop.plugins.report"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_every_broken_package_is_told_of() -> None:
    assert set(PROBLEMS) == set(packages.PACKAGES) - {"fine"}


@pytest.mark.parametrize("package", PROBLEMS)
def test_a_broken_plugin_is_left_out_and_says_why(shop: Any, package: str) -> None:
    name, beginning = PROBLEMS[package]
    (problem,) = shop["problems"][name]
    assert problem.startswith(beginning), problem


def test_nothing_else_has_problems_and_nothing_with_problems_can_be_enabled(shop: Any) -> None:
    assert set(shop["problems"]) == {name for name, _ in PROBLEMS.values()}
    usable = {name for name, code in shop["codes"].items() if code is None}
    assert usable == {"fine", "messaging"}
    assert {code for code in shop["codes"].values() if code} == {"PLUGIN_INCOMPATIBLE"}


def test_the_shop_goes_on_with_the_plugin_that_is_fine(shop: Any) -> None:
    assert shop["errors"] == "None"
    fields = {field["name"] for field in shop["data"]["order"]["fields"]}
    assert fields == {
        "id", "number", "status", "placedAt", "customer", "vendor", "lines", "total", "url", "messaging", "wrapping",
    }  # fmt: skip
    filters = {field["name"] for field in shop["data"]["filter"]["inputFields"]}
    assert filters == {"search", "status", "side", "vendor", "placedAt", "messages"}
    assert shop["data"]["node"] is None  # nobody asks: the core's rule about orders holds
    assert {plugin["name"] for plugin in shop["data"]["shop"]["plugins"]} == {"fine", "messaging"}
