"""The shop's own system is told of every event, signed; whatever it answers, nothing is lost and nothing told twice."""

import time
from typing import Any

import pytest

from messaging_plugin.models import WebhookDelivery
from messaging_plugin.settings import today
from messaging_plugin.webhooks import delivery, posting
from messaging_plugin.webhooks.delivery import deliver_due
from shop.models import PluginState
from tests import world
from tests.messaging import asks
from tests.messaging.behaviours.market import Market
from tests.messaging.webhooks.receiver import SECRET, Receiver, dripping, silence, status
from tests.messaging.webhooks.stage import rows, time_passes

pytestmark = pytest.mark.django_db


def test_an_event_is_told_once_signed_and_with_its_headers(market: Market, receiver: Receiver) -> None:
    market.asked(body="Where is it?")
    assert deliver_due() == 1
    assert deliver_due() == 0
    [told] = receiver.told
    assert told.path == "/hooks?from=shop"
    assert told.is_signed_by(SECRET)
    assert not told.is_signed_by(SECRET.replace("M", "N"))
    assert 0 <= told.age < 5
    assert told.headers == {
        "Host": f"127.0.0.1:{receiver.port}",
        "Accept-Encoding": "identity",
        "Connection": "close",
        "Content-Length": str(len(told.raw)),
        "Content-Type": "application/json",
        "User-Agent": "headless-marketplace/0.1.0",
        "Webhook-Id": f"msg_{WebhookDelivery.objects.get().key.hex}",
        "Webhook-Timestamp": told.headers["Webhook-Timestamp"],
        "Webhook-Signature": told.headers["Webhook-Signature"],
    }
    assert told.payload["message"]["body"] == "Where is it?"
    assert rows() == [("SENT", 1, 204, "")]


@pytest.mark.parametrize("answered", [500, 503, 404, 429])
def test_a_refused_event_is_told_again_after_a_growing_pause_as_the_same(
    market: Market, receiver: Receiver, answered: int
) -> None:
    receiver.answers = [status(answered, "not\nnow"), status(answered), status(200, "thanks")]
    market.asked()
    deliver_due()
    assert rows() == [("PENDING", 1, answered, f"{answered}: not now")]
    assert deliver_due() == 0
    time_passes(seconds=31)
    deliver_due()
    time_passes(seconds=29)
    assert deliver_due() == 0
    time_passes(seconds=32)
    deliver_due()
    assert rows() == [("SENT", 3, 200, "")]
    assert len({told.headers["Webhook-Id"] for told in receiver.told}) == 1
    assert len({told.raw for told in receiver.told}) == 1
    assert all(told.is_signed_by(SECRET) for told in receiver.told)


def test_what_is_told_again_is_what_was_told_first_whatever_has_changed(market: Market, receiver: Receiver) -> None:
    receiver.answers = [status(500), status(204)]
    market.asked()
    deliver_due()
    market.carla.name = "Carla Changed"
    market.carla.save()
    time_passes(seconds=31)
    deliver_due()
    first, second = receiver.told
    assert first.raw == second.raw


def test_it_is_given_up_after_the_attempts_of_the_setting_with_the_reason_kept(
    market: Market, receiver: Receiver
) -> None:
    world.enabled("messaging", webhookAttempts=2)
    receiver.answers = [status(500, "x" * 5000 + "end")]
    market.asked()
    for _ in range(4):
        deliver_due()
        time_passes(hours=7)
    assert rows() == [("FAILED", 2, 500, "500: " + "x" * posting.MOST)]
    assert len(receiver.told) == 2


def test_fewer_attempts_by_setting_give_it_up_with_its_own_reason(market: Market, receiver: Receiver) -> None:
    receiver.answers = [status(503)]
    market.asked()
    for _ in range(3):
        deliver_due()
        time_passes(hours=7)
    world.enabled("messaging", webhookAttempts=2)
    assert deliver_due() == 0
    assert rows() == [("FAILED", 3, 503, "503")]


@pytest.mark.parametrize("answer", [silence(3), dripping])
def test_no_answer_in_time_is_tried_again(
    market: Market, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    monkeypatch.setattr(posting, "TIMEOUT", 0.4)
    receiver.answers = [answer, status(204)]
    market.asked()
    began = time.monotonic()
    deliver_due()
    assert time.monotonic() - began < 2
    assert rows() == [("PENDING", 1, None, "There was no answer within 0.4 seconds.")]
    delivery._way.back()
    time_passes(seconds=31)
    deliver_due()
    assert [row[0] for row in rows()] == ["SENT"]


def test_while_the_system_is_away_the_process_pauses(market: Market, receiver: Receiver) -> None:
    """Others than the first do not wait for it one by one, while e-mail would."""
    receiver.close()
    thread_id = market.asked()
    asks.sent(market.carla, thread_id)
    assert deliver_due() == 1
    assert deliver_due() == 0
    assert [(row[0], row[1]) for row in rows()] == [("PENDING", 1), ("PENDING", 0)]
    assert rows()[0][3].startswith("ConnectionRefusedError: ")
    assert 0.4 < delivery._way.again - time.monotonic() <= 1


def test_redirects_are_not_followed(market: Market, receiver: Receiver) -> None:
    receiver.answers = [status(307, Location=f"http://127.0.0.1:{receiver.port}/elsewhere")]
    market.asked()
    deliver_due()
    assert [told.path for told in receiver.told] == ["/hooks?from=shop"]
    assert rows() == [("PENDING", 1, 307, "307")]


def test_whoever_is_gone_is_told_no_more_until_it_is_switched_on(market: Market, receiver: Receiver) -> None:
    receiver.answers = [status(410), status(204)]
    thread_id = market.asked()
    asks.sent(market.carla, thread_id, "Waits")
    assert deliver_due() == 1
    assert rows() == [
        ("FAILED", 1, 410, "410 The webhook was switched off."),
        ("PENDING", 0, None, ""),
    ]
    stored = PluginState.objects.get(name="messaging").settings
    assert (stored["webhooksEnabled"], stored["webhookUrl"], stored["webhookSecret"]) == (False, receiver.url, SECRET)
    asks.sent(market.carla, thread_id, "Untold")
    assert deliver_due() == 0
    world.enabled("messaging", webhooksEnabled=True)
    deliver_due()
    assert [told.payload["message"]["body"] for told in receiver.told] == ["Hello", "Waits"]


def test_an_operator_who_has_set_another_address_meanwhile_is_not_overruled(market: Market, receiver: Receiver) -> None:
    before = today().settings.webhook
    assert before is not None
    world.enabled("messaging", webhookUrl="http://127.0.0.1:1/new")
    delivery._switch_off(before)
    assert today().settings.webhook is not None
