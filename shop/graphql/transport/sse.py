"""Server-sent events, one connection for each operation, as the graphql-sse protocol calls it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse

from shop.graphql.context import Context
from shop.graphql.door import door
from shop.graphql.transport import wire

CONTENT_TYPE = "text/event-stream; charset=utf-8"
#: Seconds of silence after which a comment is sent, so that no proxy takes the stream for dead.
HEARTBEAT = 15.0


def response(operation: wire.Operation, context: Context) -> StreamingHttpResponse:
    """Whatever the operation is, its results come as ``next`` events, then ``complete``. Needs ASGI."""
    return StreamingHttpResponse(
        _events(operation, context),
        content_type=CONTENT_TYPE,
        headers={"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"},
    )


def refusal(body: dict[str, Any]) -> HttpResponse:
    """A stream of one event, for a document that cannot be run."""
    return HttpResponse(_event("next", wire.encode(body)) + _event("complete", b""), content_type=CONTENT_TYPE)


async def _events(operation: wire.Operation, context: Context) -> AsyncGenerator[bytes, None]:
    results = door.stream(
        operation.text,
        variable_values=operation.variables,
        operation_name=operation.name,
        context_value=context,
    )
    yield b":\n\n"  # headers reach the client before the first event
    upcoming: asyncio.Future[Any] | None = None
    try:
        while True:
            upcoming = upcoming or asyncio.ensure_future(anext(results))
            await asyncio.wait({upcoming}, timeout=HEARTBEAT)
            if not upcoming.done():
                yield b":\n\n"
                continue
            try:
                result = upcoming.result()
            except StopAsyncIteration:
                break
            upcoming = None
            yield _event("next", wire.encode(wire.answer(result)))
        yield _event("complete", b"")
    finally:
        if upcoming is not None:
            upcoming.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await upcoming
        await results.aclose()


def _event(name: str, data: bytes) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), data)
