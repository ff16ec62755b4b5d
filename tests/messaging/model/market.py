"""The shop that the model plays in: two vendors and the store, eleven people and a guest, five orders."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from shop.models import Order, Product, User, Vendor, VendorMembership
from shop.vocabulary import Permission
from tests import world
from tests.asking import Answer, Asker, bearer, global_id
from tests.messaging.model import records
from tests.messaging.model.records import EDIT, MESSAGES, NONE, ORDERS, SHOP, VIEW, Rights
from tests.messaging.model.reference import Reference

CUSTOMERS = ["carla", "clara", "guest"]
MEMBERS = {
    "anna": {"acorn": Rights(EDIT, EDIT)},
    "abel": {"acorn": Rights(VIEW, VIEW)},
    "axel": {"acorn": Rights(NONE, NONE)},
    "bert": {"birch": Rights(EDIT, EDIT)},
    "mixed": {"birch": Rights(EDIT, EDIT)},  # a customer of acorn's, too
    "dora": {},  # staff who may come to belong to a vendor
    "clara": {},  # a customer who may
}
PERMISSIONS = {
    "olga": frozenset({ORDERS}),
    "sam": frozenset({MESSAGES}),
    "dora": frozenset({MESSAGES}),
    "boss": frozenset({SHOP}),
}
PEOPLE = [*CUSTOMERS, "anna", "abel", "axel", "bert", "mixed", "dora", "olga", "sam", "boss"]
TALKATIVE = ["carla", "guest", "anna", "bert", "mixed", "sam"]
NOBODY = "nobody"
VENDORS = ["acorn", "birch"]
PRODUCTS: dict[str, str | None] = {"table": "acorn", "chair": "birch", "lamp": None}
ORDERS_MADE = {
    "plain": records.Order("carla", "acorn", ("acorn",)),
    "mixed lines": records.Order("carla", None, ("acorn", "birch", None)),
    "hers": records.Order("clara", "birch", ("birch",)),
    "guest's": records.Order("guest", "acorn", ("acorn", "birch")),
    "member's": records.Order("mixed", "acorn", ("acorn", "birch")),
}
_GIVEN = {
    ORDERS: [Permission.MANAGE_ORDERS],
    MESSAGES: [Permission.MANAGE_MESSAGES],
    SHOP: [Permission.MANAGE_SHOP, Permission.MANAGE_PLUGINS],
}


@dataclass
class Market:
    """The rows behind the names."""

    users: dict[str, User]
    vendors: dict[str, Vendor]
    products: dict[str, Product]
    orders: dict[str, Order]
    tokens: dict[str, str] = field(default_factory=dict)

    def ask(self, document: str, person: str, **variables: Any) -> Answer:
        """As ``tests.asking.ask``, without keeping the statements: that takes a third of the time."""
        response = Client().post(
            "/graphql/",
            data=json.dumps({"query": document, "variables": variables}),
            content_type="application/json",
            headers={"Authorization": self.tokens[person]} if person in self.tokens else {},
        )
        return Answer(response.status_code, response.json())

    def asker(self, person: str) -> Asker:
        if person == NOBODY:
            return None
        return self.orders["guest's"] if person == "guest" else self.users[person]

    def id_of(self, kind: str, name: str) -> str:
        rows: dict[str, dict[str, Any]] = {
            "order": self.orders, "product": self.products, "vendor": self.vendors,
        }  # fmt: skip
        return global_id(rows[kind][name])

    def order_named(self, global_order_id: str) -> str:
        return next(name for name, row in self.orders.items() if global_id(row) == global_order_id)

    def belong(self, person: str, vendor: str, rights: Rights | None) -> None:
        """Join, leave, or have other rights: what a shop does in its admin."""
        of: dict[str, Any] = {"user": self.users[person], "vendor": self.vendors[vendor]}
        if rights is None:
            VendorMembership.objects.filter(**of).delete()
        else:
            given = {"customer_rights": rights.customers, "store_rights": rights.store}
            VendorMembership.objects.update_or_create(**of, defaults=given)


def a_market() -> Market:
    users = {name: world.a_user(name.title(), is_staff=name in PERMISSIONS) for name in PEOPLE if name != "guest"}
    for name, permissions in PERMISSIONS.items():
        world.give(users[name], *(one for permission in permissions for one in _GIVEN[permission]))
    vendors = {name: world.a_vendor(name.title()) for name in VENDORS}
    products = {
        name: world.a_product(name.title(), vendor=vendors.get(vendor or "")) for name, vendor in PRODUCTS.items()
    }
    of_vendor = {vendor: products[name] for name, vendor in PRODUCTS.items()}
    orders = {
        name: world.an_order(
            users.get(order.customer),
            vendor=vendors.get(order.vendor or ""),
            products=[of_vendor[line] for line in order.lines],
            guest_email="" if order.customer in users else "guest@example.com",
        )
        for name, order in ORDERS_MADE.items()
    }
    market = Market(users, vendors, products, orders)
    for person, memberships in MEMBERS.items():
        for vendor, rights in memberships.items():
            market.belong(person, vendor, rights)
    market.tokens = {person: bearer(asker) for person in PEOPLE if (asker := market.asker(person)) is not None}
    world.mode(world.SEPARATE_SHOPS)
    return market


def a_reference() -> Reference:
    """Of the market as ``a_market`` makes it."""
    members = {person: dict(memberships) for person, memberships in MEMBERS.items()}
    return Reference(dict(PERMISSIONS), members, dict(ORDERS_MADE), dict(PRODUCTS))
