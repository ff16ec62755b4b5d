"""What one document may ask for. A limiter that walked fragments without memory would hang here for years."""

import pytest
from graphql import GraphQLError, get_introspection_query, parse

from shop.graphql import limits


def refusals(document: str, **variables: object) -> list[str]:
    errors = limits.check(parse(document), variables)
    assert all(error.extensions == {"code": "COST_EXCEEDED"} for error in errors)
    return [error.message for error in errors]


def test_the_biggest_honest_page_passes() -> None:
    page = """query Inbox($orders: Int = 50) {
      orders(first: $orders) { pageInfo { endCursor hasNextPage } nodes {
        number status placedAt customer { name } vendor { name } total { amount currency }
        messaging { unreadCount threads(first: 5) { nodes {
          id subject unreadCount counterparty { name side }
          messages(last: 3) { nodes { number body createdAt isUnread author { name side isViewer user { email } } } }
        } } }
      } }
    }"""
    assert refusals(page) == []


def test_the_introspection_of_graphiql_passes() -> None:
    everything = get_introspection_query(
        descriptions=True, specified_by_url=True, directive_is_repeatable=True, schema_description=True,
        input_value_deprecation=True,
    )  # fmt: skip
    limits.parsed(everything)
    assert refusals(everything) == []


def test_a_page_costs_as_many_times_as_it_has_rows() -> None:
    assert refusals("{ a(first: 100) { b(last: 99) { c d e f } } }") == []
    assert refusals("{ a(first: 100) { b(last: 100) { c d e f g } } }") == [
        "An operation may cost 50000 field values. This one has 50101."
    ]


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        ("first: 100", {}),
        ("first: $n", {"n": 100}),
        ("first: $n", {}),
        ("first: $n", {"n": 10**9}),
        ("first: $n, last: $m", {"n": None, "m": 100}),
        ("first: 99999999999999999999", {}),
        ("first: null", {}),
        ("ids: $n", {"n": ["x"] * 100}),
        ("ids: [" + '"x" ' * 100 + "]", {}),
        ("first: $d", {}),
    ],
)
def test_every_way_to_ask_for_a_hundred_rows_costs_the_same(arguments: str, variables: dict[str, object]) -> None:
    document = f"query($n: Int, $m: Int, $d: Int = 100) {{ a({arguments}) {{ b(first: 100) {{ c d e f g }} }} }}"
    assert refusals(document, **variables) == ["An operation may cost 50000 field values. This one has 50101."]


def test_a_small_page_by_a_variable_is_cheap() -> None:
    document = "query($n: Int) { a(first: $n) { b(first: 100) { c(first: 100) { d } } } }"
    assert refusals(document, n=3) == []


TAIL = "fragment F22 on Query { s }"
DOUBLING = " ".join(f"fragment F{n} on Query {{ a {{ ...F{n + 1} }} b: a {{ ...F{n + 1} }} }}" for n in range(22))


@pytest.mark.parametrize(
    "document",
    [
        "{ a { ...F0 } } " + DOUBLING + TAIL,
        "{ ...F0 }" + " ".join(f"fragment F{n} on Q {{ ...F{n + 1} ...F{n + 1} }}" for n in range(22)) + TAIL,
        "{ " + "s " * 101 + "}",
        "{ " + "a { s } " * 101 + "}",
        "{ s } fragment F on Query { " + "s " * 101 + " }",
        "{ " + " ".join(f"...F{n}" for n in range(101)) + " }" + " ".join(f"fragment F{n} on Q {{ s }}" for n in range(101)),
        "{ " + ("a { " + "b { s } " * 11 + "} ") * 10 + "}",
        "query A { " + "s " * 80 + "} query B { " + "s " * 80 + "}",
        " ".join(f"query A{n} {{ s }}" for n in range(51)),
        "{ " + " ".join(f"a{n}: s" for n in range(101)) + " }",
        "mutation { " + " ".join(f"a{n}: s" for n in range(21)) + " }",
        "{ " + "a { " * 31 + "s" + " }" * 31 + " }",
        "{ ...F0 } " + " ".join(f"fragment F{n} on Q {{ ...F{n + 1} }}" for n in range(150)),
    ],
    ids=[
        "doubling", "repeating", "same", "same objects", "same in an unused fragment", "same in many fragments",
        "same after merging", "same in two operations", "operations", "aliases", "mutations", "deep", "chain",
    ],
)  # fmt: skip
def test_a_greedy_document_is_refused(document: str) -> None:
    assert refusals(document) != []


def test_a_document_that_is_not_valid_is_left_to_the_rules() -> None:
    assert refusals("{ ...A } fragment A on Q { ...B a } fragment B on Q { ...A }") == []
    assert refusals("{ ...Missing }") == []


@pytest.mark.parametrize("document", ["{ " + "s " * 2000 + "}", "{ s(a: " + '"' + "é" * 100_000 + '") }'])
def test_a_long_document_is_not_even_read(document: str) -> None:
    with pytest.raises(GraphQLError) as refused:
        limits.parsed(document)
    assert refused.value.extensions == {"code": "COST_EXCEEDED"}


def test_what_is_no_graphql_is_told_apart() -> None:
    with pytest.raises(GraphQLError) as refused:
        limits.parsed("{ shop ")
    assert refused.value.extensions == {"code": "BAD_USER_INPUT"}
