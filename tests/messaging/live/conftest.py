import pytest

from tests.messaging.live.stage import Stage


@pytest.fixture
def stage(_enabled: None) -> Stage:
    return Stage()
