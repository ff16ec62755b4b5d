"""The number of SQL statements does not depend on the number of rows, whichever way a query goes round in circles."""

import pytest
from django.db import transaction

from shop.models import User
from tests import world
from tests.asking import ask
from tests.messaging import asks

pytestmark = pytest.mark.django_db

PERSON = "name user { name email } vendor { name }"
QUERIES = {
    "products beside threads": "threads(first: 50) { nodes { context { ... on Product { name vendor { name } } } } }",
    "orders beside threads": """threads(first: 50) { nodes { context { ... on Order {
        number customer { name email } vendor { name } total { amount }
        lines { sku product { name vendor { name } } vendor { name } }
        messaging { viewerCanStart recipients { name } }
    } } } }""",
    "vendors beside threads": """threads(first: 50) { nodes { context { ... on Vendor {
        name messaging { thread { id } viewerCanContact }
        products(first: 2) { nodes { name messaging { thread { id } recipients { name vendor { name } } } } }
    } } } }""",
    "whom to write to, then the order": """orders(first: 50) { nodes {
        messaging { viewerCanStart recipients { name vendor { name } } }
        lines { product { name vendor { name } } vendor { name } } customer { email } vendor { name }
    } }""",
    "from a thread to its last message and back": """threads(first: 50) { nodes {
        a: customer { PERSON } b: customer { PERSON } participants { PERSON } counterparty { PERSON }
        lastMessage { isUnread author { PERSON } thread { unreadCount customer { PERSON } } }
        messages(last: 2) { totalCount nodes { isUnread author { PERSON } thread { lastMessage { body } } } }
    } }""",
    "from a dispute to its thread and back": """disputes(first: 50) { nodes {
        thread { unreadCount dispute { reason }
                 disputes { closedBy { PERSON } openedBy { PERSON } thread { id } order { number } } }
        order { number customer { name } lines { sku } vendor { name } } openedBy { PERSON } viewerCanClose
    } }""",
    "threads of orders": """orders(first: 50) { nodes { messaging {
        unreadCount messageCount dispute { reason thread { subject } openedBy { PERSON } order { number } }
        threads(first: 3) { totalCount nodes {
            context { ... on Order { number customer { name } } } disputes { reason }
            messages(last: 1) { nodes { body author { PERSON } } }
        } }
    } } }""",
}


def a_seller_asked_by(customers: int) -> User:
    """A member of the vendor, where each customer has asked about an order (disputed), a product and nothing."""
    oakline = world.a_vendor("Oakline Furniture")
    anna = world.a_member(oakline, "Anna Vendor")
    for _ in range(customers):
        carla = world.a_customer()
        asks.started(carla, product=world.a_product(vendor=oakline))
        asks.started(carla, vendor=oakline)
        thread_id = asks.started(carla, order=world.an_order(carla, vendor=oakline))
        opened = 'mutation ($id: ID!) { disputeOpen(input: {threadId: $id, reason: "Late"}) { userErrors { code } } }'
        assert ask(opened, carla, id=thread_id).data == {"disputeOpen": {"userErrors": []}}
    return anna


@pytest.mark.parametrize(
    ("name", "statements"),
    [
        ("products beside threads", 5),
        ("orders beside threads", 10),
        ("vendors beside threads", 8),
        ("whom to write to, then the order", 7),
        ("from a thread to its last message and back", 6),
        ("from a dispute to its thread and back", 11),
        ("threads of orders", 13),
    ],
)
def test_statements_are_as_many_for_one_row_as_for_four(name: str, statements: int) -> None:
    taken = []
    for customers in (1, 4):
        with transaction.atomic():
            anna = a_seller_asked_by(customers)
            answer = ask("{ " + QUERIES[name].replace("PERSON", PERSON) + " }", anna)
            assert answer.data
            taken.append(len(answer.statements))
            transaction.set_rollback(True)
    assert taken == [statements, statements]
