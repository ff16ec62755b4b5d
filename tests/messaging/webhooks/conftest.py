from collections.abc import Iterator
from typing import Any

import pytest

from messaging_plugin.webhooks import delivery
from tests import world
from tests.messaging.behaviours.market import Market
from tests.messaging.webhooks.receiver import SECRET, Receiver


@pytest.fixture(autouse=True)
def _alone(_enabled: None, request: pytest.FixtureRequest) -> None:
    """Nobody is away yet, and nobody is told by e-mail."""
    delivery._way.back()
    marker: Any = request.node.get_closest_marker("django_db")
    if marker is not None:
        world.enabled("messaging", emailNotifications=False)


@pytest.fixture
def receiver(_alone: None, settings: Any) -> Iterator[Receiver]:
    """Set up as the shop's webhook."""
    settings.WEBHOOK_ALLOW_PRIVATE = True
    made = Receiver()
    world.enabled("messaging", webhookUrl=made.url, webhookSecret=SECRET)
    yield made
    made.close()


@pytest.fixture
def market(request: pytest.FixtureRequest, _alone: None) -> Market:
    """In SEPARATE_SHOPS mode, unless a test is marked with ``in_modes``."""
    return Market(getattr(request, "param", "M1"))
