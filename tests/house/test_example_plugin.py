"""The example plugin is small, uses every hook, and works. What it is while it is off: tests/shop/graphql."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from asgiref.sync import sync_to_async

from shop import hooks
from shop.plugins import registry
from shop.plugins.hooks import Event, Hook
from tests import world
from tests.asking import ask, bearer, global_id, listen

EXAMPLE = Path(__file__).parent.parent / "example_plugin"
SET = """mutation ($id: ID!, $text: String!) {
  giftNoteSet(input: {orderId: $id, text: $text}) { order { giftNote } userErrors { code field message } }
}"""


def declared(module: ModuleType) -> Iterator[Hook | Event]:  # type: ignore[type-arg]
    yield from (one for one in vars(module).values() if isinstance(one, Hook | Event))


def test_it_has_at_most_150_lines_that_are_not_blank() -> None:
    files = [file for file in EXAMPLE.rglob("*.py") if "migrations" not in file.parts]
    assert sum(bool(line.strip()) for file in files for line in file.read_text().splitlines()) <= 150


def test_it_listens_to_every_hook_and_event_of_the_core() -> None:
    deaf = [
        one.name
        for one in declared(hooks)
        if "giftnotes" not in {registry.owner_of(module) for _, module in one._listeners}
    ]
    assert deaf == []


@pytest.mark.django_db
def test_a_customer_writes_a_note_on_an_own_order_only() -> None:
    world.enabled("giftnotes", maximumLength=5)
    order, other = world.an_order(world.a_customer()), world.a_customer()
    assert ask(SET, order.customer, id=global_id(order), text="Hello").data == {
        "giftNoteSet": {"order": {"giftNote": "Hello"}, "userErrors": []}
    }
    refused = [
        ask(SET, other, id=global_id(order), text="Hi").data["giftNoteSet"],
        ask(SET, order.customer, id=global_id(order), text="Hello!").data["giftNoteSet"],
    ]
    assert refused == [
        {
            "order": None,
            "userErrors": [{"code": "NOT_FOUND", "field": ["input", "orderId"], "message": "There is no such order."}],
        },
        {
            "order": None,
            "userErrors": [
                {
                    "code": "INVALID",
                    "field": ["input", "text"],
                    "message": "A note has 1 to 5 characters; this one has 6.",
                }
            ],
        },
    ]
    read = "{ giftNoteCount orders(filter: {gift: true}, first: 5) { nodes { giftNote } } }"
    assert ask(read, order.customer).data == {"giftNoteCount": 1, "orders": {"nodes": [{"giftNote": "Hello"}]}}
    assert ask(read, other).data == {"giftNoteCount": 0, "orders": {"nodes": []}}


@pytest.mark.django_db(transaction=True)
async def test_the_count_of_notes_is_told_live_to_those_who_see_the_order() -> None:
    await sync_to_async(world.enabled)("giftnotes")
    customer, other = await sync_to_async(world.a_customer)(), await sync_to_async(world.a_customer)()
    order = await sync_to_async(world.an_order)(customer)
    async with (
        listen(await sync_to_async(bearer)(customer)) as own,
        listen(await sync_to_async(bearer)(other)) as others,
    ):
        for socket in (own, others):
            await socket.subscribe("subscription { giftNoteWritten }")
            assert await socket.silent(seconds=0.3)
        await sync_to_async(ask)(SET, customer, id=global_id(order), text="Hello")
        assert await own.next() == {"giftNoteWritten": 1}
        assert await others.silent(seconds=0.3)
