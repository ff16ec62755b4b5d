from collections.abc import AsyncGenerator, Mapping

import strawberry

from shop import access, realtime
from shop.errors import Invalid, NotFound
from shop.graphql import ids
from shop.graphql.context import Info
from shop.graphql.errors import ShopErrorCode, ShopUserError, answers
from shop.graphql.extending import extends
from shop.graphql.loading import Rows, batched
from shop.graphql.orders import Order
from shop.graphql.roots import Mutation, Subscription
from shop.models import Order as OrderRow
from shop.plugins.api import settings_for
from tests.example_plugin.models import GiftNote
from tests.example_plugin.settings import GiftSettings


@extends(Order)
class OrderAddition:
    @batched(str | None, description="What is written on the card.")
    def gift_note(rows: strawberry.Parent[Rows[OrderRow]]) -> Mapping[OrderRow, str]:  # noqa: N805
        notes = dict(GiftNote.objects.filter(order__in=[order.pk for order in rows]).values_list("order_id", "text"))
        greeting = settings_for("giftnotes", GiftSettings).greeting
        return {order: notes.get(order.pk, greeting) for order in rows}


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
    def gift_note_set(self, info: Info, input: GiftNoteSetInput) -> GiftNoteSetPayload | None:  # noqa: A002
        order = access.order_for(info.context.actor, ids.pk_of(input.order_id, "Order") or 0)
        if order is None or not access.is_customer_of(info.context.actor, order):
            raise NotFound("There is no such order.", field=("input", "orderId"))
        most = settings_for("giftnotes", GiftSettings).maximum_length
        if not 1 <= len(input.text) <= most:
            raise Invalid(f"A note has 1 to {most} characters.", field=("input", "text"))
        GiftNote.objects.update_or_create(order=order, defaults={"text": input.text})
        realtime.hint(["giftnotes"])
        payload = GiftNoteSetPayload()
        payload.order = order  # type: ignore[assignment]
        return payload


@extends(Subscription)
class GiftSubscriptions:
    @strawberry.subscription
    async def gift_note_written(self) -> AsyncGenerator[bool | None, None]:
        first = True
        async for hinted in realtime.woken(["giftnotes"]):
            if hinted and not first:
                yield True
            first = False
