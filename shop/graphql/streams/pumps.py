"""One reading of a feed for all who listen to it alike."""

import asyncio
import logging
import time
from collections.abc import Hashable, Iterable, Mapping
from contextlib import closing
from contextvars import Context as Variables
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Protocol

from django.db import Error as DatabaseError

from shop import realtime
from shop.actors import Actor
from shop.authentication import Credential, actor_of, void_among
from shop.errors import PluginDisabled, RequestError, Unauthenticated
from shop.graphql.answers import INTERNAL
from shop.graphql.composition import full_schema
from shop.graphql.context import Context
from shop.graphql.executor import in_thread
from shop.graphql.feeds import Batch, Feed
from shop.graphql.streams.questions import Answer, Question
from shop.plugins import state

logger = logging.getLogger(__name__)

#: Seconds after which a pump looks though nothing was heard: for rights that were given without a hint.
LOOK_EVERY = 30.0
#: Seconds between tries to read a database that is away.
RETRY_AFTER = 1.0
#: Seconds after which a look leaves further events to the next one.
LOOK_FOR = 0.3
#: Seconds in which what a look has found is told; the rest is looked at again, by the rights of then.
TELL_WITHIN = 1.0


class Member(Protocol):
    """Who listens. ``ending`` gets the reason when it is over."""

    question: Question
    credential: Credential
    #: Of the last event that it has, or need not be told of.
    position: int
    ending: "asyncio.Future[Any]"

    def hear(self, answer: Answer) -> None:
        """Never waits."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a feed found, answered for each of the questions."""

    answers: list[dict[Question, Answer]]
    position: int
    more: bool
    topics: frozenset[str]
    void: Mapping[Credential, RequestError]
    #: When the rights it was made by were read, by ``time.monotonic``.
    read_at: float

    @property
    def is_old(self) -> bool:
        return time.monotonic() - self.read_at > TELL_WITHIN


def look(
    feed: Feed[Any], position: int | None, credentials: Iterable[Credential], questions: Iterable[Question]
) -> Look:
    """Runs in a thread. Rights, settings and plugins are those of this moment.

    Raises ``RequestError`` when there is nothing to be read here for any of these credentials any more.
    """
    read_at = time.monotonic()
    with state.one_state() as now:
        for question in questions:
            for plugin in question.plugins - now.enabled:
                raise PluginDisabled(plugin)
        credential, actor, void = _one_that_holds(list(credentials))
        return look_now(feed, position, Context(actor=actor, credential=credential), questions, read_at, void)


def look_now(
    feed: Feed[Any],
    position: int | None,
    context: Context,
    questions: Iterable[Question],
    read_at: float,
    void: Mapping[Credential, RequestError] = MappingProxyType({}),
) -> Look:
    """By the rights in ``context``, read at ``read_at``; without a position, the feed says where it begins."""
    actor = context.actor
    batch: Batch[Any] = feed.begin(actor) if position is None else feed.read(actor, position)
    schema = full_schema().with_plugins(state.current().enabled)
    answers: list[dict[Question, Answer]] = []
    found = Look(answers, batch.position, batch.more, feed.topics(actor) | context.credential.topics, void, read_at)
    for at, event in batch.events:
        answers.append(
            {one: one.answer(event, at, schema=schema, context=context, read_at=read_at) for one in questions}
        )
        if time.monotonic() - read_at > LOOK_FOR and at != batch.position:
            return replace(found, position=at, more=True)
    return found


def _one_that_holds(credentials: list[Credential]) -> tuple[Credential, Actor, Mapping[Credential, RequestError]]:
    """They are one person's, so any will do. With those that do not hold; raises ``Unauthenticated`` if none does."""
    void = void_among(credentials) if len(credentials) > 1 else {}
    for credential in credentials:
        if credential not in void:
            try:
                return credential, actor_of(credential), void
            except Unauthenticated as error:
                void[credential] = error
    raise void[credentials[0]]


class Pump:
    """Lives as long as it has members."""

    def __init__(self, feed: Feed[Any], position: int, topics: frozenset[str]) -> None:
        """``topics`` are those of a look at ``position``: what it does not find is heard of."""
        self.feed = feed
        self.position = position
        #: Held during a look: who joins meanwhile would miss what it finds.
        self.at_rest = asyncio.Lock()
        self.is_over = False
        self._members: dict[Question, set[Member]] = {}
        self._bell = realtime.Bell(topics)
        # With context variables of its own: those of its first member are not the others'.
        self.work = asyncio.get_running_loop().create_task(self._run(), context=Variables())

    def join(self, member: Member) -> None:
        """Only while ``at_rest`` is held, and with nothing untold up to ``position``."""
        for question in self._members:
            if question == member.question:
                member.question = question  # one is enough in memory
        self._members.setdefault(member.question, set()).add(member)

    def leave(self, member: Member) -> None:
        members = self._members.get(member.question, set())
        members.discard(member)
        if not members:
            self._members.pop(member.question, None)
        if not self._members:
            self._end()

    def recall(self, topics: frozenset[str], newest: int) -> None:
        """Look, if a hint to one of ``topics`` may have been lost."""
        if newest > self.position and not self._bell.topics.isdisjoint(topics):
            self._bell.ring()

    def _end(self) -> None:
        self.is_over = True
        self._bell.close()
        self.work.cancel()

    async def _run(self) -> None:
        with closing(self._bell):
            while True:
                try:
                    while await self._look():
                        pass
                except DatabaseError:
                    logger.warning("The database is away; open streams wait for it.", exc_info=True)
                    await asyncio.sleep(RETRY_AFTER)
                    continue
                except RequestError as error:
                    self._tell_all(error)
                    return
                except Exception:
                    logger.exception("An unexpected error while reading %s", type(self.feed).__name__)
                    self._tell_all(INTERNAL)
                    return
                await self._bell.wait(LOOK_EVERY)

    async def _look(self) -> bool:
        """Whether there is more to be read at once."""
        async with self.at_rest:
            questions = list(self._members)
            credentials = {member.credential for members in self._members.values() for member in members}
            found = await in_thread(look, self.feed, self.position, credentials, questions)
            may_have_missed = self._listen(found.topics)
            for members in self._members.values() if found.void else ():
                for member in members:
                    if member.credential in found.void and not member.ending.done():
                        member.ending.set_exception(found.void[member.credential])
            for number, answers in enumerate(found.answers):
                if number and found.is_old:
                    return True
                self._tell(answers)
                await asyncio.sleep(0)  # what was put into outboxes is sent before there is more
            self.position = found.position
            return found.more or may_have_missed

    def _tell(self, answers: Mapping[Question, Answer]) -> None:
        for question, answer in answers.items():
            self.position = answer.position
            for member in tuple(self._members.get(question, ())):
                if answer.position > member.position and not member.ending.done():
                    member.hear(answer)

    def _listen(self, topics: frozenset[str]) -> bool:
        """Whether there are new ones among them, of which there may have been hints already."""
        new, old = topics - self._bell.topics, self._bell.topics - topics
        self._bell.listen(new)
        self._bell.ignore(old)
        return bool(new)

    def _tell_all(self, error: RequestError) -> None:
        self.is_over = True
        for members in self._members.values():
            for member in members:
                if not member.ending.done():
                    member.ending.set_exception(error)


def key_of(feed: Feed[Any], actor: Actor) -> Hashable:
    return type(feed), feed.key, actor.user_id, actor.order_id
