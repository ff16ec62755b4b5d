"""The admin's page of plugins, and what disabled plugins leave of their own pages."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from messaging_plugin.settings import MessagingSettings
from shop.models import PluginState, User
from shop.plugins import problems
from shop.vocabulary import Permission
from tests import world

pytestmark = pytest.mark.django_db

PLUGIN = "giftnotes"
PLUGINS = "/admin/shop/pluginstate/"
OF_PLUGIN = f"/admin/{PLUGIN}/giftnote/"


def client(user: User, *, csrf: bool = False) -> Client:
    made = Client(enforce_csrf_checks=csrf)
    made.force_login(user)
    return made


def text_of(browser: Client, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


@pytest.fixture
def owner() -> Client:
    return client(world.staff(Permission.MANAGE_PLUGINS))


@pytest.fixture
def broken() -> Iterator[None]:
    problems.report("left_out_plugin", "It cannot be imported: <no>.")
    problems.report(PLUGIN, "It is broken.")
    yield
    problems.forget("left_out_plugin")
    problems.forget(PLUGIN)


def row_of(browser: Client, title: str) -> str:
    rows = re.findall(r"<tr>.*?</tr>", text_of(browser, PLUGINS), re.DOTALL)
    [row] = [row for row in rows if title in row]
    return str(row)


def test_plugins_are_switched_by_buttons(
    owner: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    assert ('value="Enable"' in row_of(owner, "Gift notes"), "1.0" in row_of(owner, "Gift notes")) == (True, True)
    with django_capture_on_commit_callbacks(execute=True):
        assert owner.post(f"{PLUGINS}{PLUGIN}/enable/")["Location"] == PLUGINS
    assert PluginState.objects.get().enabled is True
    assert 'value="Disable"' in row_of(owner, "Gift notes")
    assert owner.post(f"{PLUGINS}{PLUGIN}/disable/").status_code == 302
    assert PluginState.objects.get().enabled is False
    told = ["Gift notes is disabled.", "Gift notes is enabled."]
    assert [entry.change_message for entry in LogEntry.objects.all()] == told


def test_what_is_wrong_with_a_plugin_is_shown(owner: Client, broken: None) -> None:
    assert "It is broken." in row_of(owner, "Gift notes")
    left_out = row_of(owner, "left_out_plugin")
    assert ("It cannot be imported: &lt;no&gt;." in left_out, "Left out" in left_out) == (True, True)
    assert "<form" not in left_out
    owner.post(f"{PLUGINS}{PLUGIN}/enable/")
    assert "cannot be enabled here: It is broken." in text_of(owner, PLUGINS)
    assert not PluginState.objects.exists()
    assert not LogEntry.objects.exists()


def test_settings_have_a_field_each(owner: Client) -> None:
    page = text_of(owner, f"{PLUGINS}{PLUGIN}/")
    fields = re.findall(r'<input type="(\w+)" name="(\w+)"', page)
    assert [field for field in fields if field[1] not in {"csrfmiddlewaretoken", "_save"}] == [
        ("number", "maximumLength"),
        ("text", "greeting"),
        ("checkbox", "showBuyersToVendors"),
    ]
    assert ("Maximum length" in page, "Characters of a note." in page) == (True, True)
    response = owner.post(
        f"{PLUGINS}{PLUGIN}/", {"maximumLength": "7", "greeting": " Hello ", "showBuyersToVendors": "on"}
    )
    assert response.status_code == 302
    state = PluginState.objects.get()
    assert state.settings == {"maximumLength": 7, "greeting": " Hello ", "showBuyersToVendors": True}
    assert state.enabled is False
    owner.post(f"{PLUGINS}{PLUGIN}/", {"maximumLength": "8", "greeting": ""})
    state.refresh_from_db()
    assert state.settings == {"maximumLength": 8, "greeting": "", "showBuyersToVendors": False}


@pytest.mark.parametrize("length", ["0", "1001", "many", "", "1.5", "1e2"])
def test_settings_that_do_not_fit_are_told_at_their_field(owner: Client, length: str) -> None:
    page = owner.post(f"{PLUGINS}{PLUGIN}/", {"maximumLength": length, "greeting": "Hello"})
    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["maximumLength"]
    assert 'value="Hello"' in page.content.decode()
    assert not PluginState.objects.exists()


def test_what_only_the_settings_themselves_refuse_is_told_at_its_field(owner: Client) -> None:
    given = {name: value for name, value in MessagingSettings().as_json().items() if value is not None}
    page = owner.post(f"{PLUGINS}messaging/", {**given, "departmentEmail": "nobody"})
    assert list(page.context["form"].errors) == ["departmentEmail"]
    assert not PluginState.objects.exists()


def test_switches_want_a_post_a_token_and_a_permission(owner: Client) -> None:
    for action in ("enable", "disable"):
        path = f"{PLUGINS}{PLUGIN}/{action}/"
        assert owner.get(path).status_code == 405
        assert client(world.a_superuser(), csrf=True).post(path).status_code == 403
        assert client(world.staff(Permission.MANAGE_SHOP)).post(path).status_code == 403
        assert owner.post(f"{PLUGINS}nothing/{action}/").status_code == 404
    path = f"{PLUGINS}{PLUGIN}/"
    assert client(world.a_superuser(), csrf=True).post(path, {"maximumLength": "7"}).status_code == 403
    assert client(world.staff(Permission.MANAGE_SHOP)).post(path, {"maximumLength": "7"}).status_code == 403
    assert owner.get(f"{PLUGINS}nothing/").status_code == 404
    assert owner.post(f"{PLUGINS}{PLUGIN}/burn/").status_code == 404
    assert not PluginState.objects.exists()


def test_rows_of_plugins_have_no_pages_of_djangos_own() -> None:
    world.enabled(PLUGIN, on=False)
    browser = client(world.a_superuser())
    for action in ("change", "delete", "history"):
        path = f"{PLUGINS}{PluginState.objects.get().pk}/{action}/"
        assert browser.post(path, {"name": PLUGIN, "enabled": "on"}).status_code == 404
    assert PluginState.objects.get().enabled is False


def test_pages_of_a_disabled_plugin_are_not_there() -> None:
    user = world.a_superuser()
    LogEntry.objects.create(
        user=user, object_repr="A secret note", action_flag=1, content_type=ContentType.objects.get(app_label=PLUGIN)
    )
    browser = client(user)
    autocomplete = f"/admin/autocomplete/?app_label={PLUGIN}&model_name=giftnote&field_name=order&term="
    paths = [OF_PLUGIN, f"{OF_PLUGIN}add/", f"{OF_PLUGIN}1/change/", f"/admin/{PLUGIN}/", autocomplete]
    assert [browser.get(path).status_code for path in paths] == [404] * 5
    assert [Client().get(path).status_code for path in paths[:3]] == [404] * 3
    index = text_of(browser, "/admin/")
    assert (OF_PLUGIN in index, "A secret note" in index) == (False, False)

    world.enabled(PLUGIN)
    assert [browser.get(path).status_code for path in paths[:2]] == [200, 200]
    index = text_of(browser, "/admin/")
    assert (OF_PLUGIN in index, "A secret note" in index) == (True, True)
