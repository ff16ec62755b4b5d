"""Operations that write: beginning threads, going on with them, announcing."""

from typing import Any

from tests.messaging.model import documents
from tests.messaging.model.market import VENDORS
from tests.messaging.model.records import MESSAGES, STORE, About, Message, Thread
from tests.messaging.model.stage import Stage


class Writing(Stage):
    def start(self, person: str, about: About, recipient: str | None, number: int, key: str | None) -> None:
        body = self.body(number, key)
        asked = ("start", about, recipient, body)
        vendor, refusal = self.reference.counterparty(person, about, recipient)
        thread = self.reference.thread_about(person, about, vendor)
        refusal = refusal or self.reference.refusal_to_post(person, thread) or self.reused(person, key, asked)
        given: dict[str, Any] = {"body": body, "idempotencyKey": key, "about": self.named(about) or {"store": True}}
        if recipient:
            given["recipient"] = {"store": True} if recipient == STORE else self.named(About("vendor", recipient))
        if payload := self.perform(person, documents.START, refusal, **given):
            self.posted(person, thread, payload, key, asked)

    def named(self, about: About | None) -> dict[str, Any] | None:
        if about is None or about.kind == "store":
            return None
        return {f"{about.kind}Id": self.market.id_of(*about)}

    def start_with_store(self, person: str, vendor: str, context: About | None, number: int, key: str | None) -> None:
        reference, body = self.reference, self.body(number, key)
        asked = ("vendor", vendor, context, body)
        thread = Thread("", "VENDOR_ADMIN", vendor=vendor)
        refusal = reference.refusal_to_post(person, thread)
        if reference.mode == "M0":
            refusal = "CONTACT_DISABLED"
        elif refusal == "NOT_FOUND":
            refusal = "FORBIDDEN"
        if context and context.kind == "order":
            order = reference.orders[context.name]
            if not (reference.lists_order(person, order) or reference.may(person, MESSAGES)):
                refusal = "NOT_FOUND"
            elif vendor not in reference.with_a_part(order):
                refusal = refusal or "INVALID"
        elif context and reference.products[context.name] != vendor:
            refusal = refusal or "INVALID"
        refusal = refusal or self.reused(person, key, asked)
        payload = self.perform(
            person, documents.START_WITH_STORE, refusal, vendorId=self.market.id_of("vendor", vendor),
            subject="Fees", body=body, context=self.named(context), idempotencyKey=key,
        )  # fmt: skip
        if payload:
            self.posted(person, thread, payload, key, asked)

    def send(self, person: str, number: int, key: str | None) -> None:
        if thread := self.pick(person, number):
            self.send_in(person, thread, self.body(number, key), key)

    def send_in(self, person: str, thread: Thread, body: str, key: str | None) -> None:
        asked = ("send", thread.id, body)
        refusal = self.reference.refusal_to_post(person, thread) or self.reused(person, key, asked)
        given = {"threadId": thread.id, "body": body, "idempotencyKey": key}
        if payload := self.perform(person, documents.SEND, refusal, **given):
            self.posted(person, thread, payload, key, asked)

    def send_again(self, person: str, number: int) -> None:
        """The same twice, after a lost answer."""
        self.words += 1
        for _ in range(2):
            self.send(person, number, f"once {self.words}")

    def announce(
        self, person: str, vendors: set[str] | None, *, replies: bool | None, number: int, key: str | None
    ) -> None:
        reference, body = self.reference, self.body(number, key)
        asked = (vendors, replies is not False, body)
        before = self.announced.get((person, key)) if key else None
        refusal = None
        if not reference.may(person, MESSAGES) or reference.mode == "M0":
            refusal = "FORBIDDEN"
        elif before and before[0] != asked:
            refusal = "IDEMPOTENCY_KEY_REUSED"
        chosen = {"all": True} if vendors is None else {"ids": [self.market.id_of("vendor", one) for one in vendors]}
        payload = self.perform(
            person, documents.ANNOUNCE, refusal,
            vendors=chosen, subject="News", body=body, allowReplies=replies, idempotencyKey=key,
        )  # fmt: skip
        if payload is None:
            return
        told = sorted(vendors or VENDORS)
        answered = {one["counterparty"]["vendor"]["id"]: one for one in payload["threads"]}
        assert (payload["count"], set(answered)) == (len(told), {self.market.id_of("vendor", one) for one in told})
        if not before:
            made = []
            for vendor in told:
                row = answered[self.market.id_of("vendor", vendor)]
                thread = Thread(row["id"], "VENDOR_ADMIN", vendor=vendor, replies=replies is not False)
                reference.post(thread, Message(row["lastMessage"]["id"], person, STORE, body, "ANNOUNCEMENT"))
                made.append(thread)
            for thread in made:
                thread.activity = reference.clock  # all at once; which is first is said by ``born``
            if key:
                self.announced[person, key] = (asked, made)
        self.look(person, f"announcing to {told}")
