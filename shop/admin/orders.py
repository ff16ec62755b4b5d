from typing import Any

from django.contrib import admin
from django.db.models import DecimalField, F, QuerySet, Sum
from django.http import HttpRequest

from shop.admin.permissions import OnlyShown
from shop.models import Order, OrderLine
from shop.vocabulary import Permission


class LinesOfOrder(OnlyShown, admin.TabularInline):  # type: ignore[type-arg]
    permission = Permission.MANAGE_ORDERS
    model = OrderLine
    fields = readonly_fields = ("sku", "product_name", "vendor", "quantity", "price")
    verbose_name_plural = "lines"
    extra = 0

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        return super().get_queryset(request).select_related("vendor", "order")


@admin.register(Order)
class OrderPage(OnlyShown, admin.ModelAdmin):  # type: ignore[type-arg]
    """An order is placed by who buys; here its status changes, and nothing else."""

    permission = Permission.MANAGE_ORDERS
    list_display = ("number", "status", "placed_at", "buyer", "handled_by", "total")
    list_filter = ("status", "vendor")
    list_select_related = ("customer", "vendor")
    search_fields = ("number", "customer__email", "customer__name", "guest_email")
    date_hierarchy = "placed_at"
    fields = ("number", "status", "buyer", "handled_by", "total", "placed_at")
    readonly_fields = ("number", "buyer", "handled_by", "total", "placed_at")
    inlines = (LinesOfOrder,)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        amount = Sum(F("lines__price") * F("lines__quantity"), output_field=DecimalField())
        orders: QuerySet[Order] = super().get_queryset(request)
        return orders.annotate(amount=amount)

    @admin.display(ordering="customer__name")
    def buyer(self, order: Order) -> str:
        if order.customer is not None:
            return str(order.customer)
        return f"Guest <{order.guest_email}>" if order.guest_email else "Deleted user"

    @admin.display(ordering="vendor__name")
    def handled_by(self, order: Order) -> str:
        return order.vendor.name if order.vendor else "The store"

    @admin.display(ordering="amount")
    def total(self, order: Any) -> str:
        return f"{order.amount or 0:.2f} {order.currency}"
