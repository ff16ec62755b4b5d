from django.conf import settings
from django.db import models
from django.db.models import Q


class ReadState(models.Model):
    """How far one reader has read one thread; no row: all of it. A reader of null is the thread's guest.

    For every row ``unread_count`` is the number of messages after ``last_read_number`` that are not the reader's own,
    and ``message_count`` that of the thread: so whoever marks many threads read needs to lock none of them.
    """

    thread = models.ForeignKey("messaging.Thread", on_delete=models.CASCADE, related_name="read_states")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    last_read_number = models.PositiveIntegerField(default=0)
    unread_count = models.PositiveIntegerField(default=0)
    message_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["thread", "user"], condition=Q(user__isnull=False), name="messaging_one_mark_per_user"
            ),
            models.UniqueConstraint(fields=["thread"], condition=Q(user__isnull=True), name="messaging_one_guest_mark"),
        ]
        indexes = [
            models.Index(fields=["user", "thread"], condition=Q(unread_count__gt=0), name="messaging_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.unread_count} unread in thread {self.thread_id}"
