from messaging_plugin.models.announcement import Announcement
from messaging_plugin.models.dispute import Dispute
from messaging_plugin.models.event import Event
from messaging_plugin.models.message import Message
from messaging_plugin.models.notification import Notification
from messaging_plugin.models.preference import NotificationPreference
from messaging_plugin.models.read_state import ReadState
from messaging_plugin.models.thread import Thread
from messaging_plugin.models.webhook_delivery import WebhookDelivery

__all__ = [
    "Announcement",
    "Dispute",
    "Event",
    "Message",
    "Notification",
    "NotificationPreference",
    "ReadState",
    "Thread",
    "WebhookDelivery",
]
