"""Operations that open and close disputes."""

from typing import Any

from tests.messaging.model import documents
from tests.messaging.model.records import MESSAGES, VENDOR, About, Dispute, Message, Thread
from tests.messaging.model.stage import Stage


class Disputing(Stage):
    def dispute_thread(self, person: str, number: int) -> None:
        if thread := self.pick(person, number):
            self.dispute_in(person, thread)

    def dispute_in(self, person: str, thread: Thread) -> None:
        self.open(person, thread, self.reference.refusal_to_dispute(person, thread), threadId=thread.id)

    def dispute_order(self, person: str, name: str) -> None:
        """In the thread that moved last, or in a new one."""
        refusal: str | None
        reference, about, order = self.reference, About("order", name), self.reference.orders[name]
        if not (reference.lists_order(person, order) or reference.may(person, MESSAGES)):
            thread, refusal = Thread("", "ORDER"), "NOT_FOUND"
        elif there := [one for one in reference.visible(person) if (one.kind, one.order) == ("ORDER", name)]:
            thread, refusal = there[0], reference.refusal_to_dispute(person, there[0])
        else:
            found = reference.counterparties(about)
            thread = reference.thread_about(person, about, None if None in found else next(iter(found)))
            choices = reference.choices(person, about)
            refusal = choices if isinstance(choices, str) else reference.refusal_to_dispute(person, thread)
            if reference.side_about(person, order) == VENDOR:
                refusal = "FORBIDDEN"
        self.open(person, thread, refusal, orderId=self.market.id_of(*about))

    def open(self, person: str, thread: Thread, refusal: str | None, **named: str) -> None:
        refusal = refusal or ("DISPUTE_ALREADY_OPEN" if thread.dispute else None)
        reason = self.body(0, None)
        if payload := self.perform(person, documents.OPEN, refusal, reason=reason, **named):
            self.reference.clock += 1
            thread.id = thread.id or payload["thread"]["id"]
            thread.disputes.append(Dispute(payload["dispute"]["id"], reason, self.reference.clock))
            self.disputed(person, thread, payload, reason, "DISPUTE_OPENED")

    def close(self, person: str, number: int) -> None:
        mine = self.reference.visible(person) if number % 8 != 7 else []
        every = [(thread, one) for thread in mine or self.reference.threads for one in thread.disputes]
        if not every:
            return
        thread, dispute = every[number // 2 % len(every)]
        side = self.reference.side(person, thread)
        refusal = "NOT_FOUND" if side is None else "FORBIDDEN" if side == VENDOR else None
        refusal = refusal or ("DISPUTE_NOT_OPEN" if dispute.status == "CLOSED" else None)
        if payload := self.perform(person, documents.CLOSE, refusal, disputeId=dispute.id):
            dispute.status = "CLOSED"
            self.disputed(person, thread, payload, "Dispute closed.", "DISPUTE_CLOSED")

    def disputed(self, person: str, thread: Thread, payload: dict[str, Any], body: str, kind: str) -> None:
        side = self.reference.side(person, thread)
        assert side is not None
        message = Message(payload["thread"]["lastMessage"]["id"], person, side, body, kind)
        self.reference.post(thread, message, staff=True)
        self.look(self.onlooker(person, thread), kind)
