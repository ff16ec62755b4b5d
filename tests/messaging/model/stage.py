"""What every operation of the model needs: to be done by somebody, to be looked at, to be taken back."""

from time import monotonic
from typing import Any

from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine

from tests import world
from tests.asking import Answer
from tests.messaging.model import documents
from tests.messaging.model.comparing import compare
from tests.messaging.model.market import NOBODY, PEOPLE, Market, a_reference
from tests.messaging.model.records import Message, Rights, Thread

#: Every seventh step whoever acts looks at everything; at the end of an example everybody looks. After a refusal only
#: each second look is taken: what it may have changed is there at the next one, too.
EVERYTHING_EVERY, EVERYBODY_EVERY = 7, 50
#: Threads that moved last, which are written to and marked most: few long ones show more than many short ones.
RECENT = 4


class Stage(RuleBasedStateMachine):
    """A subclass has the ``market`` and says how many operations are wanted; whatever happens here is rolled back."""

    market: Market
    wanted: int
    until: float
    performed = 0
    differs = False

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.reference = a_reference()
        self.announced: dict[tuple[str, str], tuple[object, list[Thread]]] = {}
        self.words = 0
        self.off = False
        self.steps = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def is_over(self) -> bool:
        """Enough has been done, or for long enough; not while Hypothesis looks for the shortest way to a difference."""
        return not self.differs and (self.performed >= self.wanted or monotonic() > self.until)

    def perform(self, person: str, document: str, refusal: str | None, **given: Any) -> dict[str, Any] | None:
        """The payload of the mutation; None if it was refused, as it ought to be."""
        type(self).performed += 1
        answer = self.market.ask(document, person, input=given)
        if self.off:
            assert answer.codes == ["PLUGIN_DISABLED"], answer.body
            assert set(answer.partial.values()) == {None}, answer.body
            self.switch(on=True)
            self.look(person, f"{document.split()[2]} while off")
            return None
        codes = codes_of(answer)
        assert codes == ([] if refusal is None else [refusal]), (person, self.reference.mode, given, answer.body)
        if refusal is None:
            return dict(next(iter(answer.data.values())))
        if self.steps % 2 == 0:
            self.look(person, f"{given} refused with {refusal}")
        return None

    def look(self, person: str, after: str) -> None:
        everything = self.steps % EVERYTHING_EVERY == 0
        everybody = self.steps % EVERYBODY_EVERY == 0
        for one in [*PEOPLE, NOBODY] if everybody else [person]:
            compare(self.reference, self.market, one, after, everything=everything)

    def switch(self, *, on: bool) -> None:
        document = documents.ENABLE if on else documents.DISABLE
        assert codes_of(self.market.ask(document, "boss", input={"name": "messaging"})) == []
        self.off = not on

    def body(self, number: int, key: str | None) -> str:
        """With a key one of few, so that what is sent again is sometimes the same and sometimes not."""
        self.words += 1
        return f"Word {self.words}" if key is None else f"Words {number % 2}"

    def pick(self, person: str, number: int) -> Thread | None:
        """Mostly one that the person sees, and mostly one of those that moved last."""
        seen, every = self.reference.visible(person), self.reference.threads
        found = every if number % 8 == 7 or not seen else seen if number % 4 == 3 else seen[:RECENT]
        return found[number // 2 % len(found)] if found else None

    def posted(self, person: str, thread: Thread, payload: dict[str, Any], key: str | None, asked: object) -> None:
        """What a mutation sent, or had sent before with the same key."""
        before = self.reference.keys.get((person, key)) if key else None
        if before:
            assert payload["message"]["number"] == before[2], payload
        else:
            thread.id = thread.id or payload["thread"]["id"]
            side = self.reference.side(person, thread)
            assert side is not None
            message = Message(payload["message"]["id"], person, side, payload["message"]["body"])
            self.reference.post(thread, message)
            if key:
                self.reference.keys[person, key] = (asked, thread, len(thread.messages))
        self.look(self.onlooker(person, thread), str(asked))

    def onlooker(self, author: str, thread: Thread) -> str:
        """By turns the author of the newest message, and one of those who see it."""
        clock, seeing = self.reference.clock, [one for one in PEOPLE if self.reference.side(one, thread)]
        return author if clock % 2 else seeing[clock // 2 % len(seeing)]

    def reused(self, person: str, key: str | None, asked: object) -> str | None:
        before = self.reference.keys.get((person, key)) if key else None
        return "IDEMPOTENCY_KEY_REUSED" if before and before[0] != asked else None

    # ── what changes around them ──────────────────────────────────────────────────────────

    def change(self, change: Any) -> None:
        type(self).performed += 1
        if isinstance(change, tuple):
            self.belong(*change)
        elif change == "off":
            self.switch(on=False)  # for one operation, which then must change nothing
        else:
            self.change_mode(change)
        if not self.off:
            self.look(change[0] if isinstance(change, tuple) else "anna", str(change))

    def change_mode(self, mode: str) -> None:
        of = {"M0": world.OFF, "M1": world.SEPARATE_SHOPS}.get(mode, world.WAREHOUSE)
        settings = {"allowVendorCommunicationInWarehouse": mode == "M3"}
        for document, given in (
            (documents.SET_MODE, {"multivendorMode": of.value}),
            (documents.CONFIGURE, {"name": "messaging", "settings": settings}),
        ):
            assert codes_of(self.market.ask(document, "boss", input=given)) == []
        self.reference.mode = mode

    def belong(self, person: str, vendor: str, rights: Rights | None) -> None:
        self.market.belong(person, vendor, rights)
        mine = self.reference.members[person]
        mine.pop(vendor, None)
        if rights is not None:
            mine[vendor] = rights


def codes_of(answer: Answer) -> list[str]:
    """Of errors and of user errors alike."""
    payloads = [one for one in (answer.partial or {}).values() if one]
    return answer.codes + [error["code"] for payload in payloads for error in payload["userErrors"]]
