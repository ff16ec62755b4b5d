"""The conversations of the demo shop, and the tabs that show them in GraphiQL."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import F
from graphql import build_schema, parse, validate

from messaging_plugin import demo
from messaging_plugin.graphiql_tabs import TABS
from messaging_plugin.models import Announcement, Dispute, Message, Thread
from shop.graphiql.tabs import prepared_tabs
from shop.hooks import DemoShop
from shop.models import Order, User
from tests import world
from tests.asking import Asker, ask
from tests.messaging import asks

pytestmark = pytest.mark.django_db

SCHEMA = Path(__file__).parents[2] / "schema.graphql"
INBOX = "{ threads(first: 50) { nodes { subject unreadCount messageCount dispute { reason } } } }"


@pytest.fixture
def people() -> dict[str, Asker]:
    call_command("demo", verbosity=0)
    found: dict[str, Asker] = {user.email.partition("@")[0]: user for user in User.objects.all()}
    return {**found, "gina": Order.objects.get(number="1005")}


def everything() -> list[Any]:
    told: list[Any] = list(
        Message.objects.order_by("pk").values_list(
            "kind",
            "number",
            "body",
            "author__email",
            "author_side",
            "author_vendor__slug",
            "created_at",
            "thread__subject",
        )
    )
    told += list(
        Thread.objects.order_by("pk").values_list(
            "kind",
            "order__number",
            "product__sku",
            "vendor__slug",
            "customer__email",
            "guest",
            "created_at",
            "updated_at",
        )
    )
    told += list(
        Dispute.objects.order_by("pk").values_list(
            "status", "opened_by__email", "opened_at", "closed_at", "order__number"
        )
    )
    return told


def test_each_sees_their_own_inbox_with_what_is_unread(people: dict[str, Asker]) -> None:
    seen = {
        name: [(one["subject"], one["unreadCount"]) for one in ask(INBOX, who).data["threads"]["nodes"]]
        for name, who in people.items()
    }
    assert seen["carla"] == [
        ("Nordwind Market", 1),
        ("Order #1002", 2),
        ("Order #1004", 0),
        ("Order #1001", 1),
    ]
    assert seen["chris"] == [("Oakline Furniture", 0), ("Product: Floor lamp Arc", 1), ("Order #1003", 0)]
    assert seen["gina"] == [("Order #1005", 0)]
    assert seen["anna"] == [
        ("Shipping before Christmas", 0),
        ("Oakline Furniture", 1),
        ("Order #1005", 1),
        ("Order #1003", 2),
        ("Order #1001", 0),
    ]
    assert seen["bela"] == [
        ("Shipping before Christmas", 1),
        ("Pictures of the light strip", 0),
        ("Product: Floor lamp Arc", 0),
        ("Order #1002", 0),
    ]
    assert (len(seen["support"]), len(seen["admin"])) == (11, 11)
    assert [subject for subject, _ in seen["orders"]] == [f"Order #{n}" for n in (1005, 1002, 1003, 1004, 1001)]
    assert {name: asks.bell(who) for name, who in people.items()} == {
        "admin": (15, 6, 1),
        "support": (10, 6, 1),
        "orders": (10, 3, 1),
        "carla": (4, 3, 1),
        "chris": (1, 1, 0),
        "anna": (4, 3, 0),
        "arno": (12, 5, 0),
        "bela": (1, 1, 1),
        "gina": (0, 0, 0),
    }


def test_one_dispute_is_open_and_one_was_closed(people: dict[str, Asker]) -> None:
    answer = ask("{ disputes(first: 5) { nodes { status openedAt closedAt order { number } } } }", people["support"])
    assert answer.data["disputes"]["nodes"] == [
        {
            "status": "OPEN",
            "openedAt": "2026-10-23T19:40:00+00:00",
            "closedAt": None,
            "order": {"number": "1002"},
        },
        {
            "status": "CLOSED",
            "openedAt": "2026-10-19T17:02:00+00:00",
            "closedAt": "2026-10-22T16:32:00+00:00",
            "order": {"number": "1003"},
        },
    ]


def test_times_go_forward_in_every_thread(people: dict[str, Asker]) -> None:
    for thread in Thread.objects.all():
        times = list(thread.messages.order_by("number").values_list("created_at", flat=True))
        assert times == sorted(set(times))
        assert (thread.created_at, thread.updated_at) == (times[0], times[-1])
    assert not Thread.objects.exclude(last_message__number=F("message_count")).exists()
    assert Announcement.objects.get().threads.count() == 2


def test_filling_again_adds_nothing(people: dict[str, Asker]) -> None:
    before = everything()
    demo.fill_demo_shop(DemoShop(users={}, orders={}))
    call_command("demo", verbosity=0)
    assert everything() == before


def test_the_tabs_are_there_while_the_plugin_is(people: dict[str, Asker]) -> None:
    ours = ["CustomerInbox", "VendorInbox", "StaffInbox", "LiveMessages"]
    assert [tab.title for tab in prepared_tabs() if tab in TABS] == ours
    world.enabled("messaging", on=False)
    assert [tab.title for tab in prepared_tabs() if tab in TABS] == []


def test_every_tab_fits_the_schema_and_bears_the_name_of_its_operation() -> None:
    schema = build_schema(SCHEMA.read_text("utf-8"))
    assert {tab.title: validate(schema, parse(tab.query)) for tab in TABS} == {tab.title: [] for tab in TABS}
    for tab in TABS:
        assert re.search(rf"^(query|subscription) {tab.title}\b", tab.query, re.MULTILINE), tab
        assert max(map(len, tab.query.splitlines())) <= 50, "It shall fit its editor."


def test_every_query_answers_everybody_without_an_error(people: dict[str, Asker]) -> None:
    variables = {"VendorInbox": {"filter": {"side": "VENDOR", "unread": True}}}
    counts = {
        tab.title: {
            name: ask(tab.query, who, **variables.get(tab.title, {})).data["threads"]["totalCount"]
            for name, who in people.items()
        }
        for tab in TABS[:3]
    }
    nobody = dict.fromkeys(people, 0)
    assert counts["CustomerInbox"] == {**nobody, "carla": 4, "chris": 3, "gina": 1}
    assert counts["VendorInbox"] == {**nobody, "anna": 3, "arno": 5, "bela": 1}
