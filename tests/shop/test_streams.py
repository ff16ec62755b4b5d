"""What pumps and listeners make of a feed: nothing is lost when something goes wrong at a bad moment."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.db import OperationalError
from graphql import Executor

from shop import realtime
from shop.actors import Actor
from shop.errors import Unauthenticated
from shop.graphql.composition import full_schema
from shop.graphql.context import Context
from shop.graphql.executor import in_thread
from shop.graphql.feeds import Batch, Feed
from shop.graphql.limits import parsed
from shop.graphql.shop import Shop
from shop.graphql.streams import pumps
from shop.graphql.streams.following import Listener, streams
from shop.graphql.streams.outbox import Outbox, Outlet
from shop.graphql.streams.pumps import Look
from shop.graphql.streams.questions import Answer, Question

pytestmark = pytest.mark.django_db(transaction=True)

TOPIC = "news"


class News(Feed[Shop]):
    """Counts: position 3 is the third event. ``meanwhile`` happens between reading and answering."""

    def __init__(self, count: int = 0) -> None:
        self.count = count
        self.meanwhile: list[Callable[[], object]] = []

    @property
    def key(self) -> int:
        return id(self)

    def begin(self, actor: Actor) -> Batch[Shop]:  # noqa: ARG002 - everybody sees all of it
        return Batch((), 0)

    def read(self, actor: Actor, position: int) -> Batch[Shop]:  # noqa: ARG002 - everybody sees all of it
        count = self.count
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return Batch([(at, Shop()) for at in range(position + 1, count + 1)], count)

    def topics(self, actor: Actor) -> frozenset[str]:  # noqa: ARG002 - everybody sees all of it
        return frozenset({TOPIC})

    @classmethod
    def heard_since(cls, position: int | None) -> tuple[frozenset[str], int]:
        return frozenset(), position or 0

    def happen(self) -> None:
        self.count += 1
        realtime.hint([TOPIC])


def question() -> Question:
    text = "subscription { shopUpdated { name } }"
    executor = Executor.build(full_schema()._schema, parsed(text), context_value=Context())
    assert isinstance(executor, Executor)
    return Question(text, executor)


@dataclass
class Heard:
    """What one listener is told."""

    feed: News
    outbox: Outbox = field(default_factory=lambda: Outbox(lambda: None))
    positions: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    async def begin(self, asked: Question | None = None) -> None:
        own = await in_thread(question) if asked is None else asked
        self.listener = Listener(self.feed, own, Context(), Outlet(self.outbox))
        self.listener.first = Look([], 0, False, frozenset({TOPIC}), {}, time.monotonic())
        self.listening = asyncio.ensure_future(self.listener.listen())
        self.taking = asyncio.ensure_future(self._take())

    async def _take(self) -> None:
        while True:
            _, answer = await self.outbox.take()
            assert isinstance(answer, Answer)
            self.positions.append(answer.position)
            self.texts.append(answer.text)

    async def until(self, count: int, seconds: float = 1.5) -> list[int]:
        """What was told when it is ``count`` events, or ``seconds`` have passed."""
        for _ in range(int(seconds / 0.02)):
            if len(self.positions) >= count:
                break
            await asyncio.sleep(0.02)
        return self.positions

    async def end(self) -> None:
        for task in (self.listening, self.taking):
            task.cancel()
        await asyncio.gather(self.listening, self.taking, return_exceptions=True)


@pytest.fixture
def feed() -> News:
    return News()


async def test_what_happens_during_the_first_look_of_a_pump_is_told_at_once(feed: News) -> None:
    feed.meanwhile = [feed.happen]
    heard = Heard(feed)
    await heard.begin()
    assert await heard.until(1) == [1]
    await heard.end()


async def test_a_database_that_goes_away_ends_no_stream(feed: News, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shop.graphql.streams.following.RETRY_AFTER", 0.05)
    monkeypatch.setattr(pumps, "RETRY_AFTER", 0.05)

    def go_away() -> None:
        raise OperationalError("The server closed the connection.")

    feed.meanwhile = [go_away]
    heard = Heard(feed)
    await heard.begin()
    await in_thread(feed.happen)
    assert await heard.until(1) == [1], "by the pump"
    await heard.end()
    feed.meanwhile = [go_away, go_away]
    late = Heard(feed)
    await late.begin()
    late.listener.fall_back(Answer("", 1))
    assert await late.until(1) == [1], "while it catches up"
    await late.end()


async def test_who_is_ended_while_catching_up_leaves_no_pump(feed: News) -> None:
    heard = Heard(feed)
    loop = asyncio.get_running_loop()
    await heard.begin()
    await heard.until(1, 0.3)
    feed.meanwhile = [lambda: loop.call_soon_threadsafe(heard.listener.ending.set_exception, Unauthenticated("Gone."))]
    heard.listener.fall_back(Answer("", 1))
    await asyncio.wait({heard.listening}, timeout=2)
    assert isinstance(heard.listening.exception(), Unauthenticated)
    await asyncio.sleep(0.1)
    assert streams()._pumps == {}
    await heard.end()


@pytest.mark.parametrize("limit", ["LOOK_FOR", "TELL_WITHIN"])
async def test_more_than_can_be_told_in_time_is_looked_at_again(
    feed: News, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(pumps, limit, 0)
    heard = Heard(feed)
    await heard.begin()
    await heard.until(1, 0.3)
    feed.count = 4
    await in_thread(feed.happen)
    assert await heard.until(5) == [1, 2, 3, 4, 5]
    await heard.end()


async def test_a_question_that_cannot_be_answered_disturbs_no_other(feed: News) -> None:
    good, bad = Heard(feed), Heard(feed)
    await good.begin()
    await bad.begin(Question("broken", None))  # type: ignore[arg-type]
    await good.until(1, 0.3)
    await in_thread(feed.happen)
    assert (await good.until(1), await bad.until(1)) == ([1], [1])
    assert "errors" not in good.texts[0]
    assert "INTERNAL" in bad.texts[0]
    await good.end()
    await bad.end()
