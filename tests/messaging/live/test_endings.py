"""Whatever takes away the right to listen ends the stream within 2 seconds with a code, over WebSocket and event stream."""

import json
import time
from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.test import Client
from django.utils import timezone

from shop.models import Token, User
from tests.asking import ask, bearer, listen
from tests.messaging import asks
from tests.messaging.live.stage import Stage, as_, events_of
from tests.shop.transport.clients import HERE, RawSocket, Stream

pytestmark = pytest.mark.django_db(transaction=True)

#: What is promised, and what a busy machine may add.
WITHIN = 2.0 + 3.0


def revoked(user: User) -> None:
    assert ask("mutation { tokenRevoke { revoked } }", user).data == {"tokenRevoke": {"revoked": True}}


def deleted_behind_our_back(user: User) -> None:
    Token.objects.filter(user=user).delete()


def expired(user: User) -> None:
    Token.objects.filter(user=user).update(expires_at=timezone.now())


def another_password(user: User) -> None:
    user.set_password("a new one")
    user.save()


def deactivated(user: User) -> None:
    user.is_active = False
    user.save()


def deactivated_behind_our_back(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def gone(user: User) -> None:
    """As far as somebody with messages can go: their token does not find them."""
    Token.objects.filter(user=user).update(user=User.objects.create(email="somebody@else.example", is_active=False))


OF_TOKENS = [
    revoked, deleted_behind_our_back, expired, another_password, deactivated, deactivated_behind_our_back, gone,
]  # fmt: skip


@pytest.mark.parametrize("happens", OF_TOKENS)
async def test_a_socket_closes_with_4403(stage: Stage, happens: Callable[[User], None]) -> None:
    async with listen(await as_(stage.anna)) as socket:
        await events_of(socket)
        begun = time.monotonic()
        await sync_to_async(happens)(stage.anna)
        frame = await socket.receive(timeout=10)
        if frame["type"] == "error":  # the stream may be the first to notice
            assert frame["payload"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
            frame = await socket.receive(timeout=10)
        assert (frame["type"], frame.get("code")) == ("close", 4403), frame
        assert time.monotonic() - begun < WITHIN


@pytest.mark.parametrize("happens", OF_TOKENS)
async def test_an_event_stream_ends_unauthenticated(stage: Stage, happens: Callable[[User], None]) -> None:
    token = await sync_to_async(bearer)(stage.anna)
    stream = await an_event_stream((b"authorization", token.encode()))
    begun = time.monotonic()
    await sync_to_async(happens)(stage.anna)
    name, payload = await stream.event()
    assert (name, [one["extensions"]["code"] for one in payload["errors"]]) == ("next", ["UNAUTHENTICATED"])
    assert await stream.event() == ("complete", None)
    assert time.monotonic() - begun < WITHIN
    await stream.end()


@pytest.mark.parametrize("happens", ["signed out", "another password", "session deleted"])
async def test_a_session_that_ends_takes_its_streams_along(stage: Stage, happens: str) -> None:
    client = Client()
    await sync_to_async(client.force_login)(stage.anna)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    socket = RawSocket([*HERE, (b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode())])
    await socket.connect()
    await socket.say({"type": "connection_init"})
    assert (await socket.hear())["type"] == "connection_ack"
    await socket.say({"id": "1", "type": "subscribe", "payload": {"query": asks.EVENTS}})
    assert await socket.silent()
    begun = time.monotonic()
    match happens:
        case "signed out":
            await sync_to_async(client.logout)()
        case "another password":
            await sync_to_async(another_password)(stage.anna)
        case _:
            await sync_to_async(client.session.delete)()
    message = await socket.app.receive_output(10)
    if message["type"] == "websocket.send":  # the stream may be the first to notice
        assert json.loads(message["text"])["payload"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
        message = await socket.app.receive_output(10)
    assert (message["type"], message.get("code")) == ("websocket.close", 4403), message
    assert time.monotonic() - begun < WITHIN


async def an_event_stream(*headers: tuple[bytes, bytes]) -> Stream:
    body = json.dumps({"query": asks.EVENTS}).encode()
    accept = (b"accept", b"text/event-stream")
    stream = Stream(body, [(b"host", b"testserver"), (b"content-type", b"application/json"), accept, *headers])
    assert (await stream.begin())["status"] == 200
    return stream
