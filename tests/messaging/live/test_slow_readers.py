"""A client that does not read: it is told by the rights of the moment it does, or sent away; nobody else minds."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from messaging_plugin.cursors import cursor_at
from shop.asgi import application
from shop.graphql.streams import outbox
from shop.graphql.transport import websocket
from shop.models import Token, VendorMembership
from tests.asking import PROTOCOL, SAME_ORIGIN, listen
from tests.messaging import asks
from tests.messaging.live.stage import Stage, as_, events_of, next_body, send

KINDS = "subscription ($after: String) { messagingEvents(after: $after) { __typename } }"

pytestmark = pytest.mark.django_db(transaction=True)


class Tunnel:
    """A socket through which the server's words pass only while ``is_open`` is set, as with a full TCP buffer."""

    def __init__(self) -> None:
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.sent: list[dict[str, Any]] = []
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        scope = {
            "type": "websocket", "path": "/graphql/", "query_string": b"",
            "headers": list(SAME_ORIGIN), "subprotocols": [PROTOCOL],
        }  # fmt: skip
        self._said.put_nowait({"type": "websocket.connect"})
        self.app = asyncio.ensure_future(application(scope, self._said.get, self._take))

    async def _take(self, message: dict[str, Any]) -> None:
        await self.is_open.wait()
        self.sent.append(message)

    def say(self, frame: dict[str, Any]) -> None:
        self._said.put_nowait({"type": "websocket.receive", "text": json.dumps(frame)})

    async def subscribe(self, authorization: str, **variables: Any) -> None:
        self.say({"type": "connection_init", "payload": {"Authorization": authorization}})
        self.say({"id": "1", "type": "subscribe", "payload": {"query": asks.EVENTS, "variables": variables}})
        await asyncio.sleep(0.5)

    async def leave(self) -> None:
        self._said.put_nowait({"type": "websocket.disconnect", "code": 1006})
        await self.app

    async def until(self, done: Callable[[], bool]) -> None:
        for _ in range(100):
            if done():
                return
            await asyncio.sleep(0.05)
        raise AssertionError(self.sent)

    def bodies(self) -> list[str]:
        frames = [json.loads(one["text"]) for one in self.sent if one["type"] == "websocket.send"]
        return [
            frame["payload"]["data"]["messagingEvents"]["message"]["body"]
            for frame in frames
            if frame["type"] == "next"
        ]


async def test_what_waited_too_long_is_read_anew_and_told_once_in_order(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "RIGHTS_HOLD", 0.5)
    tunnel = Tunnel()
    await tunnel.subscribe(await as_(stage.anna))
    tunnel.is_open.clear()
    for body in ("one", "two", "three"):
        await send(stage.carla, stage.thread_id, body)
    await asyncio.sleep(0.8)
    tunnel.is_open.set()
    await tunnel.until(lambda: len(tunnel.bodies()) >= 3)
    await send(stage.carla, stage.thread_id, "four")
    await tunnel.until(lambda: len(tunnel.bodies()) >= 4)
    assert tunnel.bodies() == ["one", "two", "three", "four"]
    await tunnel.leave()


async def test_the_advice_to_query_anew_is_not_lost_by_waiting(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "RIGHTS_HOLD", 0.5)
    await send(stage.carla, stage.thread_id, "what it has missed")
    tunnel = Tunnel()
    tunnel.say({"type": "connection_init", "payload": {"Authorization": await as_(stage.anna)}})
    await tunnel.until(lambda: len(tunnel.sent) == 2)
    tunnel.is_open.clear()
    tunnel.say({"type": "ping"})  # its answer is on its way until the tunnel ends
    tunnel.say({"id": "1", "type": "subscribe", "payload": {"query": KINDS, "variables": {"after": cursor_at(10**9)}}})
    await asyncio.sleep(1)
    tunnel.is_open.set()
    await tunnel.until(lambda: len(tunnel.sent) == 4)
    assert json.loads(tunnel.sent[-1]["text"])["payload"]["data"]["messagingEvents"] == {"__typename": "ResyncRequired"}
    await tunnel.leave()


async def test_what_waited_is_not_told_to_somebody_who_has_lost_the_right(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "RIGHTS_HOLD", 0.5)
    tunnel = Tunnel()
    await tunnel.subscribe(await as_(stage.anna))
    tunnel.is_open.clear()
    for body in ("is on its way", "waits", "waits, too"):
        await send(stage.carla, stage.thread_id, body)
    await sync_to_async(VendorMembership.objects.all().delete)()
    await asyncio.sleep(0.8)
    tunnel.is_open.set()
    await asyncio.sleep(0.5)
    assert tunnel.bodies() == ["is on its way"]
    await tunnel.leave()


async def test_a_reader_that_is_too_slow_is_sent_away_and_costs_the_others_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MOST_WAITING", 3)
    anna = await as_(stage.anna)
    tunnel = Tunnel()
    await tunnel.subscribe(anna)
    async with listen(anna) as quick:
        await events_of(quick)
        tunnel.is_open.clear()
        bodies = [f"message {number}" for number in range(8)]
        for body in bodies:
            await send(stage.carla, stage.thread_id, body)
        assert [await next_body(quick) for _ in bodies] == bodies
        tunnel.is_open.set()
        await tunnel.until(lambda: tunnel.sent[-1]["type"] == "websocket.close")
        assert tunnel.sent[-1] == {"type": "websocket.close", "code": 1013, "reason": websocket.TOO_SLOW}
        assert tunnel.bodies() == bodies[:1], "what was on its way; the rest is read anew after the last cursor"
        await tunnel.leave()


async def test_one_that_does_not_even_read_why_is_given_up(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MOST_WAITING", 3)
    monkeypatch.setattr(websocket, "CLOSE_WITHIN", 0.3)
    tunnel = Tunnel()
    await tunnel.subscribe(await as_(stage.anna))
    tunnel.is_open.clear()
    for number in range(8):
        await send(stage.carla, stage.thread_id, f"message {number}")
    await asyncio.wait_for(tunnel.app, 5)
    assert tunnel.bodies() == []


async def test_one_that_does_not_read_why_its_token_is_void_is_given_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "CLOSE_WITHIN", 0.3)
    tunnel = Tunnel()
    await tunnel.subscribe(await as_(stage.anna))
    tunnel.is_open.clear()
    await send(stage.carla, stage.thread_id)
    await sync_to_async(Token.objects.filter(user=stage.anna).update)(revoked_at=timezone.now())
    await asyncio.wait_for(tunnel.app, 5)
    assert tunnel.bodies() == []


async def test_what_waits_for_a_client_is_limited_in_length_too(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MOST_TEXT", 10_000)
    tunnel = Tunnel()
    await tunnel.subscribe(await as_(stage.anna))
    tunnel.is_open.clear()
    for _ in range(20):
        tunnel.say({"type": "ping", "payload": {"much": "x" * 1_000}})
    await asyncio.sleep(0.3)
    tunnel.is_open.set()
    await tunnel.until(lambda: tunnel.sent[-1]["type"] == "websocket.close")
    assert [len(one.get("text", "")) // 1_000 for one in tunnel.sent[2:]] == [1, 0], "one was on its way"
    await tunnel.leave()
