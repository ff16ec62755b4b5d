from django.conf import settings
from django.db import models
from django.db.models import Q

from messaging_plugin.vocabulary import MessageKind
from shop.vocabulary import Side


class Message(models.Model):
    """One post in a thread, numbered 1, 2, 3 … in it without gaps: the number is given under the thread's lock.

    An ``author`` of null is a guest's (then ``guest_order`` says which), or a deleted user's.
    """

    thread = models.ForeignKey("messaging.Thread", on_delete=models.CASCADE, related_name="messages")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=MessageKind.choices, default=MessageKind.REGULAR)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    author_side = models.CharField(max_length=8, choices=Side.choices)
    author_vendor = models.ForeignKey("shop.Vendor", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    guest_order = models.ForeignKey("shop.Order", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    body = models.TextField()
    idempotency_key = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - null: no key, never equal
    fingerprint = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was asked for.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["thread_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="messaging_message_number"),
            models.UniqueConstraint(
                fields=["author", "idempotency_key"],
                condition=Q(author__isnull=False, idempotency_key__isnull=False),
                name="messaging_one_message_per_key",
            ),
            models.UniqueConstraint(
                fields=["guest_order", "idempotency_key"],
                condition=Q(guest_order__isnull=False, idempotency_key__isnull=False),
                name="messaging_one_guest_message_per_key",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="messaging_numbers_begin_at_one"),
            models.CheckConstraint(
                condition=Q(author_side="VENDOR", author_vendor__isnull=False)
                | Q(~Q(author_side="VENDOR"), author_vendor__isnull=True),
                name="messaging_vendor_writes_as_vendor",
            ),
        ]

    def __str__(self) -> str:
        return f"Message {self.number} of thread {self.thread_id}"
