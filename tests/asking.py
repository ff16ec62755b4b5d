"""How tests speak to the shop: over HTTP and over WebSocket, as a headless client does."""

import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from asgiref.testing import ApplicationCommunicator
from django.db import connection
from django.test import Client
from django.utils import timezone

from shop.authentication import GUEST_PREFIX, USER_PREFIX, hash_of
from shop.graphql import ids
from shop.models import Order, Token, User

PROTOCOL = "graphql-transport-ws"
SAME_ORIGIN = ((b"host", b"testserver"), (b"origin", b"http://testserver"))

#: What a client sends to be somebody: a user, a guest's order, or nobody.
Asker = User | Order | None


@dataclass
class Answer:
    status: int
    body: dict[str, Any]
    statements: list[str] = field(default_factory=list)

    @property
    def data(self) -> Any:
        """Raises if there were errors: a test that expects some asks for ``codes``."""
        assert "errors" not in self.body, self.body["errors"]
        return self.body["data"]

    @property
    def partial(self) -> Any:
        return self.body["data"]

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.body.get("errors", [])]

    @property
    def errors(self) -> list[tuple[str, list[Any] | None]]:
        """Code and path of each."""
        return [(error["extensions"]["code"], error.get("path")) for error in self.body.get("errors", [])]


def bearer(asker: User | Order) -> str:
    """A token, always the same one for the same asker, so that asking costs tests nothing but asking."""
    if isinstance(asker, User):
        raw = f"{USER_PREFIX}test-user-{asker.pk}"
        whose: dict[str, Any] = {"user": asker}
    else:
        raw = f"{GUEST_PREFIX}test-order-{asker.pk}"
        whose = {"order": asker}
    Token.objects.get_or_create(
        key_hash=hash_of(raw), defaults={**whose, "expires_at": timezone.now() + timedelta(days=1)}
    )
    return f"Bearer {raw}"


def ask(query: str, by: Asker = None, **variables: Any) -> Answer:
    """POST an operation. The SQL statements it took are kept, less those that begin and end transactions."""
    headers = {"Authorization": bearer(by)} if by is not None else {}
    statements: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:  # costs less than Django's log of statements
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        response = Client().post(
            "/graphql/",
            data=json.dumps({"query": query, "variables": variables}),
            content_type="application/json",
            headers=headers,
        )
    return Answer(response.status_code, response.json(), [sql for sql in statements if not _is_bracket(sql)])


def _is_bracket(sql: str) -> bool:
    return sql.split(maxsplit=1)[0].rstrip(";") in {"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"}


def global_id(row: Any) -> str:
    return ids.encode(type(row).__name__, row.pk)


class Socket(ApplicationCommunicator):
    """A client of graphql-transport-ws. (channels' own test client needs daphne, which we do not.)"""

    def __init__(self, *, headers: Iterable[tuple[bytes, bytes]] = SAME_ORIGIN, protocol: str = PROTOCOL) -> None:
        from shop.asgi import application

        scope = {
            "type": "websocket",
            "path": "/graphql/",
            "query_string": b"",
            "headers": list(headers),
            "subprotocols": [protocol],
        }
        super().__init__(application, scope)

    async def connect(self) -> dict[str, Any]:
        """The server's answer to the handshake."""
        await self.send_input({"type": "websocket.connect"})
        answer: dict[str, Any] = await self.receive_output(timeout=5)
        return answer

    async def send(self, frame: dict[str, Any]) -> None:
        await self.send_input({"type": "websocket.receive", "text": json.dumps(frame)})

    async def receive(self, *, timeout: float = 5) -> dict[str, Any]:
        """The next frame; pings are answered and passed over. A close is `{"type": "close", "code": …}`."""
        while True:
            message = await self.receive_output(timeout=timeout)
            if message["type"] == "websocket.close":
                return {"type": "close", "code": message.get("code"), "reason": message.get("reason")}
            frame: dict[str, Any] = json.loads(message["text"])
            if frame["type"] != "ping":
                return frame
            await self.send({"type": "pong"})

    async def subscribe(self, query: str, *, key: str = "1", **variables: Any) -> None:
        await self.send({"id": key, "type": "subscribe", "payload": {"query": query, "variables": variables}})

    async def next(self, *, timeout: float = 5) -> Any:
        frame = await self.receive(timeout=timeout)
        assert frame["type"] == "next", frame
        assert "errors" not in frame["payload"], frame
        return frame["payload"]["data"]

    async def leave(self, code: int = 1000) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": code})
        await self.wait(timeout=5)

    async def silent(self, *, seconds: float = 0.5) -> bool:
        return bool(await self.receive_nothing(timeout=seconds, interval=0.05))


@asynccontextmanager
async def listen(authorization: str | None = None) -> AsyncIterator[Socket]:
    """An open socket; ``authorization`` is what ``bearer`` gives."""
    socket = Socket()
    answer = await socket.connect()
    assert (answer["type"], answer["subprotocol"]) == ("websocket.accept", PROTOCOL)
    await socket.send({"type": "connection_init", "payload": {"Authorization": authorization} if authorization else {}})
    frame = await socket.receive()
    assert frame["type"] == "connection_ack", frame
    try:
        yield socket
    finally:
        await socket.leave()
