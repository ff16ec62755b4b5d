"""Real plugin packages, written into a folder: one that is fine, and many that are broken, each in its own way."""

from pathlib import Path

APPS = """
from shop.plugins.api import Plugin

class Declared(Plugin):
    name = "{name}"
    {more}
"""
GRAPHQL = """
import strawberry
from shop.graphql.extending import extends
from shop.graphql.orders import Order
from shop.graphql.roots import Query
"""
FIELD = (
    GRAPHQL
    + """
@extends(Order)
class Addition:
    @strawberry.field({arguments})
    def {name}(self) -> {type}:
        return None
"""
)
TYPE = """
@strawberry.type
class {name}:
    weight: int

@extends(Query)
class Addition:
    @strawberry.field
    def weight_of_{name}(self) -> {name} | None:
        return None
"""
FILTER = """
import django_filters
from shop.filters import ActorFilterSet

class Addition(ActorFilterSet):
    {name} = django_filters.{filter}()
"""
JOINS = 'filters = {"shop.filters.OrderFilter": "filters.Addition"}'
FAILS = "raise RuntimeError('It rains.')"

#: Package → what its class declares, and its files. None: no ``apps`` module but those files.
PACKAGES: dict[str, tuple[str | None, dict[str, str]]] = {
    "fine": (
        'schema = ("graphql",)',
        {"graphql": FIELD.format(arguments="", name="wrapping", type="str | None")},
    ),
    "fails_models": ("", {"models": FAILS}),
    "fails_listeners": ('listeners = ("reactions",)', {"reactions": FAILS}),
    "fails_schema": ('schema = ("graphql",)', {"graphql": GRAPHQL + FAILS}),
    "fails_urls": ('urls = "urls"', {"urls": FAILS}),
    "fails_admin": ("", {"admin": FAILS}),
    "fails_apps": (None, {"apps": FAILS}),
    "takes_field": (
        'schema = ("graphql",)',
        {"graphql": FIELD.format(arguments="", name="number", type="str | None")},
    ),
    "takes_field_by_another_name": (
        'schema = ("graphql",)',
        {"graphql": FIELD.format(arguments='name="placedAt"', name="harmless", type="str | None")},
    ),
    "takes_type": ('schema = ("graphql",)', {"graphql": GRAPHQL + TYPE.format(name="Money")}),
    "takes_another_type": (
        'schema = ("graphql",)',
        {"graphql": GRAPHQL + TYPE.format(name="PageInfo")},
    ),
    "takes_node": (
        'schema = ("graphql",)',
        {
            "graphql": GRAPHQL
            + """
from shop import access, models
from shop.graphql.nodes import Node, node

@node(models.Order, lambda actor: models.Order.objects.all())
class Order(Node):
    secret: str
"""
        },
    ),
    "is_not_nullable": (
        'schema = ("graphql",)',
        {
            "graphql": GRAPHQL
            + """
@strawberry.type
class Ribbon:
    colour: str

@extends(Order)
class Addition:
    @strawberry.field
    def ribbon(self) -> Ribbon:
        return Ribbon(colour="red")
"""
        },
    ),
    "extends_what_is_left_out": (
        'schema = ("graphql",)',
        {
            "graphql": """
import strawberry
from is_not_nullable.graphql import Ribbon
from shop.graphql.extending import extends

@extends(Ribbon)
class Addition:
    @strawberry.field
    def width(self) -> int | None:
        return None
"""
        },
    ),
    "filters_by_a_number": (JOINS, {"filters": FILTER.format(name="weight", filter="NumberFilter")}),
    "takes_filter": (JOINS, {"filters": FILTER.format(name="search", filter="CharFilter")}),
    "takes_filter_by_another_name": (JOINS, {"filters": FILTER.format(name="placedAt", filter="CharFilter")}),
    "wants_another_shop": ('shop_versions = ">=99"', {}),
    "wants_nonsense": ('shop_versions = "new"', {}),
    "needs_settings": (
        "from needs_settings.settings import Settings\n    settings_class = Settings",
        {"settings": "from shop.plugins.api import PluginSettings\nclass Settings(PluginSettings):\n    key: str\n"},
    ),
    "takes_label": ('label = "fine"', {}),
    "takes_label_of_django": ('label = "admin"', {}),
    "is_no_identifier": ('label = "no-identifier"', {}),
    "has_no_name": ('label = "has_no_name"; del name', {}),
    "is_elsewhere": ('label = "is_elsewhere"; name = "nowhere.at.all"', {}),
    "declares_two": ("", {"more": ""}),
}


def write(folder: Path) -> None:
    """All of ``PACKAGES``; ``fine`` is offered by an entry point, as an installed distribution does."""
    for name, (declared, modules) in PACKAGES.items():
        files = dict(modules)
        package = folder / name
        package.mkdir()
        (package / "__init__.py").touch()
        if declared is not None:
            files["apps"] = APPS.format(name=name, more=declared or "pass")
        if name == "declares_two":
            files["apps"] += "class Twin(Plugin):\n    name = 'declares_two'\n    label = 'twin'\n"
        for module, text in files.items():
            (package / f"{module}.py").write_text(text)
    distribution = folder / "fine-1.0.dist-info"
    distribution.mkdir()
    (distribution / "METADATA").write_text("Metadata-Version: 2.1\nName: fine\nVersion: 1.0\n")
    (distribution / "entry_points.txt").write_text("[shop.plugins]\nfine = fine.apps:Declared\n")
