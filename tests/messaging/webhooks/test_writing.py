"""Deliveries are rows, written with the event, kept for a time."""

import pytest
from django.db import transaction

from messaging_plugin.models import Event, WebhookDelivery
from messaging_plugin.webhooks.delivery import deliver_due
from shop import hooks
from tests import world
from tests.asking import ask
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market
from tests.messaging.domain import stage as domain
from tests.messaging.webhooks.receiver import Receiver, status
from tests.messaging.webhooks.stage import rows, time_passes

pytestmark = pytest.mark.django_db


def test_deliveries_are_written_with_the_event_or_not_at_all(market: Market, receiver: Receiver) -> None:
    thread_id = market.asked()
    with transaction.atomic():
        asks.sent(market.carla, thread_id)
        assert WebhookDelivery.objects.count() == 2
        transaction.set_rollback(True)
    assert WebhookDelivery.objects.count() == 1


def test_marks_are_told_to_nobody(market: Market, receiver: Receiver) -> None:
    thread_id = market.asked()
    ask(asks.READ, market.anna, input={"threadId": thread_id})
    assert sorted(Event.objects.values_list("kind", flat=True)) == ["MESSAGE_SENT", "THREAD_MARKED"]
    assert [one.kind for one in WebhookDelivery.objects.all()] == ["MESSAGE_SENT"]


def test_old_deliveries_are_forgotten_and_those_still_to_be_made_are_not(market: Market, receiver: Receiver) -> None:
    world.enabled("messaging", notificationDays=10)
    receiver.answers = [status(204), status(500)]
    thread_id = market.asked()
    asks.sent(market.carla, thread_id)
    deliver_due()
    time_passes(days=9)
    hooks.housekeeping._tell(hooks.Housekeeping())
    assert len(rows()) == 2
    time_passes(days=2)
    hooks.housekeeping._tell(hooks.Housekeeping())
    assert [row[0] for row in rows()] == ["PENDING"]


@pytest.mark.parametrize("people", [1, 3, 50])
@pytest.mark.parametrize(("webhooks", "statements"), [(False, 11), (True, 12)])
def test_sending_takes_one_statement_more_with_a_webhook_whoever_is_concerned(
    market: Market, receiver: Receiver, people: int, webhooks: bool, statements: int
) -> None:
    world.enabled("messaging", webhooksEnabled=webhooks, emailNotifications=True)
    for _ in range(people):
        world.a_member(market.oakline)
    thread_id = market.asked()
    answer = asks.send(market.carla, thread_id)
    assert answer.data["messageSend"]["userErrors"] == []
    assert len(answer.statements) == statements + domain.more_for_many_values(people), answer.statements
    assert WebhookDelivery.objects.count() == (2 if webhooks else 0)


def test_an_announcement_is_told_for_each_of_its_threads(market: Market, receiver: Receiver) -> None:
    m.announced(market.sue, market.oakline, market.brightware)
    assert deliver_due() == 2
    assert {told.payload["thread"]["kind"] for told in receiver.told} == {"VENDOR_ADMIN"}
