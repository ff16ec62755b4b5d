"""Who sees and does what in the core: a table written by hand, against every way to each thing, in every mode.

An anonymous · Gt guest with the order's token · Gx guest of another order · Cu the order's customer · Cx another
· Vh user of the vendor that handles it · Vl of one that has a line in it · Vx of another vendor · Vi of one that is
inactive · Sh MANAGE_SHOP · Sp MANAGE_PLUGINS · So MANAGE_ORDERS · Sc MANAGE_MESSAGES · Su superuser
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from shop.graphql import ids
from shop.models import Order, Page, Product, ShopSettings, User, Vendor
from shop.vocabulary import Permission
from tests import world
from tests.asking import Asker, ask, bearer, global_id

pytestmark = pytest.mark.django_db

MODES = {"OFF": world.OFF, "SEPARATE_SHOPS": world.SEPARATE_SHOPS, "WAREHOUSE": world.WAREHOUSE}
EVERYBODY = "An Gt Gx Cu Cx Vh Vl Vx Vi Sh Sp So Sc Su"
#: thing              OFF           SEPARATE_SHOPS   WAREHOUSE
SEES = f"""
order              | Cu So Su    | Cu Vh So Su    | Cu Vh Vl So Su
order of a guest   | Gt So Su    | Gt Vh So Su    | Gt Vh Vl So Su
order of another   | Cx So Su    | Cx Vx So Su    | Cx Vx So Su
order of another guest | Gx So Su | Gx So Su      | Gx So Su
table              | {EVERYBODY} | {EVERYBODY}    | {EVERYBODY}
draft of a table   | Vh Sh Su    | Vh Sh Su       | Vh Sh Su
draft of a book    | Sh Su       | Sh Su          | Sh Su
lost chair         | Sh Su       | Sh Su          | Sh Su
handler            | {EVERYBODY} | {EVERYBODY}    | {EVERYBODY}
inactive vendor    | Sh Sp So Sc Su | Sh Sp So Sc Su | Sh Sp So Sc Su
about              | {EVERYBODY} | {EVERYBODY}    | {EVERYBODY}
draft page         | Sh Su       | Sh Su          | Sh Su
customer           | Cu So Sc Su | Cu So Sc Su    | Cu So Sc Su
"""
#: How many of an order's three lines each sees: a vendor its own.
LINES = {"Vh": 1, "Vl": 1}
#: Whoever is not here is told FORBIDDEN.
DOES = {
    "shopUpdate": ("shopUpdate(input: {name: $name})", "Sh Su"),
    "pluginEnable": ("pluginEnable(input: {name: $name})", "Sp Su"),
    "pluginDisable": ("pluginDisable(input: {name: $name})", "Sp Su"),
    "pluginSettingsUpdate": ("pluginSettingsUpdate(input: {name: $name, settings: {}})", "Sp Su"),
}
#: kind → its root, the argument beside `id`, and the list that has it.
ROOTS: dict[type, tuple[str, str, str]] = {
    Order: ("order", "number", "orders"),
    Product: ("product", "sku", "products"),
    Vendor: ("vendor", "slug", "vendors"),
    Page: ("page", "slug", ""),
    User: ("", "", ""),
}


class Scene:
    def __init__(self) -> None:
        handler, lines, elsewhere = world.a_vendor("Handler"), world.a_vendor("Lines"), world.a_vendor("Elsewhere")
        inactive = world.a_vendor("Inactive", is_active=False)
        cu, cx = world.a_customer(), world.a_customer()
        products = [world.a_product("Table", vendor=handler), world.a_product(vendor=lines), world.a_product()]
        self.things: dict[str, Any] = {
            "order": world.an_order(cu, vendor=handler, products=products),
            "order of a guest": world.an_order(vendor=handler, products=products, guest_email="g@example.com"),
            "order of another": world.an_order(cx, vendor=elsewhere),
            "order of another guest": world.an_order(guest_email="x@example.com"),
            "table": products[0],
            "draft of a table": world.a_product(vendor=handler),
            "draft of a book": world.a_product(),
            "lost chair": world.a_product(vendor=inactive),
            "handler": handler,
            "inactive vendor": inactive,
            "about": world.a_page("about"),
            "draft page": world.a_page("draft", is_published=False),
            "customer": cu,
        }
        for name in ("draft of a table", "draft of a book"):
            Product.objects.filter(pk=self.things[name].pk).update(is_published=False)
        self.actors: dict[str, Asker] = {
            "An": None, "Gt": self.things["order of a guest"], "Gx": self.things["order of another guest"],
            "Cu": cu, "Cx": cx, "Vh": world.a_member(handler), "Vl": world.a_member(lines),
            "Vx": world.a_member(elsewhere), "Vi": world.a_member(inactive),
            "Sh": world.staff(Permission.MANAGE_SHOP), "Sp": world.staff(Permission.MANAGE_PLUGINS),
            "So": world.staff(Permission.MANAGE_ORDERS), "Sc": world.staff(Permission.MANAGE_MESSAGES),
            "Su": world.a_superuser(),
        }  # fmt: skip


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """Built once for the module: each test happens in a transaction within its own, and is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        ShopSettings.objects.get_or_create(pk=1)
        yield Scene()
        transaction.set_rollback(True)


