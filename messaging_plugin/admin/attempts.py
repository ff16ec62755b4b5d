"""What the lists of notifications and of webhook deliveries have in common."""

from django.contrib import admin
from django.utils.text import Truncator

from messaging_plugin import inbox
from messaging_plugin.admin import names
from messaging_plugin.admin.pages import MessagesPage
from messaging_plugin.models import Notification, WebhookDelivery
from messaging_plugin.vocabulary import NotificationState, SkipReason
from shop.vocabulary import Permission

_LONGEST_NOTE = 200


class AttemptsPage(MessagesPage):
    permissions = (Permission.MANAGE_MESSAGES,)

    @admin.display(description="thread")
    def about(self, row: Notification | WebhookDelivery) -> str:
        return inbox.subject_of(row.thread)

    @admin.display(description="state")
    def status(self, row: Notification | WebhookDelivery) -> str:
        return NotificationState(row.state).label

    @admin.display(description="why")
    def why(self, row: Notification | WebhookDelivery) -> str:
        if row.state == NotificationState.SKIPPED and row.note in SkipReason:
            return str(SkipReason(row.note).label)
        return Truncator(row.note).chars(_LONGEST_NOTE)

    @admin.display(description="written", ordering="created_at")
    def written(self, row: Notification | WebhookDelivery) -> str:
        return names.date_of(row.created_at)
