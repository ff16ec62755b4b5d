"""What the reference is made of. Everything goes by names: people, vendors, orders and products are strings."""

from dataclasses import dataclass, field
from typing import NamedTuple

NONE, VIEW, EDIT = 0, 1, 2
CUSTOMER, VENDOR, STORE = "CUSTOMER", "VENDOR", "STORE"
ORDERS, MESSAGES, SHOP = "orders", "messages", "shop"


class Rights(NamedTuple):
    customers: int
    store: int


class About(NamedTuple):
    """``kind`` is order, product, vendor or store."""

    kind: str
    name: str = ""


@dataclass(frozen=True)
class Order:
    customer: str
    vendor: str | None
    lines: tuple[str | None, ...]


class Message(NamedTuple):
    id: str
    author: str
    side: str
    body: str
    kind: str = "REGULAR"


@dataclass(eq=False)
class Dispute:
    id: str
    reason: str
    born: int
    status: str = "OPEN"


@dataclass(eq=False)
class Thread:
    id: str
    kind: str
    customer: str | None = None
    vendor: str | None = None
    order: str | None = None
    product: str | None = None
    replies: bool = True
    messages: list[Message] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    stopped: dict[str, int] = field(default_factory=dict)
    #: When it last moved, and when it began: both only order threads.
    activity: int = 0
    born: int = 0

    @property
    def dispute(self) -> Dispute | None:
        return next((one for one in self.disputes if one.status == "OPEN"), None)

    def unread_numbers(self, reader: str) -> list[int]:
        """Of messages by others after the one the reader stopped at; a reader without a mark is at the end."""
        after = self.stopped.get(reader, len(self.messages))
        return [n for n, one in enumerate(self.messages, 1) if n > after and one.author != reader]

    def unread(self, reader: str) -> int:
        return len(self.unread_numbers(reader))

    def stop(self, reader: str, number: int) -> None:
        """The reader has read up to ``number``; with nothing left to read they are at the end."""
        self.stopped[reader] = number
        if not self.unread_numbers(reader):
            del self.stopped[reader]

    def last_of_others(self, reader: str) -> int | None:
        return max((n for n, one in enumerate(self.messages, 1) if one.author != reader), default=None)
