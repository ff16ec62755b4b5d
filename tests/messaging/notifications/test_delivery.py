"""Never lost and never twice: outages, workers that die, workers that race, and channels of other plugins."""

import threading
import time
from typing import Any

import pytest
from django.db import connections, transaction

from messaging_plugin import attempts
from messaging_plugin.events import Channel, ChannelQuestion, Parcel, Undeliverable, notification_channels
from messaging_plugin.models import Message, Notification
from messaging_plugin.notifications import delivery
from messaging_plugin.notifications.channels import channel_names, further_channels
from messaging_plugin.notifications.claiming import claim_next
from messaging_plugin.notifications.delivery import deliver_due
from shop import hooks
from shop.models import VendorMembership
from shop.plugins.api import one_state
from tests import world
from tests.example_plugin import reactions as example
from tests.messaging import asks
from tests.messaging.behaviours.market import Market
from tests.messaging.domain import stage as domain
from tests.messaging.notifications.postbox import Postbox
from tests.messaging.notifications.stage import states, time_passes, told

pytestmark = pytest.mark.django_db


def test_rows_are_written_with_the_message_or_not_at_all(market: Market) -> None:
    thread_id = market.asked()
    before = Notification.objects.count()
    with transaction.atomic():
        asks.sent(market.carla, thread_id)
        assert Notification.objects.count() == before + 4
        transaction.set_rollback(True)
    assert (Notification.objects.count(), Message.objects.count()) == (before, 1)


def test_an_outage_of_the_mail_server_delays_e_mail_and_fails_nothing(market: Market, postbox: Postbox) -> None:
    world.enabled("messaging", emailAttempts=1)
    postbox.close()
    market.asked()
    for _ in range(5):
        delivery._server.again = 0.0
        assert deliver_due() == 1
    rows = Notification.objects.filter(channel="EMAIL")
    assert [row.state for row in rows] == ["PENDING"] * 2
    assert {row.attempts for row in rows} == {0}
    assert any("ConnectionRefusedError" in row.note for row in rows)
    postbox.open()
    assert deliver_due() == 0  # not before the pause is over
    delivery._server.again = 0.0
    assert set(told(postbox)) == {market.anna.email, market.arno.email}
    assert states() == [("SENT", "")] * 2


def test_while_the_mail_server_is_away_it_is_tried_ever_more_seldom(market: Market, postbox: Postbox) -> None:
    postbox.close()
    market.asked()
    pauses = []
    for _ in range(10):
        delivery._server.again = 0.0
        deliver_due()
        pauses.append(delivery._server.again - time.monotonic())
    assert all(0.4 <= pause <= 1 for pause in pauses[:1])
    assert all(29 <= pause <= 60 for pause in pauses[7:])


def test_pauses_after_a_failure_grow_and_differ() -> None:
    pauses = [attempts.pause(30, 6 * 3600, failures) for failures in range(12)]
    assert all(15 * 2**n <= pause <= min(30 * 2**n, 6 * 3600) or n > 9 for n, pause in enumerate(pauses))
    assert len({attempts.pause(30, 6 * 3600, 0) for _ in range(20)}) > 1
    assert attempts.pause(30, 6 * 3600, 10_000) <= 6 * 3600


def test_what_a_dead_worker_has_claimed_is_sent_by_another_as_the_same_e_mail(market: Market, postbox: Postbox) -> None:
    VendorMembership.objects.filter(user=market.arno).delete()
    thread_id = market.asked(body="First")
    with one_state():
        claim = claim_next()
    assert claim is not None
    asks.sent(market.carla, thread_id, "Second")
    deliver_due()
    [mail] = postbox.mails
    assert "> Second" in mail.text  # what came later goes its own way
    assert "> First" not in mail.text
    time_passes(seconds=attempts.LEASE.total_seconds())
    deliver_due()
    _, late = postbox.mails
    assert "> First" in late.text
    assert "> Second" not in late.text
    assert late.header("Message-ID") == f"<{claim.key}@127.0.0.1>"


