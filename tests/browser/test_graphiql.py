"""GraphiQL in a real browser, against a real server: the session, bearer tokens, subscriptions, the user's tabs."""

import json
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.browser.graphiql_page import GraphiQLPage

pytestmark = pytest.mark.browser


def ask(address: str, query: str, token: str = "", **variables: object) -> Any:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    body = json.dumps({"query": query, "variables": variables}).encode()
    with urlopen(Request(f"{address}/graphql/", body, headers), timeout=10) as response:  # noqa: S310 (our own server)
        return json.load(response)["data"]


def token_of(address: str, email: str) -> str:
    create = "mutation ($input: TokenCreateInput!) { tokenCreate(input: $input) { token } }"
    token: str = ask(address, create, input={"email": email, "password": "demo"})["tokenCreate"]["token"]
    return token


def test_every_prepared_query_answers_staff_without_an_error(graphiql: GraphiQLPage) -> None:
    assert graphiql.page.inner_text(".identity") == "admin@example.com"
    titles = graphiql.tab_titles()
    assert titles[:3] == ["Visitor", "Customer", "Staff"]
    errors = {}
    for title in ["Visitor", "Customer", "Staff"]:
        graphiql.open_tab(title)
        errors[title] = graphiql.run().get("errors")
    assert errors == {"Visitor": None, "Customer": None, "Staff": None}


def test_mutations_carry_the_csrf_token_of_the_session(graphiql: GraphiQLPage) -> None:
    graphiql.new_tab('mutation Rename { shopUpdate(input: {name: "By session"}) { shop { name } } }')
    assert graphiql.run() == {"data": {"shopUpdate": {"shop": {"name": "By session"}}}}


def test_a_bearer_token_in_the_headers_takes_the_place_of_the_session(graphiql: GraphiQLPage) -> None:
    token = token_of(graphiql.address, "carla@example.com")
    graphiql.new_tab("query Who { viewer { isStaff user { email } } }")
    assert graphiql.run()["data"]["viewer"] == {"isStaff": True, "user": {"email": "admin@example.com"}}
    graphiql.set_headers({"Authorization": f"Bearer {token}"})
    assert graphiql.run()["data"]["viewer"] == {"isStaff": False, "user": {"email": "carla@example.com"}}
    assert token not in graphiql.stored()


def test_a_subscription_shows_what_happens_until_it_is_stopped(graphiql: GraphiQLPage) -> None:
    staff, carla = token_of(graphiql.address, "admin@example.com"), token_of(graphiql.address, "carla@example.com")
    rename = "mutation ($name: String!) { shopUpdate(input: {name: $name}) { shop { name } } }"
    graphiql.new_tab("subscription Names { shopUpdated { name } }")
    graphiql.set_headers({"Authorization": f"Bearer {carla}"})
    with graphiql.page.expect_websocket() as opening:
        graphiql.press_execute()
    graphiql.page.wait_for_timeout(1000)  # no frame tells that a subscription has begun
    for name in ("First name", "Second name"):
        ask(graphiql.address, rename, staff, name=name)
        graphiql.wait_for_result({"data": {"shopUpdated": {"name": name}}})
    socket = opening.value
    assert socket.url == graphiql.address.replace("http", "ws") + "/graphql/"
    assert graphiql.frames[0] == {"type": "connection_init", "payload": {"Authorization": f"Bearer {carla}"}}
    with socket.expect_event("close"):
        graphiql.press_execute()
    ask(graphiql.address, rename, staff, name="Third name")
    graphiql.page.wait_for_timeout(500)
    graphiql.wait_for_result({"data": {"shopUpdated": {"name": "Second name"}}})


def test_a_subscription_takes_the_session_when_there_is_no_token(graphiql: GraphiQLPage) -> None:
    graphiql.new_tab("subscription Names { shopUpdated { name } }")
    with graphiql.page.expect_websocket():
        graphiql.press_execute()
    graphiql.page.wait_for_timeout(1000)
    staff = token_of(graphiql.address, "admin@example.com")
    ask(graphiql.address, 'mutation { shopUpdate(input: {name: "Seen"}) { shop { name } } }', staff)
    graphiql.wait_for_result({"data": {"shopUpdated": {"name": "Seen"}}})
    assert graphiql.frames[0] == {"type": "connection_init", "payload": {}}


def test_tabs_stay_as_the_user_left_them(graphiql: GraphiQLPage) -> None:
    prepared = graphiql.tab_titles()
    graphiql.new_tab("query Mine { shop { name } }")
    graphiql.close_tab("Customer")
    expected = [title for title in prepared if title != "Customer"] + ["Mine"]
    graphiql.page.wait_for_timeout(1000)  # tabs are stored a moment later
    assert graphiql.tab_titles() == expected
    graphiql.page.reload()
    graphiql.wait_until_ready()
    assert graphiql.tab_titles() == expected
    graphiql.open_tab("Mine")
    assert list(graphiql.run()["data"]["shop"]) == ["name"]


def test_a_prepared_tab_that_is_new_joins_the_users_own(graphiql: GraphiQLPage) -> None:
    before = graphiql.tab_titles()
    graphiql.page.evaluate(
        "localStorage.setItem('graphiql:offeredTabs', '[\"prepared Visitor\", \"prepared Customer\"]')"
    )
    graphiql.page.reload()
    graphiql.wait_until_ready()
    added = [title for title in before if title not in {"Visitor", "Customer"}]
    assert graphiql.tab_titles() == before + added


def test_explorer_docs_and_dark_colours_work(graphiql: GraphiQLPage) -> None:
    graphiql.page.get_by_role("button", name="Show GraphiQL Explorer").click()
    graphiql.page.wait_for_selector(".graphiql-explorer-root >> text=products")
    graphiql.page.get_by_role("button", name="Show Documentation Explorer").click()
    graphiql.page.get_by_role("link", name="Query", exact=True).click()
    graphiql.page.wait_for_selector(".graphiql-doc-explorer-content >> text=products")
    graphiql.page.get_by_role("button", name="Open settings dialog").click()
    graphiql.page.get_by_role("button", name="Dark", exact=True).click()
    graphiql.page.keyboard.press("Escape")
    assert "graphiql-dark" in (graphiql.page.get_attribute("body", "class") or "")
