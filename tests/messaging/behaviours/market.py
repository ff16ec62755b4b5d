"""A small marketplace in one of the four modes, and what its people do, said in GraphQL."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps

from shop.models import Order, Product, ShopSettings, User, Vendor
from shop.vocabulary import MultivendorMode, Permission, Rights
from tests import world
from tests.asking import Answer, Asker, ask, global_id
from tests.messaging import asks

#: The modes of the manuals: the multivendor mode, and whether vendors communicate in WAREHOUSE.
MODES = {
    "M0": (MultivendorMode.OFF, False),
    "M1": (MultivendorMode.SEPARATE_SHOPS, False),
    "M2": (MultivendorMode.WAREHOUSE, False),
    "M3": (MultivendorMode.WAREHOUSE, True),
}
EVERY_MODE = tuple(MODES)
#: Those in which vendors face customers.
VENDORS_ANSWER = ("M1", "M3")
#: Those in which the store does.
STORE_ANSWERS = ("M0", "M2")


def in_modes(*modes: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("market", modes, indirect=True)


in_every_mode = in_modes(*EVERY_MODE)


def switch_to(mode: str, **settings: Any) -> None:
    multivendor_mode, direct = MODES[mode]
    world.mode(multivendor_mode)
    world.enabled("messaging", allowVendorCommunicationInWarehouse=direct, **settings)


@dataclass
class Market:
    """Anna and Arno (who only reads) are of Oakline, Bela of Brightware; Sue answers for the store, Otto handles orders."""

    mode: str
    oakline: Vendor = field(default_factory=lambda: world.a_vendor("Oakline"))
    brightware: Vendor = field(default_factory=lambda: world.a_vendor("Brightware"))
    carla: User = field(default_factory=lambda: world.a_customer("Carla Customer"))
    chris: User = field(default_factory=lambda: world.a_customer("Chris Customer"))
    sue: User = field(default_factory=lambda: world.staff(Permission.MANAGE_MESSAGES, name="Sue Support"))
    otto: User = field(default_factory=lambda: world.staff(Permission.MANAGE_ORDERS, name="Otto Orders"))
    admin: User = field(default_factory=world.a_superuser)

    def __post_init__(self) -> None:
        ShopSettings.objects.update(name="Nordwind Market")
        switch_to(self.mode)
        self.anna = world.a_member(self.oakline, "Anna Vendor")
        self.arno = world.a_member(self.oakline, "Arno Vendor", customers=Rights.VIEW, store=Rights.VIEW)
        self.bela = world.a_member(self.brightware, "Bela Vendor")
        self.table = world.a_product("Oak table", vendor=self.oakline)
        self.lamp = world.a_product("Lamp", vendor=self.brightware)
        self.poster = world.a_product("Poster")

    @property
    def vendors_answer(self) -> bool:
        return self.mode in VENDORS_ANSWER

    @property
    def seller(self) -> User:
        """Who answers Carla about a table."""
        return self.anna if self.vendors_answer else self.sue

    @property
    def counterparty(self) -> dict[str, str]:
        """Who faces Carla when she writes about a table."""
        if self.vendors_answer:
            return {"side": "VENDOR", "name": "Oakline"}
        return {"side": "STORE", "name": "Nordwind Market"}

    def order(self, customer: User | None = None, products: Iterable[Product] = ()) -> Order:
        """As the mode places it: of a table, and without separate shops of a lamp, too. Carla's, if of nobody else."""
        alone = self.mode == "M1"
        goods = tuple(products) or ((self.table,) if alone else (self.table, self.lamp))
        return world.an_order(customer or self.carla, vendor=goods[0].vendor if alone else None, products=goods)

    def guests_order(self) -> Order:
        order = self.order()
        order.customer, order.guest_email = None, "guest@example.com"
        order.save()
        return order

    def recipient(self) -> Any:
        """Oakline, where a customer must say whom they mean."""
        return self.oakline if self.mode == "M3" else None

    def asked(self, order: Order | None = None, *, by: Asker = None, body: str = "Hello") -> str:
        """The id of the thread about an order (of Carla's) with whoever answers about tables."""
        order = order or self.order()
        return asks.started(by or order.customer or order, order=order, body=body, recipient=self.recipient())


# ── what people do ──────────────────────────────────────────────────────────────────────────

