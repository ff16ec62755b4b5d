"""Who asks: bearer tokens, sessions, and what each of them may do now."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.models import Permission as DjangoPermission
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from shop import authentication
from shop.actors import ANONYMOUS, Actor, Membership
from shop.authentication import NOBODY, Credential, hash_of
from shop.errors import Unauthenticated
from shop.models import Token, User
from shop.vocabulary import Permission, Rights
from tests import world

pytestmark = pytest.mark.django_db

RAW = "shp_0123"


def token_of(user: User, raw: str = RAW, **fields: Any) -> Token:
    fields = {"expires_at": timezone.now() + timedelta(days=1), **fields}
    return Token.objects.create(user=user, key_hash=hash_of(raw), **fields)


def request(authorization: str | None = None, *, signed_in: Client | None = None) -> HttpRequest:
    made = RequestFactory().get("/", headers={"authorization": authorization} if authorization is not None else {})
    made.session = SessionStore(signed_in.session.session_key if signed_in else None)
    return made


def handshake(*, authorization: str | None = None, signed_in: Client | None = None) -> dict[str, Any]:
    headers = [(b"host", b"testserver")]
    if authorization is not None:
        headers.append((b"authorization", authorization.encode()))
    if signed_in is not None:
        cookie = f"theme=dark; {settings.SESSION_COOKIE_NAME}={signed_in.session.session_key}"
        headers.append((b"cookie", cookie.encode()))
    return {"type": "websocket", "headers": headers}


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# ── bearer tokens ───────────────────────────────────────────────────────────────────────────


def test_a_visitor_is_nobody(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert authentication.recognise(request()) == (NOBODY, ANONYMOUS)
    assert authentication.actor_of(NOBODY) == ANONYMOUS


def test_token_user_and_memberships_are_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    user = world.a_user()
    oak, bright, closed = world.a_vendor("Oak"), world.a_vendor("Bright"), world.a_vendor("Closed", is_active=False)
    world.a_member(oak, user=user, customers=Rights.EDIT, store=Rights.VIEW)
    world.a_member(bright, user=user, customers=Rights.NONE, store=Rights.EDIT)
    world.a_member(closed, user=user)
    token = token_of(user)
    actor = Actor(
        user_id=user.pk,
        memberships=(Membership(oak.pk, Rights.EDIT, Rights.VIEW), Membership(bright.pk, Rights.NONE, Rights.EDIT)),
    )
    credential = Credential(kind="token", user_id=user.pk, token_id=token.pk)
    with django_assert_num_queries(1):
        assert authentication.recognise(request(f"Bearer {RAW}")) == (credential, actor)
    with django_assert_num_queries(1):
        assert authentication.actor_of(credential) == actor
    assert credential.topic == f"token:{token.pk}"


def test_permissions_of_staff_are_one_statement_more(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    user = world.staff(Permission.MANAGE_MESSAGES)
    desk = Group.objects.create(name="Order desk")
    desk.permissions.add(
        DjangoPermission.objects.get(codename="manage_orders"), DjangoPermission.objects.get(codename="add_product")
    )
    user.groups.add(desk)
    other = Group.objects.create(name="Owners")
    other.permissions.add(DjangoPermission.objects.get(codename="manage_shop"))
    token_of(user)
    with django_assert_num_queries(2):
        _, actor = authentication.recognise(request(f"Bearer {RAW}"))
    assert actor.permissions == {Permission.MANAGE_MESSAGES, Permission.MANAGE_ORDERS}


def test_a_superuser_may_everything(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    token_of(world.a_superuser())
    with django_assert_num_queries(1):
        _, actor = authentication.recognise(request(f"Bearer {RAW}"))
    assert actor.permissions == frozenset(Permission)


def test_permissions_without_the_staff_flag_are_none() -> None:
    user = world.a_user()
    world.give(user, Permission.MANAGE_ORDERS)
    assert authentication.actor_of_user(user) == Actor(user_id=user.pk)


def test_a_guest_acts_on_the_order_alone() -> None:
    order = world.an_order(guest_email="guest@example.com")
    token = Token.objects.create(order=order, key_hash=hash_of("shg_1"), expires_at=timezone.now() + timedelta(days=1))
    credential, actor = authentication.recognise(request("bearer  shg_1"))
    assert credential == Credential(kind="token", token_id=token.pk)
    assert actor == Actor(order_id=order.pk)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        RAW,
        f"Token {RAW}",
        "Bearer abc",
        "Bearer shp_unknown",
        f"Bearer {RAW}ü",
        f"Bearer {RAW} x",
    ],
)
def test_a_bad_token_is_refused_whatever_the_session(header: str) -> None:
    user = world.a_user()
    token_of(user)
    with pytest.raises(Unauthenticated):
        authentication.recognise(request(header, signed_in=client_of(user)))
    with pytest.raises(Unauthenticated):
        authentication.credential_of_socket(handshake(signed_in=client_of(user)), {"authorization": header})


@pytest.mark.parametrize(
    "fields",
    [
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"revoked_at": timezone.now()},
        {"created_at": timezone.now() - timedelta(days=2)},
    ],
    ids=["expired", "revoked", "older than the password"],
)
def test_a_token_that_has_ended_is_refused(fields: dict[str, Any]) -> None:
    token = token_of(world.a_user(), **fields)
    with pytest.raises(Unauthenticated):
        authentication.recognise(request(f"Bearer {RAW}"))
    with pytest.raises(Unauthenticated):
        authentication.actor_of(Credential(kind="token", token_id=token.pk))


def test_what_ends_later_ends_an_open_connection() -> None:
    user = world.a_user(password="old")
    token = token_of(user)
    credential = Credential(kind="token", user_id=user.pk, token_id=token.pk)
    assert authentication.actor_of(credential) == Actor(user_id=user.pk)
    user.is_active = False
    user.save()
    with pytest.raises(Unauthenticated):
        authentication.actor_of(credential)
    user.is_active = True
    user.set_password("new")
    user.save()
    with pytest.raises(Unauthenticated):
        authentication.actor_of(credential)


def test_a_proxys_own_header_is_passed_over() -> None:
    user = world.a_user()
    credential, _ = authentication.recognise(request("Basic eDp5", signed_in=client_of(user)))
    assert (credential.kind, credential.user_id) == ("session", user.pk)


# ── sessions ────────────────────────────────────────────────────────────────────────────────


def test_a_session_costs_two_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    vendor = world.a_vendor()
    user = world.a_member(vendor)
    client = client_of(user)
    fresh = request(signed_in=client)
    with django_assert_num_queries(2):
        credential, actor = authentication.recognise(fresh)
    assert actor == Actor(user_id=user.pk, memberships=(Membership(vendor.pk, Rights.EDIT, Rights.EDIT),))
    assert (credential.kind, credential.session_key) == ("session", client.session.session_key)
    with django_assert_num_queries(2):
        assert authentication.actor_of(credential) == actor
    assert authentication.credential_of_socket(handshake(signed_in=client), None) == credential


def test_a_session_that_has_ended_is_a_visitors_and_ends_a_connection() -> None:
    user = world.a_user(password="old")
    client = client_of(user)
    credential = authentication.credential_of_request(request(signed_in=client))
    user.set_password("new")
    user.save()
    assert authentication.recognise(request(signed_in=client)) == (NOBODY, ANONYMOUS)
    assert authentication.credential_of_socket(handshake(signed_in=client), {}) == NOBODY
    with pytest.raises(Unauthenticated):
        authentication.actor_of(credential)

    client = client_of(user)
    credential = authentication.credential_of_request(request(signed_in=client))
    Session.objects.all().delete()
    with pytest.raises(Unauthenticated):
        authentication.actor_of(credential)


def test_a_session_of_somebody_else_ends_a_connection() -> None:
    client = client_of(world.a_user(password="x"))
    credential = authentication.credential_of_request(request(signed_in=client))
    session = client.session
    session["_auth_user_id"] = str(world.a_user(password="x").pk)
    session.save()
    with pytest.raises(Unauthenticated):
        authentication.actor_of(credential)


@pytest.mark.parametrize(
    "cookie", [b"sessionid=unknown-key-1234", b'sessionid="\\000\\000\\000\\000\\000\\000\\000\\000a"']
)
def test_an_unknown_cookie_is_a_visitors(cookie: bytes) -> None:
    assert authentication.credential_of_socket({"headers": [(b"cookie", cookie)]}, None) == NOBODY


def test_a_payloads_token_wins_over_the_handshake_and_that_over_the_cookie() -> None:
    in_payload, in_header, in_cookie = (world.a_user() for _ in range(3))
    token_of(in_payload, "shp_payload")
    token_of(in_header, "shp_header")
    scope = handshake(authorization="Bearer shp_header", signed_in=client_of(in_cookie))
    for payload, user in [
        ({"AUTHORIZATION": "Bearer shp_payload"}, in_payload),
        ({"other": 1}, in_header),
        ("no mapping", in_header),
    ]:
        assert authentication.credential_of_socket(scope, payload).user_id == user.pk
    assert authentication.credential_of_socket(handshake(signed_in=client_of(in_cookie)), {}).user_id == in_cookie.pk


def test_a_payload_that_is_no_text_is_refused() -> None:
    with pytest.raises(Unauthenticated):
        authentication.credential_of_socket(handshake(), {"Authorization": 5})
