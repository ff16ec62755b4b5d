"""GraphQL over HTTP: what is run, what is refused, in whose name, and in what form the answer comes."""

import json
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from shop.models import Token, User
from tests.asking import bearer
from tests.world import a_customer, a_user

pytestmark = pytest.mark.django_db

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def post(body: object, *, client: Client | None = None, content_type: str = JSON, **headers: str) -> Any:
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (client or Client()).post("/graphql/", data=data, content_type=content_type, headers=named)


def get(query: str = "", *, client: Client | None = None, accept: str = JSON, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (client or Client()).get(f"/graphql/{query}", headers={"accept": accept, **named})


def code_of(response: Any) -> str:
    (error,) = response.json()["errors"]
    assert error["message"]
    return str(error["extensions"]["code"])


def signed_in(user: User, *, strict: bool = False) -> Client:
    client = Client(enforce_csrf_checks=strict)
    client.force_login(user)
    return client


# ── what is run ─────────────────────────────────────────────────────────────────────────────


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


# ── what is refused ─────────────────────────────────────────────────────────────────────────

DEEP = b"[" * 900 + b"]" * 900

MALFORMED: dict[str, object] = {
    "nothing": b" ",
    "no JSON": b"{",
    "text after JSON": b'{"query": "{ shop { name } }"} x',
    "bad UTF-8": b'{"query": "\xff"}',
    "a byte order mark": b'\xef\xbb\xbf{"query": "{ shop { name } }"}',
    "UTF-16": '{"query": "{ shop { name } }"}'.encode("utf-16"),
    "a lone surrogate": b'{"query": "\\ud800"}',
    "a lone surrogate in a variable": b'{"query": "{ shop { name } }", "variables": {"a": "\\udfff"}}',
    "NaN": b'{"query": "{ shop { name } }", "variables": {"a": NaN}}',
    "a scalar": b"1",
    "a string": b'"{ shop { name } }"',
    "null": b"null",
    "true": b"true",
    "an empty batch": b"[]",
    "a batch": b'[{"query": "{ shop { name } }"}]',
    "deep": DEEP,
    "too deep": b"[" * 100_000,
    "deep variables": b'{"query": "{ shop { name } }", "variables": {"a": %s}}' % DEEP,
    "deep objects": b'{"query": "{ shop { name } }", "variables": %s1%s}' % (b'{"a":' * 900, b"}" * 900),
    "nothing to run": b"{}",
    "query null": b'{"query": null}',
    "query a number": b'{"query": 1}',
    "query a list": b'{"query": ["{ shop { name } }"]}',
    "query an object": b'{"query": {}}',
    "variables a string": b'{"query": "{ shop { name } }", "variables": "{}"}',
    "variables a list": b'{"query": "{ shop { name } }", "variables": []}',
    "variables false": b'{"query": "{ shop { name } }", "variables": false}',
    "operationName a number": b'{"query": "{ shop { name } }", "operationName": 0}',
    "operationName a list": b'{"query": "{ shop { name } }", "operationName": []}',
    "extensions a string": b'{"query": "{ shop { name } }", "extensions": ""}',
    "extensions a list": b'{"query": "{ shop { name } }", "extensions": [1]}',
    "documentId a number": b'{"documentId": 1}',
    "query and documentId": b'{"query": "{ shop { name } }", "documentId": "a"}',
    "NUL in a variable": b'{"query": "query($a: String!) { product(sku: $a) { id } }", "variables": {"a": "a\\u0000b"}}',
    "NUL in a list": b'{"query": "{ shop { name } }", "variables": {"a": [["\\u0000"]]}}',
    "NUL in a key": b'{"query": "{ shop { name } }", "variables": {"\\u0000": 1}}',
}


@pytest.mark.parametrize("accept", [JSON, GRAPHQL_JSON])
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_request_is_told_so(body: bytes, accept: str) -> None:
    response = post(body, accept=accept)
    assert (response.status_code, code_of(response)) == (400, "BAD_USER_INPUT")
    assert response["Content-Type"] == f"{accept}; charset=utf-8"
    assert list(response.json()) == ["errors"]


BAD_DOCUMENTS = {
    "empty": "",
    "blank": " ",
    "a comment": "# shop",
    "no GraphQL": "SELECT 1",
    "a NUL": "{ shop { name } } \0",
    "NUL in a string": '{ product(sku: "a\\u0000b") { id } }',
    "NUL in braces": '{ product(sku: "a\\u{000}b") { id } }',
    "a lone surrogate in a string": '{ product(sku: "\\uD800") { id } }',
    "only a fragment": "fragment A on Query { shop { name } }",
    "only a type": "type Query { shop: Int }",
    "a cycle": "{ ...A } fragment A on Query { ...A }",
    "deep": "{a" * 5_000,
    "deep values": "{ product(sku: " + "[" * 400 + "]" * 400 + ") { id } }",
    "many levels": "{ shop " * 60 + "{ name }" + "}" * 60,
    "an integer of 5000 digits": "{ orders(first: " + "9" * 5_000 + ") { totalCount } }",
    "a float of 5000 digits": "{ orders(first: 1e" + "9" * 5_000 + ") { totalCount } }",
    "an unknown field": "{ unknown }",
    "an unknown argument": "{ shop(a: 1) { name } }",
    "no selection": "{ shop }",
    "a missing variable": "query($a: String!) { product(sku: $a) { id } }",
    "an unknown variable type": "query($a: Unknown!) { product(sku: $a) { id } }",
    "unknown directive": "{ shop @unknown { name } }",
    "defer": "{ ... @defer { shop { name } } }",
}


@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (GRAPHQL_JSON, 400)])
@pytest.mark.parametrize("document", BAD_DOCUMENTS.values(), ids=BAD_DOCUMENTS)
def test_a_document_that_cannot_be_run_is_told_so(document: str, accept: str, status: int) -> None:
    response = post({"query": document}, accept=accept)
    assert response.status_code == status, response.content
    body = response.json()
    assert list(body) == ["errors"]
    assert {error["extensions"]["code"] for error in body["errors"]} <= {"BAD_USER_INPUT", "COST_EXCEEDED"}


