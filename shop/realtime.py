"""Wakes open subscriptions. The only user of the channel layer.

What travels are *hints*: topics, never content. A hint may be lost or come twice; whoever is woken reads the database
again and decides anew who may see what. Local subscriptions are woken directly, those of other processes through the
channel layer; when that is away, they notice at their next periodic look.
"""

import asyncio
import atexit
import logging
import os
import threading
import time
import uuid
from collections.abc import AsyncGenerator, Iterable
from contextlib import closing, suppress
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.db import transaction

logger = logging.getLogger(__name__)

GROUP = "shop.hints"
#: The topic of changes to the shop itself: its mode, its plugins, their settings.
SHOP = "shop"
#: Seconds after which a subscription looks by itself, hint or no hint.
LOOK_EVERY = 5.0
#: Seconds between tries to reach a channel layer that is away.
RETRY_AFTER = 1.0
#: Seconds after which a channel layer that does not answer is away.
ANSWER_WITHIN = 5.0
#: Topics that wait while it is away; of more, other processes learn when they look by themselves.
MOST_WAITING = 10_000
#: Seconds that a process which ends waits for its last hints to be carried.
LAST_WORDS = 1.0


def hint(topics: Iterable[str]) -> None:
    """Wake whoever listens to one of ``topics``, in every process, once the transaction is committed."""
    wanted = sorted(set(topics))
    transaction.on_commit(lambda: _send(wanted))


def _send(topics: list[str]) -> None:
    for hub in list(_hubs.values()):
        hub.wake_soon(topics)
    if _remote_layer() is not None:
        _messenger.carry(topics)


def _remote_layer() -> Any:
    """The channel layer that other processes listen to, if there is one."""
    layer = get_channel_layer()
    return None if isinstance(layer, InMemoryChannelLayer) else layer


class Bell:
    """Rung by every hint to one of the topics that it listens to. Belongs to the event loop that makes it.

    Hints that come while nobody waits count as one. Close it: nothing else takes it out of the hub.
    """

    def __init__(self, topics: Iterable[str] = ()) -> None:
        self._hub = _hub_of_this_loop()
        self._rung = asyncio.Event()
        self.topics: set[str] = set()
        self.listen(topics)

    def listen(self, topics: Iterable[str]) -> None:
        """To these as well."""
        more = frozenset(topics) - self.topics
        self.topics |= more
        self._hub.add(self._rung, more)

    def ignore(self, topics: Iterable[str]) -> None:
        """These, from now on."""
        fewer = self.topics & frozenset(topics)
        self.topics -= fewer
        self._hub.remove(self._rung, fewer)

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, seconds: float) -> bool:
        """Whether it rang within ``seconds``; at once if it has since the last time."""
        if not self._rung.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._rung.wait()
        rung = self._rung.is_set()
        self._rung.clear()
        return rung

    def close(self) -> None:
        self.ignore(self.topics)


async def woken(topics: Iterable[str], *, look_every: float = LOOK_EVERY) -> AsyncGenerator[bool, None]:
    """Yields at once, then after each hint to one of ``topics``, and at the latest every ``look_every`` seconds.

    Yields whether there was a hint. Hints that come while the caller is busy count as one.
    """
    with closing(Bell(topics)) as bell:
        yield True
        while True:
            yield await bell.wait(look_every)


