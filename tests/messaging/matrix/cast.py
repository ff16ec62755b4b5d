"""One thread of each sort, and everyone who might look at them."""

import json
from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.test import Client

from messaging_plugin.models import Dispute, Message, Notification, Thread
from shop.graphql import ids
from shop.models import Order, Product, User, Vendor, VendorMembership
from shop.vocabulary import MultivendorMode, Permission, Rights
from tests import world
from tests.asking import Answer, Asker, ask, bearer, global_id
from tests.messaging import asks
from tests.messaging.matrix import table

MODES = {
    "M0": (MultivendorMode.OFF, False),
    "M1": (MultivendorMode.SEPARATE_SHOPS, False),
    "M2": (MultivendorMode.WAREHOUSE, False),
    "M3": (MultivendorMode.WAREHOUSE, True),
}
WORDS = {name: cells[-1] for name, cells in table.rows(table.THREADS)}

VENDOR_START = "mutation ($input: VendorThreadStartInput!) { vendorThreadStart(input: $input) { thread { id } userErrors { code } } }"
ANNOUNCE = "mutation ($input: AnnouncementSendInput!) { announcementSend(input: $input) { threads { id } userErrors { code } } }"
OPEN = "mutation ($input: DisputeOpenInput!) { disputeOpen(input: $input) { dispute { id } userErrors { code } } }"
CLOSE = "mutation ($input: DisputeCloseInput!) { disputeClose(input: $input) { dispute { id } userErrors { code } } }"


def switch_to(mode: str) -> None:
    multivendor_mode, direct = MODES[mode]
    world.mode(multivendor_mode)
    world.enabled("messaging", allowVendorCommunicationInWarehouse=direct)


