"""The number of SQL statements of every list and every nested selection: a literal, the same at 1, 3 and 50 rows.

Of each number two are for who asks (staff: three, with their permissions) and for the shop's state.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from messaging_plugin.models import Dispute, Message, Thread
from shop.models import Order, User, Vendor
from tests import world
from tests.asking import ask, global_id
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.crowd import Crowd
from tests.messaging.behaviours.market import Market
from tests.messaging.domain.stage import more_for_many_values

pytestmark = pytest.mark.django_db

PERSON = "{ side name isViewer vendor { name slug } user { name email } }"
MESSAGES = f"messages(last: 3) {{ totalCount nodes {{ number kind body isUnread createdAt author {PERSON} }} pageInfo {{ endCursor }} }}"
DISPUTE = f"{{ reason status openedAt openedBy {PERSON} closedBy {PERSON} viewerCanClose order {{ number }} }}"
ORDER = "{ number customer { name email } vendor { name } lines { product { name vendor { name } } vendor { name } } total { amount } }"
CONTEXT = f"{{ ... on Order {ORDER} ... on Product {{ name vendor {{ name }} messaging {{ viewerCanAsk }} }} ... on Vendor {{ name }} }}"
PLAIN = "id kind subject unreadCount messageCount createdAt updatedAt viewerCanReply viewerCanOpenDispute"
THREAD = (
    f"{{ {PLAIN} customer {PERSON} counterparty {PERSON} participants {PERSON} lastMessage {{ body isUnread author {PERSON} }} "
    f"{MESSAGES} context {CONTEXT} dispute {DISPUTE} disputes {DISPUTE} }}"
)
BESIDE = (
    "messaging { unreadCount messageCount dispute { reason openedBy { name } } recipients { side name vendor { name } } "
    f"viewerCanStart threads(first: 2) {{ totalCount nodes {THREAD} }} }}"
)


def threads(inside: str) -> str:
    return f"{{ threads(first: 50) {{ nodes {{ {inside} }} }} }}"


def orders(inside: str) -> str:
    return f"{{ orders(first: 50) {{ nodes {{ number messaging {{ {inside} }} }} }} }}"


def disputes(inside: str) -> str:
    return f"{{ disputes(first: 50) {{ nodes {{ {inside} }} }} }}"


#: Operation → statements for a customer, a vendor's member and staff.
LISTS: dict[str, tuple[int, int, int]] = {
    threads(PLAIN): (3, 3, 4),
    "{ threads(first: 50) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }": (4, 4, 5),
    "{ threads(last: 50, filter: {unread: true}) { totalCount nodes { id } } }": (4, 4, 5),
    '{ threads(first: 50, filter: {search: "hello", side: CUSTOMER, disputed: true}) { totalCount nodes { id } } }': (
        4,
        4,
        5,
    ),
    threads(f"customer {PERSON}"): (3, 3, 4),
    threads(f"counterparty {PERSON}"): (3, 3, 4),
    threads(f"participants {PERSON}"): (4, 4, 5),
    threads(f"lastMessage {{ body isUnread author {PERSON} thread {{ subject }} }}"): (3, 3, 4),
    threads(MESSAGES): (5, 5, 6),
    threads(f"a: {MESSAGES} b: messages(first: 1) {{ nodes {{ body thread {{ id unreadCount }} }} }}"): (6, 6, 7),
    threads(f"context {CONTEXT}"): (7, 10, 8),
    threads(f"dispute {DISPUTE}"): (3, 4, 4),
    threads(f"disputes {DISPUTE}"): (4, 5, 5),
    threads(THREAD[1:-1]): (11, 14, 12),
    disputes("id reason status openedAt closedAt viewerCanClose"): (4, 4, 5),
    disputes(DISPUTE[1:-1]): (4, 5, 5),
    "{ disputes(first: 50, filter: {status: OPEN}) { totalCount nodes { id } } }": (5, 5, 6),
    disputes(f"thread {THREAD}"): (11, 14, 12),
    "{ notifications(first: 50) { nodes { id kind createdAt isRead message { body } } } }": (4, 4, 5),
    f"{{ notifications(first: 50) {{ totalCount nodes {{ kind dispute {DISPUTE} thread {{ subject unreadCount }} }} }} }}": (
        5,
        6,
        6,
    ),
    f"{{ notifications(last: 50, filter: {{read: false}}) {{ nodes {{ message {{ isUnread author {PERSON} }} }} }} }}": (
        4,
        4,
        5,
    ),
    "{ viewer { language messaging { notificationPreferences { event channel enabled } } } }": (4, 4, 5),
    orders("unreadCount"): (4, 4, 5),
    orders("unreadCount messageCount"): (4, 4, 5),
    orders("dispute { reason openedBy { name } thread { subject } }"): (5, 5, 6),
    orders("recipients { side name vendor { name } }"): (5, 5, 6),
    orders("viewerCanStart recipients { name }"): (5, 5, 6),
    orders("threads(first: 2) { nodes { subject unreadCount } }"): (4, 4, 5),
    orders("threads(first: 2) { totalCount pageInfo { hasNextPage } nodes { id } }"): (5, 5, 6),
    orders(f"threads(first: 2) {{ nodes {THREAD} }}"): (11, 14, 12),
    "{ orders(first: 50, filter: {messages: UNREAD}) { totalCount nodes { number } } }": (4, 4, 5),
    f"{{ orders(first: 50) {{ totalCount nodes {{ number lines {{ sku }} {BESIDE} }} }} }}": (17, 20, 18),
    "{ products(first: 50) { nodes { name messaging { recipients { name vendor { name } } contactEnabled viewerCanAsk } } } }": (
        3,
        3,
        4,
    ),
    "{ products(first: 50) { nodes { messaging { thread { subject lastMessage { body } } } } } }": (4, 4, 5),
    "{ vendors(first: 50) { nodes { name messaging { contactEnabled viewerCanContact } } } }": (3, 3, 4),
    "{ vendors(first: 50) { nodes { messaging { thread { subject participants { name } } } } } }": (5, 4, 5),
    "{ vendors(first: 50) { nodes { products(first: 2) { nodes { messaging { thread { id } viewerCanAsk } } } } } }": (
        5,
        5,
        6,
    ),
    "{ viewer { messaging { unreadMessageCount unreadThreadCount openDisputeCount } } }": (4, 4, 5),
    "{ viewer { vendors { messaging { thread { id } contactEnabled } } messaging { unreadThreadCount } } }": (3, 5, 4),
}


NODES = f"""query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ id
  ... on Thread {THREAD}
  ... on Message {{ body isUnread author {PERSON} thread {{ subject unreadCount }} }}
  ... on Dispute {{ reason openedBy {PERSON} thread {{ subject }} order {{ number }} }}
  ... on Order {{ number {BESIDE} }} }} }}"""
#: Model → statements for a customer, a vendor's member and staff.
AS_NODES: dict[type[Any], tuple[int, int, int]] = {
    Thread: (10, 13, 11),
    Message: (4, 4, 5),
    Dispute: (4, 5, 5),
    Order: (17, 20, 18),
}


def counts_of_lists(by: User) -> dict[str, int]:
    found = {}
    for query in LISTS:
        answer = ask(query, by)
        assert answer.data is not None
        found[query] = len(answer.statements)
    return found


def counts_of_nodes(by: User, size: int) -> dict[type[Any], int]:
    found = {}
    for model in AS_NODES:
        rows = model.objects.filter(kind="ORDER") if model is Thread else model.objects.all()
        ids = [global_id(row) for row in rows[:size]]
        answer = ask(NODES, by, ids=ids)
        assert [node["id"] for node in answer.data["nodes"]] == ids
        found[model] = len(answer.statements)
    return found


@pytest.mark.parametrize(("viewer", "place"), [("customer", 0), ("vendor", 1), ("staff", 2)])
def test_lists_and_nodes_take_the_same_statements_however_many(viewer: str, place: int) -> None:
    expected = {query: literal[place] for query, literal in LISTS.items()}
    crowd = Crowd(viewer)
    for size in (1, 3, 50):
        crowd.grow(size)
        assert (size, counts_of_lists(crowd.viewer)) == (size, expected)
        nodes = {model: literal[place] for model, literal in AS_NODES.items()}
        assert (size, counts_of_nodes(crowd.viewer, size)) == (size, nodes)
        if size < 50:
            m.switch_to("M1")
            assert (size, counts_of_lists(crowd.viewer)) == (size, expected)
            m.switch_to("M3")


ONE_THREAD = """query ($id: ID!) { thread(id: $id) { %s } }"""
#: What is within one thread → statements for the customer, the vendor's member and staff.
WITHIN: dict[str, tuple[int, int, int]] = {
    PLAIN: (3, 3, 4),
    f"messages(first: 100) {{ totalCount nodes {{ number isUnread author {PERSON} thread {{ subject }} }} }}": (
        5,
        5,
        6,
    ),
    f"participants {PERSON}": (4, 4, 5),
    f"disputes {DISPUTE}": (4, 5, 5),
    f"disputes {{ thread {{ {MESSAGES} }} }}": (6, 6, 7),
}


def test_what_is_within_a_thread_takes_the_same_statements_however_much() -> None:
    market = Market("M3")
    thread = market.asked()
    done = 0
    for size in (1, 3, 50):
        for number in range(done, size):
            asks.sent(world.a_member(market.oakline, f"Member {number}"), thread)
            m.close_dispute(market.sue, m.opened(market.carla, thread=thread))
        done = size
        for inside, literal in WITHIN.items():
            answers = [ask(ONE_THREAD % inside, who, id=thread) for who in (market.carla, market.anna, market.sue)]
            assert [answer.data["thread"] is None for answer in answers] == [False] * 3
            assert (size, inside, *(len(answer.statements) for answer in answers)) == (size, inside, *literal)


# ── mutations about many ────────────────────────────────────────────────────────────────────

MARK = "mutation ($input: ThreadsMarkInput!) { threadsMark%s(input: $input) { count userErrors { code } } }"


def on(sqlite: int, postgresql: int) -> Callable[[], int]:
    return lambda: sqlite if connection.vendor == "sqlite" else postgresql


@pytest.mark.parametrize("rows", [1, 3, 50])
@pytest.mark.parametrize(
    ("how", "by_ids", "statements"),
    [
        ("Read", False, on(6, 7)),
        ("Read", True, on(7, 8)),
        ("Unread", False, on(9, 10)),
        ("Unread", True, on(10, 11)),
    ],
)
def test_marking_many_takes_the_same_statements_however_many(
    rows: int, how: str, by_ids: bool, statements: Callable[[], int]
) -> None:
    market = Market("M1")
    every = [asks.started(market.chris, product=world.a_product(vendor=market.oakline)) for _ in range(rows)]
    if how == "Unread":
        assert (
            ask(MARK % "Read", market.anna, input={"threads": {"filter": {}}}).data["threadsMarkRead"]["count"] == rows
        )
    chosen = {"ids": every} if by_ids else {"filter": {"kind": ["PRODUCT_QUESTION"]}}
    answer = ask(MARK % how, market.anna, input={"threads": chosen})
    assert answer.data[f"threadsMark{how}"] == {"count": rows, "userErrors": []}
    assert len(answer.statements) == statements(), answer.statements


@pytest.mark.parametrize("rows", [1, 3, 50])
@pytest.mark.parametrize(("by_ids", "statements"), [(False, 18), (True, 19)])
def test_announcing_takes_the_same_statements_however_many(rows: int, by_ids: bool, statements: int) -> None:
    market = Market("M1")
    vendors = [market.oakline, market.brightware, *(world.a_vendor() for _ in range(48))][:rows]
    Vendor.objects.exclude(pk__in=[vendor.pk for vendor in vendors]).update(is_active=False)
    for vendor in vendors:
        world.a_member(vendor)
    chosen = {"ids": [global_id(vendor) for vendor in vendors]} if by_ids else {"all": True}
    query = f"""mutation ($input: AnnouncementSendInput!) {{ announcementSend(input: $input) {{
      count threads {THREAD} userErrors {{ code }} }} }}"""
    answer = ask(query, market.sue, input={"vendors": chosen, "subject": "News", "body": "We move."})
    assert answer.data["announcementSend"]["count"] == rows
    assert len(answer.statements) == statements + more_for_many_values(rows), answer.statements
