"""The e-mail that a parcel becomes: subject, text and HTML from templates, and the headers that mail programs read."""

from django.template.loader import render_to_string
from django.utils import translation

from messaging_plugin.events import Parcel, Told
from messaging_plugin.notifications.links import unsubscribe_url
from messaging_plugin.vocabulary import NotificationEvent
from shop import emails
from shop.actors import Actor
from shop.plugins.api import current

_FOLDER = "messaging/mail"
_DISPUTES = {NotificationEvent.DISPUTE_OPENED, NotificationEvent.DISPUTE_CLOSED}


def letter_of(parcel: Parcel, *, actor: Actor, address: str) -> emails.Letter:
    """In the recipient's language. The templates get ``shop``, ``told``, ``unsubscribe`` and ``is_one_thread``."""
    unsubscribe = unsubscribe_url(actor, sorted({one.event for one in parcel.told}))
    threads = {one.thread_id for one in parcel.told}
    context = {
        "shop": current().name,
        "language": parcel.recipient.language,
        "told": [_shown(one) for one in parcel.told],
        "first": next((one for one in parcel.told if one.event in _DISPUTES), parcel.told[0]),  # what to call it
        "count": len(parcel.told),
        "is_one_thread": len(threads) == 1,
        "unsubscribe": unsubscribe,
    }
    with translation.override(parcel.recipient.language):
        subject = render_to_string(f"{_FOLDER}/subject.txt", context)
        text = render_to_string(f"{_FOLDER}/body.txt", context)
        html = render_to_string(f"{_FOLDER}/body.html", context)
    return emails.Letter(
        to=address,
        sender=current().name,
        subject=subject,
        text=text.strip() + "\n",
        html=html,
        headers=_headers(parcel.key, threads, unsubscribe),
    )


def _headers(key: str, threads: set[int], unsubscribe: str | None) -> dict[str, str]:
    """Every e-mail about one thread answers to one id that was never sent, which is what keeps them together."""
    at = emails.domain()
    found = {"Message-ID": f"<{key}@{at}>", "Auto-Submitted": "auto-generated", "List-Id": f"<messages.{at}>"}
    if len(threads) == 1:
        [thread_id] = threads
        found |= {"In-Reply-To": f"<thread.{thread_id}@{at}>", "References": f"<thread.{thread_id}@{at}>"}
    if unsubscribe is not None:
        found |= {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return found


def _shown(told: Told) -> dict[str, object]:
    return {
        "event": told.event,
        "subject": _one_line(told.subject),
        "author": _one_line(told.author),
        "body": told.body,
        "lines": told.body.splitlines(),  # at whatever breaks a line anywhere, so that none escapes its quotation mark
        "url": told.url,
    }


def _one_line(name: str) -> str:
    """Names come from imports, too: one of several lines could say in the text what looks like the shop's own words."""
    return " ".join(name.splitlines())
