"""Staff read, answer and settle in Django's admin, by the same verbs and rules as over GraphQL."""

from messaging_plugin.admin.announcements import AnnouncementPage
from messaging_plugin.admin.disputes import DisputePage
from messaging_plugin.admin.notifications import NotificationPage
from messaging_plugin.admin.threads import ThreadPage
from messaging_plugin.admin.webhooks import WebhookPage

__all__ = ["AnnouncementPage", "DisputePage", "NotificationPage", "ThreadPage", "WebhookPage"]
