from django.conf import settings
from django.db import models
from django.utils import timezone

from shop.models.product import Product
from shop.models.vendor import Vendor
from shop.vocabulary import OrderStatus


class Checkout(models.Model):
    """One placing of orders: what makes a retried ``orderPlace`` find what it did the first time."""

    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="checkouts"
    )
    guest_email = models.EmailField(blank=True)
    idempotency_key = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - null: no key, never equal
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of what was asked for.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "idempotency_key"],
                condition=models.Q(customer__isnull=False),
                name="one_checkout_per_customer_and_key",
            ),
            models.UniqueConstraint(
                fields=["guest_email", "idempotency_key"],
                condition=models.Q(customer__isnull=True) & ~models.Q(guest_email=""),  # not: of deleted users
                name="one_checkout_per_guest_and_key",
            ),
        ]

    def __str__(self) -> str:
        return f"Checkout {self.pk}"


class Order(models.Model):
    """A placed order; a ``customer`` of null is a guest's or a deleted user's, a ``vendor`` of null the store's."""

    number = models.CharField(max_length=32, unique=True)
    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, null=True, blank=True, related_name="orders")
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="orders"
    )
    guest_email = models.EmailField(blank=True)
    vendor = models.ForeignKey(
        Vendor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        help_text="Who handles it. Left empty: the store.",
    )
    status = models.CharField(max_length=16, choices=OrderStatus.choices, default=OrderStatus.PLACED)
    currency = models.CharField(max_length=3, default="EUR")
    placed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-placed_at", "-pk"]
        indexes = [
            models.Index(fields=["customer", "placed_at", "id"], name="order_customer_placed"),
            models.Index(fields=["vendor", "placed_at", "id"], name="order_vendor_placed"),
            models.Index(fields=["placed_at", "id"], name="order_placed"),
        ]

    def __str__(self) -> str:
        return f"Order #{self.number}"


class OrderLine(models.Model):
    """What was sold, with the product's name and SKU as they were then."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    product_name = models.CharField(max_length=200)
    sku = models.CharField("SKU", max_length=64)
    quantity = models.PositiveIntegerField()
    price = models.DecimalField(max_digits=12, decimal_places=2, help_text="Of one.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="order_line_of_at_least_one"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_name}"
