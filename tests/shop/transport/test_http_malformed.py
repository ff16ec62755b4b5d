"""Whatever comes in over HTTP, the answer is a coded error and never a fault of the server."""

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.shop.transport.requests import GRAPHQL_JSON, JSON, code_of, get, post

pytestmark = pytest.mark.django_db

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
