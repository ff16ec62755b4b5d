"""Events as they happen, over graphql-transport-ws: live, in order, and only to those who may see them."""

import pytest
from asgiref.sync import sync_to_async

from messaging_plugin import log
from shop.models import Token, VendorMembership
from shop.vocabulary import Permission
from tests import world
from tests.asking import ask, listen
from tests.messaging import asks
from tests.messaging.live.stage import Stage, as_, events_of, send

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_message_reaches_the_other_side_live_with_the_bell(stage: Stage) -> None:
    async with listen(await as_(stage.anna)) as socket:
        await events_of(socket)
        await send(stage.carla, stage.thread_id, "Where is my table?")
        event = (await socket.next())["messagingEvents"]
        assert (event["__typename"], event["message"]) == (
            "MessageSent",
            {"number": 2, "body": "Where is my table?", "author": {"name": "Carla Customer"}},
        )
        assert event["thread"] == {"id": stage.thread_id, "unreadCount": 2}
        assert event["viewer"] == {"messaging": {"unreadMessageCount": 2}}


async def test_the_author_sees_the_message_on_another_device(stage: Stage) -> None:
    async with listen(await as_(stage.carla)) as socket:
        await events_of(socket, threadId=stage.thread_id)
        await send(stage.carla, stage.thread_id)
        event = (await socket.next())["messagingEvents"]
        assert (event["message"]["number"], event["thread"]["unreadCount"]) == (2, 0)


async def test_a_mark_reaches_its_readers_other_devices_and_nobody_else(stage: Stage) -> None:
    async with listen(await as_(stage.anna)) as hers, listen(await as_(stage.carla)) as others:
        await events_of(hers)
        await events_of(others)
        await sync_to_async(ask)(asks.READ, stage.anna, input={"threadId": stage.thread_id})
        event = (await hers.next())["messagingEvents"]
        assert (event["__typename"], event["thread"]["unreadCount"]) == ("ThreadMarked", 0)
        assert await others.silent()


async def test_after_a_cursor_comes_what_was_missed_and_then_what_happens(stage: Stage) -> None:
    async with listen(await as_(stage.anna)) as socket:
        await events_of(socket)
        await send(stage.carla, stage.thread_id, "one")
        cursor = (await socket.next())["messagingEvents"]["cursor"]
    for body in ("two", "three"):
        await send(stage.carla, stage.thread_id, body)
    async with listen(await as_(stage.anna)) as socket:
        await socket.subscribe(asks.EVENTS, after=cursor)
        assert [(await socket.next())["messagingEvents"]["message"]["body"] for _ in range(2)] == ["two", "three"]
        await send(stage.carla, stage.thread_id, "four")
        assert (await socket.next())["messagingEvents"]["message"]["body"] == "four"


async def test_a_cursor_older_than_the_log_asks_to_query_anew(stage: Stage) -> None:
    from datetime import timedelta

    from django.utils import timezone

    async with listen(await as_(stage.anna)) as socket:
        await events_of(socket)
        await send(stage.carla, stage.thread_id)
        cursor = (await socket.next())["messagingEvents"]["cursor"]
    for _ in range(3):
        await send(stage.carla, stage.thread_id)
    await sync_to_async(log.prune)(timezone.now() + timedelta(days=1))
    async with listen(await as_(stage.anna)) as socket:
        await socket.subscribe(asks.EVENTS, after=cursor)
        event = (await socket.next())["messagingEvents"]
        assert event["__typename"] == "ResyncRequired"
        await send(stage.carla, stage.thread_id, "fresh")
        assert (await socket.next())["messagingEvents"]["message"]["body"] == "fresh"


@pytest.mark.parametrize("cursor", ["", "x", "ZXZlbnQ6LTE", "ZXZlbnQ6MDE", "💥", "A" * 500])
async def test_a_bad_cursor_is_a_coded_error(stage: Stage, cursor: str) -> None:
    async with listen(await as_(stage.anna)) as socket:
        await socket.subscribe(asks.EVENTS, after=cursor)
        frame = await socket.receive()
        errors = frame["payload"] if frame["type"] == "error" else frame["payload"]["errors"]
        assert [error["extensions"]["code"] for error in errors] == ["BAD_USER_INPUT"]


async def test_strangers_hear_nothing_and_a_hidden_thread_is_like_a_missing_one(stage: Stage) -> None:
    other = await sync_to_async(world.a_member)(await sync_to_async(world.a_vendor)("Brightware"))
    chris = await sync_to_async(world.a_customer)("Chris")
    async with listen(await as_(other)) as one, listen(await as_(chris)) as two:
        await events_of(one)
        await events_of(two)
        await send(stage.carla, stage.thread_id)
        assert await one.silent()
        assert await two.silent()
        answers = []
        for key, thread_id in (("hidden", stage.thread_id), ("missing", "VGhyZWFkOjk5OTk5")):
            await two.subscribe(asks.EVENTS, key=key, threadId=thread_id)
            frame = await two.receive()
            answers.append((frame["type"], frame["payload"], frame["id"] == key))
        assert answers[0] == answers[1]
        assert "NOT_FOUND" in str(answers[0])