class Cast:
    """``actors`` by the table's abbreviations, ``things`` and ``threads`` by the table's names."""

    def __init__(self) -> None:
        switch_to("M1")
        self.oakline, self.brightware = world.a_vendor("Oakline"), world.a_vendor("Brightware")
        self.elsewhere, self.gone = world.a_vendor("Elsewhere"), world.a_vendor("Gone", is_active=False)
        cu, cx = world.a_customer("Carla"), world.a_customer("Chris")
        oak, lamp = (world.a_product(name, vendor=vendor) for name, vendor in self._sold())
        book, far = world.a_product("Book"), world.a_product("Far", vendor=self.elsewhere)
        hidden, lost = world.a_product("Hidden", vendor=self.elsewhere), world.a_product("Lost", vendor=self.gone)
        Product.objects.filter(pk=hidden.pk).update(is_published=False)
        lines = [oak, lamp, book]
        self.orders: dict[str, Order] = {
            "order": world.an_order(cu, vendor=self.oakline, products=lines),
            "order of a guest": world.an_order(vendor=self.oakline, products=lines, guest_email="g@example.com"),
            "order of another": world.an_order(cx, vendor=self.elsewhere, products=[far]),
            "order of another guest": world.an_order(
                vendor=self.elsewhere, products=[far], guest_email="x@example.com"
            ),
        }
        self.things: dict[str, Model] = {
            **self.orders,
            "table": oak, "lamp": lamp, "book": book, "far": far, "hidden": hidden, "lost": lost,
            "Oakline": self.oakline, "Brightware": self.brightware, "Elsewhere": self.elsewhere, "Gone": self.gone,
        }  # fmt: skip
        self.actors: dict[str, Asker] = {
            "An": None,
            "Gt": self.orders["order of a guest"],
            "Gx": self.orders["order of another guest"],
            "Cu": cu,
            "Cx": cx,
            "Ve": self._member(self.oakline, Rights.EDIT, Rights.EDIT),
            "Vv": self._member(self.oakline, Rights.VIEW, Rights.VIEW),
            "Vn": self._member(self.oakline, Rights.NONE, Rights.NONE),
            "Vc": self._member(self.oakline, Rights.EDIT, Rights.NONE),
            "Vs": self._member(self.oakline, Rights.NONE, Rights.EDIT),
            "Vf": self._member(self.oakline, Rights.EDIT, Rights.EDIT),
            "Vl": self._member(self.brightware, Rights.EDIT, Rights.EDIT),
            "Vx": self._member(self.elsewhere, Rights.EDIT, Rights.EDIT),
            "So": world.staff(Permission.MANAGE_ORDERS),
            "Sc": world.staff(Permission.MANAGE_MESSAGES),
            "Sm": world.staff(Permission.MANAGE_SHOP, Permission.MANAGE_PLUGINS),
            "Su": world.a_superuser(),
        }
        self.threads: dict[str, str] = {}
        self._talk()
        self._dispute()
        VendorMembership.objects.filter(user=self.user("Vf")).delete()
        assert list(self.threads) == list(table.named(table.SEES, "M0")), "The cast plays every row of the table."
        self.names = self._names()
        self._headers = {
            actor: {} if asker is None else {"Authorization": bearer(asker)} for actor, asker in self.actors.items()
        }

    def post(self, actor: str, text: str, **variables: Any) -> HttpResponse:
        """As ``asking.ask``, without its count of statements, which costs more than the asking."""
        body = json.dumps({"query": text, "variables": variables})
        headers = self._headers[actor]
        response: Any = Client().post("/graphql/", data=body, content_type="application/json", headers=headers)
        return response  # type: ignore[no-any-return]

    def ask(self, actor: str, text: str, **variables: Any) -> Answer:
        response = self.post(actor, text, **variables)
        return Answer(response.status_code, json.loads(response.content))

    def user(self, actor: str) -> User:
        found = self.actors[actor]
        assert isinstance(found, User)
        return found

    def of(self, name: str, kind: str) -> set[str]:
        """Names of the messages or disputes of a thread."""
        return {one for one in self.names.values() if one.startswith(f"{kind} ") and one.endswith(f" of {name}")}

    def pk(self, name: str) -> int:
        decoded = ids.decode(self.threads[name])
        assert decoded is not None
        return decoded[1]

    def _sold(self) -> list[tuple[str, Vendor]]:
        return [("Oak table", self.oakline), ("Lamp", self.brightware)]

    def _member(self, vendor: Vendor, customers: Rights, store: Rights) -> User:
        return world.a_member(vendor, customers=customers, store=store)

    def _talk(self) -> None:
        """Every thread holds the word that all share and its own, from one side and from the other."""
        act, thing = self.actors, self.things

        def begin(mode: str, who: str, name: str, **about: Any) -> None:
            switch_to(mode)
            self.threads[name] = asks.started(act[who], body=f"Hello {WORDS[name]}", **about)

        def begin_with_store(name: str, who: str, **context: str) -> None:
            given = {"subject": f"Subject {WORDS[name]}", "body": "Hello", **({"context": context} if context else {})}
            self.threads[name] = ask(VENDOR_START, act[who], input=given).data["vendorThreadStart"]["thread"]["id"]

        order, guests = self.orders["order"], self.orders["order of a guest"]
        begin("M1", "Cu", "order", order=order)
        begin("M2", "Cu", "order, at the store", order=order)
        begin("M3", "Cu", "order, at a line's vendor", order=order, recipient=self.brightware)
        begin("M1", "Gt", "order of a guest", order=guests)
        begin("M1", "Cx", "order of another", order=self.orders["order of another"])
        begin("M1", "Gx", "order of another guest", order=self.orders["order of another guest"])
        begin("M1", "Cu", "question", product=thing["table"])
        begin("M1", "Cu", "question, at the store", product=thing["book"])
        begin("M1", "Cu", "contact", vendor=self.oakline)
        begin("M1", "Cu", "contact, with the store", store=True)
        begin_with_store("vendor and store", "Ve")
        begin_with_store("vendor and store, on order", "Ve", orderId=global_id(order))
        begin_with_store("vendor and store, on table", "Ve", productId=global_id(thing["table"]))
        news = {
            "vendors": {"ids": [global_id(self.oakline)]},
            "subject": f"News {WORDS['announcement']}",
            "body": "Hello",
        }
        sent = ask(ANNOUNCE, act["Sc"], input={**news, "allowReplies": False}).data["announcementSend"]
        self.threads["announcement"] = sent["threads"][0]["id"]
        begin_with_store("other vendor and store", "Vx")
        for thread_id in self.threads.values():
            asks.sent(act["Su"], thread_id, "Hello from the store")
        for who, name in (("Vf", "order"), ("Ve", "order of a guest"), ("Vf", "vendor and store"), ("Ve", "question")):
            asks.sent(act[who], self.threads[name], "Hello from the vendor")

    def _dispute(self) -> None:
        for name, cells in table.rows(table.THREADS):
            customer, state = cells[1], cells[4]
            if not state:
                continue
            given = {"threadId": self.threads[name], "reason": f"Broken {WORDS[name]}"}
            opened = ask(OPEN, self.actors[customer], input=given).data["disputeOpen"]["dispute"]
            if state == "closed":
                ask(CLOSE, self.actors["Sc"], input={"disputeId": opened["id"]}).data  # noqa: B018 - raises for errors

    def _names(self) -> dict[str, str]:
        """Global id → what tests call it."""
        found = {global_id(thing): name for name, thing in self.things.items()}
        found |= {thread_id: name for name, thread_id in self.threads.items()}
        found |= {global_id(user): who for who, user in self.actors.items() if isinstance(user, User)}
        by_pk = {self.pk(name): name for name in self.threads}
        for message in Message.objects.all():
            found[global_id(message)] = f"message {message.number} of {by_pk[message.thread_id]}"
        for dispute in Dispute.objects.all():
            found[global_id(dispute)] = f"dispute {dispute.pk} of {by_pk[dispute.thread_id]}"
        for told in Notification.objects.filter(channel="IN_APP"):
            found[global_id(told)] = f"notification {told.pk} of {by_pk[told.thread_id]}"
        return found


def left_behind() -> tuple[int, ...]:
    """What a refusal leaves as it was."""
    counted = Thread.objects.count(), Message.objects.count(), Dispute.objects.filter(status="OPEN").count()
    return (*counted, Dispute.objects.count(), Order.objects.count())
