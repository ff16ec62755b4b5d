"""Ends what is open when what allowed it is gone: its token revoked, its user signed out, its plugin switched off.

One watch for all streams and sockets of an event loop. It looks after each hint, and every ``LOOK_EVERY`` seconds whether
there was a hint or not: that is how long anything can outlive its right.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from shop import realtime
from shop.authentication import Credential, void_among
from shop.errors import PluginDisabled
from shop.graphql.executor import in_thread
from shop.plugins import state

logger = logging.getLogger(__name__)

LOOK_EVERY = 2.0


class Watch:
    """With every look it also does ``besides``, while there is anything to watch."""

    def __init__(self, besides: Callable[[], Awaitable[None]]) -> None:
        self._besides = besides
        self._watched: dict[asyncio.Future[Any], tuple[Credential, frozenset[str]]] = {}
        self._topics: Counter[str] = Counter()
        self._bell: realtime.Bell | None = None
        self._looking: asyncio.Task[None] | None = None

    @contextmanager
    def over(
        self, ending: "asyncio.Future[Any]", credential: Credential, plugins: Iterable[str] = ()
    ) -> Iterator[None]:
        """Inside, ``ending`` gets the ``RequestError`` once the credential is void or one of ``plugins`` is off."""
        self._watched[ending] = (credential, frozenset(plugins))
        self._topics.update(credential.topics)
        self._begin().listen(credential.topics)
        try:
            yield
        finally:
            del self._watched[ending]
            if ending.done() and not ending.cancelled():
                ending.exception()  # nobody may have waited for it any more
            self._topics.subtract(credential.topics)
            unheeded = [topic for topic in credential.topics if not self._topics[topic]]
            self._begin().ignore(unheeded)
            for topic in unheeded:
                del self._topics[topic]
            if not self._watched:
                self._end()

    def _begin(self) -> realtime.Bell:
        if self._bell is None or self._looking is None or self._looking.done():
            self._bell = realtime.Bell({realtime.SHOP, *self._topics})
            self._looking = asyncio.get_running_loop().create_task(self._look_again_and_again(self._bell))
        return self._bell

    def _end(self) -> None:
        if self._looking is not None and self._bell is not None:
            self._looking.cancel()
            self._bell.close()
        self._looking = self._bell = None

    async def _look_again_and_again(self, bell: realtime.Bell) -> None:
        with closing(bell):
            while True:
                await bell.wait(LOOK_EVERY)
                try:
                    await self._look()
                    await self._besides()
                except Exception:  # the database is away; the next look finds it again
                    logger.warning("Cannot see whether open streams may still go on.", exc_info=True)

    async def _look(self) -> None:
        credentials = {credential for credential, _ in self._watched.values()}
        void, enabled = await in_thread(lambda: (void_among(credentials), state.read().enabled))
        for ending, (credential, plugins) in list(self._watched.items()):
            if ending.done():
                continue
            if credential in void:
                ending.set_exception(void[credential])
            elif missing := plugins - enabled:
                ending.set_exception(PluginDisabled(min(missing)))
