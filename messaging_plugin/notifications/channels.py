"""The ways to tell somebody: the bell, e-mail, and what other plugins add."""

import logging

from messaging_plugin.events import Channel, ChannelQuestion, notification_channels
from messaging_plugin.settings import today
from messaging_plugin.vocabulary import NotificationEvent

logger = logging.getLogger(__name__)

LONGEST_NAME = 32
#: The list of notifications: told as soon as it is written.
IN_APP = "IN_APP"
EMAIL = "EMAIL"


def mails_about(event: str) -> bool:
    """Whether the shop sends e-mail about such events at all."""
    settings = today().settings
    switches = {
        NotificationEvent.MESSAGE_SENT: settings.email_about_messages,
        NotificationEvent.DISPUTE_OPENED: settings.email_about_disputes,
        NotificationEvent.DISPUTE_CLOSED: settings.email_about_disputes,
        NotificationEvent.ANNOUNCEMENT: settings.email_about_news,
    }
    return settings.email_notifications and switches[NotificationEvent(event)]


def further_channels() -> dict[str, Channel]:
    """Those of enabled plugins, by name, less what does not fit into a row or is taken: that is logged, and harms nobody."""
    found: dict[str, Channel] = {}
    for channels in notification_channels.ask(ChannelQuestion()):
        for channel in channels:
            if 1 <= len(channel.name) <= LONGEST_NAME and channel.name not in {IN_APP, EMAIL, *found}:
                found[channel.name] = channel
            else:
                logger.error('"%s" is no name for a channel: it is taken, empty or too long.', channel.name)
    return found


def channel_names() -> list[str]:
    """Those by which people are told."""
    return [IN_APP, EMAIL, *(name for name, channel in further_channels().items() if not channel.for_shop)]
