"""Server-sent events, one connection for each operation, as the graphql-sse protocol calls it."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse

from shop.errors import RequestError
from shop.graphql import answers, door
from shop.graphql.context import Context
from shop.graphql.documents import Operation
from shop.graphql.streams.following import RefusedError
from shop.graphql.streams.outbox import Outbox, Outlet
from shop.graphql.streams.questions import Answer
from shop.graphql.transport import places

logger = logging.getLogger(__name__)

CONTENT_TYPE = "text/event-stream; charset=utf-8"
#: Seconds of silence after which a comment is sent, so that no proxy takes the stream for dead.
HEARTBEAT = 15.0
TOO_SLOW = "Too slow: subscribe again, with the last cursor as `after`."


def response(operation: Operation, context: Context) -> StreamingHttpResponse:
    """Whatever the operation is, its results come as ``next`` events, then ``complete``. Needs ASGI."""
    return StreamingHttpResponse(
        _events(operation, context),
        content_type=CONTENT_TYPE,
        headers={"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"},
    )


def refusal(body: dict[str, Any]) -> HttpResponse:
    """A stream of one event, for a document that cannot be run."""
    return HttpResponse(_event("next", answers.encode(body)) + _event("complete", b""), content_type=CONTENT_TYPE)


async def _events(operation: Operation, context: Context) -> AsyncGenerator[bytes, None]:
    def too_slow() -> None:
        running.cancel()
        outbox.forget()
        outbox.put(None, _refusal(RequestError(TOO_SLOW, code="TOO_SLOW")))
        outbox.put(None, None)

    if not places.take(context.credential):
        refused = RequestError(f"Somebody has at most {places.SOCKETS_PER_USER} streams at once.", code="RATE_LIMITED")
        yield _event("next", _refusal(refused).text.encode()) + _event("complete", b"")
        return
    outbox = Outbox(too_slow)
    running = asyncio.create_task(_run(operation, context, outbox))
    try:
        yield b":\n\n"  # headers reach the client before the first event
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    _, item = await outbox.take()
            except TimeoutError:
                yield b":\n\n"
                continue
            if item is None:
                yield _event("complete", b"")
                return
            yield _event("next", item.text.encode())
    finally:
        places.give_back(context.credential)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _run(operation: Operation, context: Context, outbox: Outbox) -> None:
    try:
        await door.run(operation, context, Outlet(outbox))
    except RefusedError as error:
        outbox.put(None, _refusal(*error.errors))
    except RequestError as error:
        outbox.put(None, _refusal(error))
    except Exception as error:
        logger.exception("An unexpected error in an operation of server-sent events")
        outbox.put(None, _refusal(error))
    outbox.put(None, None)


def _refusal(*errors: Exception) -> Answer:
    return Answer(answers.encode(answers.refusal(*errors)).decode())


def _event(name: str, data: bytes) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), data)
