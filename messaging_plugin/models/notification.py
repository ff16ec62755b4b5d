from django.conf import settings
from django.db import models
from django.db.models import Q

from messaging_plugin.models.attempted import SETTLED_SAYS_WHEN, Attempted
from messaging_plugin.vocabulary import NotificationEvent


class Notification(Attempted):
    """One recipient told of one message by one channel; this row is the truth about it.

    The recipient is ``user``, or the store's ``department`` (for some channels: the shop itself), or else the guest. Rows with one ``parcel`` are sent
    together; it is given at the first attempt and stays, so that whatever is sent twice has one Message-ID.
    """

    event = models.CharField(max_length=16, choices=NotificationEvent.choices)
    thread = models.ForeignKey("messaging.Thread", on_delete=models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey("messaging.Message", on_delete=models.CASCADE, related_name="+")
    dispute = models.ForeignKey(
        "messaging.Dispute", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    department = models.BooleanField(default=False)
    channel = models.CharField(max_length=32)
    parcel = models.CharField(max_length=36, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "user", "channel"], condition=Q(user__isnull=False), name="messaging_told_once"
            ),
            models.UniqueConstraint(
                fields=["message", "department", "channel"],
                condition=Q(user__isnull=True),
                name="messaging_nobody_told_twice",
            ),
            models.CheckConstraint(
                condition=Q(department=False) | Q(user__isnull=True), name="messaging_department_is_nobody"
            ),
            models.CheckConstraint(condition=SETTLED_SAYS_WHEN, name="messaging_told_says_when"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="PENDING"), name="messaging_due"),
            models.Index(fields=["parcel"], condition=Q(state="PENDING"), name="messaging_parcel"),
            models.Index(fields=["user", "id"], name="messaging_told_user"),
            models.Index(fields=["thread", "id"], name="messaging_told_thread"),
            models.Index(fields=["settled_at"], name="messaging_mailed"),
        ]

    def __str__(self) -> str:
        return f"{self.event} by {self.channel} ({self.state})"
