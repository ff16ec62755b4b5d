"""What a subscription's resolver returns where many may listen to the same: a reading, which equal listeners share.

A resolver that is an async generator works, too, and is run once for each subscription.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterable, AsyncIterator, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from shop.actors import Actor

Event = TypeVar("Event")


@dataclass(frozen=True, slots=True)
class Batch(Generic[Event]):
    """What one look found. The next one begins after ``position``, at once if there is ``more``."""

    events: Sequence[tuple[int, Event]]
    position: int
    more: bool = False


class Feed(AsyncIterable[Event], ABC):
    """A log, as one actor may see it. Positions are numbers that grow with every event.

    It keeps nothing and only reads, in a thread, each time by the rights that ``actor`` has at that moment. The shop
    calls it after each hint, shares what it finds among all who listen alike, and executes each document once.
    """

    @property
    @abstractmethod
    def key(self) -> Hashable:
        """Feeds of one class and one actor whose keys are equal read the same."""

    @abstractmethod
    def begin(self, actor: Actor) -> Batch[Event]:
        """Where a subscription begins, and what it is told before anything else. Raises ``RequestError``."""

    @abstractmethod
    def read(self, actor: Actor, position: int) -> Batch[Event]:
        """What came after ``position``, oldest first. Raises ``RequestError``, which ends the subscription."""

    @abstractmethod
    def topics(self, actor: Actor) -> frozenset[str]:
        """Hints to any of these make the actor's listeners look."""

    @classmethod
    @abstractmethod
    def heard_since(cls, position: int | None) -> tuple[frozenset[str], int]:
        """Topics of all that came after ``position``, and the newest position: makes up for hints that got lost."""

    def __aiter__(self) -> AsyncIterator[Event]:
        raise TypeError("A feed is read by shop.graphql.streams.")
