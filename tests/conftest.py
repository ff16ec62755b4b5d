from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import SyncToAsync
from django.core.cache import cache
from django.db import connections

from tests import flushing


@pytest.fixture(autouse=True)
def _fresh_shop(request: pytest.FixtureRequest) -> Iterator[None]:
    """The row that a migration makes, and which the flush after a test with real transactions takes away."""
    cache.clear()
    marker: Any = request.node.get_closest_marker("django_db")
    if marker is None:
        yield
        return
    request.getfixturevalue("transactional_db" if marker.kwargs.get("transaction") else "db")
    from shop.models import ShopSettings

    ShopSettings.objects.get_or_create(pk=1)
    yield
    if marker.kwargs.get("transaction"):
        # PostgreSQL flushes and drops no database to which the thread of `sync_to_async` is still connected.
        SyncToAsync.single_thread_executor.submit(connections.close_all).result()


def pytest_configure() -> None:
    flushing.install()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first, so that no worker is left with one of them when the others are done."""
    items.sort(key=lambda item: item.get_closest_marker("processes") is None)
