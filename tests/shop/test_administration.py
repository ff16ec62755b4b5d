"""The shop's own switches, and who may turn them."""

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from shop import administration, authentication
from shop.actors import ANONYMOUS, Actor
from shop.administration import OPERATOR
from shop.errors import Forbidden, ShopError
from shop.hooks import ShopUpdated
from shop.models import PluginState, ShopSettings, User
from shop.plugins import problems, registry
from shop.vocabulary import MultivendorMode, Permission
from tests import world
from tests.example_plugin import reactions

pytestmark = pytest.mark.django_db

PLUGIN = "giftnotes"


def of(user: User) -> Actor:
    return authentication.actor_of_user(user)


def shop() -> tuple[str, str]:
    return ShopSettings.objects.values_list("name", "multivendor_mode").get()


def test_name_and_mode_change_apart() -> None:
    owner = of(world.staff(Permission.MANAGE_SHOP))
    administration.update_shop(actor=owner, name="  Nordwind ")
    assert shop() == ("Nordwind", "SEPARATE_SHOPS")
    administration.update_shop(actor=owner, mode=MultivendorMode.WAREHOUSE)
    assert shop() == ("Nordwind", "WAREHOUSE")


@pytest.mark.parametrize(
    ("name", "code"), [(" ", "BLANK"), ("x" * 101, "INVALID"), ("a\nb", "INVALID"), ("a\0b", "INVALID")]
)
def test_a_bad_name_changes_nothing(name: str, code: str) -> None:
    with pytest.raises(ShopError) as raised:
        administration.update_shop(actor=OPERATOR, name=name, mode=MultivendorMode.OFF)
    assert (raised.value.code, raised.value.field) == (code, ("input", "name"))
    assert shop() == ("Shop", "SEPARATE_SHOPS")


def test_each_verb_needs_its_permission(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    others = set(Permission) - {Permission.MANAGE_SHOP}
    plugins_others = set(Permission) - {Permission.MANAGE_PLUGINS}
    customer, for_shop, for_plugins = world.a_customer(), world.staff(*others), world.staff(*plugins_others)
    with django_capture_on_commit_callbacks() as told:
        for actor in (ANONYMOUS, of(customer), of(for_shop)):
            with pytest.raises(Forbidden):
                administration.update_shop(actor=actor, name="Mine")
        for actor in (ANONYMOUS, of(customer), of(for_plugins)):
            with pytest.raises(Forbidden):
                administration.enable_plugin(actor=actor, name=PLUGIN)
            with pytest.raises(Forbidden):
                administration.disable_plugin(actor=actor, name=PLUGIN)
            with pytest.raises(Forbidden):
                administration.configure_plugin(actor=actor, name=PLUGIN, settings={})
    assert told == []
    assert shop() == ("Shop", "SEPARATE_SHOPS")
    assert not PluginState.objects.exists()


def test_a_plugin_is_switched_and_keeps_its_settings() -> None:
    owner = of(world.staff(Permission.MANAGE_PLUGINS))
    assert administration.enable_plugin(actor=owner, name=PLUGIN) == registry.plugin_named(PLUGIN)
    administration.configure_plugin(actor=owner, name=PLUGIN, settings={"maximumLength": 5})
    administration.disable_plugin(actor=owner, name=PLUGIN)
    administration.configure_plugin(actor=owner, name=PLUGIN, settings={"greeting": "Hello"})
    state = PluginState.objects.get()
    assert (state.name, state.enabled) == (PLUGIN, False)
    assert state.settings == {"maximumLength": 5, "greeting": "Hello", "showBuyersToVendors": False}


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"maximumLength": 0}, ("maximumLength",)),
        ({"maximumLength": "5"}, ("maximumLength",)),
        ({"unheardOf": 1}, ("unheardOf",)),
        ([], ()),
        (None, ()),
    ],
)
def test_bad_settings_change_nothing(settings: object, field: tuple[str, ...]) -> None:
    with pytest.raises(ShopError) as raised:
        administration.configure_plugin(actor=OPERATOR, name=PLUGIN, settings=settings)
    assert (raised.value.code, raised.value.field) == ("INVALID", ("input", "settings", *field))
    assert not PluginState.objects.exists()


def test_an_unknown_plugin_is_not_found() -> None:
    for verb in (administration.enable_plugin, administration.disable_plugin):
        with pytest.raises(ShopError) as raised:
            verb(actor=OPERATOR, name="nothing")
        assert (raised.value.code, raised.value.field) == ("NOT_FOUND", ("input", "name"))


def test_a_plugin_with_problems_stays_off() -> None:
    problems.report(PLUGIN, "It is broken.")
    try:
        with pytest.raises(ShopError) as raised:
            administration.enable_plugin(actor=OPERATOR, name=PLUGIN)
    finally:
        problems.forget(PLUGIN)
    assert (raised.value.code, raised.value.message) == (
        "PLUGIN_INCOMPATIBLE",
        'The plugin "giftnotes" cannot be enabled here: It is broken.',
    )
    assert not PluginState.objects.exists()


def test_what_has_changed_is_told_after_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    world.enabled(PLUGIN)
    reactions.heard.clear()
    with django_capture_on_commit_callbacks(execute=True):
        administration.update_shop(actor=OPERATOR, name="Nordwind")
        administration.configure_plugin(actor=OPERATOR, name=PLUGIN, settings={})
        assert reactions.heard == []
    assert reactions.heard == [ShopUpdated(), ShopUpdated(plugin=PLUGIN)]
