"""The life of a subscription: what it sees while the shop changes, and what is left of it afterwards."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from shop import realtime
from shop.vocabulary import Permission
from tests import world
from tests.asking import Socket, ask, bearer, listen
from tests.messaging import asks

pytestmark = pytest.mark.django_db(transaction=True)

RENAME = "mutation ($name: String) { shopUpdate(input: {name: $name}) { userErrors { code } } }"


@sync_to_async
def manager() -> Any:
    world.enabled("messaging")
    return world.staff(Permission.MANAGE_SHOP, Permission.MANAGE_PLUGINS, Permission.MANAGE_MESSAGES)


async def at_most(count: int) -> None:
    """Soon no more tasks than ``count`` are left: what was cancelled may take a moment to end."""
    for _ in range(100):
        if live_tasks() <= count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{live_tasks()} tasks are left where {count} were before.")


def live_tasks() -> int:
    """Less the one with which channels_redis listens for all of a process."""
    names = [getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks() if not task.done()]
    return len([name for name in names if "SingleShardConnection" not in name])


async def answered(socket: Socket) -> None:
    """Everything is warm, and what was sent before is taken."""
    await socket.subscribe("{ shop { name } }", key="query")
    assert (await socket.receive(timeout=20))["type"] == "next"
    assert (await socket.receive())["type"] == "complete"


async def test_a_core_subscription_goes_on_while_a_plugin_is_switched_off_and_on_again() -> None:
    boss = await manager()
    switch = 'mutation { plugin%s(input: {name: "messaging"}) { plugin { enabled } userErrors { code } } }'
    async with listen(await sync_to_async(bearer)(boss)) as socket:
        await answered(socket)
        await socket.subscribe("subscription { shopUpdated { name messaging { maximumLength } plugins { name } } }")
        assert await socket.silent(seconds=0.5)
        for action, seen, codes in (
            ("Disable", None, ["PLUGIN_DISABLED"]),
            ("Enable", {"maximumLength": 10_000}, []),
            ("Disable", None, ["PLUGIN_DISABLED"]),
        ):
            await sync_to_async(ask)(switch % action, boss)
            frame = await socket.receive()
            assert frame["type"] == "next", frame
            assert frame["payload"]["data"]["shopUpdated"]["messaging"] == seen
            assert [one["extensions"]["code"] for one in frame["payload"].get("errors", [])] == codes


async def test_nothing_is_left_of_200_subscriptions() -> None:
    boss = await manager()
    hub = realtime._hub_of_this_loop()
    async with listen(await sync_to_async(bearer)(boss)) as socket:
        before, bells = live_tasks(), sum(len(one) for one in hub._bells.values())
        for number in range(200):
            key = str(number)
            await socket.subscribe("subscription { messagingEvents { cursor } }", key=key)
            if number % 2:
                await asyncio.sleep(0.005)  # half of them are just beginning when they end
            await socket.send({"id": key, "type": "complete"})
        await answered(socket)
        await at_most(before)
        assert sum(len(one) for one in hub._bells.values()) == bells
    assert hub._bells == {}


async def test_a_socket_that_goes_in_the_middle_of_an_event_leaves_nothing() -> None:
    boss = await manager()
    carla = await sync_to_async(world.a_customer)()
    order = await sync_to_async(world.an_order)(carla)
    thread_id = await sync_to_async(asks.started)(carla, order=order)
    hub = realtime._hub_of_this_loop()
    tasks = live_tasks()
    for _ in range(5):
        socket = Socket()
        await socket.connect()
        await socket.send({"type": "connection_init", "payload": {"Authorization": await sync_to_async(bearer)(boss)}})
        await socket.receive()
        await socket.subscribe(asks.EVENTS)
        assert await socket.silent(seconds=0.2)
        sending = asyncio.ensure_future(sync_to_async(asks.sent)(carla, thread_id))
        await asyncio.sleep(0.02)
        await socket.leave(1006)
        await sending
    await at_most(tasks)
    assert hub._bells == {}
