"""Operations that move read marks, one or many."""

from typing import Any

from tests.messaging.model import documents
from tests.messaging.model.market import NOBODY
from tests.messaging.model.records import Thread
from tests.messaging.model.stage import Stage


class Marking(Stage):
    def mark(self, person: str, number: int, stop: int | None, stray: int, *, read: bool) -> None:
        thread = self.pick(person, number)
        if thread is None:
            return
        if stop is None:
            self.mark_in(person, thread, None, read=read)
        else:
            other = self.reference.threads[stop % len(self.reference.threads)] if stray % 10 == 9 else thread
            self.mark_in(person, thread, stop % len(other.messages) + 1, other, read=read)

    def mark_in(
        self, person: str, thread: Thread, where: int | None, other: Thread | None = None, *, read: bool
    ) -> None:
        """Up to message number ``where``, or from it on; of ``other`` only by mistake."""
        refusal = None if self.reference.side(person, thread) else "NOT_FOUND"
        message = None if where is None else (other or thread).messages[where - 1].id
        if other is not None and other is not thread:
            refusal = refusal or ("INVALID" if self.reference.side(person, other) else "NOT_FOUND")
        given = {"threadId": thread.id, "upTo" if read else "from": message}
        payload = self.perform(person, documents.READ if read else documents.UNREAD, refusal, **given)
        if payload is None:
            return
        if read and thread.unread(person):
            thread.stop(person, max(thread.stopped[person], where or len(thread.messages)))
        elif not read:
            since = where or thread.last_of_others(person)
            if since is not None:
                thread.stop(person, since - 1)
        assert payload["thread"]["unreadCount"] == thread.unread(person)
        self.look(person, f"marking {given}")

    def mark_many(self, person: str, chosen: dict[str, Any] | list[int], *, read: bool) -> None:
        given: dict[str, Any]
        refusal, every = None, self.reference.visible(person)
        if isinstance(chosen, dict):
            threads, given = [one for one in every if self.matches(person, one, chosen)], {"filter": chosen}
        else:
            threads = list(dict.fromkeys(one for number in chosen if (one := self.pick(person, number))))
            given = {"ids": [thread.id for thread in threads]}
            refusal = None if set(threads) <= set(every) else "NOT_FOUND"
        if person == NOBODY:
            refusal = "UNAUTHENTICATED"
        document = documents.ALL_READ if read else documents.ALL_UNREAD
        payload = self.perform(person, document, refusal, threads=given)
        if payload is None:
            return
        moved = [one for one in threads if bool(one.unread(person)) is read and one.last_of_others(person)]
        for thread in moved:
            thread.stop(person, len(thread.messages) if read else (thread.last_of_others(person) or 1) - 1)
        assert payload["count"] == len(moved), (person, given, payload)
        self.look(person, f"marking {given} {'read' if read else 'unread'}")

    def matches(self, person: str, thread: Thread, chosen: dict[str, Any]) -> bool:
        found = {
            "unread": bool(thread.unread(person)),
            "disputed": thread.dispute is not None,
            "side": self.reference.side(person, thread),
        }
        return all(thread.kind in value if name == "kind" else found[name] == value for name, value in chosen.items())
