from django.db import models
from django.db.models import Q

from messaging_plugin.vocabulary import NotificationState

#: Of every table of them.
SETTLED_SAYS_WHEN = Q(state="PENDING", settled_at__isnull=True) | Q(
    ~Q(state="PENDING"), settled_at__isnull=False, leased_until__isnull=True
)


class Attempted(models.Model):
    """What is tried until it works, by whichever worker has claimed the row; see ``messaging_plugin.attempts``."""

    state = models.CharField(max_length=8, choices=NotificationState.choices, default=NotificationState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True, help_text="Why it was skipped, or what went wrong last.")

    class Meta:
        abstract = True
