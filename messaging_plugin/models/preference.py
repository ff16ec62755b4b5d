from django.conf import settings
from django.db import models
from django.db.models import Q

from messaging_plugin.vocabulary import NotificationEvent


class NotificationPreference(models.Model):
    """Whether a user, or the guest of an order, wants to be told of an event by a channel; no row: yes."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    order = models.ForeignKey("shop.Order", on_delete=models.CASCADE, null=True, related_name="+")
    event = models.CharField(max_length=16, choices=NotificationEvent.choices)
    channel = models.CharField(max_length=32)
    enabled = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "event", "channel"], condition=Q(user__isnull=False), name="messaging_user_prefers_once"
            ),
            models.UniqueConstraint(
                fields=["order", "event", "channel"],
                condition=Q(order__isnull=False),
                name="messaging_guest_prefers_once",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, order__isnull=True) | Q(user__isnull=True, order__isnull=False),
                name="messaging_preference_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} by {self.channel}: {'on' if self.enabled else 'off'}"
