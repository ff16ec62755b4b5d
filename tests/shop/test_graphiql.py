"""The GraphiQL page without a browser: who sees it, what it may load, what it offers, whether its files are whole."""

import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth import get_user_model
from django.test import Client
from graphql import build_schema, parse, validate

from shop.graphiql.tabs import prepared_tabs
from shop.hooks import GraphiQLPage, GraphiQLTab, graphiql_tabs

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = ROOT / "shop/graphiql/bundle"
BUILT = ROOT / "shop/static/shop/graphiql"
SUMS = "SHA256SUMS"

pytestmark = pytest.mark.django_db


def open_graphiql(client: Client) -> Any:
    return client.get("/graphql/", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})


def signed_in(*, is_staff: bool) -> Client:
    user = get_user_model().objects.create_user("someone@example.com", "demo", name="Someone", is_staff=is_staff)
    client = Client()
    client.force_login(user)
    return client


class Page(HTMLParser):
    """The addresses a page loads, its inline scripts, and the data it carries."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.inline: list[str] = []
        self.handlers: list[str] = []
        self.data: dict[str, Any] = {}
        self._reading = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.loads += [named[name] for name in ("src", "href") if name in named]
        self.handlers += [name for name in named if name.startswith("on")]
        if tag == "script" and "src" not in named:
            self.inline.append(named.get("type", ""))
            self._reading = named.get("id", "")

    def handle_data(self, data: str) -> None:
        if self._reading:
            self.data[self._reading] = json.loads(data)
            self._reading = ""


@pytest.mark.parametrize("client", ["visitor", "customer"])
def test_anyone_but_staff_gets_the_404_of_an_unknown_address(client: str) -> None:
    browser = Client() if client == "visitor" else signed_in(is_staff=False)
    unknown = browser.get("/no-such-address/", headers={"accept": "text/html"})
    response = open_graphiql(browser)
    assert (response.status_code, response.content) == (404, unknown.content)
    assert response.cookies.keys() == unknown.cookies.keys()
    assert "Content-Security-Policy" not in response


def test_staff_see_the_page_and_their_name_on_it() -> None:
    response = open_graphiql(signed_in(is_staff=True))
    assert response.status_code == 200
    assert Page(response.text).data["graphiql-page"]["user"] == "someone@example.com"


def test_in_debug_everybody_sees_the_page_and_a_way_to_sign_in(settings: LazySettings, client: Client) -> None:
    settings.DEBUG = True
    response = open_graphiql(client)
    page = Page(response.text).data["graphiql-page"]
    assert response.status_code == 200
    assert (page["user"], page["signIn"]) == (None, "/admin/login/?next=%2Fgraphql%2F")


def test_the_policy_allows_nothing_from_elsewhere() -> None:
    assert open_graphiql(signed_in(is_staff=True))["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; "
        "font-src 'self' data:; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


def test_the_page_runs_no_inline_script_and_loads_only_its_own_files() -> None:
    page = Page(open_graphiql(signed_in(is_staff=True)).text)
    assert page.inline == ["application/json"]
    assert page.handlers == []
    assert page.loads == [f"/static/shop/graphiql/{name}" for name in ("favicon.svg", "graphiql.css", "graphiql.js")]


def test_the_page_brings_the_csrf_cookie_and_is_never_cached() -> None:
    response = open_graphiql(signed_in(is_staff=True))
    assert "csrftoken" in response.cookies
    assert not response.cookies["csrftoken"]["httponly"]  # the page reads it for every request
    assert "no-store" in response["Cache-Control"]
    assert {"Accept", "Cookie"} <= set(response["Vary"].split(", "))


def test_tabs_of_the_core_come_first_and_those_of_plugins_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    own = GraphiQLTab(title="Own", query="query Own { shop { name } }", variables="{}")
    monkeypatch.setattr(graphiql_tabs, "_listeners", [])

    def answer(page: GraphiQLPage) -> tuple[GraphiQLTab, ...]:
        return (own,)

    graphiql_tabs.answer(answer)
    shown = Page(open_graphiql(signed_in(is_staff=True)).text).data["graphiql-page"]["tabs"]
    assert [tab["title"] for tab in shown] == ["Visitor", "Customer", "Staff", "Own"]
    assert shown[-1] == {"title": "Own", "query": own.query, "variables": "{}", "headers": ""}


def test_every_prepared_tab_fits_the_schema_and_bears_the_name_of_its_operation() -> None:
    schema = build_schema((ROOT / "schema.graphql").read_text("utf-8"))
    tabs = prepared_tabs()
    assert {tab.title: validate(schema, parse(tab.query)) for tab in tabs} == {tab.title: [] for tab in tabs}
    for tab in tabs:
        assert re.search(rf"^(query|mutation|subscription) {tab.title}\b", tab.query, re.MULTILINE), tab
        assert isinstance(json.loads(tab.variables or "{}"), dict)


@pytest.mark.parametrize("folder", [BUILT, BUNDLE], ids=["built", "sources"])
def test_files_are_the_ones_that_were_built_and_built_from(folder: Path) -> None:
    lines = (folder / SUMS).read_text("ascii").splitlines()
    told = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    found = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in told}
    assert found == told, "Rebuild it: see shop/graphiql/bundle/README.md."


def test_every_built_file_has_a_checksum_and_so_has_every_source() -> None:
    assert listed(BUILT) == {str(file.relative_to(BUILT)) for file in BUILT.rglob("*") if file.is_file()} - {SUMS}
    sources = {str(file.relative_to(BUNDLE)) for file in (BUNDLE / "src").rglob("*")}
    assert listed(BUNDLE) >= sources | {"package.json", "package-lock.json", "vite.config.js"}


def listed(folder: Path) -> set[str]:
    return {line.split("  ", 1)[1] for line in (folder / SUMS).read_text("ascii").splitlines()}


def test_every_package_in_the_bundle_has_its_licence_beside_it() -> None:
    texts = (BUILT / "LICENSES.txt").read_text("utf-8")
    packages: dict[str, dict[str, Any]] = json.loads((BUNDLE / "package-lock.json").read_text("utf-8"))["packages"]
    bundled = {
        f"{path.rpartition('node_modules/')[2]} {package['version']} ({package['license']})"
        for path, package in packages.items()
        if path and not package.get("dev") and not package.get("optional")
    }
    assert len(bundled) > 50
    assert {name for name in bundled if name not in texts} == set()


def test_built_files_work_under_hashed_names() -> None:
    """A chunk that imports the entry would load it twice, and a source map that is missing fails collectstatic."""
    for file in BUILT.rglob("*.*s"):
        text = file.read_text("utf-8")
        assert not re.search(r"""["'`][./]*/graphiql\.js["'`]""", text), file
        assert "sourceMappingURL" not in text, file
