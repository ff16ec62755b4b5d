"""Inputs of queries and mutations."""

import strawberry
from django.db.models import TextChoices

from messaging_plugin.filters import DisputeFilter, NotificationFilter, ThreadFilter
from messaging_plugin.graphql.vocabulary import NotificationEvent
from shop.graphql.filters import FilterInput, derived_from
from shop.graphql.scalars import OrderDirection


@derived_from(ThreadFilter, description="All conditions must hold.")
class ThreadFilterInput(FilterInput):
    pass


@derived_from(DisputeFilter)
class DisputeFilterInput(FilterInput):
    pass


@derived_from(NotificationFilter)
class NotificationFilterInput(FilterInput):
    pass


@strawberry.enum
class ThreadOrderField(TextChoices):
    UPDATED_AT = "updated_at"
    CREATED_AT = "created_at"


@strawberry.input
class ThreadOrderInput:
    field: ThreadOrderField
    direction: OrderDirection


@strawberry.input(one_of=True)
class ThreadAboutInput:
    order_id: strawberry.ID | None = strawberry.UNSET
    product_id: strawberry.ID | None = strawberry.UNSET
    vendor_id: strawberry.ID | None = strawberry.UNSET
    store: bool | None = strawberry.UNSET


@strawberry.input(one_of=True)
class RecipientInput:
    vendor_id: strawberry.ID | None = strawberry.UNSET
    store: bool | None = strawberry.UNSET


@strawberry.input
class ThreadStartInput:
    about: ThreadAboutInput
    recipient: RecipientInput | None = None
    body: str
    idempotency_key: strawberry.ID | None = None


@strawberry.input(one_of=True)
class VendorContextInput:
    order_id: strawberry.ID | None = strawberry.UNSET
    product_id: strawberry.ID | None = strawberry.UNSET


@strawberry.input(description="Staff name the vendor; a user of several vendors, too.")
class VendorThreadStartInput:
    vendor_id: strawberry.ID | None = None
    subject: str
    context: VendorContextInput | None = None
    body: str
    idempotency_key: strawberry.ID | None = None


@strawberry.input
class MessageSendInput:
    thread_id: strawberry.ID
    body: str
    idempotency_key: strawberry.ID | None = None


@strawberry.input
class ThreadMarkReadInput:
    thread_id: strawberry.ID
    up_to: strawberry.ID | None = None


@strawberry.input
class ThreadMarkUnreadInput:
    thread_id: strawberry.ID
    from_: strawberry.ID | None = strawberry.field(name="from", default=None)


@strawberry.input(one_of=True)
class ThreadSelectionInput:
    ids: list[strawberry.ID] | None = strawberry.UNSET
    filter: ThreadFilterInput | None = strawberry.UNSET


@strawberry.input
class ThreadsMarkInput:
    threads: ThreadSelectionInput


@strawberry.input
class DisputeOpenInput:
    thread_id: strawberry.ID | None = None
    order_id: strawberry.ID | None = None
    reason: str


@strawberry.input
class DisputeCloseInput:
    dispute_id: strawberry.ID


@strawberry.input(one_of=True)
class VendorSelectionInput:
    ids: list[strawberry.ID] | None = strawberry.UNSET
    all: bool | None = strawberry.UNSET


@strawberry.input
class AnnouncementSendInput:
    vendors: VendorSelectionInput
    subject: str
    body: str
    allow_replies: bool | None = None
    idempotency_key: strawberry.ID | None = None


@strawberry.input
class NotificationPreferenceInput:
    event: NotificationEvent
    channel: str
    enabled: bool


@strawberry.input(description="What is not named stays as it is.")
class NotificationPreferencesUpdateInput:
    preferences: list[NotificationPreferenceInput]
