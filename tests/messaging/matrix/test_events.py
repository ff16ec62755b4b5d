"""`messagingEvents`: of one thread and of all, for everyone, in every mode, as the table says."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from messaging_plugin.models import Event
from shop.graphql import ids
from tests.asking import Asker, Socket, bearer, listen
from tests.messaging.matrix import documents, table
from tests.messaging.matrix.cast import Cast, switch_to
from tests.messaging.matrix.look import ids_in

pytestmark = pytest.mark.django_db(transaction=True)

#: Before everything that has happened.
BEGINNING = "ZXZlbnQ6MA"


class Played:
    """The cast, and how often something happened in each thread."""

    def __init__(self) -> None:
        self.cast = Cast()
        by_pk = {self.cast.pk(name): name for name in self.cast.threads}
        self.happened = dict.fromkeys(by_pk.values(), 0)
        for thread_id in Event.objects.exclude(thread=None).values_list("thread_id", flat=True):
            self.happened[by_pk[thread_id]] += 1


def authorization(asker: Asker) -> str | None:
    return None if asker is None else bearer(asker)


@pytest.mark.parametrize("mode", table.PLAYED)
async def test_events_reach_whoever_sees_the_thread(mode: str) -> None:
    played = await sync_to_async(Played)()
    await sync_to_async(switch_to)(mode)
    wrong: list[str] = []
    for actor, asker in played.cast.actors.items():
        sees = table.whose(table.SEES, mode, actor)
        async with listen(await sync_to_async(authorization)(asker)) as socket:
            for name, thread_id in played.cast.threads.items():
                found = await first_of(socket, name, thread_id)
                refused = "UNAUTHENTICATED" if actor == "An" else "NOT_FOUND"
                if found != (thread_id if name in sees else refused):
                    wrong.append(f"{actor} in {mode}, messagingEvents of {name}: {found}")
            await socket.subscribe(documents.EVENTS, key="all", after=BEGINNING)
            if actor == "An":
                wrong += [] if await refusal(socket) == "UNAUTHENTICATED" else [f"An in {mode}, messagingEvents"]
                continue
            told = [await next_of(socket, "all") for _ in range(sum(played.happened[name] for name in sees))]
            if not await socket.silent(seconds=0.05):
                wrong.append(f"{actor} in {mode}, messagingEvents: more than the table lets them see")
            heard = {played.cast.names[one["messagingEvents"]["thread"]["id"]] for one in told}
            if heard != sees:
                wrong.append(f"{actor} in {mode}, messagingEvents: {sorted(heard)}, not {sorted(sees)}")
            for one in set(ids_in(told)):
                decoded = ids.decode(one)
                if decoded and decoded[0] in {"Thread", "Message", "Dispute"}:
                    assert played.cast.names[one].split(" of ", 1)[-1] in sees or played.cast.names[one] in sees
    assert not wrong, "\n".join(wrong)


async def first_of(socket: Socket, name: str, thread_id: str) -> str:
    """The thread of the first event, or the code of the refusal."""
    await socket.subscribe(documents.EVENTS, key=name, threadId=thread_id, after=BEGINNING)
    frame = await socket.receive()
    while frame["id"] != name:  # of the one before, already sent when it was ended
        frame = await socket.receive()
    if frame["type"] == "error":
        return str(frame["payload"][0]["extensions"]["code"])
    if frame["payload"].get("errors"):
        return str(frame["payload"]["errors"][0]["extensions"]["code"])
    await socket.send({"id": name, "type": "complete"})
    return str(frame["payload"]["data"]["messagingEvents"]["thread"]["id"])


async def next_of(socket: Socket, key: str) -> Any:
    """The next event of one subscription; others, which have been completed, may have something on its way."""
    while True:
        frame = await socket.receive()
        if frame["id"] == key:
            assert frame["type"] == "next", frame
            return frame["payload"]["data"]


async def refusal(socket: Socket) -> str:
    frame = await socket.receive()
    errors = frame["payload"] if frame["type"] == "error" else frame["payload"]["errors"]
    return str(errors[0]["extensions"]["code"])


@pytest.mark.parametrize("mode", table.PLAYED)
async def test_a_foreign_thread_is_refused_as_a_missing_one(mode: str) -> None:
    played = await sync_to_async(Played)()
    await sync_to_async(switch_to)(mode)
    missing = ids.encode("Thread", 987_654_321)
    for actor, asker in played.cast.actors.items():
        sees = table.whose(table.SEES, mode, actor)
        async with listen(await sync_to_async(authorization)(asker)) as socket:
            frames = []
            for thread_id in [missing, *(one for name, one in played.cast.threads.items() if name not in sees)]:
                await socket.subscribe(documents.EVENTS, key="same", threadId=thread_id)
                frames.append(await socket.receive())
                if frames[-1]["type"] == "next":
                    assert (await socket.receive())["type"] == "complete"
            assert all(frame == frames[0] for frame in frames), f"{actor} in {mode}: {frames}"
