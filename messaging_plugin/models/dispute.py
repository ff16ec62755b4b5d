from django.conf import settings
from django.db import models
from django.db.models import Q

from messaging_plugin.vocabulary import DisputeStatus
from shop.vocabulary import Side


class Dispute(models.Model):
    """A declared problem on an order thread; at most one is open in a thread, and all are kept."""

    thread = models.ForeignKey("messaging.Thread", on_delete=models.CASCADE, related_name="disputes")
    order = models.ForeignKey(
        "shop.Order", on_delete=models.SET_NULL, null=True, blank=True, related_name="messaging_disputes"
    )
    status = models.CharField(max_length=8, choices=DisputeStatus.choices, default=DisputeStatus.OPEN)
    reason = models.TextField()
    reason_code = models.CharField(max_length=32, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    opened_side = models.CharField(max_length=8, choices=Side.choices)
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    closed_side = models.CharField(max_length=8, choices=Side.choices, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["thread"], condition=Q(status="OPEN"), name="messaging_one_open_dispute_per_thread"
            ),
            models.CheckConstraint(
                condition=Q(status="OPEN", closed_at__isnull=True, closed_side="")
                | Q(Q(closed_at__isnull=False), ~Q(closed_side=""), status="CLOSED"),
                name="messaging_closed_dispute_says_when",
            ),
        ]
        indexes = [models.Index(fields=["opened_at", "id"], name="messaging_dispute_opened")]

    def __str__(self) -> str:
        return f"Dispute {self.pk} ({self.status})"