def test_a_parcel_that_kills_every_worker_is_given_up(market: Market, postbox: Postbox) -> None:
    world.enabled("messaging", emailAttempts=2)
    VendorMembership.objects.filter(user=market.arno).delete()
    market.asked()
    for _ in range(2):
        with one_state():
            assert claim_next() is not None
        time_passes(seconds=attempts.LEASE.total_seconds() + 1)
    assert told(postbox) == {}
    assert states() == [("FAILED", attempts.DIED)]


def test_what_has_had_more_attempts_than_a_new_setting_allows_is_given_up_for_what_went_wrong(
    market: Market, postbox: Postbox
) -> None:
    VendorMembership.objects.filter(user=market.arno).delete()
    postbox.refusal = lambda _: "451 come back later"
    market.asked()
    deliver_due()
    time_passes(seconds=31)
    world.enabled("messaging", emailAttempts=1)
    assert told(postbox) == {}
    [(state, note)] = states()
    assert (state, "come back later" in note) == ("FAILED", True)


def test_a_worker_that_took_longer_than_its_lease_changes_nothing_of_what_another_did(
    market: Market, postbox: Postbox
) -> None:
    VendorMembership.objects.filter(user=market.arno).delete()
    market.asked()
    with one_state():
        slow = claim_next()
    assert slow is not None
    time_passes(seconds=attempts.LEASE.total_seconds() + 1)
    deliver_due()
    assert states() == [("SENT", "")]
    delivery._put_off(slow, "too late", for_good=True)
    assert states() == [("SENT", "")]


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_send_everything_once(market: Market, postbox: Postbox) -> None:
    """They are let loose on forty parcels together."""
    world.enabled("messaging", emailHourlyLimit=0)
    for number in range(20):
        asks.started(market.carla, product=world.a_product(f"Chair {number}", vendor=market.oakline))
    results = domain.at_once(*([deliver_due] * 4))
    assert sum(one for one in results if isinstance(one, int)) == 40, results
    assert len({(mail.to, mail.header("Message-ID")) for mail in postbox.mails}) == len(postbox.mails) == 40
    assert {state for state, _ in states()} == {"SENT"}


def test_nothing_is_sent_inside_a_transaction(market: Market, postbox: Postbox) -> None:
    """A mail server that hangs would else hold locks."""
    own, depths = connections["default"], []

    def look(_address: str) -> None:
        depths.append(len(own.savepoint_ids))

    postbox.refusal = look
    market.asked()
    deliver_due()
    assert depths == [len(own.savepoint_ids)] * 2


def test_a_look_at_nothing_takes_two_statements(market: Market, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):  # the shop's state, and whether anything is due
        assert deliver_due() == 0


@pytest.mark.parametrize("messages", [1, 3, 50])
def test_an_e_mail_takes_the_same_statements_however_many_messages_it_has(
    market: Market, postbox: Postbox, django_assert_num_queries: Any, messages: int
) -> None:
    VendorMembership.objects.filter(user=market.arno).delete()
    thread_id = market.asked()
    for _ in range(messages - 1):
        asks.sent(market.carla, thread_id)
    # 14 for the parcel, of which two begin and end the claim; 2 for the last look, at nothing
    with django_assert_num_queries(16 if domain.on_sqlite() else 17):  # PostgreSQL: and a lock to claim
        deliver_due()
    assert len(postbox.mails) == 1


# ── channels of other plugins ───────────────────────────────────────────────────────────────