def seen_by(actor: str, mode: str) -> dict[str, bool]:
    rows = [[cell.strip() for cell in line.split("|")] for line in SEES.strip().splitlines()]
    return {row[0]: actor in row[1 + list(MODES).index(mode)].split() for row in rows}


everyone = pytest.mark.parametrize("actor", EVERYBODY.split())
in_every_mode = pytest.mark.parametrize("mode", MODES)


@everyone
@in_every_mode
def test_who_sees_what_by_every_way(scene: Scene, mode: str, actor: str) -> None:
    world.mode(MODES[mode])
    asker, sees = scene.actors[actor], seen_by(actor, mode)
    assert list(sees) == list(scene.things)
    wrong = []
    nodes = ask(
        "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", asker, ids=[global_id(one) for one in scene.things.values()]
    )
    for (name, thing), node in zip(scene.things.items(), nodes.data["nodes"], strict=True):
        root, other, several = ROOTS[type(thing)]
        found = {"nodes": node is not None}
        one = ask("query ($id: ID!) { node(id: $id) { __typename id } }", asker, id=global_id(thing)).data["node"]
        found["node"] = one is not None
        if root and root != "page":
            found[root] = (
                ask(f"query ($id: ID!) {{ {root}(id: $id) {{ id }} }}", asker, id=global_id(thing)).data[root]
                is not None
            )
        if root:
            by_name = f"query ($name: String!) {{ {root}({other}: $name) {{ id }} }}"
            found[other] = ask(by_name, asker, name=getattr(thing, other)).data[root] is not None
        if several and not (actor == "An" and several == "orders"):
            listed = ask(
                f"{{ {several}(first: 50) {{ totalCount nodes {{ id }} edges {{ node {{ id }} }} }} }}", asker
            ).data[several]
            found[several] = {"id": global_id(thing)} in listed["nodes"]
            assert listed["totalCount"] == len(listed["nodes"])
            assert [edge["node"] for edge in listed["edges"]] == listed["nodes"]
        wrong += [f"{actor} in {mode}, {name} by {way}: {saw}" for way, saw in found.items() if saw is not sees[name]]
    if actor == "An":
        assert ask("{ orders(first: 1) { totalCount } }").errors == [("UNAUTHENTICATED", ["orders"])]
    assert not wrong, "\n".join(wrong)


