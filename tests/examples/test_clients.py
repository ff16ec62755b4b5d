"""The two example clients against a real server that dies: every message once, in order."""

import threading
import uuid
from pathlib import Path

import httpx
import pytest

from tests.examples.conftest import npm_run
from tests.examples.stage import PATIENCE, Follower, Shop, Speaker, thread_of_order_1001
from tests.processes.servers import manage

pytestmark = pytest.mark.processes

MESSAGES = 60
MISSED = 105  # more than a page
PRUNE = """
from datetime import timedelta
from django.utils import timezone
from messaging_plugin import log
print(log.prune(timezone.now() + timedelta(days=1)))
"""


def test_every_message_once_and_in_order_though_server_and_client_are_killed(shop: Shop, follower: Follower) -> None:
    thread, before = thread_of_order_1001(shop)
    bodies = [f"Message {number}" for number in range(1, MESSAGES + 1)]
    follower.start()
    follower.wait_for(before)
    with Speaker(shop, "carla@example.com", thread) as carla:
        speaking = threading.Thread(target=lambda: [carla.say(body) for body in bodies])
        speaking.start()
        for seen in (10, 30):
            follower.wait_for(before + seen)
            shop.kill()
            shop.start()
        follower.wait_for(before + 45)
        follower.kill()
        speaking.join()
    follower.start()
    follower.wait_for(before + MESSAGES)
    assert [line["number"] for line in follower.seen()] == list(range(1, before + MESSAGES + 1))
    assert [line["body"] for line in follower.seen()[before:]] == bodies


def test_a_client_that_was_away_longer_than_the_log_reads_anew(shop: Shop, follower: Follower, database: str) -> None:
    thread, before = thread_of_order_1001(shop)
    follower.start()
    follower.wait_for(before)
    with Speaker(shop, "carla@example.com", thread) as carla:
        assert carla.say("Heard live") == before + 1
        follower.wait_for(before + 1)
        follower.kill()
        for number in range(MISSED):
            carla.say(f"Missed {number}")
        assert int(manage(database, "shell", "--verbosity=0", "--command", PRUNE)) >= MISSED
        follower.start()
        follower.wait_for(before + 1 + MISSED)
        last = "Heard live again"
        assert carla.say(last) == before + 2 + MISSED
    follower.wait_for(before + 2 + MISSED)
    assert [line["number"] for line in follower.seen()] == list(range(1, before + MISSED + 3))
    assert follower.seen()[-1]["body"] == last


def test_a_message_sent_while_the_server_is_down_arrives_once(shop: Shop, follower: Follower) -> None:
    _, before = thread_of_order_1001(shop)
    key = uuid.uuid4().hex
    shop.kill()
    sending = follower.send("Are you there?", key)
    shop.start()
    assert sending.communicate(timeout=PATIENCE) == (f"{before + 1}\n", "")
    again = follower.send("Are you there?", key)
    assert again.communicate(timeout=PATIENCE) == (f"{before + 1}\n", "")
    assert thread_of_order_1001(shop)[1] == before + 1


def test_what_is_refused_is_not_tried_again(shop: Shop, follower: Follower) -> None:
    before = thread_of_order_1001(shop)
    blank = follower.send(" ", "key-2")
    _, told = blank.communicate(timeout=PATIENCE)
    assert blank.returncode == 1
    assert "BLANK" in told or "blank" in told
    assert thread_of_order_1001(shop) == before

    follower.start()
    follower.wait_for(before[1])
    headers = {"Authorization": f"Bearer {follower.token}"}
    revoke = {"query": "mutation { tokenRevoke { revoked } }"}
    assert httpx.post(f"{shop.address}/graphql/", json=revoke, headers=headers, timeout=30).json()["data"][
        "tokenRevoke"
    ]["revoked"]
    assert follower.process is not None
    assert follower.process.wait(timeout=PATIENCE) == 1


def test_the_types_of_the_typescript_client_are_those_of_the_schema(typescript: Path) -> None:
    checked = npm_run(typescript, "check")
    assert checked.returncode == 0, checked.stderr
