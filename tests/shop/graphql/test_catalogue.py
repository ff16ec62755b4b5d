"""Products, vendors and pages: what a visitor sees."""

from typing import Any

import pytest

from shop.models import Product
from shop.vocabulary import Permission
from tests import world
from tests.asking import ask, global_id

pytestmark = pytest.mark.django_db

PRODUCTS = """
query ($first: Int, $last: Int, $after: String, $before: String, $filter: ProductFilterInput) {
  products(first: $first, last: $last, after: $after, before: $before, filter: $filter) {
    totalCount
    nodes { name vendor { name } }
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""


def names(answer: object) -> list[str]:
    return [node["name"] for node in answer["products"]["nodes"]]  # type: ignore[index]


def test_a_visitor_reads_a_product_by_id_and_by_sku() -> None:
    vendor = world.a_vendor("Oakline")
    product = world.a_product("Oak table", vendor=vendor, price="499.90")
    query = """query ($id: ID, $sku: String) {
        product(id: $id, sku: $sku) { id name sku price { amount currency } imageUrl url vendor { name } }
    }"""
    expected = {
        "id": global_id(product),
        "name": "Oak table",
        "sku": product.sku,
        "price": {"amount": "499.90", "currency": "EUR"},
        "imageUrl": None,
        "url": f"http://127.0.0.1:3000/products/{product.sku}",
        "vendor": {"name": "Oakline"},
    }
    assert ask(query, id=global_id(product)).data == {"product": expected}
    assert ask(query, sku=product.sku).data == {"product": expected}


@pytest.mark.parametrize("arguments", ["", '(id: "x", sku: "y")'])
def test_a_product_is_asked_for_by_exactly_one_name(arguments: str) -> None:
    answer = ask(f"{{ product{arguments} {{ name }} }}")
    assert answer.partial == {"product": None}
    assert answer.errors == [("BAD_USER_INPUT", ["product"])]


@pytest.mark.parametrize(
    "bad", ["", "x", "UHJvZHVjdDox=", "T3JkZXI6MQ", "💥", "A" * 5000, "UHJvZHVjdDo5OTk5OTk5OTk5OTk5OTk5OTk5"]
)
def test_whatever_is_no_id_of_a_product_is_no_product(bad: str) -> None:
    world.a_product()
    assert ask("query ($id: ID!) { product(id: $id) { name } node(id: $id) { id } }", id=bad).data == {
        "product": None,
        "node": None,
    }


def test_unpublished_products_and_those_of_inactive_vendors_answer_like_missing_ones() -> None:
    gone = world.a_vendor("Gone", is_active=False)
    hidden = world.a_product("Hidden")
    Product.objects.filter(pk=hidden.pk).update(is_published=False)
    of_gone = world.a_product("Of gone", vendor=gone)
    shown = world.a_product("Shown")
    query = "query ($a: ID!, $b: ID!) { a: product(id: $a) { name } b: product(id: $b) { name } vendors(first: 5) { totalCount } }"
    assert ask(query, a=global_id(hidden), b=global_id(of_gone)).data == {
        "a": None,
        "b": None,
        "vendors": {"totalCount": 0},
    }
    assert names(ask(PRODUCTS, first=5).data) == ["Shown"]
    manager = world.staff(Permission.MANAGE_SHOP)
    assert names(ask(PRODUCTS, manager, first=5).data) == ["Hidden", "Of gone", "Shown"]
    assert shown.is_published


def test_pages_go_forwards_and_backwards_without_gaps_or_doubles() -> None:
    for letter in "edcba":
        world.a_product(f"Product {letter}")
    page = ask(PRODUCTS, first=2).data
    assert names(page) == ["Product a", "Product b"]
    assert page["products"]["totalCount"] == 5
    assert page["products"]["pageInfo"]["hasNextPage"] is True
    assert page["products"]["pageInfo"]["hasPreviousPage"] is False
    second = ask(PRODUCTS, first=3, after=page["products"]["pageInfo"]["endCursor"]).data
    assert names(second) == ["Product c", "Product d", "Product e"]
    assert second["products"]["pageInfo"]["hasNextPage"] is False
    assert second["products"]["pageInfo"]["hasPreviousPage"] is True
    back = ask(PRODUCTS, last=2, before=second["products"]["pageInfo"]["startCursor"]).data
    assert names(back) == ["Product a", "Product b"]
    assert names(ask(PRODUCTS, last=2).data) == ["Product d", "Product e"]


@pytest.mark.parametrize(
    "sizes", [{}, {"first": 0}, {"first": -1}, {"first": 101}, {"last": 0}, {"first": 1, "last": 1}]
)
def test_a_page_has_a_size_of_1_to_100(sizes: dict[str, Any]) -> None:
    answer = ask("query ($first: Int, $last: Int) { vendors(first: $first, last: $last) { totalCount } }", **sizes)
    assert answer.codes == ["PAGE_SIZE"]


@pytest.mark.parametrize(
    "cursor", ["", "x", "W10", "WyJhIl0", "bm9qc29u", "WzEsMl0", "WyJhIiwiMSIsIjIiXQ", "WyJhIiwieCJd", "💥"]
)
def test_a_cursor_that_is_none_says_so(cursor: str) -> None:
    answer = ask(PRODUCTS, first=1, after=cursor)
    assert answer.codes == ["BAD_USER_INPUT"]


def test_products_are_searched_by_words_and_narrowed_to_a_vendor() -> None:
    oakline = world.a_vendor("Oakline")
    table = world.a_product("Oak table", vendor=oakline)
    world.a_product("Oak chair")
    assert names(ask(PRODUCTS, first=5, filter={"search": "TABLE oak"}).data) == ["Oak table"]
    assert names(ask(PRODUCTS, first=5, filter={"vendor": global_id(oakline)}).data) == ["Oak table"]
    assert names(ask(PRODUCTS, first=5, filter={"vendor": global_id(table)}).data) == []
    assert names(ask(PRODUCTS, first=5, filter={"search": None, "vendor": None}).data) == ["Oak chair", "Oak table"]
    assert ask(PRODUCTS, first=5, filter={"search": "x" * 201}).codes == ["BAD_USER_INPUT"]
    assert ask(PRODUCTS, first=5, filter={"search": "a\x00b"}).codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_products_with_vendors_with_products_cost_three_statements(rows: int) -> None:
    for number in range(rows):
        world.a_product(f"Product {number}", vendor=world.a_vendor(f"Vendor {number}"))
    answer = ask("{ products(first: 50) { nodes { name vendor { name products(first: 3) { nodes { name } } } } } }")
    assert len(answer.data["products"]["nodes"]) == rows
    assert len(answer.statements) == 3, answer.statements  # the shop's state, products, products of their vendors


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_products_of_vendors_cost_three_statements_with_their_counts_four(rows: int) -> None:
    for number in range(rows):
        vendor = world.a_vendor(f"Vendor {number}")
        for _ in range(3):
            world.a_product(vendor=vendor)
    nodes = "{ vendors(first: 50) { nodes { products(last: 2) { nodes { name } %s } } } }"
    answer = ask(nodes % "")
    assert [len(vendor["products"]["nodes"]) for vendor in answer.data["vendors"]["nodes"]] == [2] * rows
    assert len(answer.statements) == 3
    counted = ask(nodes % "totalCount")
    assert [vendor["products"]["totalCount"] for vendor in counted.data["vendors"]["nodes"]] == [3] * rows
    assert len(counted.statements) == 4


def test_a_page_is_read_by_its_slug_unless_it_is_a_draft() -> None:
    page = world.a_page("about")
    world.a_page("draft", is_published=False)
    query = "query ($slug: String!) { page(slug: $slug) { id slug title body } }"
    assert ask(query, slug="about").data == {
        "page": {"id": global_id(page), "slug": "about", "title": "About", "body": "Text."}
    }
    assert ask(query, slug="draft").data == {"page": None}
    assert ask(query, world.staff(Permission.MANAGE_SHOP), slug="draft").data["page"]["slug"] == "draft"
