import pytest

from tests.messaging.behaviours.market import Market


@pytest.fixture
def market(request: pytest.FixtureRequest, _enabled: None) -> Market:
    """In SEPARATE_SHOPS mode, unless a test is marked with ``in_modes``."""
    return Market(getattr(request, "param", "M1"))
