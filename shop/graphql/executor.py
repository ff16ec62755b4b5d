"""Runs an operation. Domain code is synchronous everywhere; sockets run it on a bounded pool of threads."""

import asyncio
import contextvars
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import close_old_connections
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from shop.errors import PluginDisabled
from shop.plugins import state

Result = TypeVar("Result")

#: Threads of one process that do the database work of its sockets.
POOL_SIZE = int(os.environ.get("SOCKET_THREADS", "8"))
_pool = ThreadPoolExecutor(max_workers=POOL_SIZE, thread_name_prefix="socket")


async def in_thread(work: Callable[..., Result], *args: Any) -> Result:
    """``work`` on the pool, with this task's context and with database connections that are fit for use.

    Cancelled, it waits for work that has begun; what has not is not begun.
    """
    context = contextvars.copy_context()

    def run() -> Result:
        close_old_connections()
        try:
            return context.run(work, *args)
        finally:
            close_old_connections()

    working = _pool.submit(run)
    try:
        return await asyncio.wrap_future(working)
    except asyncio.CancelledError:
        if not working.cancel():  # it has begun, and nothing goes on behind the back of whoever closes a socket
            await asyncio.gather(asyncio.wrap_future(working), return_exceptions=True)
        raise


class Executor(StrawberryGraphQLCoreExecutionContext):
    """One operation, or one event of a subscription.

    On the event loop, the execution moves to the pool. Each event sees the shop as it is then, and so a schema without
    what has been disabled since. A disabled field is told once, not once per row.
    """

    def execute_operation(self, *args: Any, **kwargs: Any) -> Any:
        self.refused: set[int] = set()
        run = super().execute_operation
        if not _on_event_loop():
            return run(*args, **kwargs)
        return in_thread(self._as_of_now, run, args, kwargs)

    def _as_of_now(self, run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with state.one_state() as now:
            strawberry_schema: Any = self.schema._strawberry_schema  # type: ignore[attr-defined]
            self.schema = strawberry_schema.with_plugins(now.enabled)._schema
            self.context_value.refresh()
            return run(*args, **kwargs)

    def handle_field_error(self, raw_error: Any, return_type: Any, field_details_list: Any, path: Any) -> None:
        cause = getattr(raw_error, "original_error", None) or raw_error
        if isinstance(cause, PluginDisabled):
            place = id(field_details_list[0].node)
            if place in self.refused:
                return
            self.refused.add(place)
        super().handle_field_error(raw_error, return_type, field_details_list, path)


def _on_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
