"""Signing in, and running the shop, over GraphQL."""

from typing import Any

import pytest

from shop.models import PluginState, ShopSettings, Token
from shop.vocabulary import Permission
from tests import world
from tests.asking import ask, listen

pytestmark = pytest.mark.django_db

SIGN_IN = "mutation ($input: TokenCreateInput!) { tokenCreate(input: $input) { token viewer { user { name } } userErrors { code field message } } }"
VIEWER = "{ viewer { user { name email } vendors { name } isStaff permissions } }"
UPDATE = "mutation ($input: ShopUpdateInput!) { shopUpdate(input: $input) { shop { name multivendorMode } userErrors { code field } } }"
SETTINGS = """mutation ($input: PluginSettingsUpdateInput!) {
  pluginSettingsUpdate(input: $input) { plugin { settings } userErrors { code field message } }
}"""
PLUGINS = "{ shop { plugins { name title version enabled problems settings settingsSchema } } }"


def signed_in(**given: str) -> Any:
    return ask(SIGN_IN, input=given).data["tokenCreate"]


def test_signing_in_gives_a_token_that_works_until_it_is_revoked() -> None:
    user = world.a_user("Carla", password="correct horse")
    answer = signed_in(email=user.email.upper(), password="correct horse")
    assert (answer["viewer"], answer["userErrors"]) == ({"user": {"name": "Carla"}}, [])
    assert Token.objects.filter(key_hash__contains=answer["token"]).count() == 0

    from django.test import Client

    def with_token(query: str) -> Any:
        headers = {"Authorization": f"Bearer {answer['token']}"}
        return Client().post("/graphql/", {"query": query}, content_type="application/json", headers=headers)

    assert with_token("{ viewer { user { name } } }").json() == {"data": {"viewer": {"user": {"name": "Carla"}}}}
    assert with_token("mutation { tokenRevoke { revoked } }").json() == {"data": {"tokenRevoke": {"revoked": True}}}
    refused = with_token("{ shop { name } }")
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


def test_wrong_credentials_answer_alike_whoever_exists() -> None:
    user = world.a_user("Carla", password="correct horse")
    inactive = world.a_user("Ina", password="correct horse")
    type(inactive).objects.filter(pk=inactive.pk).update(is_active=False)
    answers = [
        signed_in(email=email, password=password)
        for email, password in [
            (user.email, "wrong"),
            ("nobody@example.com", "wrong"),
            (inactive.email, "correct horse"),
        ]
    ]
    assert answers[0] == answers[1] == answers[2]
    assert [error["code"] for error in answers[0]["userErrors"]] == ["INVALID_CREDENTIALS"]
    assert Token.objects.count() == 0


def test_the_viewer_is_null_for_a_visitor_and_tells_sides_and_permissions() -> None:
    assert ask(VIEWER).data == {"viewer": None}
    oakline = world.a_vendor("Oakline")
    anna = world.a_member(oakline, "Anna")
    assert ask(VIEWER, anna).data["viewer"] == {
        "user": {"name": "Anna", "email": anna.email},
        "vendors": [{"name": "Oakline"}],
        "isStaff": False,
        "permissions": [],
    }
    desk = world.staff(Permission.MANAGE_ORDERS)
    assert ask(VIEWER, desk).data["viewer"]["permissions"] == ["MANAGE_ORDERS"]
    guest = world.an_order(guest_email="g@example.com")
    assert ask(VIEWER, guest).data["viewer"] == {"user": None, "vendors": [], "isStaff": False, "permissions": []}


def test_the_owner_changes_name_and_mode_and_nobody_else_does() -> None:
    owner = world.staff(Permission.MANAGE_SHOP)
    changed = ask(UPDATE, owner, input={"name": " Nordwind ", "multivendorMode": "WAREHOUSE"}).data["shopUpdate"]
    assert changed == {"shop": {"name": "Nordwind", "multivendorMode": "WAREHOUSE"}, "userErrors": []}
    for asker in (None, world.a_customer(), world.staff(Permission.MANAGE_PLUGINS)):
        refused = ask(UPDATE, asker, input={"name": "Mine"}).data["shopUpdate"]
        assert refused == {"shop": None, "userErrors": [{"code": "FORBIDDEN", "field": None}]}
    blank = ask(UPDATE, owner, input={"name": "  "}).data["shopUpdate"]
    assert blank["userErrors"] == [{"code": "BLANK", "field": ["input", "name"]}]
    assert ShopSettings.objects.get().name == "Nordwind"


