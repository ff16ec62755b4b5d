"""Random operations of eleven people and a guest on one shop, and a simple model that must not differ.

``make model`` performs 10,000 on each database; ``MODEL_OPERATIONS`` and ``MODEL_SEED`` say how many and which.
"""

import math
import os
from time import monotonic

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.messaging.model.machine import Conversations
from tests.messaging.model.market import a_market

OPERATIONS = int(os.environ.get("MODEL_OPERATIONS", "300"))
SEED = int(os.environ.get("MODEL_SEED", "1"))
#: After these a run ends and says how far it came.
SECONDS = float(os.environ.get("MODEL_SECONDS", "inf"))
STEPS = 50
SETTINGS = settings(
    deadline=None,
    database=None,
    stateful_step_count=STEPS,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)


@pytest.mark.django_db
def test_random_operations_of_everyone_agree_with_the_model(
    request: pytest.FixtureRequest, capfd: pytest.CaptureFixture[str]
) -> None:
    class InMarket(Conversations):
        market = a_market()
        wanted = OPERATIONS
        until = monotonic() + SECONDS

    examples = 2 + OPERATIONS // 25  # more than enough: once it is, the rest do nothing
    seed(SEED)(InMarket)
    run_state_machine_as_test(InMarket, settings=settings(SETTINGS, max_examples=examples), _min_steps=STEPS)
    assert InMarket.performed >= OPERATIONS or math.inf > SECONDS
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        told = f"model: {InMarket.performed} operations on {connection.vendor}, seed {SEED}, no difference."
        with capfd.disabled():
            reporter.write_line(f"\n{told}")
