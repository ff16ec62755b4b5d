"""The verbs and reads of gift notes."""

from shop import access, realtime
from shop.actors import Actor
from shop.errors import Invalid, NotFound
from shop.models import Order
from shop.plugins.api import settings_for
from tests.example_plugin.models import GiftNote
from tests.example_plugin.settings import GiftSettings


def write_note(*, actor: Actor, order_id: int, text: str) -> Order:
    """Raises ``NotFound`` unless the order is the actor's own, ``Invalid`` if the text is empty or too long."""
    order = access.order_for(actor, order_id)
    if order is None or not access.is_customer_of(actor, order):
        raise NotFound("There is no such order.", field=("input", "orderId"))
    most = settings_for("giftnotes", GiftSettings).maximum_length
    if not 1 <= len(text) <= most:
        raise Invalid(f"A note has 1 to {most} characters; this one has {len(text)}.", field=("input", "text"))
    GiftNote.objects.update_or_create(order=order, defaults={"text": text})
    realtime.hint(["giftnotes"])
    return order


def count_notes(actor: Actor) -> int:
    return GiftNote.objects.filter(order__in=access.visible_orders(actor)).count()


def texts_by_order(order_ids: list[int]) -> dict[int, str]:
    return dict(GiftNote.objects.filter(order__in=order_ids).values_list("order_id", "text"))
