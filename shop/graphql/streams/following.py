"""A subscription, from what the client sent to the last answer it gets."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterable, Hashable
from inspect import isawaitable
from typing import Any
from weakref import WeakKeyDictionary

from django.db import Error as DatabaseError
from graphql import ExecutionResult, GraphQLError, create_source_event_stream

from shop.errors import RequestError
from shop.graphql import limits
from shop.graphql.answers import fit
from shop.graphql.composition import full_schema
from shop.graphql.context import Context
from shop.graphql.executor import Executor, in_thread
from shop.graphql.feeds import Feed
from shop.graphql.streams.outbox import Outlet
from shop.graphql.streams.pumps import RETRY_AFTER, Look, Pump, look, look_now
from shop.graphql.streams.pumps import key_of as key_of_pump
from shop.graphql.streams.questions import Answer, Question
from shop.graphql.streams.questions import key_of as key_of_question
from shop.graphql.streams.watch import Watch
from shop.plugins import state
from shop.plugins.state import ShopState

logger = logging.getLogger(__name__)


class Streams:
    """All that is open on one event loop."""

    def __init__(self) -> None:
        self.watch = Watch(self._recall)
        self._pumps: dict[Hashable, Pump] = {}
        self._heard: dict[type[Feed[Any]], int] = {}

    def pump(self, key: Hashable, feed: Feed[Any], position: int, topics: frozenset[str]) -> Pump:
        """The one of ``key``, or a new one that begins after ``position`` and has to be joined at once."""
        found = self._pumps.get(key)
        if found is None or found.is_over:
            found = self._pumps[key] = Pump(feed, position, topics)
            found.work.add_done_callback(lambda _: self._forget_what_is_over(key))
        return found

    def _forget_what_is_over(self, key: Hashable) -> None:
        if key in self._pumps and self._pumps[key].is_over:
            del self._pumps[key]

    async def _recall(self) -> None:
        """What hints told, once more from the feeds themselves: hints may be lost, what is written is not."""
        places: dict[type[Feed[Any]], int] = {}
        for pump in self._pumps.values():
            kind = type(pump.feed)
            places[kind] = min(pump.position, places.get(kind, pump.position))
        for kind, place in places.items():
            topics, newest = await in_thread(kind.heard_since, max(place, self._heard.get(kind, place)))
            self._heard[kind] = newest
            for pump in self._pumps.values():
                if type(pump.feed) is kind:
                    pump.recall(topics, newest)


_of_loops: "WeakKeyDictionary[asyncio.AbstractEventLoop, Streams]" = WeakKeyDictionary()
_turn = threading.Lock()


def streams() -> Streams:
    """Of the event loop that runs."""
    loop = asyncio.get_running_loop()
    with _turn:
        found = _of_loops.get(loop)
        if found is None:
            found = _of_loops[loop] = Streams()
        return found


async def follow(
    text: str, variables: dict[str, Any] | None, name: str | None, context: Context, outlet: Outlet
) -> None:
    """Puts what is told into ``outlet`` until it is over.

    Raises ``RefusedError`` for what cannot be run, and ``RequestError`` for what ends it.
    """
    question, now, read_at = await in_thread(_begin, text, variables, name, context)
    source: Any = create_source_event_stream(question.executor)
    if isawaitable(source):
        source = await source
    if isinstance(source, ExecutionResult):
        raise RefusedError(source.errors or [])
    if isinstance(source, Feed):
        listener = Listener(source, question, context, outlet)
        listener.first = await in_thread(_first_look, source, question, context, now, read_at)
        del question, source, now, context  # many are open at once, for days
        await listener.listen()
    else:
        await _follow_generator(source, question, context, outlet)


class RefusedError(Exception):
    """Nothing was run; the errors, fit for the client, say why."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(str(errors))
        self.errors = fit(ExecutionResult(None, errors)).errors


def _begin(
    text: str, variables: dict[str, Any] | None, name: str | None, context: Context
) -> tuple[Question, ShopState, float]:
    """Runs in a thread. What is allowed and understood, by which state of the shop, and when that was read."""
    read_at = time.monotonic()
    now = state.read()
    context.refresh()
    schema = full_schema().with_plugins(now.enabled)
    core = schema._schema
    document = limits.parsed(text)
    if errors := limits.refusals(core, document, variables):
        raise RefusedError(errors)
    executor = Executor.build(core, document, context_value=context, raw_variable_values=variables, operation_name=name)
    if isinstance(executor, list):
        raise RefusedError(executor)
    needed = schema.plugins_of_subscription(text, name)
    return Question(key_of_question(text, name, variables), executor, needed), now, read_at


