from typing import Any

import pytest

from tests import world


@pytest.fixture(autouse=True)
def _enabled(_fresh_shop: None, request: pytest.FixtureRequest) -> None:
    marker: Any = request.node.get_closest_marker("django_db")
    if marker is not None:
        world.enabled("messaging")
