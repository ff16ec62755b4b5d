"""Threads of every kind that one viewer sees, each with other people, goods and disputes."""

from dataclasses import dataclass
from typing import Any

from django.db import models, reset_queries

from messaging_plugin.models import Dispute, Message, ReadState, Thread
from shop.models import Order, Product, User, Vendor
from shop.vocabulary import Permission
from tests import world
from tests.messaging import asks
from tests.messaging.behaviours import market as m

#: Rows whose conversations are held in GraphQL; those of more are copies of the first, to save time.
SPOKEN = 3


@dataclass
class Party:
    """Whom and what the threads of one row are about."""

    customer: User
    vendor: Vendor
    member: User
    product: Product
    order: Order

    def replacing(self, other: "Party") -> dict[tuple[Any, Any], Any]:
        """Type and key of each of ``other`` → the key of its like here."""
        return {
            (type(theirs), theirs.pk): ours.pk
            for theirs, ours in zip(vars(other).values(), vars(self).values(), strict=True)
        }


class Crowd:
    """In WAREHOUSE mode with direct communication. ``viewer``: "customer", "vendor" or "staff"."""

    def __init__(self, viewer: str) -> None:
        self.market = m.Market("M3")
        self.viewer: User = getattr(self.market, {"customer": "carla", "vendor": "anna", "staff": "sue"}[viewer])
        self.viewed = viewer
        self.parties: list[Party] = []
        world.give(self.market.sue, Permission.MANAGE_ORDERS)

    def grow(self, size: int) -> None:
        for number in range(len(self.parties), size):
            self.parties.append(self._party(number))
            if number < SPOKEN:
                self._talk(self.parties[-1])
            else:
                self._copy_talk(self.parties[-1])
            reset_queries()

    def _party(self, number: int) -> Party:
        customer = self.market.carla if self.viewed == "customer" else world.a_customer(f"Customer {number}")
        vendor = self.market.oakline if self.viewed == "vendor" else world.a_vendor(f"Vendor {number}")
        product = world.a_product(f"Thing {number}", vendor=vendor)
        order = world.an_order(customer, vendor=vendor, products=[product])
        return Party(customer, vendor, world.a_member(vendor, f"Member {number}"), product, order)

    def _talk(self, party: Party) -> None:
        thread = asks.started(party.customer, order=party.order, recipient=party.vendor)
        asks.sent(party.member, thread)
        m.close_dispute(self.market.sue, m.opened(party.customer, thread=thread))
        m.opened(self.market.sue, thread=thread)
        asks.sent(party.member, asks.started(party.customer, product=party.product))
        asks.sent(party.member, asks.started(party.customer, vendor=party.vendor))
        if self.viewed != "customer":
            m.vendor_started(party.member, context=party.product)

    def _copy_talk(self, party: Party) -> None:
        first = self.parties[0]
        keys = party.replacing(first)
        contact = models.Q(kind="CONTACT", customer=first.customer, vendor=first.vendor)
        theirs = models.Q(order=first.order) | models.Q(product=first.product) | contact
        for thread in Thread.objects.filter(theirs):
            last, dispute = thread.last_message_id, thread.open_dispute_id
            thread_copy = _copy(thread, {**keys, (Message, last): None, (Dispute, dispute): None})
            thread_copy.save()
            inside = {**keys, (Thread, thread.pk): thread_copy.pk}
            for model in (Message, Dispute, ReadState):
                rows: list[Any] = list(model._default_manager.filter(thread=thread).order_by("pk"))
                copies = model._default_manager.bulk_create(_copy(row, inside) for row in rows)
                inside |= {(model, row.pk): one.pk for row, one in zip(rows, copies, strict=True)}
            thread_copy.last_message_id = inside[Message, last]
            thread_copy.open_dispute_id = inside.get((Dispute, dispute))
            thread_copy.save()


def _copy(row: Any, keys: dict[tuple[Any, Any], Any]) -> Any:
    values = {
        field.attname: keys.get((field.related_model, value), value)
        for field in row._meta.concrete_fields
        if not field.primary_key
        for value in [getattr(row, field.attname)]
    }
    return type(row)(**values)
