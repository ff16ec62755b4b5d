"""The reference: what domain.md says of threads, marks and disputes, in plain Python and without the project's code.

A thread keeps all of its messages and, for each reader with a backlog, the number they stopped at; so every count is
counted anew from the messages.
"""

from dataclasses import dataclass, field

from tests.messaging.model.records import (
    CUSTOMER,
    EDIT,
    MESSAGES,
    ORDERS,
    STORE,
    VENDOR,
    VIEW,
    About,
    Message,
    Order,
    Rights,
    Thread,
)

#: Modes of behaviours.md in which vendors face customers, and in which they are there at all.
DIRECT = {"M1", "M3"}
WITH_VENDORS = {"M1", "M2", "M3"}


@dataclass
class Reference:
    permissions: dict[str, frozenset[str]]
    members: dict[str, dict[str, Rights]]
    orders: dict[str, Order]
    products: dict[str, str | None]
    mode: str = "M1"
    threads: list[Thread] = field(default_factory=list)
    keys: dict[tuple[str, str], tuple[object, Thread, int]] = field(default_factory=dict)
    clock: int = 0

    # ── who sees ──────────────────────────────────────────────────────────────────────────

    def may(self, person: str, permission: str) -> bool:
        return permission in self.permissions.get(person, frozenset())

    def vendors_of(self, person: str, least: int, *, store: bool = False) -> set[str]:
        """Those in whose name the person deals with customers, or with the store, in today's mode."""
        if self.mode not in (WITH_VENDORS if store else DIRECT):
            return set()
        mine = self.members.get(person, {})
        return {one for one, rights in mine.items() if (rights.store if store else rights.customers) >= least}

    def side(self, person: str, thread: Thread) -> str | None:
        if person == thread.customer:
            return CUSTOMER
        if thread.vendor in self.vendors_of(person, VIEW, store=thread.kind == "VENDOR_ADMIN"):
            return VENDOR
        if self.may(person, MESSAGES) or (thread.kind == "ORDER" and self.may(person, ORDERS)):
            return STORE
        return None

    def visible(self, person: str) -> list[Thread]:
        """Newest activity first."""
        found = [thread for thread in self.threads if self.side(person, thread)]
        return sorted(found, key=lambda thread: (thread.activity, thread.born), reverse=True)

    def with_a_part(self, order: Order) -> set[str]:
        if self.mode == "M0":
            return set()
        return {one for one in ([order.vendor] if self.mode == "M1" else order.lines) if one is not None}

    def lists_order(self, person: str, order: Order) -> bool:
        if self.may(person, ORDERS) or person == order.customer:
            return True
        return bool(self.with_a_part(order) & set(self.members.get(person, {})))

    # ── who writes ────────────────────────────────────────────────────────────────────────

    def refusal_to_post(self, person: str, thread: Thread) -> str | None:
        side, between = self.side(person, thread), thread.kind == "VENDOR_ADMIN"
        if side is None:
            return "NOT_FOUND"
        if between and self.mode not in WITH_VENDORS:
            return "CONTACT_DISABLED"
        if side == VENDOR and thread.vendor not in self.vendors_of(person, EDIT, store=between):
            return "FORBIDDEN"
        return "REPLIES_NOT_ALLOWED" if side == VENDOR and not thread.replies else None

    def concerned(self, thread: Thread, author: str, side: str, *, staff: bool = False) -> set[str]:
        """Where no vendor takes part, in today's mode, the store answers."""
        found = {thread.customer} if thread.customer and side != CUSTOMER else set()
        between = thread.kind == "VENDOR_ADMIN"
        faces = thread.vendor is not None and self.mode in (WITH_VENDORS if between else DIRECT)
        if faces:
            found |= {one for one in self.members if thread.vendor in self.vendors_of(one, VIEW, store=between)}
        if staff or thread.dispute or between or not faces:
            found |= {one for one in self.permissions if self.may(one, MESSAGES)}
            if thread.kind == "ORDER":
                found |= {one for one in self.permissions if self.may(one, ORDERS)}
        return found - {author, thread.customer if side == CUSTOMER else None}

    def post(self, thread: Thread, message: Message, *, staff: bool = False) -> None:
        if thread not in self.threads:
            thread.born = len(self.threads)
            self.threads.append(thread)
        concerned = self.concerned(thread, message.author, message.side, staff=staff)
        before = len(thread.messages)
        thread.messages.append(message)
        for reader in concerned:
            thread.stopped.setdefault(reader, before)
        self.clock += 1
        thread.activity = self.clock

    # ── whom one writes to first ──────────────────────────────────────────────────────────

    def side_about(self, person: str, order: Order) -> str | None:
        if person == order.customer:
            return CUSTOMER
        if self.with_a_part(order) & self.vendors_of(person, EDIT):
            return VENDOR
        return STORE if self.may(person, ORDERS) or self.may(person, MESSAGES) else None

    def counterparties(self, about: About) -> set[str | None]:
        """None is the store."""
        if about.kind == "store":
            return {None}
        if about.kind == "vendor":
            return {about.name}
        if about.kind == "order" and self.mode == "M3":
            return {*self.with_a_part(self.orders[about.name]), None}
        owner = self.orders[about.name].vendor if about.kind == "order" else self.products[about.name]
        return {owner if self.mode in DIRECT else None}

    def choices(self, person: str, about: About) -> set[str | None] | str:
        """The counterparties the person may choose from, or why there are none."""
        side: str | None = CUSTOMER
        if about.kind == "order":
            order = self.orders[about.name]
            side = self.side_about(person, order)
            if side is None:
                return "FORBIDDEN" if self.lists_order(person, order) else "NOT_FOUND"
        elif person == "guest" or self.permissions.get(person):
            return "FORBIDDEN"
        elif about.kind == "vendor" and self.mode not in DIRECT:
            return "VENDOR_CONTACT_DISABLED"
        found = self.counterparties(about)
        if side == CUSTOMER:
            return found - set(self.members.get(person, {})) or "RECIPIENT_NOT_ALLOWED"
        return found & self.vendors_of(person, EDIT) if side == VENDOR else found

    def counterparty(self, person: str, about: About, recipient: str | None) -> tuple[str | None, str | None]:
        """The counterparty, and why not; a recipient is a vendor's name, ``STORE``, or None for not named."""
        choices = self.choices(person, about)
        if isinstance(choices, str):
            return None, choices
        if recipient is not None:
            named = None if recipient == STORE else recipient
            return named, None if named in choices else "RECIPIENT_NOT_ALLOWED"
        if len(choices) == 1:
            return next(iter(choices)), None
        by_staff = about.kind == "order" and self.side_about(person, self.orders[about.name]) == STORE
        return None, None if by_staff else "RECIPIENT_REQUIRED"

    def thread_about(self, person: str, about: About, vendor: str | None) -> Thread:
        """The one there is, or a new one that is not yet among ``threads``."""
        if about.kind == "order":
            order = self.orders[about.name]
            wanted = Thread("", "ORDER", customer=order.customer, vendor=vendor, order=about.name)
        elif about.kind == "product":
            wanted = Thread("", "PRODUCT_QUESTION", customer=person, vendor=vendor, product=about.name)
        else:
            wanted = Thread("", "CONTACT", customer=person, vendor=vendor)

        def same(one: Thread) -> tuple[object, ...]:
            return one.kind, one.customer, one.vendor, one.order, one.product

        return next((one for one in self.threads if same(one) == same(wanted)), wanted)

    # ── disputes ──────────────────────────────────────────────────────────────────────────

    def refusal_to_dispute(self, person: str, thread: Thread) -> str | None:
        side = self.side(person, thread)
        if side is None:
            return "NOT_FOUND"
        return "FORBIDDEN" if thread.kind != "ORDER" or side == VENDOR else None
