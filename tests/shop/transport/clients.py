"""Bare clients for whatever a client may do wrong: ``tests.asking`` has the polite ones."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asgiref.testing import ApplicationCommunicator

from shop.asgi import application
from shop.graphql.executor import in_thread
from shop.models import ShopSettings
from shop.realtime import SHOP, hint

LIVE = "subscription { shopUpdated { name } }"
HERE = [(b"host", b"testserver"), (b"origin", b"http://testserver")]
PATIENCE = 5


async def rename(name: str) -> None:
    """What ``LIVE`` tells of."""

    def change() -> None:
        ShopSettings.objects.update(name=name)
        hint([SHOP])

    await in_thread(change)


class RawSocket:
    def __init__(
        self,
        headers: list[tuple[bytes, bytes]] = HERE,
        protocols: tuple[str, ...] = ("graphql-transport-ws",),
        path: str = "/graphql/",
    ) -> None:
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": headers,
            "subprotocols": list(protocols),
        }
        self.app: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]

    async def connect(self) -> tuple[bool, str | None]:
        """Whether it was accepted, and the subprotocol."""
        await self.app.send_input({"type": "websocket.connect"})
        answer = await self.app.receive_output(PATIENCE)
        return answer["type"] == "websocket.accept", answer.get("subprotocol")

    async def say(self, frame: object) -> None:
        await self.app.send_input({"type": "websocket.receive", "text": json.dumps(frame)})

    async def say_raw(self, frame: str | bytes) -> None:
        kind = "text" if isinstance(frame, str) else "bytes"
        await self.app.send_input({"type": "websocket.receive", kind: frame})

    async def hear(self) -> dict[str, Any]:
        answer = await self.app.receive_output(PATIENCE)
        assert answer["type"] == "websocket.send", answer
        heard: dict[str, Any] = json.loads(answer["text"])
        return heard

    async def told_of_a_name(self, *keys: str) -> None:
        """Every subscription ``keys`` is told when the shop is renamed; tries again while one is not listening yet."""
        left = set(keys)
        for number in range(50):
            await rename(f"Name {number}")
            while not await self.silent():
                heard = await self.hear()
                assert (heard["type"], list(heard["payload"])) == ("next", ["data"]), heard
                assert heard["payload"]["data"]["shopUpdated"]["name"].startswith("Name ")
                left.discard(heard["id"])
            if not left:
                return
        raise AssertionError(f"Never told: {left}.")

    async def closed(self) -> tuple[int, str]:
        """The code and the reason."""
        answer = await self.app.receive_output(PATIENCE)
        assert answer["type"] == "websocket.close", answer
        return answer["code"], answer.get("reason", "")

    async def silent(self) -> bool:
        return bool(await self.app.receive_nothing(timeout=0.2))

    async def disconnect(self) -> None:
        await self.app.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.app.wait(PATIENCE)


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


class Stream:
    """A POST whose answer is read as it comes."""

    def __init__(self, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "path": "/graphql/",
            "query_string": b"",
            "headers": headers,
        }
        self.app: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]
        self.body = body
        self.left = b""

    async def begin(self) -> dict[str, Any]:
        """The status and the headers."""
        await self.app.send_input({"type": "http.request", "body": self.body})
        start: dict[str, Any] = await self.app.receive_output(PATIENCE)
        return start

    async def block(self) -> str:
        """The next event or comment."""
        while b"\n\n" not in self.left:
            output = await self.app.receive_output(PATIENCE)
            assert output.get("body") or output.get("more_body"), "The stream is at its end."
            self.left += output["body"]
        block, _, self.left = self.left.partition(b"\n\n")
        return block.decode()

    async def event(self) -> tuple[str, Any]:
        while (block := await self.block()).startswith(":"):
            pass
        name, data = block.split("\n")
        return name.removeprefix("event: "), json.loads(data.removeprefix("data: ") or "null")

    async def end(self) -> None:
        await self.app.send_input({"type": "http.disconnect"})
        await self.app.wait(PATIENCE)
