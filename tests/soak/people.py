"""Senders who retry with their key, and subscribers who keep a cursor: what any good client does."""

import asyncio
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import websockets

SEND = """mutation ($input: MessageSendInput!) {
  messageSend(input: $input) { message { number } userErrors { code message } }
}"""
EVENTS = """subscription ($after: String) { messagingEvents(after: $after) {
  __typename cursor ... on MessageSent { thread { id } message { number body } }
} }"""
#: The beginning of the log.
BEGINNING = "ZXZlbnQ6MA"
TROUBLE = (OSError, httpx.HTTPError, websockets.WebSocketException, TimeoutError, asyncio.IncompleteReadError)

Addresses = Callable[[], list[str]]


@dataclass
class Sender:
    token: str
    thread: str
    name: str
    count: int
    retries: int = 0

    async def run(self, addresses: Addresses) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(headers=headers, timeout=10) as client:
            for number in range(self.count):
                await self._send(client, addresses, f"{self.name} {number}")

    async def _send(self, client: httpx.AsyncClient, addresses: Addresses, body: str) -> None:
        given = {"threadId": self.thread, "body": body, "idempotencyKey": body}
        while True:
            try:
                url = f"http://{random.choice(addresses())}/graphql/"
                answer = await client.post(url, json={"query": SEND, "variables": {"input": given}})
                payload = answer.json()["data"]["messageSend"]
            except (*TROUBLE, KeyError, TypeError, ValueError):
                self.retries += 1
                await asyncio.sleep(0.1)
                continue
            assert payload["userErrors"] == [], payload
            return


@dataclass
class Subscriber:
    token: str
    entitled: frozenset[str]
    cursor: str = BEGINNING
    seen: dict[str, list[int]] = field(default_factory=dict)
    doubles: int = 0
    connections: int = 0
    leave: asyncio.Event = field(default_factory=asyncio.Event)
    faults: list[str] = field(default_factory=list)

    async def run(self, addresses: Addresses) -> None:
        while True:
            try:
                await self._listen(random.choice(addresses()))
            except TROUBLE:
                await asyncio.sleep(random.uniform(0.05, 0.3))

    async def _listen(self, address: str) -> None:
        self.leave.clear()
        protocols: Any = ["graphql-transport-ws"]
        async with websockets.connect(
            f"ws://{address}/graphql/", subprotocols=protocols, open_timeout=10, close_timeout=1, ping_interval=None
        ) as socket:
            self.connections += 1
            init = {"type": "connection_init", "payload": {"Authorization": f"Bearer {self.token}"}}
            await socket.send(json.dumps(init))
            payload = {"query": EVENTS, "variables": {"after": self.cursor}}
            leaving = asyncio.create_task(self._leave(socket))
            try:
                async for text in socket:
                    await self._hear(json.loads(text), socket, payload)
            finally:
                leaving.cancel()

    async def _leave(self, socket: websockets.ClientConnection) -> None:
        """Goes away in the middle of things."""
        await self.leave.wait()
        await socket.close()

    async def _hear(self, frame: Any, socket: websockets.ClientConnection, payload: Any) -> None:
        match frame["type"]:
            case "connection_ack":
                await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
            case "ping":
                await socket.send('{"type":"pong"}')
            case "next":
                self._take(frame["payload"])
            case _:
                self.faults.append(json.dumps(frame))
                await socket.close()

    def _take(self, payload: Any) -> None:
        if "errors" in payload:
            self.faults.append(json.dumps(payload))
            return
        event = payload["data"]["messagingEvents"]
        if event["__typename"] == "ResyncRequired":
            self.faults.append("ResyncRequired")
        self.cursor = event["cursor"]
        if event["__typename"] != "MessageSent":
            return
        thread, number = event["thread"]["id"], event["message"]["number"]
        if thread not in self.entitled:
            self.faults.append(f"a message of a thread of others: {thread}")
        numbers = self.seen.setdefault(thread, [])
        if numbers and number <= numbers[-1]:
            self.doubles += 1
        else:
            numbers.append(number)

    def is_done(self, last: dict[str, int]) -> bool:
        return all(self.seen.get(thread, [0])[-1] >= last[thread] for thread in self.entitled)
