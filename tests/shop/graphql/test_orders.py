"""Orders over GraphQL: placing them, and who sees what of them."""

from typing import Any

import pytest

from shop.models import Order, User
from shop.vocabulary import Permission
from tests import world
from tests.asking import ask, bearer, global_id

pytestmark = pytest.mark.django_db

PLACE = """mutation ($input: OrderPlaceInput!) {
  orderPlace(input: $input) {
    orders { id number vendor { name } lines { sku quantity } total { amount currency } customer { name } }
    guestTokens
    userErrors { code field message }
  }
}"""
ORDER = """query ($id: ID!) { order(id: $id) {
  number lines { sku vendor { name } product { name } price { amount } } total { amount } customer { name email }
} }"""
ORDERS = "query ($filter: OrderFilterInput) { orders(first: 50, filter: $filter) { totalCount nodes { number } } }"


def wanted(*products: Any, **more: Any) -> dict[str, Any]:
    return {"lines": [{"productId": global_id(product), "quantity": 2} for product in products], **more}


def numbers(answer: Any) -> list[str]:
    return [node["number"] for node in answer.data["orders"]["nodes"]]


def test_a_customer_places_one_order_per_vendor_in_separate_shops() -> None:
    oakline, brightware = world.a_vendor("Oakline"), world.a_vendor("Brightware")
    products = [world.a_product(vendor=vendor, price="10.50") for vendor in (oakline, brightware, None)]
    placed = ask(PLACE, world.a_customer("Carla"), input=wanted(*products)).data["orderPlace"]
    assert placed["userErrors"] == []
    assert placed["guestTokens"] is None
    assert sorted((order["vendor"] or {"name": ""})["name"] for order in placed["orders"]) == [
        "",
        "Brightware",
        "Oakline",
    ]
    assert [order["total"] for order in placed["orders"]] == [{"amount": "21.00", "currency": "EUR"}] * 3
    assert len({order["number"] for order in placed["orders"]}) == 3


@pytest.mark.parametrize("mode", [world.OFF, world.WAREHOUSE])
def test_other_modes_make_one_order_that_the_store_handles(mode: Any) -> None:
    world.mode(mode)
    products = [world.a_product(vendor=world.a_vendor(name)) for name in ("Oakline", "Brightware")]
    placed = ask(PLACE, world.a_customer(), input=wanted(*products)).data["orderPlace"]
    assert [order["vendor"] for order in placed["orders"]] == [None]
    assert [len(order["lines"]) for order in placed["orders"]] == [2]


def test_a_guest_gets_a_token_that_opens_this_order_alone() -> None:
    product = world.a_product()
    world.an_order(guest_email="other@example.com")
    placed = ask(PLACE, input=wanted(product, guestEmail="guest@example.com")).data["orderPlace"]
    assert (len(placed["orders"]), len(placed["guestTokens"])) == (1, 1)
    order = Order.objects.get(number=placed["orders"][0]["number"])
    assert numbers(ask(ORDERS, order)) == [order.number]
    assert ask(ORDER, order, id=global_id(order)).data["order"]["customer"] is None


def test_a_retry_with_the_same_key_places_nothing_twice() -> None:
    carla, product = world.a_customer(), world.a_product()
    first = ask(PLACE, carla, input=wanted(product, idempotencyKey="k1")).data
    assert ask(PLACE, carla, input=wanted(product, idempotencyKey="k1")).data == first
    other = ask(PLACE, carla, input=wanted(product, product, idempotencyKey="k1")).data["orderPlace"]
    assert [(error["code"], error["field"]) for error in other["userErrors"]] == [
        ("INVALID", ["input", "idempotencyKey"])
    ]
    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    ("quantity", "email", "known", "code", "field"),
    [
        (0, None, True, "INVALID", ["input", "lines", "0", "quantity"]),
        (1000, None, True, "INVALID", ["input", "lines", "0", "quantity"]),
        (1, None, False, "NOT_FOUND", ["input", "lines", "0", "productId"]),
        (1, "", True, "REQUIRED", ["input", "guestEmail"]),
        (1, "nobody", True, "INVALID", ["input", "guestEmail"]),
    ],
)
def test_a_bad_order_says_what_is_wrong_and_stores_nothing(
    quantity: int, email: str | None, known: bool, code: str, field: list[str]
) -> None:
    product = world.a_product()
    line = {"productId": global_id(product) if known else "UHJvZHVjdDo5OTk", "quantity": quantity}
    asker = world.a_customer() if email is None else None
    given = {"lines": [line], **({} if email is None else {"guestEmail": email or None})}
    placed = ask(PLACE, asker, input=given).data["orderPlace"]
    assert (placed["orders"], [(error["code"], error["field"]) for error in placed["userErrors"]]) == (
        None,
        [(code, field)],
    )
    assert Order.objects.count() == 0


