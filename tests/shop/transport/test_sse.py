"""Server-sent events: https://github.com/enisdenjo/graphql-sse PROTOCOL.md, distinct connections."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from shop.graphql.transport import places, sse
from tests import world
from tests.asking import bearer
from tests.shop.transport.clients import LIVE, Stream, rename

pytestmark = pytest.mark.django_db(transaction=True)

HEADERS = [(b"host", b"testserver"), (b"content-type", b"application/json"), (b"accept", b"text/event-stream")]


@asynccontextmanager
async def stream(query: str, *headers: tuple[bytes, bytes]) -> AsyncIterator[tuple[Stream, dict[str, Any]]]:
    answers = Stream(json.dumps({"query": query}).encode(), [*HEADERS, *headers])
    start = await answers.begin()
    try:
        yield answers, start
    finally:
        await answers.end()


async def test_a_query_is_one_event() -> None:
    async with stream("{ __typename }") as (answers, start):
        assert start["status"] == 200
        assert (b"Content-Type", b"text/event-stream; charset=utf-8") in start["headers"]
        assert await answers.event() == ("next", {"data": {"__typename": "Query"}})
        assert await answers.event() == ("complete", None)


async def test_a_subscription_is_told_what_happens() -> None:
    async with stream(LIVE) as (answers, _):
        told = asyncio.ensure_future(answers.event())
        for number in range(50):  # until it listens
            await rename(f"Name {number}")
            await asyncio.wait({told}, timeout=0.2)
            if told.done():
                break
        name, payload = await told
        assert (name, list(payload)) == ("next", ["data"])
        assert payload["data"]["shopUpdated"]["name"].startswith("Name ")


async def test_silence_is_broken_by_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "HEARTBEAT", 0.05)
    async with stream(LIVE) as (answers, _):
        assert [await answers.block() for _ in range(3)] == [":", ":", ":"]


@pytest.mark.parametrize("document", ["{ unknown }", "{ shop", ""])
async def test_what_cannot_be_run_is_an_event_without_data(document: str) -> None:
    async with stream(document) as (answers, start):
        assert start["status"] == 200
        name, payload = await answers.event()
        assert (name, list(payload)) == ("next", ["errors"])
        assert await answers.event() == ("complete", None)


async def test_a_malformed_request_begins_no_stream() -> None:
    answers = Stream(b"[]", HEADERS)
    start = await answers.begin()
    assert start["status"] == 400
    assert (b"Content-Type", b"application/json; charset=utf-8") in start["headers"]
    await answers.end()


async def test_one_person_has_a_limited_number_of_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "SOCKETS_PER_USER", 1)
    token = await sync_to_async(lambda: bearer(world.a_customer()))()
    header = (b"authorization", token.encode())
    async with stream(LIVE, header) as (first, _):
        assert await first.block() == ":"
        async with stream(LIVE, header) as (second, _):
            name, payload = await second.event()
            assert (name, payload["errors"][0]["extensions"]["code"]) == ("next", "RATE_LIMITED")
            assert await second.event() == ("complete", None)
    async with stream("{ __typename }", header) as (again, _):
        assert await again.event() == ("next", {"data": {"__typename": "Query"}})
    assert not places._taken
