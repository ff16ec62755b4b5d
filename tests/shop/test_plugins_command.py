"""``manage.py plugins`` and what ``manage.py check`` says of them."""

from collections.abc import Iterator
from io import StringIO
from typing import Any, Literal

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.auth.models import Permission as DjangoPermission
from django.contrib.contenttypes.models import ContentType
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pydantic import Field

from shop.models import PluginState
from shop.plugins import problems
from shop.plugins.api import PluginSettings
from shop.plugins.fields import fields_of
from tests import world
from tests.example_plugin.models import GiftNote

pytestmark = pytest.mark.django_db

PLUGIN = "giftnotes"


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("plugins", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def left_out() -> Iterator[str]:
    problems.report("broken_plugin", "It cannot be imported: ImportError('no').")
    yield "broken_plugin"
    problems.forget("broken_plugin")


@pytest.fixture
def unfit() -> Iterator[str]:
    problems.report(PLUGIN, "It is broken.")
    yield PLUGIN
    problems.forget(PLUGIN)


def line_of(plugin: str) -> list[str]:
    lines = run("list").splitlines()
    index = next(index for index, line in enumerate(lines) if line.split()[0] == plugin)
    end = next((i for i in range(index + 1, len(lines)) if not lines[i].startswith("    ")), len(lines))
    return [" ".join(line.split()) for line in lines[index:end]]


def test_the_list_tells_what_is_on_and_what_is_wrong(left_out: str) -> None:
    assert line_of(PLUGIN) == ["giftnotes 1.0 disabled Gift notes"]
    world.enabled(PLUGIN)
    assert line_of(PLUGIN) == ["giftnotes 1.0 enabled Gift notes"]
    assert line_of(left_out) == ["broken_plugin - left out", "It cannot be imported: ImportError('no')."]


def test_a_plugin_that_is_on_and_unfit_is_unusable(unfit: str) -> None:
    world.enabled(unfit)
    assert line_of(unfit) == ["giftnotes 1.0 unusable Gift notes", "It is broken."]


def test_enable_and_disable() -> None:
    assert run("enable", PLUGIN) == "giftnotes is enabled.\n"
    assert PluginState.objects.get().enabled is True
    assert run("disable", PLUGIN) == "giftnotes is disabled. Its data stay.\n"
    assert PluginState.objects.get().enabled is False


def test_an_unfit_plugin_stays_off(unfit: str) -> None:
    with pytest.raises(CommandError, match=r'The plugin "giftnotes" cannot be enabled here: It is broken.'):
        run("enable", unfit)
    assert not PluginState.objects.exists()


@pytest.mark.parametrize("action", ["enable", "disable", "settings", "uninstall"])
def test_an_unknown_plugin_is_told(action: str) -> None:
    with pytest.raises(CommandError, match=r'There is no plugin "nothing" here'):
        run(action, "nothing")
    assert not PluginState.objects.exists()


def test_settings_are_shown_and_changed() -> None:
    shown = '{\n  "maximumLength": 200,\n  "greeting": "Have fun!",\n  "showBuyersToVendors": false\n}\n'
    assert run("settings", PLUGIN) == shown
    assert not PluginState.objects.exists()
    run("settings", PLUGIN, "maximumLength=5", "greeting=12", "showBuyersToVendors=true")
    changed = {"maximumLength": 5, "greeting": "12", "showBuyersToVendors": True}
    assert PluginState.objects.get().settings == changed
    run("settings", PLUGIN, 'greeting="a=b"')
    assert PluginState.objects.get().settings == {**changed, "greeting": "a=b"}


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ("maximumLength=many", "maximumLength: Input should be a valid integer."),
        ("maximumLength=0", "maximumLength: Input should be greater than or equal to 1."),
        ("maximumLength", '"maximumLength" is no setting: write key=value.'),
        ("colour=red", "colour: Extra inputs are not permitted."),
    ],
)
def test_bad_settings_change_nothing(change: str, text: str) -> None:
    with pytest.raises(CommandError) as raised:
        run("settings", PLUGIN, "greeting=Hello", change)
    assert str(raised.value) == text
    assert not PluginState.objects.exists()


# ── uninstalling ────────────────────────────────────────────────────────────────────────────


