"""What a viewer wants to be told of."""

import strawberry

from messaging_plugin.graphql import vocabulary
from messaging_plugin.notifications.preferences import preferences_of
from shop.actors import Actor


@strawberry.type(description="Whether the viewer wants to be told of an event by a channel.")
class NotificationPreference:
    event: vocabulary.NotificationEvent
    channel: str = strawberry.field(description="IN_APP, EMAIL, or what a plugin has added.")
    enabled: bool


def shown_preferences(actor: Actor) -> list[NotificationPreference]:
    return [
        NotificationPreference(event=event, channel=channel, enabled=enabled)
        for event, channel, enabled in preferences_of(actor)
    ]
