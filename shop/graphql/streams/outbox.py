"""What waits to be sent over one connection, in order. Whoever puts something in never waits; too much is refused."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from shop.graphql.streams.questions import Answer
from shop.graphql.streams.stepping import Rest

#: Things that may wait for one client. Answers are shared, so each is little more than a reference.
MOST_WAITING = 1_000
#: Characters of it; the one with which there are more may still wait.
MOST_TEXT = 10_000_000
#: Seconds after which an event that was not taken yet is read anew, by the rights of that moment.
RIGHTS_HOLD = 2.0


class Outbox:
    """Of one event loop, with one taker. ``too_slow`` is called once, when more waits than may.

    While nothing else waits, a thing is first given to ``at_once``, which may send it without the taker. It returns
    what is left for the taker: nothing, the thing itself, or the ``Rest`` of sending it.
    """

    __slots__ = ("_at_once", "_emptied", "_filled", "_items", "_text", "_too_slow")

    def __init__(
        self, too_slow: Callable[[], None], at_once: "Callable[[Outlet | None, Any], Any] | None" = None
    ) -> None:
        self._at_once = at_once
        self._items: deque[tuple[Outlet | None, Any]] = deque()
        self._text = 0
        self._too_slow: Callable[[], None] | None = too_slow
        self._filled: asyncio.Future[None] | None = None
        self._emptied: asyncio.Future[None] | None = None

    def put(self, outlet: "Outlet | None", item: Any) -> None:
        if len(self._items) >= MOST_WAITING or self._text >= MOST_TEXT:
            if self._too_slow is not None:
                too_slow, self._too_slow = self._too_slow, None
                too_slow()
            return
        is_idle = self._filled is not None and not self._filled.done()
        if is_idle and self._at_once is not None:
            left = self._at_once(outlet, item)
            if left is None:
                return
            if left is not item:
                outlet, item = None, left
        self._items.append((outlet, item))
        self._text += _length(item)
        if is_idle and self._filled is not None:
            self._filled.set_result(None)

    async def take(self) -> "tuple[Outlet | None, Any]":
        """The next one, with the outlet it came by. To come for it says that the one before has been sent."""
        while True:
            while not self._items:
                if self._emptied is not None and not self._emptied.done():
                    self._emptied.set_result(None)
                self._filled = asyncio.get_running_loop().create_future()
                try:
                    await self._filled
                finally:
                    self._filled = None
            outlet, item = self._items.popleft()
            self._text -= _length(item)
            if outlet is None or outlet.may_still_send(item):
                return outlet, item

    async def emptied(self) -> None:
        """Until all that was put in so far is sent."""
        while self._items or self._filled is None:
            if self._emptied is None or self._emptied.done():
                self._emptied = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._emptied)

    def forget(self, outlet: "Outlet | None" = None) -> None:
        """What came by ``outlet``, or everything that is not half sent."""
        kept = [
            (one, item)
            for one, item in self._items
            if isinstance(item, Rest) or (outlet is not None and one is not outlet)
        ]
        self._items.clear()
        self._items.extend(kept)
        self._text = sum(_length(item) for _, item in kept)


def _length(item: Any) -> int:
    """Of an answer, or of a message of a WebSocket."""
    return len(item.text if isinstance(item, Answer) else item.get("text", "") if isinstance(item, dict) else "")


class Outlet:
    """Where the answers of one operation go: into the outbox of its connection."""

    __slots__ = ("_outbox", "fall_back", "prefix")

    def __init__(self, outbox: Outbox, prefix: str = "") -> None:
        self._outbox = outbox
        #: What stands before each answer.
        self.prefix = prefix
        #: Called with an event that has waited too long: it and what follows are to be read anew, and put in again.
        self.fall_back: Callable[[Answer], None] | None = None

    def put(self, answer: Answer) -> None:
        self._outbox.put(self, answer)

    async def emptied(self) -> None:
        await self._outbox.emptied()

    def forget(self) -> None:
        self._outbox.forget(self)

    def may_still_send(self, answer: Answer) -> bool:
        if self.fall_back is None or time.monotonic() - answer.read_at <= RIGHTS_HOLD:
            return True
        self.fall_back(answer)
        return False
