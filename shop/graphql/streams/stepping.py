"""Runs a coroutine at once, as far as it gets without waiting.

To wake a task costs as much as to send a short text. A server's ``send`` waits only while a client does not read, so
nearly always nothing is left to be awaited. Tasks that start eagerly do this from Python 3.12 on.
"""

import asyncio
from collections.abc import Awaitable, Generator
from typing import Any


class Rest(Awaitable[None]):
    """What is left of ``work``, which waits for ``future`` now. Await it once, in a task of the same event loop."""

    def __init__(self, work: Generator[Any, Any, None], future: Any) -> None:
        self._work = work
        self._future = future

    def __await__(self) -> Generator[Any, Any, None]:
        while True:
            try:
                try:
                    value = yield self._future
                except BaseException as error:  # noqa: BLE001 - it is the work's, CancelledError as well
                    self._future = self._work.throw(error)
                else:
                    self._future = self._work.send(value)
            except StopIteration:
                return


def begin(work: Awaitable[None], task: "asyncio.Task[Any]") -> Rest | None:
    """Runs ``work`` as if ``task`` did; None if it is done, else what ``task`` has to await. Raises what it raises."""
    loop, caller = asyncio.get_running_loop(), asyncio.current_task()
    if caller is not None:
        asyncio._leave_task(loop, caller)  # noqa: SLF001 - documented in "Extending" of asyncio's manual
    asyncio._enter_task(loop, task)  # noqa: SLF001
    steps = work.__await__()
    try:
        return Rest(steps, next(steps))
    except StopIteration:
        return None
    finally:
        asyncio._leave_task(loop, task)  # noqa: SLF001
        if caller is not None:
            asyncio._enter_task(loop, caller)  # noqa: SLF001
