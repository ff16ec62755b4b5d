"""GraphQL over WebSocket, by the protocol graphql-transport-ws: https://github.com/enisdenjo/graphql-ws PROTOCOL.md."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from shop.graphql.transport import websocket
from shop.models import ShopSettings, Token, User
from shop.realtime import hint
from tests.asking import bearer
from tests.shop.transport.clients import HERE, LIVE, RawSocket, rename
from tests.world import a_customer

pytestmark = pytest.mark.django_db(transaction=True)

WHO = "{ viewer { user { email } } }"
GUARD = "guard"


async def begin(socket: RawSocket, payload: object = None) -> None:
    connected, protocol = await socket.connect()
    assert (connected, protocol) == (True, "graphql-transport-ws")
    await socket.say({"type": "connection_init", **({"payload": payload} if payload is not None else {})})
    assert await socket.hear() == {"type": "connection_ack"}


@asynccontextmanager
async def begun(payload: object = None, headers: list[tuple[bytes, bytes]] = HERE) -> AsyncIterator[RawSocket]:
    socket = RawSocket(headers)
    await begin(socket, payload)
    try:
        yield socket
    finally:
        await socket.disconnect()


async def send(socket: RawSocket, query: object, key: str = "1", **payload: object) -> None:
    await socket.say({"id": key, "type": "subscribe", "payload": {"query": query, **payload}})


async def run(socket: RawSocket, query: str, key: str = "1", **payload: object) -> list[dict[str, Any]]:
    """Every frame of one operation that ends by itself."""
    await send(socket, query, key, **payload)
    answers: list[dict[str, Any]] = []
    while not answers or answers[-1]["type"] == "next":
        answers.append(await socket.hear())
        assert answers[-1]["id"] == key
    return answers


async def still_alive(socket: RawSocket) -> bool:
    await socket.say({"type": "ping"})
    return bool(await socket.hear() == {"type": "pong"})


# ── the connection ──────────────────────────────────────────────────────────────────────────


async def test_a_query_is_answered_by_next_and_complete() -> None:
    async with begun() as socket:
        assert await run(socket, "{ __typename }") == [
            {"id": "1", "type": "next", "payload": {"data": {"__typename": "Query"}}},
            {"id": "1", "type": "complete"},
        ]


async def test_resolvers_read_the_database_off_the_event_loop() -> None:
    async with begun() as socket:
        (answer, _) = await run(socket, "{ shop { name } }")
        shop = await database_sync_to_async(ShopSettings.objects.get)()
        assert answer["payload"] == {"data": {"shop": {"name": shop.name}}}


@pytest.mark.parametrize("protocols", [(), ("graphql-ws",), ("graphql-ws", "soap")])
async def test_the_legacy_protocol_is_refused(protocols: tuple[str, ...]) -> None:
    socket = RawSocket(protocols=protocols)
    assert await socket.connect() == (True, None)
    assert (await socket.closed())[0] == 4406


async def test_the_protocol_is_found_among_others() -> None:
    socket = RawSocket(protocols=("graphql-ws", "graphql-transport-ws"))
    await begin(socket)
    await socket.disconnect()


async def test_there_is_no_socket_elsewhere() -> None:
    for path in ("/", "/graphql", "/graphql/x", "/admin/"):
        connected, _ = await RawSocket(path=path).connect()
        assert not connected


async def test_connection_init_must_come_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "INIT_WITHIN", 0.05)
    socket = RawSocket()
    await socket.connect()
    assert await socket.closed() == (4408, "Connection initialisation timeout")


async def test_nothing_is_run_before_connection_init() -> None:
    socket = RawSocket()
    await socket.connect()
    await send(socket, "{ __typename }")
    assert await socket.closed() == (4401, "Unauthorized")


async def test_connection_init_comes_once() -> None:
    async with begun() as socket:
        await socket.say({"type": "connection_init"})
        assert await socket.closed() == (4429, "Too many initialisation requests")


async def test_a_ping_is_answered_with_its_payload_even_before_connection_init() -> None:
    socket = RawSocket()
    await socket.connect()
    await socket.say({"type": "ping", "payload": {"a": 1}})
    assert await socket.hear() == {"type": "pong", "payload": {"a": 1}}
    await socket.say({"type": "pong"})
    assert await still_alive(socket)
    await socket.disconnect()


# ── malformed frames ────────────────────────────────────────────────────────────────────────

MALFORMED: dict[str, str | bytes] = {
    "binary": b'{"type": "ping"}',
    "no bytes": b"",
    "no text": "",
    "no JSON": "{",
    "text after JSON": '{"type": "ping"} x',
    "a scalar": "1",
    "null": "null",
    "a string": '"ping"',
    "a list": '[{"type": "ping"}]',
    "deep": "[" * 900 + "]" * 900,
    "too deep": "[" * 100_000,
    "a lone surrogate": '{"type": "\\ud800"}',
    "no type": "{}",
    "type null": '{"type": null}',
    "type a number": '{"type": 1}',
    "type a list": '{"type": ["ping"]}',
    "type an object": '{"type": {}}',
    "an unknown type": '{"type": "start"}',
    "a long type": json.dumps({"type": "é" * 5_000}),
    "a type of the server's": '{"type": "next", "id": "1"}',
    "ping payload a string": '{"type": "ping", "payload": "x"}',
    "pong payload a list": '{"type": "pong", "payload": []}',
    "subscribe without id": '{"type": "subscribe", "payload": {"query": "{ __typename }"}}',
    "id null": '{"type": "subscribe", "id": null, "payload": {"query": "{ __typename }"}}',
    "id a number": '{"type": "subscribe", "id": 1, "payload": {"query": "{ __typename }"}}',
    "id a list": '{"type": "subscribe", "id": [], "payload": {"query": "{ __typename }"}}',
    "id empty": '{"type": "subscribe", "id": "", "payload": {"query": "{ __typename }"}}',
    "no payload": '{"type": "subscribe", "id": "1"}',
    "payload null": '{"type": "subscribe", "id": "1", "payload": null}',
    "payload a string": '{"type": "subscribe", "id": "1", "payload": "{ __typename }"}',
    "payload a list": '{"type": "subscribe", "id": "1", "payload": []}',
    "no query": '{"type": "subscribe", "id": "1", "payload": {}}',
    "query null": '{"type": "subscribe", "id": "1", "payload": {"query": null}}',
    "query a number": '{"type": "subscribe", "id": "1", "payload": {"query": 1}}',
    "variables a list": '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "variables": []}}',
    "variables a string": '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "variables": "{}"}}',
    "operationName a number": '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "operationName": 1}}',
    "extensions a string": '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "extensions": ""}}',
    "complete without id": '{"type": "complete"}',
    "complete id a number": '{"type": "complete", "id": 1}',
}


@pytest.mark.parametrize("frame", MALFORMED.values(), ids=MALFORMED)
async def test_a_malformed_frame_closes_the_socket_and_says_why(frame: str | bytes) -> None:
    async with begun() as socket:
        await socket.say_raw(frame)
        code, reason = await socket.closed()
        assert code == 4400
        assert 0 < len(reason.encode()) <= 123


@pytest.mark.parametrize("payload", ["x", 1, [], True])
async def test_connection_init_with_a_malformed_payload_closes_the_socket(payload: object) -> None:
    socket = RawSocket()
    await socket.connect()
    await socket.say({"type": "connection_init", "payload": payload})
    assert (await socket.closed())[0] == 4400


async def test_a_huge_frame_closes_the_socket(settings: LazySettings) -> None:
    settings.GRAPHQL_BODY_LIMIT = 200
    async with begun() as socket:
        await send(socket, "{ __typename " + " " * 200 + "}")
        assert (await socket.closed())[0] == 1009


# ── many operations on one socket ───────────────────────────────────────────────────────────

BAD_OPERATIONS: dict[str, dict[str, object]] = {
    "no GraphQL": {"query": "{"},
    "empty": {"query": ""},
    "an unknown field": {"query": "{ unknown }"},
    "only a fragment": {"query": "fragment A on Query { __typename }"},
    "an unknown operation": {"query": "query A { __typename }", "operationName": "B"},
    "one of several": {"query": "query A { __typename } query B { __typename }"},
    "a missing variable": {"query": "query($a: String!) { product(sku: $a) { id } }"},
    "NUL": {"query": "query($a: String!) { product(sku: $a) { id } }", "variables": {"a": "\0"}},
    "NUL in a literal": {"query": '{ product(sku: "\\u0000") { id } }'},
    "deep variables": {"query": "{ __typename }", "variables": json.loads('{"a":' * 100 + "1" + "}" * 100)},
    "an unknown document": {"query": None, "documentId": "none"},
    "both": {"query": "{ __typename }", "documentId": "none"},
    "too greedy": {"query": "{ " + "__typename " * 101 + "}"},
    "too long": {"query": "{ " + "__typename " * 2_001 + "}"},
    "deep": {"query": "{a" * 5_000},
    "a subscription to what is not there": {"query": "subscription { nothing }"},
    "two subscriptions in one": {"query": "subscription { a: shopUpdated { name } b: shopUpdated { name } }"},
}


@pytest.mark.parametrize("payload", BAD_OPERATIONS.values(), ids=BAD_OPERATIONS)
async def test_a_bad_operation_disturbs_no_other(payload: dict[str, object]) -> None:
    async with begun() as socket:
        await send(socket, LIVE, GUARD)
        await socket.say({"id": "bad", "type": "subscribe", "payload": payload})
        answer = await socket.hear()
        assert (answer["id"], answer["type"]) == ("bad", "error")
        codes = {error["extensions"]["code"] for error in answer["payload"]}
        assert codes <= {"BAD_USER_INPUT", "COST_EXCEEDED", "DOCUMENT_UNKNOWN"}
        await socket.told_of_a_name(GUARD)


async def test_two_subscriptions_on_one_socket_are_both_told() -> None:
    async with begun() as socket:
        for key in ("a", "b"):
            await send(socket, LIVE, key)
        await socket.told_of_a_name("a", "b")


async def test_a_completed_subscription_is_told_nothing_more_and_its_id_is_free() -> None:
    async with begun() as socket:
        await send(socket, LIVE)
        await socket.told_of_a_name("1")
        await socket.say({"type": "complete", "id": "1"})
        await socket.say({"type": "complete", "id": "unknown"})
        await rename("Westwind")
        assert await socket.silent()
        assert (await run(socket, "{ __typename }"))[-1] == {"id": "1", "type": "complete"}


async def test_an_id_is_taken_as_long_as_its_operation_goes_on() -> None:
    async with begun() as socket:
        key = "é" * 500
        await send(socket, LIVE, key)
        await send(socket, "{ __typename }", key)
        code, reason = await socket.closed()
        assert code == 4409
        assert reason.startswith("Subscriber for é")
        assert len(reason.encode()) <= 123


async def test_the_number_of_operations_of_a_socket_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "MAX_OPERATIONS", 1)
    async with begun() as socket:
        await send(socket, LIVE, GUARD)
        (answer,) = await run(socket, "{ __typename }", "2")
        assert answer["payload"][0]["extensions"] == {"code": "RATE_LIMITED"}


async def test_an_error_of_a_field_comes_with_the_data() -> None:
    async with begun() as socket:
        (answer, _) = await run(socket, "{ orders(first: 1) { totalCount } }")
        assert answer["payload"]["data"] == {"orders": None}
        assert answer["payload"]["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


# ── in whose name ───────────────────────────────────────────────────────────────────────────


async def email_over(socket: RawSocket) -> str | None:
    (answer, _) = await run(socket, WHO)
    viewer = answer["payload"]["data"]["viewer"]
    return str(viewer["user"]["email"]) if viewer else None


@database_sync_to_async
def carla_with_token() -> tuple[User, str]:
    carla = a_customer()
    return carla, bearer(carla)


@database_sync_to_async
def carla_with_cookie() -> tuple[User, tuple[bytes, bytes]]:
    carla = a_customer()
    client = Client()
    client.force_login(carla)
    key = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    return carla, (b"cookie", f"{django_settings.SESSION_COOKIE_NAME}={key}".encode())


async def test_a_token_of_connection_init_says_who_asks() -> None:
    carla, token = await carla_with_token()
    async with begun({"Authorization": token}) as socket:
        assert await email_over(socket) == carla.email


async def test_a_cookie_says_who_asks_on_a_page_of_this_host() -> None:
    carla, cookie = await carla_with_cookie()
    async with begun(headers=[*HERE, cookie]) as socket:
        assert await email_over(socket) == carla.email


@pytest.mark.parametrize("origin", [None, "https://shop.example"])
async def test_elsewhere_a_cookie_does_not_count_and_a_token_does(settings: LazySettings, origin: str | None) -> None:
    settings.STOREFRONT_ORIGINS = ["https://shop.example"]
    _, cookie = await carla_with_cookie()
    other, token = await carla_with_token()
    headers = [(b"host", b"testserver"), cookie, *([(b"origin", origin.encode())] if origin else [])]
    async with begun(headers=headers) as socket:
        assert await email_over(socket) is None
    async with begun({"Authorization": token}, headers) as socket:
        assert await email_over(socket) == other.email


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://testserver:8000", "null", "", "http://[", "http://testserver.evil.example"],
)
async def test_a_page_of_another_site_opens_no_socket(origin: str) -> None:
    connected, _ = await RawSocket([(b"host", b"testserver"), (b"origin", origin.encode())]).connect()
    assert not connected


@pytest.mark.parametrize("host", ["evil.example", ""])
async def test_a_host_that_is_not_ours_opens_no_socket(host: str) -> None:
    connected, _ = await RawSocket([(b"host", host.encode()), (b"origin", f"http://{host}".encode())]).connect()
    assert not connected


@pytest.mark.parametrize("header", ["Bearer shp_unknown", "Bearer", 1, [], {}, "Bearer \0"])
async def test_a_bad_token_closes_the_socket(header: object) -> None:
    _, cookie = await carla_with_cookie()
    socket = RawSocket([*HERE, cookie])
    await socket.connect()
    await socket.say({"type": "connection_init", "payload": {"Authorization": header}})
    code, reason = await socket.closed()
    assert code == 4403
    assert reason


async def test_a_revoked_token_closes_its_open_sockets() -> None:
    _, token = await carla_with_token()
    async with begun({"Authorization": token}) as socket:
        await send(socket, LIVE)
        await socket.told_of_a_name("1")

        @database_sync_to_async
        def revoke() -> None:
            row = Token.objects.get()
            Token.objects.update(revoked_at=timezone.now())
            hint([f"token:{row.pk}"])

        await revoke()
        frames = [await socket.app.receive_output(5)]
        if frames[0]["type"] == "websocket.send":  # the subscription may notice first, and end by itself
            frames.append(await socket.app.receive_output(5))
        assert frames[-1]["type"] == "websocket.close"
        assert frames[-1]["code"] == 4403


async def test_who_asks_is_read_again_for_each_operation() -> None:
    carla, cookie = await carla_with_cookie()
    async with begun(headers=[*HERE, cookie]) as socket:
        assert await email_over(socket) == carla.email
        carla.is_active = False
        await database_sync_to_async(carla.save)()
        (answer,) = await run(socket, WHO)
        assert answer["payload"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
