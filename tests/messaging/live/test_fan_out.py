"""Who listens alike is told alike, from one look and one execution; nobody misses anything by joining or by a lost hint."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from asgiref.sync import sync_to_async

from messaging_plugin import log
from messaging_plugin.cursors import cursor_at
from messaging_plugin.models import Event, Message
from shop.graphql.streams.following import streams
from shop.graphql.streams.questions import Question
from shop.graphql.transport import places
from shop.models import VendorMembership
from tests import world
from tests.asking import Socket, listen
from tests.messaging.live.stage import Stage, as_, events_of, next_body, send

pytestmark = pytest.mark.django_db(transaction=True)

BODIES = "subscription { messagingEvents { ... on MessageSent { message { body } } } }"
AFTER = """subscription ($after: String) {
  messagingEvents(after: $after) { cursor ... on MessageSent { message { body } } }
}"""


async def open_sockets(stack: AsyncExitStack, authorization: str, count: int) -> list[Socket]:
    return [await stack.enter_async_context(listen(authorization)) for _ in range(count)]


async def test_one_execution_serves_all_who_listen_alike(stage: Stage) -> None:
    async with AsyncExitStack() as stack:
        sockets = await open_sockets(stack, await as_(stage.anna), 20)
        for socket in sockets:
            await socket.subscribe(BODIES)
        other = await stack.enter_async_context(listen(await as_(stage.carla)))
        await other.subscribe(BODIES)
        assert await other.silent()
        before = Question.executions
        await send(stage.carla, stage.thread_id, "Once for all")
        heard = {await next_body(socket) for socket in sockets}
        assert (heard, await next_body(other)) == ({"Once for all"}, "Once for all")
        assert Question.executions - before == 2, "one for Anna's twenty sockets, one for Carla's"


async def test_another_document_or_variable_is_another_execution_of_the_same_look(stage: Stage) -> None:
    document = "subscription ($with: Boolean!) { messagingEvents { ... on MessageSent { message { body id @include(if: $with) } } } }"
    async with listen(await as_(stage.anna)) as socket:
        await socket.subscribe(BODIES, key="plain")
        await socket.subscribe(document, key="bare", **{"with": False})
        await socket.subscribe(document, key="more", **{"with": True})
        assert await socket.silent()
        before = Question.executions
        await send(stage.carla, stage.thread_id, "Hello")
        frames = {(await socket.receive())["id"]: None for _ in range(3)}
        assert sorted(frames) == ["bare", "more", "plain"]
        assert Question.executions - before == 3


async def test_those_who_come_back_with_a_cursor_join_without_a_gap_or_a_double(stage: Stage) -> None:
    """While one writes without a pause, others come back again and again with their last cursor."""
    bodies = [f"message {number}" for number in range(40)]
    anna = await as_(stage.anna)
    first = cursor_at(await sync_to_async(log.newest)())

    async def come_and_go() -> list[str]:
        heard: list[str] = []
        cursor = first
        while len(heard) < len(bodies):
            async with listen(anna) as socket:
                await socket.subscribe(AFTER, after=cursor)
                for _ in range(7):
                    event = (await socket.next(timeout=20))["messagingEvents"]
                    heard.append(event["message"]["body"])
                    cursor = event["cursor"]
                    if len(heard) == len(bodies):
                        break
        return heard

    async def write() -> None:
        for body in bodies:
            await send(stage.carla, stage.thread_id, body)

    async with listen(anna) as steady:
        await events_of(steady)
        *heard, _ = await asyncio.gather(come_and_go(), come_and_go(), come_and_go(), write())
        assert [await next_body(steady) for _ in bodies] == bodies
    assert heard == [bodies] * 3


@pytest.mark.parametrize("seconds", [0, 2.2])
async def test_an_event_whose_hint_was_lost_is_told_all_the_same(stage: Stage, seconds: float) -> None:
    """Before the watch has first looked where the log's end is, and after."""

    def write_without_a_hint() -> None:
        message = Message.objects.select_related("thread").latest("pk")
        Event.objects.bulk_create([log.sent(message)])

    async with listen(await as_(stage.anna)) as socket:
        await events_of(socket)
        await asyncio.sleep(seconds)
        await sync_to_async(write_without_a_hint)()
        assert await next_body(socket) == "Hello"


async def test_a_right_that_is_given_is_heard_of_at_once(stage: Stage) -> None:
    newcomer = await sync_to_async(world.a_customer)("Nina Newcomer")
    async with listen(await as_(newcomer)) as socket:
        await events_of(socket)
        await send(stage.carla, stage.thread_id, "not yet hers")
        assert await socket.silent()
        await sync_to_async(VendorMembership.objects.create)(user=newcomer, vendor=stage.vendor)
        await asyncio.sleep(0.3)
        await send(stage.carla, stage.thread_id, "hers")
        heard = [await next_body(socket)]
        if heard == ["not yet hers"]:  # now it can be seen, and may be told
            heard.append(await next_body(socket))
        assert heard[-1] == "hers"


async def test_one_person_has_a_limited_number_of_sockets(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "SOCKETS_PER_USER", 2)
    anna = await as_(stage.anna)
    async with listen(anna), listen(await as_(stage.carla)):
        async with listen(anna):
            third = Socket()
            await third.connect()
            await third.send({"type": "connection_init", "payload": {"Authorization": anna}})
            frame = await third.receive()
            assert (frame["type"], frame["code"]) == ("close", 4429)
            await third.leave()
        async with listen(anna) as again:
            await again.subscribe("{ shop { name } }")
            await again.next()
    assert not places._taken


async def test_nothing_is_left_of_pumps_when_nobody_listens(stage: Stage) -> None:
    async with listen(await as_(stage.anna)) as socket:
        await events_of(socket)
        assert [pump.is_over for pump in streams()._pumps.values()] == [False]
        await socket.send({"id": "1", "type": "complete"})
        assert await socket.silent(seconds=0.2)
        assert all(pump.is_over for pump in streams()._pumps.values())