async def test_nobody_in_particular_cannot_subscribe(stage: Stage) -> None:
    async with listen() as socket:
        await socket.subscribe(asks.EVENTS)
        frame = await socket.receive()
        assert "UNAUTHENTICATED" in str(frame["payload"])


async def test_a_member_who_leaves_hears_no_more(stage: Stage) -> None:
    async with listen(await as_(stage.anna)) as socket:
        await events_of(socket)
        await sync_to_async(VendorMembership.objects.all().delete)()
        await send(stage.carla, stage.thread_id)
        assert await socket.silent(seconds=1)


async def test_a_revoked_token_ends_the_stream_with_a_code(stage: Stage) -> None:
    async with listen(await as_(stage.anna)) as socket:
        await events_of(socket)
        await sync_to_async(Token.objects.filter(user=stage.anna).delete)()
        frame = await socket.receive(timeout=5)
        assert (frame["type"], frame["code"]) == ("close", 4403), frame


async def test_in_another_mode_the_vendor_falls_silent(stage: Stage) -> None:
    async with listen(await as_(stage.anna)) as socket:
        await events_of(socket)
        await sync_to_async(world.mode)(world.WAREHOUSE)
        await send(stage.carla, stage.thread_id)
        assert await socket.silent(seconds=1)
        await sync_to_async(world.mode)(world.SEPARATE_SHOPS)
        await send(stage.carla, stage.thread_id, "Now again")
        heard = []
        while "Now again" not in heard:  # what was written in between may come, too: it can be seen again
            heard.append((await socket.next())["messagingEvents"]["message"]["body"])
        assert heard in (["Now again"], ["Hello again", "Now again"])


async def test_staff_supervise_live_and_a_guest_hears_of_the_own_order(stage: Stage) -> None:
    support = await sync_to_async(world.staff)(Permission.MANAGE_MESSAGES)
    order = await sync_to_async(world.an_order)(vendor=stage.vendor, guest_email="g@example.com")
    thread_id = await sync_to_async(asks.started)(order, order=order)
    async with listen(await as_(support)) as staff, listen(await as_(order)) as guest:
        await events_of(staff)
        await events_of(guest)
        await send(stage.anna, thread_id, "Dear guest")
        assert (await guest.next())["messagingEvents"]["message"]["body"] == "Dear guest"
        assert (await staff.next())["messagingEvents"]["message"]["body"] == "Dear guest"
        await send(stage.carla, stage.thread_id, "Not the guest's")
        assert (await staff.next())["messagingEvents"]["message"]["body"] == "Not the guest's"
        assert await guest.silent()


async def test_two_subscriptions_on_one_socket_do_not_take_each_others_events(stage: Stage) -> None:
    async with listen(await as_(stage.anna)) as socket:
        await events_of(socket, key="a")
        await events_of(socket, key="b", threadId=stage.thread_id)
        await send(stage.carla, stage.thread_id)
        frames = [await socket.receive() for _ in range(2)]
        assert sorted(frame["id"] for frame in frames) == ["a", "b"]
        assert frames[0]["payload"] == frames[1]["payload"]


async def test_an_open_stream_ends_when_the_plugin_is_disabled(stage: Stage) -> None:
    admin = await sync_to_async(world.a_superuser)()
    async with listen(await as_(stage.anna)) as socket:
        await events_of(socket)
        off = 'mutation { pluginDisable(input: {name: "messaging"}) { plugin { enabled } } }'
        assert (await sync_to_async(ask)(off, admin)).data == {"pluginDisable": {"plugin": {"enabled": False}}}
        frame = await socket.receive()
        assert [error["extensions"]["code"] for error in frame["payload"]] == ["PLUGIN_DISABLED"]


async def test_another_operation_of_the_document_may_need_a_plugin_that_is_off(stage: Stage) -> None:
    await sync_to_async(world.enabled)("messaging", on=False)
    document = "subscription A { shopUpdated { name } } subscription B { messagingEvents { cursor } }"
    async with listen(await as_(stage.anna)) as socket:
        await socket.send({"id": "a", "type": "subscribe", "payload": {"query": document, "operationName": "A"}})
        assert await socket.silent()
        await socket.send({"id": "b", "type": "subscribe", "payload": {"query": document, "operationName": "B"}})
        frame = await socket.receive()
        assert (frame["id"], "PLUGIN_DISABLED" in str(frame["payload"])) == ("b", True)