def test_a_channel_of_another_plugin_is_told_what_to_send_to_whom(market: Market, postbox: Postbox) -> None:
    world.enabled("giftnotes")
    order = market.order()
    thread_id = market.asked(order, body="Where <b>is</b> it?")
    asks.sent(market.carla, thread_id, "Hello?")
    example.heard.clear()
    deliver_due()
    parcels = [one for one in example.heard if isinstance(one, Parcel)]
    assert {one.recipient.user_id for one in parcels} == {market.anna.pk, market.arno.pk}
    parcel = parcels[0]
    assert (parcel.recipient.order_id, parcel.recipient.language) == (None, "en")
    assert [(one.event, one.subject, one.author, one.body) for one in parcel.told] == [
        ("MESSAGE_SENT", f"Order #{order.number}", "Carla Customer", "Where <b>is</b> it?"),
        ("MESSAGE_SENT", f"Order #{order.number}", "Carla Customer", "Hello?"),
    ]
    assert parcel.told[0].url == f"http://127.0.0.1:3000/messages/{thread_id}"
    assert states("CARD") == [("SENT", "")] * 4


def test_a_channel_whose_plugin_is_off_is_not_written_for_and_what_waits_is_skipped(
    market: Market, postbox: Postbox
) -> None:
    world.enabled("giftnotes")
    market.asked()
    world.enabled("giftnotes", on=False)
    market.asked()
    deliver_due()
    assert states("CARD") == [("SKIPPED", "NO_CHANNEL")] * 2


def test_a_channel_that_raises_is_tried_again_and_one_that_cannot_is_given_up(
    market: Market, postbox: Postbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    VendorMembership.objects.filter(user=market.arno).delete()
    world.enabled("messaging", emailNotifications=False)
    seen: list[str] = []
    errors: list[Exception] = [RuntimeError("no net"), Undeliverable("no such number")]

    def deliver(parcel: Parcel) -> None:
        seen.append(parcel.key)
        raise errors.pop(0)

    def channels(_question: ChannelQuestion) -> tuple[Channel, ...]:
        return (Channel("SMS", "Text messages", deliver),)

    monkeypatch.setattr(notification_channels, "_listeners", [(channels, __name__)])
    market.asked()
    deliver_due()
    assert states("SMS") == [("PENDING", "RuntimeError: no net")]
    assert deliver_due() == 0
    time_passes(seconds=31)
    deliver_due()
    assert states("SMS") == [("FAILED", "no such number")]
    assert len(seen) == 2
    assert len(set(seen)) == 1


def test_a_channel_for_the_shop_is_told_of_every_message_once_and_at_once(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Parcel] = []
    channel = Channel("ERP", "Our other systems", seen.append, for_shop=True)
    monkeypatch.setattr(notification_channels, "_listeners", [(lambda _: (channel,), __name__)])
    world.enabled("messaging", emailNotifications=False, emailWaitSeconds=3600)
    thread_id = market.asked(body="From a customer")  # of a vendor: no staff are concerned
    deliver_due()
    asks.sent(market.anna, thread_id, "From a vendor")
    deliver_due()
    assert [(one.recipient.user_id, one.recipient.order_id) for one in seen] == [(None, None)] * 2
    assert [told.body for one in seen for told in one.told] == ["From a customer", "From a vendor"]
    assert "/admin/messaging/thread/" in seen[0].told[0].url
    assert channel_names() == ["IN_APP", "EMAIL"]
    assert states("ERP") == [("SENT", "")] * 2


@pytest.mark.parametrize("name", ["", "EMAIL", "IN_APP", "x" * 33])
def test_a_channel_with_the_name_of_another_or_none_is_left_out(
    market: Market, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    bad, good = Channel(name, "Bad", lambda _: None), Channel("SMS", "Text messages", lambda _: None)
    monkeypatch.setattr(notification_channels, "_listeners", [(lambda _: (bad, good), __name__)])
    assert list(further_channels()) == ["SMS"]
    assert "is no name for a channel" in caplog.text
    market.asked()
    assert len(states("SMS")) == 2


def test_a_worker_process_sends_what_is_due(market: Market, postbox: Postbox) -> None:
    market.asked()
    hooks.worker_look._tell(hooks.WorkerLook())
    assert len(postbox.mails) == 2
    assert threading.current_thread() is threading.main_thread()
