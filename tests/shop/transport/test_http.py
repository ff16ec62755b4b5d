"""GraphQL over HTTP: what is run, and in what form the answer comes."""

import pytest
from django.conf import LazySettings

from tests.shop.transport.requests import BROWSER, GRAPHQL_JSON, JSON, code_of, get, post

pytestmark = pytest.mark.django_db


def test_a_post_is_answered() -> None:
    response = post({"query": "{ shop { name } }"})
    assert (response.status_code, list(response.json())) == (200, ["data"])
    assert response["Content-Type"] == "application/json; charset=utf-8"


def test_null_members_are_as_good_as_none() -> None:
    body = {"query": "{ shop { name } }", "variables": None, "operationName": None, "extensions": None}
    assert "data" in post(body).json()


def test_the_named_operation_of_several_is_run() -> None:
    several = "query A { a: __typename } query B { b: __typename }"
    assert post({"query": several, "operationName": "B"}).json() == {"data": {"b": "Query"}}


@pytest.mark.parametrize("name", [None, "C", ""])
def test_of_several_operations_none_is_run_by_chance(name: str | None) -> None:
    several = "query A { a: __typename } query B { b: __typename }"
    response = post({"query": several, "operationName": name})
    assert code_of(response) == "BAD_USER_INPUT"
    assert "data" not in response.json()


def test_a_get_runs_a_query() -> None:
    response = get('?query=query($n:String!){product(sku:$n){__typename}}&variables={"n":"none"}')
    assert response.json() == {"data": {"product": None}}


def test_a_get_runs_no_mutation() -> None:
    response = get("?query=mutation{tokenRevoke{__typename}}")
    assert (response.status_code, response["Allow"], code_of(response)) == (405, "POST", "BAD_USER_INPUT")


def test_a_link_runs_nothing_in_a_browser(settings: LazySettings) -> None:
    settings.DEBUG = True
    response = get("?query={shop{name}}", accept=BROWSER)
    assert response["Content-Type"].startswith("text/html")
    assert "data" not in response.content.decode().split("<script")[0]


def test_a_subscription_needs_a_stream() -> None:
    assert code_of(post({"query": "subscription { shopUpdated { name } }"})) == "BAD_USER_INPUT"


@pytest.mark.parametrize("accept", ["image/png", "text/html", "application/json;q=0", "application/xml, text/plain"])
def test_what_the_client_takes_must_be_json(accept: str) -> None:
    assert post({"query": "{ shop { name } }"}, accept=accept).status_code == 406


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (GRAPHQL_JSON, GRAPHQL_JSON),
        (f"{GRAPHQL_JSON}; charset=utf-8, {JSON}; charset=utf-8", GRAPHQL_JSON),
        (f"{GRAPHQL_JSON}, {JSON};q=0.9", GRAPHQL_JSON),
        (f"{JSON};q=0.5, {GRAPHQL_JSON};q=0.6", GRAPHQL_JSON),
        (f"{GRAPHQL_JSON};q=0.1, */*", JSON),
        ("Application/JSON", JSON),
        (f"image/png, {GRAPHQL_JSON};q=x", GRAPHQL_JSON),
        (";;,,=", None),
    ],
)
def test_the_form_of_the_answer_is_the_client_s_choice(accept: str, expected: str | None) -> None:
    response = post({"query": "{ shop { name } }"}, accept=accept)
    assert response.status_code == (200 if expected else 406)
    assert response["Content-Type"] == f"{expected or JSON}; charset=utf-8"


def test_a_null_that_came_up_from_a_field_is_data() -> None:
    response = post({"query": "{ orders(first: 1) { totalCount } }"}, accept=GRAPHQL_JSON)
    assert response.status_code == 200
    assert response.json()["data"] == {"orders": None}
    assert code_of(response) == "UNAUTHENTICATED"