def test_an_order_is_seen_by_its_buyer_its_vendor_and_the_order_desk_and_is_missing_to_others() -> None:
    oakline = world.a_vendor("Oakline")
    carla, chris = world.a_customer("Carla"), world.a_customer("Chris")
    order = world.an_order(carla, vendor=oakline)
    desk, support = world.staff(Permission.MANAGE_ORDERS), world.staff(Permission.MANAGE_SHOP)
    world.an_order(chris)
    for asker in (carla, world.a_member(oakline), desk):
        assert ask(ORDER, asker, id=global_id(order)).data["order"]["number"] == order.number
    others: list[User | None] = [None, chris, world.a_member(world.a_vendor("Brightware")), support]
    for other in others:
        assert ask(ORDER, other, id=global_id(order)).data == {"order": None}
        assert ask(ORDER, other, id=global_id(order)).body == ask(ORDER, other, id="T3JkZXI6OTk5OTk").body
    assert numbers(ask(ORDERS, carla)) == [order.number]
    assert len(numbers(ask(ORDERS, desk))) == 2
    assert ask(ORDERS).errors == [("UNAUTHENTICATED", ["orders"])]


def test_in_the_warehouse_a_vendor_sees_its_own_lines_and_their_total_only() -> None:
    world.mode(world.WAREHOUSE)
    oakline, brightware = world.a_vendor("Oakline"), world.a_vendor("Brightware")
    table = world.a_product("Oak table", vendor=oakline, price="100.00")
    lamp = world.a_product("Lamp", vendor=brightware, price="7.00")
    carla = world.a_customer("Carla")
    order = world.an_order(carla, products=[table, lamp])
    seen = ask(ORDER, world.a_member(oakline), id=global_id(order)).data["order"]
    assert [line["product"]["name"] for line in seen["lines"]] == ["Oak table"]
    assert seen["total"] == {"amount": "100.00"}
    assert seen["customer"] == {"name": "Carla", "email": None}
    whole = ask(ORDER, carla, id=global_id(order)).data["order"]
    assert (len(whole["lines"]), whole["total"], whole["customer"]["email"]) == (2, {"amount": "107.00"}, carla.email)
    world.mode(world.OFF)
    assert numbers(ask(ORDERS, world.a_member(oakline, "Arno"))) == []


def test_orders_are_narrowed_by_number_status_side_vendor_and_time() -> None:
    oakline = world.a_vendor()
    both = world.a_member(oakline, "Both")
    bought, sold = world.an_order(both), world.an_order(world.a_customer(), vendor=oakline)
    Order.objects.filter(pk=sold.pk).update(status="SHIPPED")
    assert numbers(ask(ORDERS, both)) == [sold.number, bought.number]
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"search": f"#{bought.number}"}, [bought.number]),
        ({"status": ["SHIPPED"]}, [sold.number]),
        ({"status": []}, []),
        ({"side": "CUSTOMER"}, [bought.number]),
        ({"side": "VENDOR"}, [sold.number]),
        ({"side": "STORE"}, []),
        ({"vendor": global_id(oakline)}, [sold.number]),
        ({"vendor": global_id(bought)}, []),
        ({"placedAt": {"gte": sold.placed_at.isoformat()}}, [sold.number]),
        ({"placedAt": {"lte": bought.placed_at.isoformat()}}, [bought.number]),
    ]
    for given, expected in cases:
        assert numbers(ask(ORDERS, both, filter=given)) == expected, given


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_orders_with_lines_products_and_people_cost_four_statements(rows: int) -> None:
    vendor = world.a_vendor()
    carla = world.a_customer()
    for _ in range(rows):
        world.an_order(carla, products=[world.a_product(vendor=vendor) for _ in range(2)])
    query = """{ orders(first: 50) { nodes {
      number total { amount } customer { name email } vendor { name }
      lines { productName vendor { name } product { name vendor { name } } }
    } } }"""
    bearer(carla)
    answer = ask(query, carla)
    assert [len(order["lines"]) for order in answer.data["orders"]["nodes"]] == [2] * rows
    assert len(answer.statements) == 4, answer.statements  # the token, the shop's state, orders, lines
