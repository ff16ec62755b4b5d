"""Frames that the protocol graphql-transport-ws does not know: each closes the socket and says why."""

import json

import pytest
from django.conf import LazySettings

from tests.shop.transport.clients import RawSocket, begun, send

pytestmark = pytest.mark.django_db(transaction=True)

#: As deep as JSON is read.
DEEP = "[" * 1_000 + "]" * 1_000
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
    "a deep type": f'{{"type": {DEEP}}}',
    "ping payload deep": f'{{"type": "ping", "payload": {{"a": {DEEP}}}}}',
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
