from django.conf import settings
from django.db import models
from django.utils import timezone

from shop.models.order import Order


class Token(models.Model):
    """A bearer token, kept as a hash: a user's, or a guest's for one order."""

    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="tokens"
    )
    order = models.ForeignKey(Order, on_delete=models.CASCADE, null=True, blank=True, related_name="tokens")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, order__isnull=True)
                | models.Q(user__isnull=True, order__isnull=False),
                name="token_of_a_user_or_of_an_order",
            ),
        ]

    def __str__(self) -> str:
        return f"Token {self.pk}"
