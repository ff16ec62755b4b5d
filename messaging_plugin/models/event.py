from django.conf import settings
from django.db import models
from django.db.models import Q

from messaging_plugin.vocabulary import EventKind


class Event(models.Model):
    """What happened, in the order of commits: on PostgreSQL a trigger makes writers take turns until they commit.

    Marks are seen by their reader alone: ``reader``, or the thread's guest where it is null. THREADS_MARKED has no
    thread: many were marked at once.
    """

    kind = models.CharField(max_length=16, choices=EventKind.choices)
    thread = models.ForeignKey("messaging.Thread", on_delete=models.CASCADE, null=True, related_name="events")
    message = models.ForeignKey("messaging.Message", on_delete=models.CASCADE, null=True, related_name="+")
    dispute = models.ForeignKey("messaging.Dispute", on_delete=models.CASCADE, null=True, related_name="+")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="THREADS_MARKED", thread__isnull=True, reader__isnull=False)
                | Q(~Q(kind="THREADS_MARKED"), thread__isnull=False),
                name="messaging_event_has_its_thread",
            ),
        ]
        indexes = [
            models.Index(fields=["thread", "id"], name="messaging_event_thread"),
            models.Index(fields=["created_at"], name="messaging_event_created"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
