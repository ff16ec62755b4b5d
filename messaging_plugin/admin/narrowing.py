"""The plugin's FilterSets as filters beside a list of the admin."""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import localtime

from messaging_plugin.filters import DeliveryFilter, DisputeFilter, ThreadFilter
from messaging_plugin.notifications.channels import channel_names
from messaging_plugin.vocabulary import DisputeStatus, NotificationEvent, NotificationState, ThreadKind
from shop.authentication import actor_in_admin
from shop.filters import ActorFilterSet
from shop.models import Order, Product, User, Vendor
from shop.vocabulary import Side

#: Vendors beyond these are found by search, or by a link.
MOST_VENDORS = 50


def narrowed(
    filterset: type[ActorFilterSet], data: dict[str, Any], rows: QuerySet[Any], request: HttpRequest
) -> QuerySet[Any]:
    """Raises ``IncorrectLookupParameters``, at which Django shows the list with a word of warning."""
    found = filterset(data, rows, actor=actor_in_admin(request))
    if not found.form.is_valid():
        raise IncorrectLookupParameters(found.form.errors)
    narrowed_rows: QuerySet[Any] = found.qs
    return narrowed_rows


class _Choice(admin.SimpleListFilter):
    """One filter of ``filterset``; a subclass says what is offered."""

    filterset: ClassVar[type[ActorFilterSet]] = ThreadFilter
    choices_offered: ClassVar[tuple[tuple[str, str], ...]] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:  # noqa: ARG002 - Django's signature
        return self.choices_offered

    def data(self, value: str) -> dict[str, Any]:
        return {str(self.parameter_name): value}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset if value is None else narrowed(self.filterset, self.data(value), queryset, request)


class _YesOrNo(_Choice):
    def data(self, value: str) -> dict[str, Any]:
        if value not in {"true", "false"}:
            raise IncorrectLookupParameters(value)
        return {str(self.parameter_name): value == "true"}


class ByUnread(_YesOrNo):
    title, parameter_name = "unread", "unread"
    choices_offered = (("true", "Unread only"), ("false", "Read only"))


class ByDispute(_YesOrNo):
    title, parameter_name = "dispute", "disputed"
    choices_offered = (("true", "Open dispute"), ("false", "None open"))


class ByKind(_Choice):
    title, parameter_name = "kind", "kind"
    choices_offered = (
        (ThreadKind.ORDER.value, "Orders"),
        (ThreadKind.PRODUCT_QUESTION.value, "Questions about products"),
        (ThreadKind.CONTACT.value, "Contact"),
        (ThreadKind.VENDOR_ADMIN.value, "Vendors and the store"),
    )

    def data(self, value: str) -> dict[str, Any]:
        return {"kind": [value]}


class BySide(_Choice):
    title, parameter_name = "my side", "side"
    choices_offered = tuple((side.value, side.label.capitalize()) for side in Side)

    def has_output(self) -> bool:
        """For the few who are customers or vendors, too: offered once the address asks for it."""
        return self.value() is not None


class ByActivity(_Choice):
    title, parameter_name = "last message", "updated_at"
    choices_offered = (("1", "Past day"), ("7", "Past 7 days"), ("30", "Past 30 days"))

    def data(self, value: str) -> dict[str, Any]:
        if value not in dict(self.choices_offered):
            raise IncorrectLookupParameters(value)
        return {f"{self.parameter_name}_after": localtime() - timedelta(days=int(value))}


class ByVendor(_Choice):
    title, parameter_name = "vendor", "vendor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:  # noqa: ARG002 - Django's signature
        offered = list(Vendor.objects.order_by("name", "pk").values_list("pk", "name")[:MOST_VENDORS])
        return [(str(pk), name) for pk, name in offered]

    def has_output(self) -> bool:
        return True  # else Django would leave an unknown vendor out of account


class _Linked(_Choice):
    """Not offered, but followed from a link: then it says what is shown, and can be taken off again."""

    model: ClassVar[Any]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:  # noqa: ARG002 - Django's signature
        asked = str(self.used_parameters.get(str(self.parameter_name), ""))
        row = self.model.objects.filter(pk=int(asked)).first() if asked.isascii() and asked.isdigit() else None
        return [(asked, self.label(row))] if row is not None else []

    def has_output(self) -> bool:
        return self.value() is not None

    def label(self, row: Any) -> str:
        return str(row.name)


class ByCustomer(_Linked):
    title, parameter_name, model = "customer", "customer", User


class ByProduct(_Linked):
    title, parameter_name, model = "product", "product", Product


class ByOrder(_Linked):
    title, parameter_name, model = "order", "order", Order

    def label(self, row: Any) -> str:
        return f"#{row.number}"


class DisputeByStatus(_Choice):
    filterset = DisputeFilter
    title, parameter_name = "status", "status"
    choices_offered = ((DisputeStatus.OPEN.value, "Open"), (DisputeStatus.CLOSED.value, "Closed"))


class DisputeByOpening(ByActivity):
    filterset = DisputeFilter
    title, parameter_name = "opened", "opened_at"


class DisputeByVendor(ByVendor):
    filterset = DisputeFilter


class DisputeByCustomer(ByCustomer):
    filterset = DisputeFilter


class DisputeByOrder(ByOrder):
    filterset = DisputeFilter


class DeliveryByState(_Choice):
    filterset = DeliveryFilter
    title, parameter_name = "state", "state"
    choices_offered = tuple((one.value, one.label) for one in NotificationState)


class DeliveryByKind(_Choice):
    filterset = DeliveryFilter
    title, parameter_name = "kind", "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:  # noqa: ARG002 - Django's signature
        return [(one.value, one.label) for one in NotificationEvent]


class DeliveryByChannel(_Choice):
    filterset = DeliveryFilter
    title, parameter_name = "channel", "channel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:  # noqa: ARG002 - Django's signature
        return [(name, name) for name in channel_names()]