@pytest.mark.parametrize("value", ["9" * 5_000, "1e999", "-" + "9" * 5_000, "9" * 25, '"x"', "[]", "{}", "true"])
def test_a_variable_of_the_wrong_kind_is_told_so(value: str) -> None:
    query = "query($n: Int) { orders(first: $n) { totalCount } }"
    response = post(f'{{"query": "{query}", "variables": {{"n": {value}}}}}', accept=GRAPHQL_JSON)
    assert (response.status_code, code_of(response)) == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize(
    "query",
    ["?query=", "?query={", "?variables={}", "?query={shop{name}}&variables=x", "?query={shop{name}}&variables=[]",
     "?query={shop{name}}&extensions=1", "?query=%ff", "?query={shop{name}}&variables=%00", ""],
)  # fmt: skip
def test_a_malformed_get_is_told_so(query: str) -> None:
    response = get(query, accept=GRAPHQL_JSON)
    assert (response.status_code, code_of(response)) == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/graphql", "",
     "application/jsonp", "text/json", "application/graphql-response+json"],
)  # fmt: skip
def test_only_json_is_taken(content_type: str) -> None:
    response = post('{"query": "{ shop { name } }"}', content_type=content_type)
    assert (response.status_code, code_of(response)) == (415, "BAD_USER_INPUT")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "head", "trace"])
def test_other_methods_are_not_allowed(method: str) -> None:
    response = getattr(Client(), method)("/graphql/")
    assert (response.status_code, response["Allow"]) == (405, "GET, POST, OPTIONS")


def test_a_huge_body_is_refused(settings: LazySettings) -> None:
    settings.GRAPHQL_BODY_LIMIT = 100
    body = {"query": "{ shop { name } }"}
    assert post(body).status_code == 200
    assert post({**body, "extensions": {"padding": "x" * 100}}).status_code == 413


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


# ── in whose name ───────────────────────────────────────────────────────────────────────────

WHO = {"query": "{ viewer { user { email } } }"}


def email_in(response: Any) -> str | None:
    viewer = response.json()["data"]["viewer"]
    return str(viewer["user"]["email"]) if viewer else None


def test_a_bearer_token_needs_no_csrf_token() -> None:
    carla = a_customer()
    client = Client(enforce_csrf_checks=True)
    assert email_in(post(WHO, client=client, authorization=bearer(carla))) == carla.email


