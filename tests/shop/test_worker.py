"""The background worker keeps the house, and goes on working."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from messaging_plugin.models import Event, Thread
from shop import hooks, tasks, tokens, worker
from shop.models import Token
from tests import world
from tests.asking import bearer
from tests.messaging import asks


def wait_for(condition: Callable[[], bool], *, seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_the_worker_keeps_the_house_and_stops_when_it_is_told() -> None:
    carla = world.a_customer()
    bearer(carla)
    Token.objects.update(expires_at=timezone.now() - timedelta(days=tokens.KEPT_DAYS + 1))
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        wait_for(lambda: not Token.objects.exists())
    finally:
        stop.set()
        thread.join(timeout=15)
    assert not thread.is_alive()


@pytest.mark.django_db
def test_tokens_are_forgotten_a_month_after_their_end_and_not_before() -> None:
    users = [world.a_customer() for _ in range(4)]
    for user in users:
        bearer(user)
    long_ago, lately = (timezone.now() - timedelta(days=days) for days in (31, 29))
    Token.objects.filter(user=users[0]).update(expires_at=long_ago)
    Token.objects.filter(user=users[1]).update(expires_at=lately)
    Token.objects.filter(user=users[2]).update(revoked_at=long_ago)
    assert tokens.forget_expired() == 2
    assert list(Token.objects.order_by("user").values_list("user", flat=True)) == [users[1].pk, users[3].pk]


@pytest.mark.django_db(transaction=True)
def test_old_events_are_forgotten_after_the_days_of_the_setting_and_only_while_the_plugin_is_on() -> None:
    world.enabled("messaging", eventLogDays=10)
    carla = world.a_customer()
    asks.started(carla, order=world.an_order(carla))
    asks.started(carla, order=world.an_order(carla))
    Event.objects.update(created_at=timezone.now() - timedelta(days=11))
    world.enabled("messaging", on=False)
    hooks.housekeeping.publish(hooks.Housekeeping())
    assert Event.objects.count() == 2
    world.enabled("messaging")
    tasks.keep_house.call()
    assert Event.objects.count() == 1  # the newest stays: cursors count from it
    assert Thread.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_command_keeps_the_house_for_whoever_has_no_worker() -> None:
    world.enabled("messaging", eventLogDays=10)
    carla = world.a_customer()
    bearer(carla)
    for _ in range(2):
        asks.started(carla, order=world.an_order(carla))
    Event.objects.update(created_at=timezone.now() - timedelta(days=11))
    Token.objects.update(expires_at=timezone.now() - timedelta(days=tokens.KEPT_DAYS + 1))
    call_command("keep_house")
    assert (Token.objects.count(), Event.objects.count()) == (0, 1), "the newest event stays: cursors count from it"
