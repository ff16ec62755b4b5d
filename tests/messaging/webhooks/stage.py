"""What tests about webhooks do again and again."""

from datetime import timedelta

from django.db.models import F

from messaging_plugin.models import WebhookDelivery


def time_passes(**how_much: float) -> None:
    """By the reckoning of deliveries: all their times are that much longer ago."""
    passed = timedelta(**how_much)
    WebhookDelivery.objects.update(
        due_at=F("due_at") - passed, leased_until=F("leased_until") - passed, settled_at=F("settled_at") - passed
    )


def rows() -> list[tuple[str, int, int | None, str]]:
    """State, attempts, status and reason of every delivery, the oldest first."""
    return list(WebhookDelivery.objects.order_by("pk").values_list("state", "attempts", "http_status", "note"))
