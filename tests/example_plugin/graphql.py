from collections.abc import AsyncGenerator, Mapping

import strawberry

from shop import realtime
from shop.authentication import actor_of
from shop.graphql import ids
from shop.graphql.context import Info
from shop.graphql.errors import ShopErrorCode, ShopUserError, answers
from shop.graphql.executor import in_thread
from shop.graphql.extending import extends
from shop.graphql.loading import Rows, batched
from shop.graphql.orders import Order
from shop.graphql.roots import Mutation, Query, Subscription
from shop.models import Order as OrderRow
from shop.plugins.api import settings_for
from tests.example_plugin.notes import count_notes, texts_by_order, write_note
from tests.example_plugin.settings import GiftSettings


@extends(Order)
class OrderAddition:
    @batched(str | None, description="What is written on the card.")
    def gift_note(rows: strawberry.Parent[Rows[OrderRow]]) -> Mapping[OrderRow, str]:
        notes = texts_by_order([order.pk for order in rows])
        greeting = settings_for("giftnotes", GiftSettings).greeting
        return {order: notes.get(order.pk, greeting) for order in rows}


@extends(Query)
class GiftQueries:
    @strawberry.field(description="On the orders that the viewer sees.")
    def gift_note_count(self, info: Info) -> int | None:
        return count_notes(info.context.actor)


@strawberry.input
class GiftNoteSetInput:
    order_id: strawberry.ID
    text: str


@strawberry.type
class GiftNoteSetPayload:
    order: Order | None = None
    user_errors: list[ShopUserError] = strawberry.field(default_factory=list)


@extends(Mutation)
class GiftMutations:
    @strawberry.mutation
    @answers(GiftNoteSetPayload, ShopUserError, ShopErrorCode)
    def gift_note_set(self, info: Info, input: GiftNoteSetInput) -> GiftNoteSetPayload | None:
        order = write_note(actor=info.context.actor, order_id=ids.pk_of(input.order_id, "Order") or 0, text=input.text)
        return GiftNoteSetPayload(order=order)  # type: ignore[arg-type]


@extends(Subscription)
class GiftSubscriptions:
    @strawberry.subscription(description="giftNoteCount, whenever it has changed.")
    async def gift_note_written(self, info: Info) -> AsyncGenerator[int | None, None]:
        known = None
        async for _ in realtime.woken(["giftnotes"]):
            now = await in_thread(lambda: count_notes(actor_of(info.context.credential)))
            if known not in (None, now):
                yield now
            known = now
