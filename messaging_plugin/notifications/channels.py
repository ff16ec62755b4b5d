"""The ways to tell somebody: the bell, e-mail, and what other plugins add."""

from messaging_plugin.events import Channel, ChannelQuestion, notification_channels
from messaging_plugin.settings import today
from messaging_plugin.vocabulary import NotificationEvent

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
    """Those of enabled plugins, by name. Raises ``ValueError`` for a name that does not fit into a row or is taken."""
    found: dict[str, Channel] = {}
    for channels in notification_channels.ask(ChannelQuestion()):
        for channel in channels:
            if not 1 <= len(channel.name) <= 32 or channel.name in {IN_APP, EMAIL, *found}:  # noqa: PLR2004 - the column
                raise ValueError(f'"{channel.name}" is no name for a channel: it is taken, empty or longer than 32.')
            found[channel.name] = channel
    return found


def channel_names() -> list[str]:
    """Those by which people are told."""
    return [IN_APP, EMAIL, *(name for name, channel in further_channels().items() if not channel.for_shop)]
