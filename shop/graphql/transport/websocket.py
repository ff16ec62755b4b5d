"""GraphQL over WebSocket, protocol graphql-transport-ws: subscriptions, and queries and mutations as well.

One socket carries many operations and none of them disturbs another: what is wrong with one is told by an ``error`` of
its id. A frame that the protocol does not know ends the socket, with a code that says why.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from graphql import GraphQLError

from shop.authentication import Credential, credential_of_socket
from shop.errors import RequestError, Unauthenticated
from shop.graphql import door
from shop.graphql.answers import encode, told
from shop.graphql.context import Context
from shop.graphql.executor import in_thread
from shop.graphql.streams.following import RefusedError, streams
from shop.graphql.streams.outbox import Outbox, Outlet
from shop.graphql.streams.stepping import Rest, begin
from shop.graphql.transport import frames, origins, places, wire

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

#: Seconds in which a client has to send connection_init.
INIT_WITHIN = 10.0
MAX_OPERATIONS = 100
#: Seconds in which a client has to take the reason why its socket closes.
CLOSE_WITHIN = 10.0
TOO_SLOW = "Too slow: connect again, with the last cursor as `after`."


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
        self._closing = False
        self._credential: Credential | None = None
        self._init_received = False
        self._outbox = Outbox(self._too_slow, self._write_now)
        self._operations: dict[str, tuple[asyncio.Task[None], Outlet]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._serving: asyncio.Task[Any] | None = None
        self._given_up: asyncio.TimerHandle | None = None

    async def serve(self) -> None:
        """Until either side closes; then every operation has ended."""
        spoken = frames.SUBPROTOCOL in self._scope.get("subprotocols", ())
        await self._send({"type": "websocket.accept", "subprotocol": frames.SUBPROTOCOL if spoken else None})
        if not spoken:
            await self._send({"type": "websocket.close", "code": 4406, "reason": f"Speak {frames.SUBPROTOCOL}."})
            return
        self._serving = asyncio.current_task()
        loop = asyncio.get_running_loop()
        late = loop.call_later(INIT_WITHIN, self._insist_on_init)
        self._writing = loop.create_task(self._write())
        try:
            while not self._closing and (message := await self._receive())["type"] != "websocket.disconnect":
                await self._take(message.get("text"))
            if self._closing:
                await asyncio.wait({self._writing})  # its reason is still on its way
        except asyncio.CancelledError:
            if not self._closing:
                raise
        finally:
            self._closing = True
            if self._credential is not None:
                places.give_back(self._credential)
            late.cancel()
            if self._given_up is not None:
                self._given_up.cancel()
            tasks = [*self._tasks, self._writing]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _take(self, text: str | None) -> None:
        try:
            match frames.read(text):
                case frames.Init(payload):
                    await self._init(payload)
                case frames.Ping(payload):
                    self._say({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})
                case frames.Subscribe(id, request):
                    self._subscribe(id, request)
                case frames.Complete(id):
                    if operation := self._operations.pop(id, None):
                        task, outlet = operation
                        task.cancel()
                        outlet.forget()
        except frames.CloseError as error:
            self._close(error.code, error.reason)
        except RecursionError:
            self._close(4400, "This message is nested too deeply.")
        except Exception:
            logger.exception("An unexpected error on a WebSocket")
            self._close(4500, "Internal server error")

    # ── the connection ──────────────────────────────────────────────────────────────────────

    def _insist_on_init(self) -> None:
        if not self._init_received:
            self._close(4408, "Connection initialisation timeout")

    async def _init(self, payload: dict[str, Any] | None) -> None:
        if self._init_received:
            raise frames.CloseError(4429, "Too many initialisation requests")
        self._init_received = True
        try:
            credential = await in_thread(credential_of_socket, self._scope, payload)
        except Unauthenticated as error:
            raise frames.CloseError(4403, error.message) from error
        if not places.take(credential):
            raise frames.CloseError(4429, f"Somebody has at most {places.SOCKETS_PER_USER} sockets at once.")
        self._credential = credential
        if credential.kind != "none":
            self._start(self._watch(credential))
        self._say({"type": "connection_ack"})

    async def _watch(self, credential: Credential) -> None:
        """Closes the socket when its token is revoked or its session has ended."""
        ending: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with streams().watch.over(ending, credential):
            try:
                await ending
            except RequestError as error:
                self._close(4403, error.message)

    # ── the operations ──────────────────────────────────────────────────────────────────────

    def _subscribe(self, id: str, request: wire.Request) -> None:
        if self._credential is None:
            raise frames.CloseError(4401, "Unauthorized")
        if id in self._operations:
            raise frames.CloseError(4409, f"Subscriber for {id} already exists")
        if len(self._operations) >= MAX_OPERATIONS:
            refused = RequestError(f"A socket has at most {MAX_OPERATIONS} operations.", code="RATE_LIMITED")
            self._say({"id": id, "type": "error", "payload": [told(refused)]})
            return
        outlet = Outlet(self._outbox, f'{{"id":{encode(id).decode()},"type":"next","payload":')
        self._operations[id] = self._start(self._run(id, request, self._credential, outlet)), outlet

    async def _run(self, id: str, request: wire.Request, credential: Credential, outlet: Outlet) -> None:
        last: dict[str, Any] = {"type": "complete"}
        try:
            operation = wire.operation_from(request)
            context = Context(credential=credential, address=(self._scope.get("client") or ("",))[0])
            await door.run(operation, context, outlet)
        except RefusedError as error:
            last = {"type": "error", "payload": [told(one) for one in error.errors]}
        except (RequestError, GraphQLError) as error:
            last = {"type": "error", "payload": [told(error)]}
        except Exception as error:
            logger.exception("An unexpected error in an operation on a WebSocket")
            last = {"type": "error", "payload": [told(error)]}
        if id in self._operations and self._operations[id][1] is outlet:
            del self._operations[id]  # before it is told: the client may use the id again at once
            self._say({"id": id, **last})

    # ── the wire ────────────────────────────────────────────────────────────────────────────

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _say(self, message: dict[str, Any]) -> None:
        self._outbox.put(None, {"type": "websocket.send", "text": encode(message).decode()})

    def _close(self, code: int, reason: str) -> None:
        """After what is on its way; what waits behind it is not sent any more.

        A client that does not take the reason is left without.
        """
        if not self._closing:
            self._closing = True
            if self._serving is not None:
                self._given_up = asyncio.get_running_loop().call_later(CLOSE_WITHIN, self._serving.cancel)
            self._outbox.forget()
            self._outbox.put(None, {"type": "websocket.close", "code": code, "reason": reason})

    def _too_slow(self) -> None:
        self._close(1013, TOO_SLOW)

    async def _write(self) -> None:
        with suppress(OSError):  # the client has gone; the server says so by a disconnect
            while True:
                outlet, item = await self._outbox.take()
                if isinstance(item, Rest):
                    await item
                    continue
                await self._send(_message(outlet, item))
                if outlet is None and item["type"] == "websocket.close":
                    return

    def _write_now(self, outlet: Outlet | None, item: Any) -> Any:
        """Without waking the task above, which waits for something to do. Returns what is left for it."""
        if outlet is None and item["type"] == "websocket.close":  # that task ends with it
            return item
        try:
            return begin(self._send(_message(outlet, item)), self._writing)
        except OSError:  # the client has gone
            return None
        except Exception:  # whoever has something to tell is not to suffer from it
            logger.exception("Cannot write to a WebSocket")
            return None


def _message(outlet: Outlet | None, item: Any) -> dict[str, Any]:
    if outlet is None:
        message: dict[str, Any] = item
        return message
    return {"type": "websocket.send", "text": f"{outlet.prefix}{item.text}}}"}