VENDOR_START = asks.START.replace("ThreadStartInput", "VendorThreadStartInput").replace(
    "threadStart(", "vendorThreadStart("
)
OPEN = """
mutation ($input: DisputeOpenInput!) {
  disputeOpen(input: $input) {
    dispute { id status reason openedAt openedBy { side name isViewer user { name } } closedAt viewerCanClose }
    thread { id dispute { id } viewerCanOpenDispute messageCount }
    userErrors { code field }
  }
}
"""
CLOSE = """
mutation ($input: DisputeCloseInput!) {
  disputeClose(input: $input) {
    dispute { id status closedBy { side name } viewerCanClose }
    thread { id dispute { id } messageCount }
    userErrors { code field }
  }
}
"""
ANNOUNCE = """
mutation ($input: AnnouncementSendInput!) {
  announcementSend(input: $input) {
    count threads { id kind subject counterparty { name } lastMessage { kind body author { side name } } }
    userErrors { code field }
  }
}
"""
SETTINGS = """
mutation ($input: PluginSettingsUpdateInput!) {
  pluginSettingsUpdate(input: $input) { plugin { settings } userErrors { code field } }
}
"""
ORDER = """
query ($id: ID!) {
  order(id: $id) {
    number
    messaging {
      threads(first: 20) { totalCount nodes { id messages(first: 20) { nodes { body } } } }
      unreadCount messageCount dispute { id reason } recipients { side name } viewerCanStart
    }
  }
}
"""


def vendor_start(by: Asker, *, vendor: Vendor | None = None, context: Any = None, **given: Any) -> Answer:
    named = {"subject": "A question", "body": "Hello, store", **given}
    if vendor is not None:
        named["vendorId"] = global_id(vendor)
    if context is not None:
        named["context"] = {"orderId" if isinstance(context, Order) else "productId": global_id(context)}
    return ask(VENDOR_START, by, input=named)


def vendor_started(by: Asker, **given: Any) -> str:
    payload = vendor_start(by, **given).data["vendorThreadStart"]
    assert payload["userErrors"] == [], payload
    return str(payload["thread"]["id"])


def open_dispute(by: Asker, *, thread: str | None = None, order: Order | None = None, reason: str = "Broken") -> Answer:
    where = {"threadId": thread} if order is None else {"orderId": global_id(order)}
    return ask(OPEN, by, input={**where, "reason": reason})


def opened(by: Asker, **where: Any) -> str:
    """The id of the dispute."""
    payload = open_dispute(by, **where).data["disputeOpen"]
    assert payload["userErrors"] == [], payload
    return str(payload["dispute"]["id"])


def close_dispute(by: Asker, dispute: str) -> Answer:
    return ask(CLOSE, by, input={"disputeId": dispute})


def announce(by: Asker, *vendors: Vendor, **given: Any) -> Answer:
    """To every active vendor, if none is named."""
    chosen = {"ids": [global_id(vendor) for vendor in vendors]} if vendors else {"all": True}
    return ask(ANNOUNCE, by, input={"vendors": chosen, "subject": "News", "body": "We move.", **given})


def announced(by: Asker, *vendors: Vendor, **given: Any) -> list[str]:
    payload = announce(by, *vendors, **given).data["announcementSend"]
    assert payload["userErrors"] == [], payload
    return [thread["id"] for thread in payload["threads"]]


def inbox(by: Asker, **filter_: Any) -> list[str]:
    """Ids of threads, newest activity first."""
    page = ask(asks.THREADS, by, filter=filter_ or None).data["threads"]
    assert page["totalCount"] == len(page["nodes"])
    return [node["id"] for node in page["nodes"]]


def bodies(by: Asker, thread: str) -> list[str]:
    return [node["body"] for node in ask(asks.THREAD, by, id=thread).data["thread"]["messages"]["nodes"]]


def beside(by: Asker, order: Order) -> Any:
    """``Order.messaging``."""
    return ask(ORDER, by, id=global_id(order)).data["order"]["messaging"]


def recipients(by: Asker, order: Order) -> list[tuple[str, str]]:
    return [(one["side"], one["name"]) for one in beside(by, order)["recipients"]]


def sees(by: Asker, thread: str) -> bool:
    """Asked by id, by node and by the list, which must agree."""
    by_id = ask(asks.THREAD, by, id=thread).data["thread"] is not None
    by_node = ask("query ($id: ID!) { node(id: $id) { id } }", by, id=thread).data["node"] is not None
    assert by_id is by_node is (thread in inbox(by))
    return by_id


# ── refusals ────────────────────────────────────────────────────────────────────────────────


def everything_stored() -> dict[str, list[dict[str, Any]]]:
    """Every row of the plugin."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in apps.get_app_config("messaging").get_models()
    }


@contextmanager
def nothing_written() -> Iterator[None]:
    before = everything_stored()
    yield
    assert everything_stored() == before


def refused(answer: Answer, *path: str, whole: bool = False) -> str:
    """The code of the one refusal, and that nothing of what was asked is answered.

    ``path`` is the place in the input that is at fault, ``whole`` means all of it; else the refusal names no place.
    """
    (payload,) = answer.data.values()
    (error,) = payload.pop("userErrors")
    assert error["field"] == (["input", *path] if path or whole else None), error
    assert set(payload.values()) == {None}, payload
    return str(error["code"])
