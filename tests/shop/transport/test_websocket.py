"""GraphQL over WebSocket, by the protocol graphql-transport-ws: https://github.com/enisdenjo/graphql-ws PROTOCOL.md."""

import json

import pytest

from shop.graphql.executor import in_thread
from shop.graphql.transport import websocket
from shop.models import ShopSettings
from tests.shop.transport.clients import LIVE, RawSocket, begin, begun, rename, run, send, still_alive

pytestmark = pytest.mark.django_db(transaction=True)

GUARD = "guard"


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
        shop = await in_thread(ShopSettings.objects.get)
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