def traces() -> dict[str, Any]:
    """Whatever the database still knows of the plugin."""
    types = ContentType.objects.filter(app_label=PLUGIN)
    return {
        "tables": [name for name in connection.introspection.table_names() if name.startswith(f"{PLUGIN}_")],
        "migrations": MigrationRecorder(connection).migration_qs.filter(app=PLUGIN).count(),
        "types": types.count(),
        "permissions": DjangoPermission.objects.filter(content_type__app_label=PLUGIN).count(),
        "granted": Group.objects.filter(permissions__content_type__app_label=PLUGIN).count(),
        "log": LogEntry.objects.exclude(object_repr="Of the shop").count(),
        "state": PluginState.objects.filter(name=PLUGIN).count(),
    }


@pytest.fixture
def with_data(transactional_db: None) -> Iterator[None]:
    """The plugin in use; its tables are there again afterwards."""
    world.enabled(PLUGIN, maximumLength=5)
    GiftNote.objects.create(order=world.an_order(world.a_customer()), text="Hello")
    Group.objects.create(name="Gifts").permissions.set(DjangoPermission.objects.filter(codename__endswith="giftnote"))
    for model, text in [(GiftNote, "A note"), (PluginState, "Of the shop")]:
        LogEntry.objects.create(
            user=world.a_user(), object_repr=text, action_flag=1, content_type=ContentType.objects.get_for_model(model)
        )
    yield
    call_command("migrate", PLUGIN, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_uninstalling_leaves_nothing_behind(with_data: None) -> None:
    before = {"tables": ["giftnotes_giftnote"], "migrations": 1, "types": 1, "permissions": 4}
    assert {**traces(), "granted": 1} == {**before, "granted": 1, "log": 1, "state": 1}
    run("disable", PLUGIN)
    assert run("uninstall", PLUGIN) == "giftnotes has nothing left in the database. Now uninstall its package.\n"
    after = {"tables": [], "migrations": 0, "types": 0, "permissions": 0, "granted": 0, "log": 0, "state": 0}
    assert traces() == after
    assert LogEntry.objects.get().object_repr == "Of the shop"
    assert run("uninstall", PLUGIN)
    assert traces() == after


@pytest.mark.django_db(transaction=True)
def test_what_is_enabled_is_not_uninstalled(with_data: None) -> None:
    before = traces()
    with pytest.raises(CommandError, match=r'The plugin "giftnotes" is enabled: disable it first.'):
        run("uninstall", PLUGIN)
    assert traces() == before
    assert GiftNote.objects.get().text == "Hello"


# ── manage.py check ─────────────────────────────────────────────────────────────────────────


def test_each_problem_of_a_plugin_is_an_error_of_check(left_out: str, unfit: str) -> None:
    found = [(error.id, error.msg) for error in run_checks() if error.id == "shop.E001"]
    assert found == [
        ("shop.E001", "The plugin \"broken_plugin\" cannot be used. It cannot be imported: ImportError('no')."),
        ("shop.E001", 'The plugin "giftnotes" cannot be used. It is broken.'),
    ]


def test_without_problems_check_says_nothing() -> None:
    assert [error for error in run_checks() if error.id == "shop.E001"] == []


# ── settings one by one ─────────────────────────────────────────────────────────────────────


class Shapes(PluginSettings):
    plain: str = "x"
    maybe: str | None = Field(default=None, max_length=5, description="Or nothing.")
    choice: Literal["a", "b"] = "a"
    amount: float = Field(default=1.5, gt=0, title="How much")
    count: int = Field(default=1, gt=0, lt=10)
    many: list[str] = []


def test_a_setting_is_told_by_its_schema() -> None:
    fields = {field.name: field for field in fields_of(Shapes)}
    assert [(name, sorted(field.types)) for name, field in fields.items()] == [
        ("plain", ["string"]),
        ("maybe", ["null", "string"]),
        ("choice", ["string"]),
        ("amount", ["number"]),
        ("count", ["integer"]),
        ("many", ["array"]),
    ]
    assert (fields["maybe"].description, fields["maybe"].limits) == ("Or nothing.", {"maxLength": 5})
    assert fields["choice"].choices == ("a", "b")
    assert (fields["amount"].title, fields["amount"].limits) == ("How much", {"exclusiveMinimum": 0})
    assert fields["count"].limits["minimum"] == 1
    assert fields["count"].limits["maximum"] == 9
    assert [fields["count"].takes(value) for value in (3, 3.5, "3", True, None)] == [True, False, False, False, False]
