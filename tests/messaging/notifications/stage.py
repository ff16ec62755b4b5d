"""What tests about delivery do again and again."""

from datetime import timedelta

from django.db.models import F

from messaging_plugin.models import Notification
from messaging_plugin.notifications.delivery import deliver_due
from tests.messaging.notifications.postbox import Mail, Postbox


def told(postbox: Postbox) -> dict[str, Mail]:
    """What has come since the last call: one e-mail for each recipient."""
    deliver_due()
    found = {mail.to: mail for mail in postbox.mails}
    assert len(found) == len(postbox.mails), postbox.recipients()
    postbox.mails.clear()
    return found


def time_passes(**how_much: float) -> None:
    """By the reckoning of notifications: all their times are that much longer ago."""
    passed = timedelta(**how_much)
    Notification.objects.update(
        due_at=F("due_at") - passed, leased_until=F("leased_until") - passed, settled_at=F("settled_at") - passed
    )


def states(channel: str = "EMAIL") -> list[tuple[str, str]]:
    """State and note of every row of a channel, the oldest first."""
    return list(Notification.objects.filter(channel=channel).order_by("pk").values_list("state", "note"))
