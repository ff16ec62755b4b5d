from collections.abc import Iterator
from typing import Any

import pytest

from messaging_plugin.notifications import delivery
from tests import world
from tests.messaging.behaviours.market import Market
from tests.messaging.notifications.postbox import Postbox, use


@pytest.fixture(autouse=True)
def _at_once(_enabled: None, request: pytest.FixtureRequest) -> None:
    """Nobody waits for the end of a burst, unless a test is about that."""
    delivery._server.back()
    marker: Any = request.node.get_closest_marker("django_db")
    if marker is not None:
        world.enabled("messaging", emailWaitSeconds=0)


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    box = Postbox()
    box.open()
    use(box.url, settings)
    yield box
    box.close()


@pytest.fixture
def market(request: pytest.FixtureRequest, _at_once: None) -> Market:
    """In SEPARATE_SHOPS mode, unless a test is marked with ``in_modes``."""
    return Market(getattr(request, "param", "M1"))
