"""GraphQL over WebSocket, protocol graphql-transport-ws: subscriptions, and queries and mutations as well.

One socket carries many operations and none of them disturbs another: what is wrong with one is told by an ``error`` of
its id. A frame that the protocol does not know ends the socket, with a code that says why.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import aclosing, suppress
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from graphql import GraphQLError

from shop.authentication import Credential, actor_of, credential_of_socket
from shop.errors import RequestError, Unauthenticated
from shop.graphql.context import Context
from shop.graphql.door import door
from shop.graphql.executor import in_thread
from shop.graphql.transport import frames, origins, wire
from shop.realtime import woken

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

#: Seconds in which a client has to send connection_init.
INIT_WITHIN = 10.0
MAX_OPERATIONS = 100
#: Seconds between looks at whether the credential still holds. A revoked token is noticed at once, by its hint.
LOOK_AT_CREDENTIAL_EVERY = 60.0


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application of one socket."""
    origin, host = _header(scope, b"origin"), _header(scope, b"host") or ""
    if not _is_own(host) or not (origin is None or origins.is_same_host(origin, host) or origins.is_storefront(origin)):
        await refuse(scope, receive, send)
        return
    if origin is None or not origins.is_same_host(origin, host):
        # A cookie counts only for a page of this host: of a request without an Origin nobody knows who has made it.
        scope = {**scope, "headers": [item for item in scope["headers"] if item[0].lower() != b"cookie"]}
    await receive()  # websocket.connect
    await Socket(scope, receive, send).serve()


async def refuse(_: Scope, receive: Receive, send: Send) -> None:
    """Closes before accepting: the handshake is answered with 403."""
    await receive()
    await send({"type": "websocket.close"})


def _header(scope: Scope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name), None)


def _is_own(host: str) -> bool:
    """As Django judges the Host of an HTTP request, which does not see this one."""
    return validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)


class Socket:
    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._closed = False
        self._credential: Credential | None = None
        self._init_received = False
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Until either side closes; then every operation has ended."""
        spoken = frames.SUBPROTOCOL in self._scope.get("subprotocols", ())
        await self._send({"type": "websocket.accept", "subprotocol": frames.SUBPROTOCOL if spoken else None})
        if not spoken:
            await self._close(4406, f"Speak {frames.SUBPROTOCOL}.")
            return
        self._start(self._insist_on_init())
        try:
            while not self._closed and (message := await self._receive())["type"] != "websocket.disconnect":
                await self._take(message.get("text"))
        finally:
            self._closed = True
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take(self, text: str | None) -> None:
        try:
            match frames.read(text):
                case frames.Init(payload):
                    await self._init(payload)
                case frames.Ping(payload):
                    await self._say({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})
                case frames.Subscribe(id, request):
                    await self._subscribe(id, request)
                case frames.Complete(id):
                    if task := self._operations.pop(id, None):
                        task.cancel()
        except frames.CloseError as error:
            await self._close(error.code, error.reason)
        except Exception:
            logger.exception("An unexpected error on a WebSocket")
            await self._close(4500, "Internal server error")

    # ── the connection ──────────────────────────────────────────────────────────────────────

    async def _insist_on_init(self) -> None:
        await asyncio.sleep(INIT_WITHIN)
        if not self._init_received:
            await self._close(4408, "Connection initialisation timeout")

    async def _init(self, payload: dict[str, Any] | None) -> None:
        if self._init_received:
            raise frames.CloseError(4429, "Too many initialisation requests")
        self._init_received = True
        try:
            self._credential = await in_thread(credential_of_socket, self._scope, payload)
        except Unauthenticated as error:
            raise frames.CloseError(4403, error.message) from error
        if self._credential.kind != "none":
            self._start(self._watch(self._credential))
        await self._say({"type": "connection_ack"})

    async def _watch(self, credential: Credential) -> None:
        """Closes the socket when its token is revoked or its session has ended."""
        topics = [credential.topic] if credential.topic else []
        async with aclosing(woken(topics, look_every=LOOK_AT_CREDENTIAL_EVERY)) as looks:
            async for _ in looks:
                try:
                    await in_thread(actor_of, credential)
                except Unauthenticated as error:
                    await self._close(4403, error.message)
                    return
                except Exception:
                    logger.exception("Cannot see whether the credential of a WebSocket still holds")

    # ── the operations ──────────────────────────────────────────────────────────────────────

    async def _subscribe(self, id: str, request: wire.Request) -> None:
        if self._credential is None:
            raise frames.CloseError(4401, "Unauthorized")
        if id in self._operations:
            raise frames.CloseError(4409, f"Subscriber for {id} already exists")
        if len(self._operations) >= MAX_OPERATIONS:
            refused = RequestError(f"A socket has at most {MAX_OPERATIONS} operations.", code="RATE_LIMITED")
            await self._say({"id": id, "type": "error", "payload": [wire.told(refused)]})
            return
        self._operations[id] = self._start(self._run(id, request, self._credential))

    async def _run(self, id: str, request: wire.Request, credential: Credential) -> None:
        try:
            operation = wire.operation_from(request)
            context = Context(credential=credential, address=(self._scope.get("client") or ("",))[0])
            await in_thread(context.refresh)
            results = door.stream(
                operation.text,
                variable_values=operation.variables,
                operation_name=operation.name,
                context_value=context,
            )
            async with aclosing(results):
                async for result in results:
                    if wire.is_request_error(result):
                        last = {"type": "error", "payload": [wire.told(error) for error in result.errors]}
                        break
                    await self._say({"id": id, "type": "next", "payload": wire.answer(result)})
                else:
                    last = {"type": "complete"}
        except (RequestError, GraphQLError) as error:
            last = {"type": "error", "payload": [wire.told(error)]}
        except Exception as error:
            logger.exception("An unexpected error in an operation on a WebSocket")
            last = {"type": "error", "payload": [wire.told(error)]}
        if self._operations.get(id) is asyncio.current_task():
            del self._operations[id]  # before it is told: the client may use the id again at once
            await self._say({"id": id, **last})

    # ── the wire ────────────────────────────────────────────────────────────────────────────

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _say(self, message: dict[str, Any]) -> None:
        if not self._closed:
            with suppress(OSError):  # the client has gone; the server says so by a disconnect
                await self._send({"type": "websocket.send", "text": wire.encode(message).decode()})

    async def _close(self, code: int, reason: str) -> None:
        if not self._closed:
            self._closed = True
            with suppress(OSError):
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
