"""Where an e-mail leads: into the storefront, into the admin for staff, and out of further e-mails."""

from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.urls import reverse

from messaging_plugin.models import Thread
from messaging_plugin.settings import today
from messaging_plugin.vocabulary import NotificationEvent
from shop.actors import Actor
from shop.graphql import ids
from shop.vocabulary import Side

_SALT = "messaging.unsubscribe"


def thread_url(thread: Thread, side: Side | None, guest_token: str | None = None) -> str:
    """A guest's has the token after a #, which browsers send to nobody."""
    if side is Side.STORE:
        return settings.SHOP_URL + reverse("admin:messaging_thread_change", args=[thread.pk])
    url = today().settings.storefront_thread_url.format(
        storefront=settings.STOREFRONT_URL,
        thread=quote(ids.encode("Thread", thread.pk), safe=""),
        order=quote(thread.order_number, safe=""),
    )
    return url if guest_token is None else f"{url}#token={quote(guest_token, safe='')}"


def unsubscribe_url(actor: Actor, events: list[str]) -> str | None:
    """None for the store's department, whose address is a setting."""
    if actor.is_anonymous:
        return None
    token = signing.dumps([actor.user_id, actor.order_id, sorted(events)], salt=_SALT, compress=True)
    return settings.SHOP_URL + reverse("messaging:unsubscribe", args=[token])


def unsubscriber(token: str) -> tuple[Actor, list[NotificationEvent]] | None:
    """Who wants no more e-mails about what; None for a token that is not ours. It does not run out."""
    try:
        user_id, order_id, events = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return Actor(user_id=user_id, order_id=order_id), [NotificationEvent(event) for event in events]
