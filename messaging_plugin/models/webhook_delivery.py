import uuid

from django.db import models
from django.db.models import Q

from messaging_plugin.models.attempted import SETTLED_SAYS_WHEN, Attempted
from messaging_plugin.vocabulary import EventKind


class WebhookDelivery(Attempted):
    """One event told to the shop's own system; this row is the truth about it, and outlives the event in the log.

    ``payload`` is written before the first attempt: whatever is sent twice is the same, under the same ``key``.
    """

    event = models.BigIntegerField(unique=True, help_text="Its place in the log, which clients see as a cursor.")
    kind = models.CharField(max_length=16, choices=EventKind.choices)
    thread = models.ForeignKey("messaging.Thread", on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey("messaging.Message", on_delete=models.CASCADE, null=True, related_name="+")
    dispute = models.ForeignKey("messaging.Dispute", on_delete=models.CASCADE, null=True, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    payload = models.TextField(blank=True)
    host = models.CharField(max_length=255, blank=True, help_text="To which it was sent last.")
    http_status = models.PositiveSmallIntegerField(null=True, help_text="What was answered last, as HTTP has it.")

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "webhook deliveries"
        constraints = [models.CheckConstraint(condition=SETTLED_SAYS_WHEN, name="messaging_webhook_says_when")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="PENDING"), name="messaging_webhook_due"),
            models.Index(fields=["settled_at"], name="messaging_webhook_settled"),
        ]

    @property
    def message_key(self) -> str:
        """The header ``Webhook-Id``."""
        return f"msg_{self.key.hex}"

    def __str__(self) -> str:
        return f"{self.kind} {self.event} ({self.state})"
