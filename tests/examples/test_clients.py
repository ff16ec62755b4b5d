"""The two example clients against a real server that dies: every message once, in order."""

import threading
from pathlib import Path

import httpx
import pytest

from tests.examples.conftest import npm_run
from tests.examples.stage import Follower, Shop, say, thread_of_order_1001, token_of
from tests.processes.servers import manage

pytestmark = pytest.mark.processes

MESSAGES = 60
PRUNE = """
from datetime import timedelta
from django.utils import timezone
from messaging_plugin import log
print(log.prune(timezone.now() + timedelta(days=1)))
"""


def test_every_message_once_and_in_order_though_server_and_client_are_killed(shop: Shop, follower: Follower) -> None:
    carla, (thread, before) = token_of(shop, "carla@example.com"), thread_of_order_1001(shop)
    bodies = [f"Message {number}" for number in range(1, MESSAGES + 1)]
    follower.start()
    follower.wait_for(before)

    def speak() -> None:
        for body in bodies:
            say(shop, carla, thread, body)

    speaker = threading.Thread(target=speak)
    speaker.start()
    for kill in range(1, 4):
        follower.wait_for(before + kill * 10)
        shop.kill()
        shop.start()
    follower.wait_for(before + 40)
    follower.kill()
    speaker.join()
    follower.start()
    follower.wait_for(before + MESSAGES)

    seen = follower.seen()
    assert [line["number"] for line in seen] == list(range(1, before + MESSAGES + 1))
    assert [line["body"] for line in seen[before:]] == bodies


def test_a_client_that_was_away_longer_than_the_log_reads_anew(shop: Shop, follower: Follower, database: str) -> None:
    carla, (thread, before) = token_of(shop, "carla@example.com"), thread_of_order_1001(shop)
    follower.start()
    follower.wait_for(before)
    assert say(shop, carla, thread, "Heard live") == before + 1
    follower.wait_for(before + 1)
    follower.kill()
    missed = 120  # more than a page
    for number in range(missed):
        say(shop, carla, thread, f"Missed {number}")
    assert int(manage(database, "shell", "--verbosity=0", "--command", PRUNE)) >= missed
    follower.start()
    follower.wait_for(before + 1 + missed)
    say(shop, carla, thread, "Heard live again")
    follower.wait_for(before + missed + 2)
    assert [line["number"] for line in follower.seen()] == list(range(1, before + missed + 3))
    assert follower.seen()[-1]["body"] == "Heard live again"


def test_a_message_sent_while_the_server_is_down_arrives_once(shop: Shop, follower: Follower) -> None:
    _, before = thread_of_order_1001(shop)
    shop.kill()
    sending = follower.send("Are you there?", "key-1")
    shop.start()
    assert sending.communicate(timeout=60) == (f"{before + 1}\n", "")
    again = follower.send("Are you there?", "key-1")
    assert again.communicate(timeout=60) == (f"{before + 1}\n", "")
    assert thread_of_order_1001(shop)[1] == before + 1


def test_what_is_refused_is_not_tried_again(shop: Shop, follower: Follower) -> None:
    before = thread_of_order_1001(shop)
    blank = follower.send(" ", "key-2")
    _, told = blank.communicate(timeout=60)
    assert blank.returncode == 1
    assert "BLANK" in told or "blank" in told
    assert thread_of_order_1001(shop) == before

    follower.start()
    follower.wait_for(before[1])
    headers = {"Authorization": f"Bearer {follower.token}"}
    revoke = {"query": "mutation { tokenRevoke { revoked } }"}
    assert httpx.post(f"{shop.address}/graphql/", json=revoke, headers=headers).json()["data"]["tokenRevoke"]["revoked"]
    assert follower.process is not None
    assert follower.process.wait(timeout=30) == 1


def test_the_types_of_the_typescript_client_are_those_of_the_schema(typescript: Path) -> None:
    checked = npm_run(typescript, "check")
    assert checked.returncode == 0, checked.stderr