class _Hub:
    """Shares hints out among the subscriptions of one event loop; one subscription to the layer for all of them."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._bells: dict[str, set[asyncio.Event]] = {}
        self._ear: asyncio.Task[None] | None = None

    def add(self, bell: asyncio.Event, topics: Iterable[str]) -> None:
        for topic in topics:
            self._bells.setdefault(topic, set()).add(bell)
        if self._bells and (self._ear is None or self._ear.done()):
            self._ear = self.loop.create_task(self._listen_to_layer())

    def remove(self, bell: asyncio.Event, topics: Iterable[str]) -> None:
        for topic in topics:
            bells = self._bells.get(topic, set())
            bells.discard(bell)
            if not bells:
                self._bells.pop(topic, None)
        if not self._bells and self._ear is not None:
            self._ear.cancel()
            self._ear = None

    def wake_soon(self, topics: Iterable[str]) -> None:
        """From any thread."""
        with suppress(RuntimeError):  # the loop has been closed
            self.loop.call_soon_threadsafe(self._wake, list(topics))

    def _wake(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for bell in self._bells.get(topic, ()):
                bell.set()

    async def _listen_to_layer(self) -> None:
        layer = _remote_layer()
        if layer is None:
            return
        while True:
            channel = None
            try:
                channel = await layer.new_channel()
                await layer.group_add(GROUP, channel)
                if (task := asyncio.current_task()) and task.cancelling():
                    raise asyncio.CancelledError  # noqa: TRY301 - redis-py may swallow the one that came while it connected
                self._wake(list(self._bells))  # whatever was said while nobody listened
                while True:
                    message = await layer.receive(channel)
                    if message.get("from") != _messenger.name:
                        self._wake(message["topics"])
            except asyncio.CancelledError:
                if channel is not None:
                    with suppress(Exception):
                        await layer.group_discard(GROUP, channel)
                raise
            except Exception:  # it comes back, and until then subscriptions look by themselves
                logger.warning("The channel layer is away; trying again.", exc_info=True)
                await asyncio.sleep(RETRY_AFTER)


_hubs: dict[int, _Hub] = {}
_hubs_lock = threading.Lock()


def _hub_of_this_loop() -> _Hub:
    loop = asyncio.get_running_loop()
    with _hubs_lock:
        for key in [key for key, hub in _hubs.items() if hub.loop.is_closed()]:
            del _hubs[key]
        return _hubs.setdefault(id(loop), _Hub(loop))


class _Messenger:
    """Carries hints to other processes, in a thread of its own: what a user has done does not wait for the layer.

    One connection serves all of them. While the layer is away, hints wait; those to one topic are one.
    """

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Without anything to carry, and in a process that has just been forked without its thread."""
        #: By which a process knows its own hints.
        self.name = uuid.uuid4().hex
        self._condition = threading.Condition()
        self._waiting: set[str] = set()
        self._carrying = False
        self._thread: threading.Thread | None = None

    def carry(self, topics: Iterable[str]) -> None:
        with self._condition:
            if len(self._waiting) < MOST_WAITING:
                self._waiting.update(topics)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="hints", daemon=True)
                self._thread.start()
            self._condition.notify_all()

    def finish(self, seconds: float) -> bool:
        """Whether everything is carried, after at most ``seconds``."""
        with self._condition:
            return self._condition.wait_for(lambda: not self._waiting and not self._carrying, seconds)

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            reachable = True
            while True:
                topics = self._take()
                try:
                    runner.run(self._send(topics))
                    reachable = True
                except Exception:  # subscribers look by themselves meanwhile
                    if reachable:
                        logger.warning(
                            "The channel layer is away; other processes learn of hints later.", exc_info=True
                        )
                    reachable = False
                    time.sleep(RETRY_AFTER)
                    with self._condition:
                        self._waiting |= topics
                finally:
                    with self._condition:
                        self._carrying = False
                        self._condition.notify_all()

    def _take(self) -> set[str]:
        with self._condition:
            self._condition.wait_for(lambda: self._waiting)
            topics, self._waiting = self._waiting, set()
            self._carrying = True
            return topics

    @staticmethod
    async def _send(topics: set[str]) -> None:
        layer = _remote_layer()
        if layer is not None:
            async with asyncio.timeout(ANSWER_WITHIN):
                await layer.group_send(GROUP, {"type": "hint", "topics": sorted(topics), "from": _messenger.name})


_messenger = _Messenger()
atexit.register(_messenger.finish, LAST_WORDS)
os.register_at_fork(after_in_child=_messenger.begin)
