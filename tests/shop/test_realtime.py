"""Hints wake subscriptions; whoever gives one never waits for the channel layer."""

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from channels.layers import channel_layers
from channels_redis.pubsub import RedisPubSubChannelLayer

from shop import realtime
from shop.models import ShopSettings
from shop.vocabulary import Permission
from tests import world
from tests.asking import ask

RENAME = 'mutation { shopUpdate(input: {name: "Westwind"}) { shop { name } userErrors { code } } }'


@pytest.fixture
def redis_that_hangs() -> Iterator[None]:
    """It takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        layer: Any = RedisPubSubChannelLayer(hosts=[f"redis://127.0.0.1:{server.getsockname()[1]}/0"])
        usual = channel_layers.set("default", layer)
        try:
            yield
        finally:
            channel_layers.set("default", usual)
    assert realtime._messenger.finish(15)


@pytest.mark.django_db(transaction=True)
def test_a_mutation_does_not_wait_for_a_channel_layer_that_hangs(
    redis_that_hangs: None,
) -> None:
    manager = world.staff(Permission.MANAGE_SHOP)
    for _ in range(3):
        began = time.monotonic()
        answer = ask(RENAME, manager)
        assert time.monotonic() - began < realtime.ANSWER_WITHIN / 2
        assert answer.data == {"shopUpdate": {"shop": {"name": "Westwind"}, "userErrors": []}}
    assert ShopSettings.objects.get().name == "Westwind"


async def test_a_hint_wakes_every_event_loop_that_listens() -> None:
    heard: list[str] = []
    ready = threading.Barrier(4)

    async def listen(name: str) -> None:
        looks = realtime.woken(["news"], look_every=30)
        await anext(looks)
        await asyncio.to_thread(ready.wait)
        await anext(looks)
        heard.append(name)
        await looks.aclose()

    threads = [threading.Thread(target=asyncio.run, args=(listen(name),)) for name in "abc"]
    for thread in threads:
        thread.start()
    await asyncio.to_thread(ready.wait)
    realtime._send(["news"])
    for thread in threads:
        await asyncio.to_thread(thread.join, 5)
    assert sorted(heard) == ["a", "b", "c"]


async def test_nothing_is_left_when_nobody_listens() -> None:
    hub = realtime._hub_of_this_loop()
    for _ in range(200):
        looks = realtime.woken(["one", "two"])
        await anext(looks)
        await looks.aclose()
    assert hub._bells == {}
    assert hub._ear is None


def test_a_forked_process_hears_the_one_that_it_comes_from() -> None:
    """As with gunicorn's --preload: each leaves out its own hints only."""
    script = """if True:
        import os
        from shop import realtime

        reads, writes = os.pipe()
        if (child := os.fork()) == 0:
            os.write(writes, realtime._messenger.name.encode())
            os._exit(0)
        os.waitpid(child, 0)
        assert os.read(reads, 100).decode() != realtime._messenger.name
    """
    subprocess.run([sys.executable, "-c", script], check=True, env={**os.environ, "REDIS_URL": ""})
