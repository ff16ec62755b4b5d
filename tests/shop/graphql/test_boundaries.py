"""Values at the edge of what databases take, and beyond: refused with a code, on both of them alike."""

import base64
import json
from typing import Any

import pytest

from tests import world
from tests.asking import ask, global_id
from tests.example_plugin.models import GiftNote

pytestmark = pytest.mark.django_db


def cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "moment",
    ["2020-01-01T00:00:00", "2020-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "", "x", None, 5],
)
def test_a_cursor_holds_a_moment_in_time(moment: object) -> None:
    customer = world.a_customer()
    world.an_order(customer)
    query = "query ($after: String) { orders(first: 1, after: $after) { totalCount } }"
    assert ask(query, customer, after=cursor(moment, "1")).codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("name", ["\ud800", "a\x00b", None, ["a"]])
def test_a_cursor_holds_a_text_that_every_database_takes(name: object) -> None:
    world.a_product()
    query = "query ($after: String) { products(first: 1, after: $after) { totalCount } }"
    assert ask(query, after=cursor(name, "1")).codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_out_of_bounds_is_told(moment: str) -> None:
    query = "query ($at: DateTime) { orders(first: 1, filter: {placedAt: {gte: $at}}) { totalCount } }"
    answer = ask(query, world.a_customer(), at=moment)
    assert answer.errors == [("BAD_USER_INPUT", ["orders"])]


@pytest.mark.parametrize("end", ["first", "last"])
def test_pages_go_through_rows_of_the_same_moment_once_each(end: str) -> None:
    from datetime import UTC, datetime, timedelta

    from shop.models import Order

    customer = world.a_customer()
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    orders = [world.an_order(customer) for _ in range(7)]
    for number, order in enumerate(orders):
        at = moment + timedelta(microseconds=number // 3)
        Order.objects.filter(pk=order.pk).update(placed_at=at)
    beyond, begin = ("after", "endCursor") if end == "first" else ("before", "startCursor")
    query = f"query ($c: String) {{ orders({end}: 2, {beyond}: $c) {{ nodes {{ number }} pageInfo {{ startCursor endCursor }} }} }}"
    seen: list[str] = []
    c: str | None = None
    while nodes := (page := ask(query, customer, c=c).data["orders"])["nodes"]:
        c = page["pageInfo"][begin]
        numbers = [node["number"] for node in nodes]
        seen = [*seen, *numbers] if end == "first" else [*numbers, *seen]
    assert seen == [order.number for order in reversed(orders)]


@pytest.mark.parametrize(
    "value",
    [
        "1e999",
        "9" * 5000,
        "{maximumLength: 1e999}",
        "{greeting: null}",
        "[" * 400 + "]" * 400,
        "{a: " * 300 + "1" + "}" * 300,
    ],
)
def test_settings_that_are_no_settings_are_refused_with_a_code(value: str) -> None:
    set_ = 'mutation { pluginSettingsUpdate(input: {name: "giftnotes", settings: %s}) { userErrors { code } } }'
    answer = ask(set_ % value, world.a_superuser())
    assert answer.status in {200, 400}
    errors: Any = answer.codes or [one["code"] for one in answer.data["pluginSettingsUpdate"]["userErrors"]]
    assert set(errors) <= {"BAD_USER_INPUT", "COST_EXCEEDED", "INVALID"}
    assert errors


def test_a_node_of_a_disabled_plugin_does_not_take_the_others_with_it() -> None:
    from tests.messaging import asks

    world.enabled("messaging")
    customer = world.a_customer()
    order = world.an_order(customer)
    GiftNote.objects.create(order=order, text="Hello")
    thread_id = asks.started(customer, order=order)
    query = (
        "query ($ids: [ID!]!, $id: ID!) { nodes(ids: $ids) { __typename id } node(id: $id) { id } viewer { isStaff } }"
    )
    wanted = [thread_id, global_id(order), thread_id]
    world.enabled("messaging", on=False)
    answer = ask(query, customer, ids=wanted, id=thread_id)
    assert answer.partial == {
        "nodes": [None, {"__typename": "Order", "id": global_id(order)}, None],
        "node": None,
        "viewer": {"isStaff": False},
    }
    assert answer.errors == [("PLUGIN_DISABLED", ["nodes", 0]), ("PLUGIN_DISABLED", ["node"])]


@pytest.mark.parametrize("text", ['"a\x00b"', '"""a\x00b"""', '"a\\u{00}b"', '"a\\u0000b"'])
def test_a_text_with_nul_in_a_document_is_refused(text: str) -> None:
    answer = ask(f"{{ product(sku: {text}) {{ name }} }}")
    assert (answer.codes, "data" in answer.body) == (["BAD_USER_INPUT"], False)