def _first_look(feed: Feed[Any], question: Question, context: Context, now: ShopState, read_at: float) -> Look:
    with state.one_state(now):
        return look_now(feed, None, context, [question], read_at)


class Listener:
    """One subscription to a feed: catches up by itself, then listens with all who listen alike."""

    def __init__(self, feed: Feed[Any], question: Question, context: Context, outlet: Outlet) -> None:
        self.question = question
        self.credential = context.credential
        self.position = 0
        self.first: Look | None = None
        self._feed = feed
        self._outlet = outlet
        self._key = key_of_pump(feed, context.actor)
        self._pump: Pump | None = None
        #: Whether it has been told what the feed begins with.
        self._has_begun = False
        self.ending: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        outlet.fall_back = self.fall_back

    async def listen(self) -> None:
        """Raises what ends it."""
        try:
            while True:
                with streams().watch.over(self.ending, self.credential, self.question.plugins):
                    await self._catch_up()
                    await self.ending  # with an error, unless what it was told is to be read anew
                self.ending = asyncio.get_running_loop().create_future()
        except RequestError:
            self._outlet.forget()
            raise
        finally:
            self._leave()

    def hear(self, answer: Answer) -> None:
        self.position = answer.position
        self._outlet.put(answer)

    def fall_back(self, answer: Answer) -> None:
        """``answer`` has waited too long to be sent: from here on, read anew by the rights of now."""
        self._outlet.forget()
        self._leave()
        self.position = answer.position - 1
        if not self.ending.done():
            self.ending.set_result(None)

    def _leave(self) -> None:
        if self._pump is not None:
            self._pump.leave(self)
            self._pump = None

    async def _catch_up(self) -> None:
        """Until there is nothing untold that the pump will not tell."""
        found, self.first = self.first, None
        while not self.ending.done():
            if found is None:
                begin = self.position if self._has_begun else None
                try:
                    found = await in_thread(look, self._feed, begin, [self.credential], [self.question])
                except DatabaseError as error:
                    logger.warning("The database is away; a stream waits for it: %s", error)
                    await asyncio.wait({self.ending}, timeout=RETRY_AFTER)
                    continue
            if await self._tell(found):
                self._has_begun = True
                self.position = found.position
                if not found.more and await self._join(found.topics):
                    return
            found = None

    async def _tell(self, found: Look) -> bool:
        """Whether all of it was told by rights that still held."""
        for number, answers in enumerate(found.answers):
            if number and found.is_old:
                return False
            self.hear(answers[self.question])
            await self._outlet.emptied()
            if self.ending.done():
                return False
        return True

    async def _join(self, topics: frozenset[str]) -> bool:
        if self.ending.done():
            return False
        pump = streams().pump(self._key, self._feed, self.position, topics)
        async with pump.at_rest:
            if pump.is_over or self.ending.done() or self.position < pump.position:
                return False
            pump.join(self)
            self._pump = pump
            return True


async def _follow_generator(source: AsyncIterable[Any], question: Question, context: Context, outlet: Outlet) -> None:
    """A subscription of its own: each event is executed for this one client."""
    ending: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    events = aiter(source)
    coming: asyncio.Future[Any] | None = None
    try:
        with streams().watch.over(ending, context.credential, question.plugins):
            while True:
                coming = asyncio.ensure_future(anext(events))
                await asyncio.wait({coming, ending}, return_when=asyncio.FIRST_COMPLETED)
                if ending.done():
                    ending.result()
                try:
                    event = coming.result()
                except StopAsyncIteration:
                    return
                outlet.put(await in_thread(_answer, question, event, context))
                await outlet.emptied()
    except GraphQLError as error:
        raise RefusedError([error]) from error
    finally:
        if coming is not None:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
        if isinstance(source, AsyncGenerator):
            await source.aclose()


def _answer(question: Question, event: object, context: Context) -> Answer:
    """Sees the shop, its plugins and whoever asks as they are now."""
    read_at = time.monotonic()
    with state.one_state() as now:
        context.refresh()
        schema = full_schema().with_plugins(now.enabled)
        return question.answer(event, 0, schema=schema, context=context, read_at=read_at)
