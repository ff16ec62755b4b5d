"""The lists of threads and disputes in the admin: the filters, the search and the bulk marks of everywhere else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging_plugin.models import Thread
from tests import world
from tests.messaging import asks
from tests.messaging.admin import stage
from tests.messaging.admin.stage import (
    DISPUTES,
    THREADS,
    a_market,
    a_thread,
    browser,
    desk,
    form,
    page_of,
    subjects,
    support,
    text_of,
)

pytestmark = pytest.mark.django_db


def titles(threads: dict[str, Thread], *names: str) -> list[str]:
    """As the list shows them: newest first."""
    known = {
        "order": f"Order #{threads['order'].order_number}",
        "store order": f"Order #{threads['store order'].order_number}",
        "question": "Product: Lamp",
        "contact": "Shop",
    }
    return [known[name] for name in names]


# ── looking ─────────────────────────────────────────────────────────────────────────────────


def test_a65_a67_a68_all_threads_stand_in_one_list_and_unread_ones_are_marked() -> None:
    threads = a_market()
    client = browser(support())
    page = text_of(client, THREADS)
    assert subjects(page) == titles(threads, "contact", "question", "store order", "order")
    assert page.count('<span class="unread-count">') == 0
    asks.start(threads["store order"].customer, order=threads["store order"].order, body="Hello? <i>")
    page = text_of(client, THREADS)
    assert subjects(page)[0] == titles(threads, "store order")[0]
    assert '<span class="unread-count">1</span> <strong>Hello? &lt;i&gt;</strong>' in page
    assert f'href="{page_of(threads["store order"])}"' in page.replace(f"{page_of(threads['store order'])}?", "x")


def test_a70_a71_lists_are_narrowed_by_the_filters_of_graphql() -> None:
    threads = a_market()
    order = threads["order"]
    user = support()
    client = browser(user)
    client.post(page_of(order), form("dispute", "open", reason="It wobbles still"))
    asks.start(threads["contact"].customer, store=True, body="Are you there?")
    Thread.objects.filter(pk=threads["question"].pk).update(updated_at=timezone.now() - timedelta(days=8))
    found = {
        query: subjects(text_of(client, f"{THREADS}?{query}"))
        for query in (
            "unread=true",
            "disputed=true",
            "disputed=false",
            "kind=ORDER",
            "kind=PRODUCT_QUESTION",
            "kind=VENDOR_ADMIN",
            f"vendor={order.vendor_id}",
            f"customer={order.customer_id}",
            f"order={order.order_id}",
            f"product={threads['question'].product_id}",
            "updated_at=7",
            "side=STORE",
            "side=CUSTOMER",
            "q=WOBBLES",
            "q=wob",
            f"q=%23{order.order_number}",
            "q=bulb&kind=ORDER",
            "vendor=999999",
            "customer=999999",
        )
    }
    assert found == {
        "unread=true": titles(threads, "contact"),
        "disputed=true": titles(threads, "order"),
        "disputed=false": titles(threads, "contact", "store order", "question"),
        "kind=ORDER": titles(threads, "order", "store order"),
        "kind=PRODUCT_QUESTION": titles(threads, "question"),
        "kind=VENDOR_ADMIN": [],
        f"vendor={order.vendor_id}": titles(threads, "order"),
        f"customer={order.customer_id}": titles(threads, "contact", "order"),
        f"order={order.order_id}": titles(threads, "order"),
        f"product={threads['question'].product_id}": titles(threads, "question"),
        "updated_at=7": titles(threads, "contact", "order", "store order"),
        "side=STORE": titles(threads, "contact", "order", "store order", "question"),
        "side=CUSTOMER": [],
        "q=WOBBLES": titles(threads, "order"),
        "q=wob": [],
        f"q=%23{order.order_number}": titles(threads, "order"),
        "q=bulb&kind=ORDER": [],
        "vendor=999999": [],
        "customer=999999": [],
    }


@pytest.mark.parametrize(
    "query",
    ["unread=1", "kind=NONE", "side=x", "updated_at=2", "vendor=x", "customer=x", "q=" + "x" * 201],
)
def test_a_filter_that_makes_no_sense_shows_a_warning_and_never_all_of_it(query: str) -> None:
    a_market()
    answer = browser(support()).get(f"{THREADS}?{query}")
    assert (answer.status_code, answer["Location"]) == (302, f"{THREADS}?e=1")


@pytest.mark.parametrize(
    "query", ["customer__email__startswith=c", "customer__password=x", "id=1", "last_message__body=x"]
)
def test_nothing_but_the_filters_narrows_a_list(query: str) -> None:
    a_market()
    assert browser(support()).get(f"{THREADS}?{query}").status_code == 400


def test_who_manages_orders_finds_threads_about_orders_only() -> None:
    threads = a_market()
    client = browser(desk())
    assert subjects(text_of(client, THREADS)) == titles(threads, "store order", "order")
    assert subjects(text_of(client, f"{THREADS}?q=bulb")) == []
    assert subjects(text_of(client, f"{THREADS}?kind=CONTACT")) == []
    assert subjects(text_of(client, f"{THREADS}?product={threads['question'].product_id}")) == []


def test_disputes_are_listed_narrowed_and_lead_to_their_threads() -> None:
    threads = {name: a_market()[name] for name in ("order",)} | {"other": a_thread(vendor=world.a_vendor())}
    client = browser(desk())
    for thread, reason in ((threads["order"], "Old <reason>"), (threads["other"], "New reason")):
        client.post(page_of(thread), form("dispute", "open", reason=reason))
    client.post(stage.close_page_of(threads["order"]))
    numbers = {name: f"Order #{thread.order_number}" for name, thread in threads.items()}
    page = text_of(client, DISPUTES)
    assert subjects(page) == [numbers["other"], numbers["order"]]
    assert ("Old &lt;reason&gt;" in page, "by Olga Desk (Shop)" in page) == (True, True)
    for query, expected in {
        "status=OPEN": ["other"],
        "status=CLOSED": ["order"],
        f"vendor={threads['order'].vendor_id}": ["order"],
        f"customer={threads['other'].customer_id}": ["other"],
        f"order={threads['other'].order_id}": ["other"],
        "opened_at=1": ["other", "order"],
    }.items():
        assert subjects(text_of(client, f"{DISPUTES}?{query}")) == [numbers[name] for name in expected], query
    dispute = threads["other"].disputes.get()
    answer = client.get(f"{DISPUTES}{dispute.pk}/change/")
    assert (answer.status_code, answer["Location"]) == (302, page_of(threads["other"]))
    assert client.get(f"{DISPUTES}999999/change/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_lists_cost_the_same_however_long(rows: int) -> None:
    client = browser(support())
    for _ in range(rows):
        thread = a_thread(vendor=world.a_vendor())
        client.post(page_of(thread), form("dispute", "open", reason="Broken"))
    assert len(subjects(text_of(client, THREADS))) == len(subjects(text_of(client, DISPUTES))) == rows
    assert {path: stage.statements(client, path) for path in (THREADS, DISPUTES)} == {THREADS: 12, DISPUTES: 13}
    assert stage.statements(client, f"{THREADS}?q=where&unread=false&disputed=true&kind=ORDER") == 12
