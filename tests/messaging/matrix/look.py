"""One actor in one mode: what the table lets them see, and all that differs from it."""

import itertools
from collections.abc import Iterator
from typing import Any

from shop.graphql import ids
from tests.asking import Answer
from tests.messaging.matrix import table
from tests.messaging.matrix.cast import Cast, switch_to

FACTS = dict(table.rows(table.THREADS))
EVERYBODY = {"So", "Sc", "Su"}


class Look:
    """One actor in one mode: what the table lets them see, and what differs from it."""

    def __init__(self, cast: Cast, mode: str, actor: str) -> None:
        switch_to(mode)
        self.cast, self.mode, self.actor = cast, mode, actor
        self.sees = table.whose(table.SEES, mode, actor)
        self.orders = table.whose(table.ORDERS, mode, actor)
        self.beside = set(cast.orders) if actor == "Sc" else self.orders
        self.wrong: list[str] = []

    def ask(self, way: str, document: str, **variables: Any) -> Any:
        answer = self.cast.ask(self.actor, document, **variables)
        self.harvest(way, answer)
        return answer.partial

    def check(self, way: str, found: object, expected: object) -> None:
        if found != expected:
            self.wrong.append(f"{self.actor} in {self.mode}, {way}: {found}, not {expected}")

    def called(self, nodes: list[dict[str, Any] | None]) -> list[str]:
        return sorted(self.cast.names.get(node["id"], node["id"]) for node in nodes if node)

    def harvest(self, way: str, answer: Answer) -> None:
        """No answer holds the id of anything that the table does not give this actor."""
        for global_id_ in set(ids_in(answer.body)):
            decoded = ids.decode(global_id_)
            name = self.cast.names.get(global_id_, global_id_)
            if decoded is None or not self.may_hold(decoded[0], name):
                self.wrong.append(f"{self.actor} in {self.mode}, {way}: leaks {decoded} ({name})")

    def may_hold(self, kind: str, name: str) -> bool:
        if kind in {"Thread", "Message", "Dispute", "Notification"}:
            return name.split(" of ", 1)[1] in self.sees if kind != "Thread" else name in self.sees
        if kind == "Order":
            return name in self.beside
        if kind == "User":
            return name == self.actor or self.actor in EVERYBODY or name in self.users()
        if kind == "Product":
            return (
                name not in {"hidden", "lost"} or self.actor in {"Sm", "Su"} or (name, self.actor) == ("hidden", "Vx")
            )
        return name != "Gone" or self.actor in {"So", "Sc", "Sm", "Su"}

    def users(self) -> set[str]:
        column = table.MODES.index(self.mode)
        return set().union(*(c[column].split() for who, c in table.rows(table.USERS) if self.actor in who.split()))


def ids_in(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (part["id"],) if isinstance(part.get("id"), str) else ()
        part = list(part.values())
    if isinstance(part, list):
        yield from itertools.chain.from_iterable(map(ids_in, part))


def check_thread(look: Look, name: str, thread: Any) -> None:
    """The inside of one thread that the actor sees."""
    cast, (kind, _, _, about, state, _) = look.cast, FACTS[name]
    messages = thread["messages"]
    look.check(f"messages, {name}", set(look.called(messages["nodes"])), cast.of(name, "message"))
    look.check(
        f"messages.edges, {name}",
        [one["node"]["id"] for one in messages["edges"]],
        [one["id"] for one in messages["nodes"]],
    )
    look.check(f"messages.totalCount, {name}", messages["totalCount"], len(cast.of(name, "message")))
    look.check(f"messageCount, {name}", thread["messageCount"], len(cast.of(name, "message")))
    look.check(f"message.thread, {name}", {one["thread"]["id"] for one in messages["nodes"]}, {thread["id"]})
    look.check(f"lastMessage, {name}", thread["lastMessage"]["id"], messages["nodes"][-1]["id"])
    look.check(f"unreadCount, {name}", thread["unreadCount"], sum(one["isUnread"] for one in messages["nodes"]))
    look.check(f"disputes, {name}", set(look.called(thread["disputes"])), cast.of(name, "dispute"))
    look.check(f"dispute, {name}", thread["dispute"] is not None, state == "open")
    look.check(f"dispute.thread, {name}", {one["thread"]["id"] for one in thread["disputes"]} <= {thread["id"]}, True)
    look.check(
        f"viewerCanReply, {name}", thread["viewerCanReply"], name in table.whose(table.POSTS, look.mode, look.actor)
    )
    disputes = name in table.whose(table.DISPUTES, look.mode, look.actor)
    look.check(f"viewerCanOpenDispute, {name}", thread["viewerCanOpenDispute"], disputes and state != "open")
    look.check(
        f"viewerCanClose, {name}",
        bool(thread["dispute"] and thread["dispute"]["viewerCanClose"]),
        disputes and state == "open",
    )
    hidden = about in cast.orders and about not in look.beside
    context = cast.names.get(thread["context"]["id"], "") if thread["context"] else ""
    look.check(f"context, {name}", context, "" if hidden else about)
    if about == "order" and context:
        look.check(f"context.lines, {name}", len(thread["context"]["lines"]), lines_of(look, about))
    look.check(f"customer, {name}", thread["customer"] is None, kind == "VENDOR_ADMIN")


def lines_of(look: Look, name: str) -> int:
    """A vendor sees its own lines only; each of the two vendors and the store has one in both big orders."""
    if name not in {"order", "order of a guest"}:
        return 1
    return 1 if look.actor[0] == "V" else 3


def check_order(look: Look, name: str, order: Any) -> None:
    """The threads beside an order: those about it that the actor sees, and nothing of the others."""
    beside = {one for one in look.sees if FACTS[one][0] == "ORDER" and FACTS[one][3] == name}
    messaging = order["messaging"]
    look.check(f"order.threads, {name}", set(look.called(messaging["threads"]["nodes"])), beside)
    look.check(f"order.threads.totalCount, {name}", messaging["threads"]["totalCount"], len(beside))
    messages = sum(len(look.cast.of(one, "message")) for one in beside)
    look.check(f"order.messageCount, {name}", messaging["messageCount"], messages)
    unread = sum(one["unreadCount"] for one in messaging["threads"]["nodes"])
    look.check(f"order.unreadCount, {name}", messaging["unreadCount"], unread)
    look.check(
        f"order.dispute, {name}", messaging["dispute"] is not None, any(FACTS[one][4] == "open" for one in beside)
    )
    starts = table.named(table.STARTS, look.mode)
    if name in starts:
        look.check(f"order.viewerCanStart, {name}", messaging["viewerCanStart"], look.actor in starts[name])
        chooses = look.actor in table.named(table.CHOOSES, look.mode).get(name, set())
        look.check(f"order.recipients, {name}", len(messaging["recipients"]) > 1, chooses)
    look.check(f"order.lines, {name}", len(order["lines"]), lines_of(look, name))
