"""Where the event log is: the bridge from what a client has asked to what it is told."""

import pytest
from asgiref.sync import sync_to_async

from tests import world
from tests.asking import ask, bearer, listen
from tests.messaging import asks

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_enabled")]
CURSOR = "{ viewer { messaging { eventCursor } } }"


async def test_nothing_is_missed_between_asking_and_subscribing() -> None:
    def stage() -> tuple[str, str, str]:
        carla, vendor = world.a_customer(), world.a_vendor()
        thread_id = asks.started(carla, order=world.an_order(carla, vendor=vendor))
        answer = ask(CURSOR, by=carla)
        assert len(answer.statements) == 3  # the token, the plugins, the log
        asks.sent(carla, thread_id, "Sent before the subscription begins.")
        return bearer(carla), thread_id, answer.data["viewer"]["messaging"]["eventCursor"]

    token, thread_id, cursor = await sync_to_async(stage)()
    async with listen(token) as socket:
        await socket.subscribe(asks.EVENTS, threadId=thread_id, after=cursor)
        assert (await socket.next())["messagingEvents"]["message"]["number"] == 2
        assert await socket.silent()
