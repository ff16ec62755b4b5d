"""What GraphQL costs beside a hand-written view that answers the same, and what more rows or a disabled plugin cost.

CPU seconds of this process, medians of alternating rounds, on the database of DATABASE_URL, which is left as it was.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from statistics import median

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection  # noqa: E402 - Django must be set up first
from django.http import HttpRequest, JsonResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.runner import DiscoverRunner  # noqa: E402

from messaging_plugin import inbox  # noqa: E402
from shop.authentication import recognise  # noqa: E402
from shop.models import ShopSettings  # noqa: E402
from shop.plugins.api import one_state  # noqa: E402
from tests import world  # noqa: E402
from tests.asking import bearer  # noqa: E402
from tests.messaging import asks  # noqa: E402

ROUNDS = 40
THREADS = 50
INBOX = """query ($first: Int!) { threads(first: $first) { nodes {
  id subject unreadCount updatedAt lastMessage { number body createdAt } counterparty { name }
} pageInfo { hasNextPage endCursor } } }"""
CATALOGUE = "query ($first: Int!) { products(first: $first) { nodes { id name sku price { amount } } } }"


def by_hand(request: HttpRequest) -> JsonResponse:
    """The inbox as somebody would write it who has nothing but this page."""
    with one_state() as now:
        _, actor = recognise(request)
        rows = list(inbox.threads_of(actor)[: THREADS + 1])
        nodes = [
            {
                "id": row.pk,
                "subject": inbox.subject_of(row),
                "unreadCount": getattr(row, "unread_count", 0),
                "updatedAt": row.updated_at.isoformat(),
                "lastMessage": row.last_message
                and {
                    "number": row.last_message.number,
                    "body": row.last_message.body,
                    "createdAt": row.last_message.created_at.isoformat(),
                },
                "counterparty": {"name": row.vendor.name if row.vendor else now.name},
            }
            for row in rows[:THREADS]
        ]
        return JsonResponse({"data": {"threads": {"nodes": nodes, "more": len(rows) > THREADS}}})


def compare(name: str, one: Callable[[], object], other: Callable[[], object]) -> None:
    """Prints how many times the CPU of ``other`` that ``one`` takes."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for work, found in zip((one, other), times, strict=True):
            begun = time.process_time()
            work()
            found.append(time.process_time() - begun)
    first, second = (median(found[5:]) for found in times)
    print(f"{name:<58} {first / second:5.2f}   ({first * 1000:.2f} / {second * 1000:.2f} ms)")


def main() -> None:
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    config = runner.setup_databases()
    try:
        ShopSettings.objects.get_or_create(pk=1)
        world.enabled("messaging")
        carla = world.a_customer()
        for _ in range(THREADS):
            vendor = world.a_vendor()
            thread_id = asks.started(carla, order=world.an_order(carla, vendor=vendor))
            asks.sent(world.a_member(vendor), thread_id)
        headers, client = {"Authorization": bearer(carla)}, Client()

        def ask(query: str, first: int) -> object:
            body = json.dumps({"query": query, "variables": {"first": first}})
            answer = client.post("/graphql/", body, content_type="application/json", headers=headers)
            assert "errors" not in answer.json(), answer.json()
            return answer

        def view() -> object:
            request = HttpRequest()
            request.META["HTTP_AUTHORIZATION"] = headers["Authorization"]
            return by_hand(request).content

        print(f"CPU ratios on {connection.vendor}, Python {sys.version.split()[0]}, Django {django.get_version()}")
        compare("inbox of 50: GraphQL over HTTP / the bare view", lambda: ask(INBOX, THREADS), view)
        compare("inbox: 50 threads / 1 thread", lambda: ask(INBOX, THREADS), lambda: ask(INBOX, 1))
        compare("catalogue of 50 / of 1", lambda: ask(CATALOGUE, 50), lambda: ask(CATALOGUE, 1))
        times: list[float] = []
        for state in (False, True) * ROUNDS:
            world.enabled("messaging", on=state)
            begun = time.process_time()
            ask(CATALOGUE, 50)
            times.append(time.process_time() - begun)
        print(f"{'catalogue of 50: plugin off / on':<58} {median(times[::2]) / median(times[1::2]):5.2f}")
    finally:
        runner.teardown_databases(config)
        runner.teardown_test_environment()
