"""Who wants to be told of what, and by which channel. Whoever has said nothing wants everything."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q, QuerySet

from messaging_plugin.models import NotificationPreference
from messaging_plugin.notifications.channels import EMAIL, channel_names
from messaging_plugin.vocabulary import NotificationEvent
from shop.access import require_somebody
from shop.actors import Actor
from shop.errors import Invalid
from shop.models import Order, User

Preference = tuple[NotificationEvent, str, bool]


def unwanted_by(actor: Actor) -> frozenset[tuple[str, str]]:
    """(event, channel) that the actor does not want to be told of; for nobody in particular it costs nothing."""
    if actor.is_anonymous:
        return frozenset()
    return frozenset(preferences_by(actor).filter(enabled=False).values_list("event", "channel"))


def preferences_of(actor: Actor) -> list[Preference]:
    """Of every event by every channel there is."""
    unwanted = unwanted_by(actor)
    names = channel_names()
    return [(event, name, (event, name) not in unwanted) for event in NotificationEvent for name in names]


def prefer(*, actor: Actor, wanted: Iterable[Preference]) -> None:
    """Remember what the actor wants; what is not named stays.

    Raises ``Unauthenticated`` for a visitor, ``Invalid`` for a channel that does not exist.
    """
    require_somebody(actor)
    known = channel_names()
    chosen: dict[tuple[str, str], bool] = {}
    for place, (event, channel, enabled) in enumerate(wanted):
        if channel not in known:
            message = f'There is no channel "{channel}". There are: {", ".join(known)}.'
            raise Invalid(message, field=("input", "preferences", str(place), "channel"))
        chosen[event.value, channel] = enabled
    whose = {"user_id": actor.user_id} if actor.user_id is not None else {"order_id": actor.order_id}
    for (event_name, channel), enabled in chosen.items():
        NotificationPreference.objects.update_or_create(
            **whose, event=event_name, channel=channel, defaults={"enabled": enabled}
        )


def preferences_by(actor: Actor) -> QuerySet[NotificationPreference]:
    """The rows of somebody who is not anonymous."""
    own = Q(user_id=actor.user_id) if actor.user_id is not None else Q(order_id=actor.order_id)
    return NotificationPreference.objects.filter(own)


def unsubscribe(*, actor: Actor, events: Iterable[NotificationEvent]) -> None:
    """No more e-mails about these events. Whoever does not exist any more wants none anyway."""
    if not _exists(actor):
        return
    prefer(actor=actor, wanted=[(event, EMAIL, False) for event in events])


def language_for(actor: Actor) -> str:
    user = User.objects.filter(pk=actor.user_id or 0).first()
    return settings.LANGUAGE_CODE if user is None else user.language_of_mails()


def _exists(actor: Actor) -> bool:
    if actor.user_id is not None:
        return User.objects.filter(pk=actor.user_id).exists()
    return Order.objects.filter(pk=actor.order_id or 0).exists()
