"""In whose name a request over HTTP is run, and which pages may send one."""

import json
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client, RequestFactory

from shop.graphql.transport.http import csrf_failure
from shop.models import Token
from tests.asking import bearer
from tests.shop.transport.requests import code_of, get, post, signed_in
from tests.world import a_customer, a_user

pytestmark = pytest.mark.django_db

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
