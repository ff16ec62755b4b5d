from django.conf import settings
from django.db import models


class Announcement(models.Model):
    """News from the store to vendors; its threads, one for each vendor, tell to whom it went."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    replies_allowed = models.BooleanField(default=True)
    idempotency_key = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - null: no key, never equal
    fingerprint = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was asked for.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["author", "idempotency_key"],
                condition=models.Q(author__isnull=False, idempotency_key__isnull=False),
                name="messaging_one_announcement_per_key",
            ),
        ]

    def __str__(self) -> str:
        return self.subject