def test_whoever_manages_plugins_sees_all_of_them_and_others_the_enabled_ones() -> None:
    world.enabled("messaging")
    world.enabled("giftnotes", on=False)
    public = ask(PLUGINS).data["shop"]["plugins"]
    assert [(one["name"], one["problems"], one["settings"], one["settingsSchema"]) for one in public] == [
        ("messaging", None, None, None)
    ]
    every = ask(PLUGINS, world.staff(Permission.MANAGE_PLUGINS)).data["shop"]["plugins"]
    assert [(one["name"], one["enabled"], one["problems"]) for one in every] == [
        ("messaging", True, []),
        ("giftnotes", False, []),
    ]
    assert every[1]["settings"] == {"maximumLength": 200, "greeting": "Have fun!", "showBuyersToVendors": False}
    assert every[1]["settingsSchema"]["properties"]["maximumLength"]["maximum"] == 1000


def test_a_plugin_is_switched_by_whoever_may_and_the_answer_tells_the_new_state() -> None:
    operator = world.staff(Permission.MANAGE_PLUGINS)
    switch = (
        "mutation ($n: String!) { pluginEnable(input: {name: $n}) { plugin { enabled } userErrors { code field } } }"
    )
    assert ask(switch, operator, n="giftnotes").data["pluginEnable"] == {"plugin": {"enabled": True}, "userErrors": []}
    unknown = ask(switch, operator, n="nothing").data["pluginEnable"]
    assert unknown == {"plugin": None, "userErrors": [{"code": "NOT_FOUND", "field": ["input", "name"]}]}
    for asker in (None, world.a_customer(), world.staff(Permission.MANAGE_SHOP)):
        refused = ask(switch.replace("Enable", "Disable"), asker, n="giftnotes").data["pluginDisable"]
        assert refused == {"plugin": None, "userErrors": [{"code": "FORBIDDEN", "field": None}]}
    assert PluginState.objects.get(name="giftnotes").enabled is True


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"maximumLength": 0}, ["input", "settings", "maximumLength"]),
        ({"maximumLength": "5"}, ["input", "settings", "maximumLength"]),
        ({"maximumLength": None}, ["input", "settings", "maximumLength"]),
        ({"unknown": 1}, ["input", "settings", "unknown"]),
        ([], ["input", "settings"]),
        ("text", ["input", "settings"]),
    ],
)
def test_settings_that_do_not_fit_are_refused_whole(settings: Any, field: list[str]) -> None:
    operator = world.staff(Permission.MANAGE_PLUGINS)
    world.enabled("giftnotes", on=False, greeting="Hi")
    if isinstance(settings, dict):
        settings["greeting"] = "Changed"
    answer = ask(SETTINGS, operator, input={"name": "giftnotes", "settings": settings}).data["pluginSettingsUpdate"]
    assert (answer["plugin"], [(error["code"], error["field"]) for error in answer["userErrors"]]) == (
        None,
        [("INVALID", field)],
    )
    assert PluginState.objects.get(name="giftnotes").settings == {"greeting": "Hi"}


def test_settings_change_one_by_one_also_while_the_plugin_is_off() -> None:
    operator = world.staff(Permission.MANAGE_PLUGINS)
    for settings in ({"maximumLength": 5}, {"greeting": "Hi"}):
        answer = ask(SETTINGS, operator, input={"name": "giftnotes", "settings": settings}).data["pluginSettingsUpdate"]
        assert answer["userErrors"] == []
    assert answer["plugin"]["settings"] == {"maximumLength": 5, "greeting": "Hi", "showBuyersToVendors": False}


@pytest.mark.django_db(transaction=True)
async def test_shop_updated_tells_of_a_new_mode() -> None:
    from asgiref.sync import sync_to_async

    owner = await sync_to_async(world.a_superuser)()
    async with listen() as socket:
        await socket.subscribe("subscription { shopUpdated { name multivendorMode } }")
        assert await socket.silent(seconds=0.3)
        await sync_to_async(ask)(UPDATE, owner, input={"multivendorMode": "WAREHOUSE"})
        assert (await socket.next())["shopUpdated"] == {"name": "Shop", "multivendorMode": "WAREHOUSE"}
