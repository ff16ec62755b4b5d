"""What lists can be narrowed by, for GraphQL and the admin."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from messaging_plugin import access, inbox, search
from messaging_plugin.models import Dispute, Notification, Thread, WebhookDelivery
from messaging_plugin.notifications import listing
from messaging_plugin.vocabulary import DisputeStatus, EventKind, NotificationEvent, NotificationState, ThreadKind
from messaging_plugin.vocabulary import OrderMessages as Choice
from shop.filters import ActorFilterSet, DateTimeRangeFilter, EnumFilter, EnumsFilter, IdFilter, TextFilter
from shop.models import Order
from shop.vocabulary import Side


class _Search(TextFilter):
    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return search.matching(qs, value) if value else qs


class _Unread(django_filters.BooleanFilter):  # type: ignore[misc]
    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return qs if value is None else inbox.unread_threads(self.parent.actor, qs, unread=value)


class _Side(EnumFilter):
    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return qs.filter(access.on_side(self.parent.actor, Side(value))) if value else qs


class ThreadFilter(ActorFilterSet):
    search = _Search(help_text="Words in message bodies and subjects, or an order's number.")
    kind = EnumsFilter(enum=ThreadKind)
    unread = _Unread(help_text="With messages that the viewer has not read; false: without.")
    disputed = django_filters.BooleanFilter(
        field_name="open_dispute", lookup_expr="isnull", exclude=True, help_text="With an open dispute."
    )
    side = _Side(enum=Side, help_text="Only those in which the viewer is on this side.")
    order = IdFilter(node="Order", field_name="order_id")
    product = IdFilter(node="Product", field_name="product_id")
    vendor = IdFilter(node="Vendor", field_name="vendor_id")
    customer = IdFilter(node="User", field_name="customer_id")
    updated_at = DateTimeRangeFilter()

    class Meta:
        model = Thread
        fields: list[str] = []


class DisputeFilter(ActorFilterSet):
    status = EnumFilter(enum=DisputeStatus)
    order = IdFilter(node="Order", field_name="order_id")
    vendor = IdFilter(node="Vendor", field_name="thread__vendor_id")
    customer = IdFilter(node="User", field_name="thread__customer_id")
    opened_at = DateTimeRangeFilter()

    class Meta:
        model = Dispute
        fields: list[str] = []


class _Read(django_filters.BooleanFilter):  # type: ignore[misc]
    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return qs if value is None else listing.read_notifications(self.parent.actor, qs, read=value)


class NotificationFilter(ActorFilterSet):
    kind = EnumsFilter(enum=NotificationEvent, field_name="event")
    read = _Read(help_text="Whose message the viewer has read; false: has not.")
    thread = IdFilter(node="Thread", field_name="thread_id")

    class Meta:
        model = Notification
        fields: list[str] = []


class DeliveryFilter(ActorFilterSet):
    """What staff narrow the list of deliveries by."""

    state = EnumFilter(enum=NotificationState)
    channel = TextFilter()
    kind = EnumFilter(enum=NotificationEvent, field_name="event")

    class Meta:
        model = Notification
        fields: list[str] = []


class WebhookFilter(ActorFilterSet):
    """What staff narrow the list of webhook deliveries by."""

    state = EnumFilter(enum=NotificationState)
    kind = EnumFilter(enum=EventKind)

    class Meta:
        model = WebhookDelivery
        fields: list[str] = []


class _Messages(EnumFilter):
    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if not value:
            return qs
        actor = self.parent.actor
        threads = access.only_visible(actor, Thread.objects.filter(kind=ThreadKind.ORDER, message_count__gt=0))
        if value == Choice.UNREAD:
            threads = inbox.unread_threads(actor, threads)
        return qs.filter(Q(pk__in=threads.order_by().values("order_id")))


class OrderMessages(ActorFilterSet):
    """Joins the core's OrderFilter."""

    messages = _Messages(
        enum=Choice, help_text="Orders with unread messages for the viewer, or with any messages. Left out: all orders."
    )

    class Meta:
        model = Order
        fields: list[str] = []
