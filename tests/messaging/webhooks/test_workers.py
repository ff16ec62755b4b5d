"""Workers that die, race, and may not: each event is told once all the same."""

from typing import Any

import pytest
from django.db import connections

from messaging_plugin import attempts
from messaging_plugin.webhooks.delivery import claim_next, deliver_due
from shop import hooks
from shop.plugins.api import one_state
from tests import world
from tests.messaging import asks
from tests.messaging.behaviours.market import Market
from tests.messaging.domain import stage as domain
from tests.messaging.webhooks.receiver import Receiver, status
from tests.messaging.webhooks.stage import rows, time_passes

pytestmark = pytest.mark.django_db


def test_nothing_is_sent_while_the_plugin_is_off(market: Market, receiver: Receiver) -> None:
    market.asked()
    world.enabled("messaging", on=False)
    hooks.worker_look._tell(hooks.WorkerLook())
    assert deliver_due() == 0
    assert receiver.told == []
    world.enabled("messaging")
    hooks.worker_look._tell(hooks.WorkerLook())
    assert len(receiver.told) == 1


def test_nothing_is_sent_inside_a_transaction(market: Market, receiver: Receiver) -> None:
    own, depths = connections["default"], []
    depth = len(own.savepoint_ids)

    def look(request: Any) -> None:
        depths.append(len(own.savepoint_ids))
        status(204)(request)

    receiver.answers = [look]
    market.asked()
    deliver_due()
    assert depths == [depth]


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_tell_everything_once(market: Market, receiver: Receiver) -> None:
    thread_id = market.asked()
    for _ in range(29):
        asks.sent(market.carla, thread_id)
    results = domain.at_once(*([deliver_due] * 4))
    assert sum(one for one in results if isinstance(one, int)) == 30, results
    assert len({told.payload["cursor"] for told in receiver.told}) == len(receiver.told) == 30
    assert {row[0] for row in rows()} == {"SENT"}


def test_what_a_dead_worker_has_claimed_is_told_by_another_under_the_same_id(
    market: Market, receiver: Receiver
) -> None:
    market.asked()
    with one_state():
        claimed = claim_next()
    assert claimed is not None
    assert deliver_due() == 0
    time_passes(seconds=attempts.LEASE.total_seconds() + 1)
    assert deliver_due() == 1
    assert receiver.told[0].headers["Webhook-Id"] == f"msg_{claimed.key.hex}"
    assert rows() == [("SENT", 2, 204, "")]


def test_an_event_that_kills_every_worker_is_given_up(market: Market, receiver: Receiver) -> None:
    world.enabled("messaging", webhookAttempts=2)
    market.asked()
    for _ in range(2):
        with one_state():
            assert claim_next() is not None
        time_passes(seconds=attempts.LEASE.total_seconds() + 1)
    deliver_due()
    assert receiver.told == []
    assert [(row[0], row[3]) for row in rows()] == [("FAILED", attempts.DIED)]


def test_a_look_at_nothing_takes_two_statements_and_one_without_a_webhook(
    market: Market, receiver: Receiver, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        assert deliver_due() == 0
    world.enabled("messaging", webhookUrl=None)
    with django_assert_num_queries(1):
        assert deliver_due() == 0
