"""Several operations close together, by whom and where is drawn: what single ones rarely meet in the right order."""

from tests.messaging.model.disputing import Disputing
from tests.messaging.model.market import PEOPLE
from tests.messaging.model.marking import Marking
from tests.messaging.model.records import STORE, Rights, Thread
from tests.messaging.model.writing import Writing


class Scenes(Writing, Marking, Disputing):
    def step_back(self, person: str, number: int, late: int, early: int) -> None:
        """Unread from a message on, then read up to an earlier one, which leaves the mark where it is."""
        thread = self.pick(person, number)
        if thread is None or not self.reference.side(person, thread):
            return
        while len(thread.messages) < 4 and self.answer(thread, person, number):
            pass
        late = late % len(thread.messages) + 1
        self.mark_in(person, thread, late, read=False)
        self.mark_in(person, thread, early % late + 1, read=True)

    def supervise(self, person: str, number: int, *, opens: bool) -> None:
        """Staff at the end of a disputed thread, whom the next message there concerns, too, and of a closed one not."""
        orders = [one for one in self.reference.visible(person) if one.kind == "ORDER"]
        disputed = [one for one in orders if one.dispute]
        found = disputed or orders
        if not found:
            return
        thread = found[number % len(found)]
        if thread.dispute is None and opens:
            self.dispute_in(person, thread)
        self.mark_in(person, thread, None, read=True)
        if self.answer(thread, person, number):
            self.look(person, "the next message")

    def lose_and_regain(self, person: str, vendor: str, number: int, losing: Rights | None, regained: Rights) -> None:
        """A member who has read everything does not see what comes next, and then sees it again."""
        threads = [one for one in self.reference.threads if one.vendor == vendor]
        if not threads:
            return
        if vendor not in self.reference.members[person]:
            self.change((person, vendor, regained))
        self.mark_many(person, {}, read=True)
        self.change((person, vendor, losing))
        if self.answer(threads[number % len(threads)], person, number):
            self.change((person, vendor, regained))

    def answer(self, thread: Thread, person: str, number: int) -> bool:
        """Somebody else writes there, rather a customer or a vendor than staff; or nobody may."""
        may = [one for one in PEOPLE if one != person and self.reference.refusal_to_post(one, thread) is None]
        parties = [one for one in may if self.reference.side(one, thread) != STORE] or may
        if parties:
            self.send_in(parties[number % len(parties)], thread, self.body(number, None), None)
        return bool(parties)
