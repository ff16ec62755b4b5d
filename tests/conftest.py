from typing import Any

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _fresh_shop(request: pytest.FixtureRequest) -> None:
    """The row that a migration makes, and which the flush after a test with real transactions takes away."""
    cache.clear()
    marker: Any = request.node.get_closest_marker("django_db")
    if marker is None:
        return
    request.getfixturevalue("transactional_db" if marker.kwargs.get("transaction") else "db")
    from shop.models import ShopSettings

    ShopSettings.objects.get_or_create(pk=1)