@everyone
@in_every_mode
def test_who_sees_which_lines_and_whose_address(scene: Scene, mode: str, actor: str) -> None:
    world.mode(MODES[mode])
    text = "query ($id: ID!) { order(id: $id) { lines { sku } total { amount } customer { id email } } }"
    found = ask(text, scene.actors[actor], id=global_id(scene.things["order"])).data["order"]
    if not seen_by(actor, mode)["order"]:
        assert found is None
        return
    lines = LINES.get(actor, 3)
    assert (len(found["lines"]), found["total"]) == (lines, {"amount": f"{lines}0.00"})
    assert (found["customer"]["email"] is not None) is (actor in {"Cu", "So", "Su"})


@everyone
@in_every_mode
def test_what_is_hidden_answers_byte_for_byte_as_what_is_missing(scene: Scene, mode: str, actor: str) -> None:
    world.mode(MODES[mode])
    guest = "" if isinstance(scene.actors[actor], User) else 'guestEmail: "new@example.com", '
    for name, sees in seen_by(actor, mode).items():
        thing = scene.things[name]
        kind, (root, other, _) = type(thing).__name__, ROOTS[type(thing)]
        asked = ["node(id: $id) { id } nodes(ids: [$id]) { id }"]
        asked += [f"{root}(id: $id) {{ id }} by: {root}({other}: $name) {{ id }}"] if root and root != "page" else []
        asked += ["page(slug: $name) { id }"] if root == "page" else []
        asked += ["products(first: 5, filter: {vendor: $id}) { totalCount }"] if kind == "Vendor" else []
        asked += ["orders(first: 5, filter: {vendor: $id}) { totalCount }"] if kind == "Vendor" else []
        texts = [f"query {declared(' '.join(asked))} {{ {' '.join(asked)} }}"]
        if kind == "Product":
            place = f"orderPlace(input: {{{guest}lines: [{{productId: $id, quantity: 1}}]}})"
            texts.append(f"mutation ($id: ID!) {{ {place} {{ orders {{ id }} userErrors {{ code field message }} }} }}")
        for text in [] if sees else texts:
            hidden = bytes_of(scene.actors[actor], text, global_id(thing), str(getattr(thing, other, "")))
            missing = bytes_of(scene.actors[actor], text, ids.encode(kind, 987_654_321), "987654321")
            assert hidden == missing, f"{actor} in {mode}, {name}"


def declared(text: str) -> str:
    return f"($id: ID!{', $name: String!' if '$name' in text else ''})"


def bytes_of(asker: Asker, text: str, global_id_: str, name: str) -> bytes:
    given = {"id": global_id_, **({"name": name} if "$name" in text else {})}
    headers = {"Authorization": bearer(asker)} if asker is not None else {}
    body = json.dumps({"query": text, "variables": given})
    content = bytes(Client().post("/graphql/", data=body, content_type="application/json", headers=headers).content)
    return content.replace(global_id_.encode(), b"*")


@everyone
def test_who_administers_the_shop(scene: Scene, actor: str) -> None:
    for name, (call, allowed) in DOES.items():
        text = f"mutation ($name: String!) {{ {call} {{ userErrors {{ code }} }} }}"
        errors = ask(text, scene.actors[actor], name="giftnotes").data[name]["userErrors"]
        assert errors == ([] if actor in allowed.split() else [{"code": "FORBIDDEN"}]), f"{actor}, {name}"


def test_signing_in_shows_oneself_and_nobody_else(scene: Scene) -> None:
    user = scene.things["customer"]
    user.set_password("secret")
    user.save()
    text = """mutation ($input: TokenCreateInput!) {
      tokenCreate(input: $input) { viewer { user { id } vendors { id } permissions } userErrors { code message } }
    }"""
    viewer = {"user": {"id": global_id(user)}, "vendors": [], "permissions": []}
    for email, password, expected in (
        (user.email, "secret", viewer),
        (user.email, "x", None),
        ("x@y.example", "x", None),
    ):
        answer = ask(text, input={"email": email, "password": password}).data["tokenCreate"]
        assert answer["viewer"] == expected
        if expected is None:
            assert [error["code"] for error in answer["userErrors"]] == ["INVALID_CREDENTIALS"]
