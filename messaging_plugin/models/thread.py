from django.conf import settings
from django.db import models
from django.db.models import Q

from messaging_plugin.vocabulary import ThreadKind


class Thread(models.Model):
    """One conversation about one thing, between two sides.

    ``vendor`` is the counterparty, which faces the customer; null is the store. In VENDOR_ADMIN it is the vendor, and
    the store is the other side. ``order`` and ``product`` are the context; when one is gone its name is still here.
    """

    kind = models.CharField(max_length=16, choices=ThreadKind.choices)
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="messaging_threads"
    )
    guest = models.BooleanField(default=False, help_text="The customer is a guest, with the order's token.")
    vendor = models.ForeignKey(
        "shop.Vendor", on_delete=models.PROTECT, null=True, blank=True, related_name="messaging_threads"
    )
    order = models.ForeignKey(
        "shop.Order", on_delete=models.SET_NULL, null=True, blank=True, related_name="messaging_threads"
    )
    product = models.ForeignKey(
        "shop.Product", on_delete=models.SET_NULL, null=True, blank=True, related_name="messaging_threads"
    )
    order_number = models.CharField(max_length=32, blank=True, help_text="As it was; stays when the order is gone.")
    product_name = models.CharField(max_length=200, blank=True, help_text="As it was when the thread began.")
    subject = models.CharField(max_length=200, blank=True, help_text="Free text, between a vendor and the store.")
    announcement = models.ForeignKey(
        "messaging.Announcement", on_delete=models.PROTECT, null=True, blank=True, related_name="threads"
    )
    replies_allowed = models.BooleanField(default=True, help_text="Else the vendor only reads.")
    message_count = models.PositiveIntegerField(default=0)
    last_message = models.ForeignKey(
        "messaging.Message", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    open_dispute = models.ForeignKey(
        "messaging.Dispute", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(help_text="When its last message was sent.")

    class Meta:
        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="ORDER", product__isnull=True, subject="", announcement__isnull=True)
                | Q(kind="PRODUCT_QUESTION", order__isnull=True, subject="", announcement__isnull=True, guest=False)
                | Q(
                    kind="CONTACT",
                    order__isnull=True,
                    product__isnull=True,
                    subject="",
                    announcement__isnull=True,
                    guest=False,
                )
                | Q(
                    Q(order__isnull=True) | Q(product__isnull=True),
                    ~Q(subject=""),
                    kind="VENDOR_ADMIN",
                    customer__isnull=True,
                    vendor__isnull=False,
                    guest=False,
                ),
                name="messaging_thread_fits_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(guest=False) | Q(customer__isnull=True), name="messaging_guest_has_no_account"
            ),
            # Two for each: NULLs are never equal, neither the store's null nor that of a context that is gone.
            models.UniqueConstraint(
                fields=["order", "vendor"],
                condition=Q(kind="ORDER", vendor__isnull=False),
                name="messaging_one_thread_per_order_vendor",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(kind="ORDER", vendor__isnull=True),
                name="messaging_one_thread_per_order_store",
            ),
            models.UniqueConstraint(
                fields=["customer", "product", "vendor"],
                condition=Q(kind="PRODUCT_QUESTION", vendor__isnull=False),
                name="messaging_one_question_per_vendor",
            ),
            models.UniqueConstraint(
                fields=["customer", "product"],
                condition=Q(kind="PRODUCT_QUESTION", vendor__isnull=True),
                name="messaging_one_question_to_store",
            ),
            models.UniqueConstraint(
                fields=["customer", "vendor"],
                condition=Q(kind="CONTACT", vendor__isnull=False),
                name="messaging_one_contact_per_vendor",
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(kind="CONTACT", vendor__isnull=True),
                name="messaging_one_contact_with_store",
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="messaging_thread_updated"),
            models.Index(fields=["created_at", "id"], name="messaging_thread_created"),
            models.Index(fields=["customer", "updated_at", "id"], name="messaging_thread_customer"),
            models.Index(fields=["vendor", "updated_at", "id"], name="messaging_thread_vendor"),
            models.Index(fields=["order_number"], name="messaging_thread_number"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} thread {self.pk}"