@pytest.mark.parametrize(
    "header", ["Bearer shp_unknown", "Bearer", "Bearer x", "Token shp_x", "Bearer shp_\xe9", "Bearer shp_a b"]
)
def test_a_bad_bearer_token_never_gives_way_to_the_cookie(header: str) -> None:
    response = post(WHO, client=signed_in(a_customer()), authorization=header)
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    assert code_of(response) == "UNAUTHENTICATED"


def test_a_revoked_token_is_refused() -> None:
    carla = a_customer()
    header = bearer(carla)
    Token.objects.all().delete()
    assert post(WHO, authorization=header).status_code == 401


def test_a_cookie_needs_the_csrf_token_for_a_post() -> None:
    carla = a_customer()
    client = signed_in(carla, strict=True)
    response = post(WHO, client=client)
    assert (response.status_code, code_of(response)) == (403, "FORBIDDEN")
    client.cookies["csrftoken"] = "a" * 32
    assert post(WHO, client=client, x_csrftoken="b" * 32).status_code == 403
    assert email_in(post(WHO, client=client, x_csrftoken="a" * 32)) == carla.email


def test_a_cookie_with_the_csrf_token_counts_for_pages_of_this_host_only() -> None:
    client = signed_in(a_customer(), strict=True)
    client.cookies["csrftoken"] = "a" * 32
    assert post(WHO, client=client, x_csrftoken="a" * 32, origin="https://evil.example").status_code == 403
    assert post(WHO, client=client, x_csrftoken="a" * 32, origin="http://testserver").status_code == 200


def test_a_visitor_needs_no_csrf_token() -> None:
    assert email_in(post(WHO, client=Client(enforce_csrf_checks=True))) is None


def test_a_cookie_needs_a_header_for_a_get_that_only_a_page_of_this_host_can_send() -> None:
    carla = a_customer()
    client = signed_in(carla, strict=True)
    query = "?query={viewer{user{email}}}"
    response = get(query, client=client)
    assert (response.status_code, code_of(response)) == (403, "FORBIDDEN")
    assert email_in(get(query, client=client, x_requested_with="fetch")) == carla.email


def test_a_session_that_has_ended_is_a_visitor_s() -> None:
    carla = a_user()
    client = signed_in(carla)
    carla.is_active = False
    carla.save()
    assert email_in(post(WHO, client=client)) is None


def test_the_answer_is_kept_by_no_cache() -> None:
    response = post(WHO)
    assert response["Cache-Control"] == "no-store"
    assert {"Accept", "Authorization", "Cookie", "Origin"} <= set(response["Vary"].split(", "))


def test_the_admin_keeps_django_s_csrf_page_and_graphql_has_its_own() -> None:
    from django.test import RequestFactory

    from shop.graphql.transport.http import csrf_failure

    assert csrf_failure(RequestFactory().post("/admin/"), "x")["Content-Type"].startswith("text/html")
    response = csrf_failure(RequestFactory().post("/graphql/"), "No token.")
    assert response.status_code == 403
    assert json.loads(response.content)["errors"][0]["extensions"] == {"code": "FORBIDDEN"}


# ── storefronts on other hosts ──────────────────────────────────────────────────────────────


def test_a_storefront_may_ask_without_cookies(settings: LazySettings) -> None:
    settings.STOREFRONT_ORIGINS = ["https://shop.example"]
    preflight = Client().options("/graphql/", headers={"origin": "https://shop.example"})
    assert preflight.status_code == 204
    assert preflight["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "authorization" in preflight["Access-Control-Allow-Headers"]
    response = post(WHO, origin="https://shop.example")
    assert response["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "Access-Control-Allow-Credentials" not in response


@pytest.mark.parametrize("origin", ["https://evil.example", "http://shop.example", "https://shop.example:8443", "null"])
def test_other_pages_may_not(settings: LazySettings, origin: str) -> None:
    settings.STOREFRONT_ORIGINS = ["https://shop.example"]
    for response in (Client().options("/graphql/", headers={"origin": origin}), post(WHO, origin=origin)):
        assert "Access-Control-Allow-Origin" not in response


def test_a_refusal_can_be_read_by_the_storefront_too(settings: LazySettings) -> None:
    settings.STOREFRONT_ORIGINS = ["https://shop.example"]
    response = post(WHO, origin="https://shop.example", authorization="Bearer shp_unknown")
    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (401, "https://shop.example")
