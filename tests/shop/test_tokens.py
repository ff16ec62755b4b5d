"""Signing in and out."""

from datetime import timedelta

import pytest
from channels.db import database_sync_to_async
from django.conf import settings
from django.test import RequestFactory
from django.utils import timezone

from shop import authentication, tokens
from shop.actors import Actor
from shop.authentication import Credential, hash_of
from shop.errors import Invalid, RateLimited, ShopError, Unauthenticated
from shop.models import Token
from tests import world
from tests.asking import listen

pytestmark = pytest.mark.django_db

RIGHT, WRONG = "right", "wrong"
HERE, THERE = "192.0.2.1", "192.0.2.2"


def sign_in(email: str, password: str = RIGHT, address: str = HERE) -> tokens.SignedIn:
    return tokens.create_token(email=email, password=password, address=address)


def refused(email: str, password: str = WRONG, address: str = HERE) -> str:
    with pytest.raises(ShopError) as raised:
        sign_in(email, password, address)
    return raised.value.code


def test_a_token_is_stored_as_a_hash_and_lasts() -> None:
    user = world.a_user(password="right")
    made = sign_in(f"  {user.email.upper()} ")
    assert (made.user, made.actor) == (user, Actor(user_id=user.pk))
    assert (len(made.raw), made.raw[:4]) == (68, "shp_")
    token = Token.objects.get()
    assert (token.user, token.order, token.revoked_at) == (user, None, None)
    assert token.key_hash == hash_of(made.raw) != made.raw
    assert token.expires_at - token.created_at == timedelta(days=settings.TOKEN_DAYS)
    request = RequestFactory().get("/", headers={"authorization": f"Bearer {made.raw}"})
    assert authentication.recognise(request) == (
        Credential(kind="token", user_id=user.pk, token_id=token.pk),
        made.actor,
    )


def test_wrong_unknown_and_inactive_answer_alike() -> None:
    user = world.a_user(password="right")
    inactive = world.a_user(password="right")
    inactive.is_active = False
    inactive.save()
    told = set()
    for email, password in [
        (user.email, "wrong"),
        (user.email, ""),
        (user.email, "right\0"),
        (user.email, "\ud800"),
        ("nobody@example.com", "right"),
        ("\0", "right"),
        (inactive.email, "right"),
    ]:
        with pytest.raises(ShopError) as raised:
            sign_in(email, password)
        told.add((raised.value.code, raised.value.message, raised.value.field))
    assert told == {("INVALID_CREDENTIALS", "The e-mail address or the password is wrong.", None)}
    assert not Token.objects.exists()


def test_too_many_failures_have_to_wait_and_nobody_else_does() -> None:
    user, other = world.a_user(password="right"), world.a_user(password="right")
    assert [refused(user.email) for _ in range(10)] == ["INVALID_CREDENTIALS"] * 10
    with pytest.raises(RateLimited):
        sign_in(user.email.upper())
    assert not Token.objects.exists()
    assert sign_in(user.email, address=THERE).user == user
    assert sign_in(other.email).user == other


def test_a_success_wipes_the_slate_clean() -> None:
    user = world.a_user(password="right")
    for _ in range(2):
        assert [refused(user.email) for _ in range(9)] == ["INVALID_CREDENTIALS"] * 9
        sign_in(user.email)


def test_one_network_of_ipv6_addresses_counts_as_one() -> None:
    email = world.a_user(password="right").email
    for number in range(10):
        refused(email, address=f"2001:db8::{number + 1}")
    assert refused(email, address="2001:db8::ffff") == "RATE_LIMITED"
    assert refused(email, address="2001:db8:0:1::1") == "INVALID_CREDENTIALS"


def test_expired_tokens_are_cleared_away_at_the_next() -> None:
    user, other = world.a_user(), world.a_user()
    first = tokens.issue_token(user=user)
    tokens.issue_token(user=other)
    Token.objects.update(expires_at=timezone.now())
    second = tokens.issue_token(user=user)
    assert first != second
    assert set(Token.objects.values_list("user", flat=True)) == {user.pk, other.pk}
    assert Token.objects.count() == 2


def test_a_guests_token_is_for_one_order() -> None:
    order = world.an_order(guest_email="guest@example.com")
    raw = tokens.create_guest_token(order=order)
    token = Token.objects.get()
    assert raw.startswith("shg_")
    assert (token.user, token.order, token.key_hash) == (None, order, hash_of(raw))
    assert token.expires_at - token.created_at == timedelta(days=settings.GUEST_TOKEN_DAYS)


def test_a_revoked_token_ends_and_no_other() -> None:
    user = world.a_user()
    kept, given_back = (Token.objects.get(key_hash=hash_of(tokens.issue_token(user=user))) for _ in range(2))
    credential = Credential(kind="token", user_id=user.pk, token_id=given_back.pk)
    tokens.revoke_token(credential=credential)
    with pytest.raises(Unauthenticated):
        authentication.actor_of(credential)
    assert authentication.actor_of(Credential(kind="token", token_id=kept.pk)) == Actor(user_id=user.pk)


def test_without_a_token_there_is_nothing_to_revoke() -> None:
    tokens.issue_token(user=world.a_user())
    with pytest.raises(Invalid):
        tokens.revoke_token(credential=Credential(kind="session", user_id=1))
    assert Token.objects.get().revoked_at is None


@pytest.mark.django_db(transaction=True)
async def test_signing_out_closes_the_sockets_of_that_token_alone() -> None:
    def sign_in_twice() -> tuple[str, str, Credential]:
        user = world.a_user()
        kept, ended = tokens.issue_token(user=user), tokens.issue_token(user=user)
        return kept, ended, Credential("token", user.pk, token_id=Token.objects.get(key_hash=hash_of(ended)).pk)

    kept, ended, credential = await database_sync_to_async(sign_in_twice)()
    async with listen(f"Bearer {kept}") as other, listen(f"Bearer {ended}") as socket:
        await database_sync_to_async(tokens.revoke_token)(credential=credential)
        frame = await socket.receive(timeout=2)
        assert (frame["type"], frame["code"]) == ("close", 4403)
        assert await other.silent()
