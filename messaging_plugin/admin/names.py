"""How staff see people: the person, and in whose name they write."""

from datetime import datetime

from django.utils import dateformat
from django.utils.text import Truncator
from django.utils.timezone import localtime

from messaging_plugin.inbox import Participant
from messaging_plugin.models import Dispute, Thread
from messaging_plugin.vocabulary import ThreadKind
from shop.models import User
from shop.plugins.api import current
from shop.vocabulary import Side

EXCERPT = 90


def name_of(who: Participant) -> str:
    person = "Guest" if who.guest else _person(who.user)
    if who.side is Side.VENDOR and who.vendor is not None:
        return f"{person} ({who.vendor.name})"
    return f"{person} ({current().name})" if who.side is Side.STORE else person


def customer_of(thread: Thread) -> str:
    """Empty where there is none, between a vendor and the store."""
    if thread.kind == ThreadKind.VENDOR_ADMIN:
        return ""
    return "Guest" if thread.guest else _person(thread.customer)


def counterparty_of(thread: Thread) -> str:
    return thread.vendor.name if thread.vendor is not None else current().name


def excerpt_of(thread: Thread) -> str:
    return "" if thread.last_message is None else Truncator(thread.last_message.body).chars(EXCERPT)


def dispute_note(dispute: Dispute) -> str:
    """The red note. Reads ``opened_by`` and, where that is gone, ``thread``."""
    return f"Dispute opened on {date_of(dispute.opened_at)} by {opener_of(dispute)}"


def date_of(moment: datetime) -> str:
    return dateformat.format(localtime(moment), "j F Y, H:i")


def opener_of(dispute: Dispute) -> str:
    if dispute.opened_by is None and dispute.opened_side == Side.CUSTOMER and dispute.thread.guest:
        return "a guest"
    return _in_name(dispute.opened_by, dispute.opened_side)


def closer_of(dispute: Dispute) -> str:
    if not dispute.closed_side:
        return ""
    if dispute.closed_by is None and dispute.closed_side == Side.CUSTOMER and dispute.thread.guest:
        return "a guest"
    return _in_name(dispute.closed_by, dispute.closed_side)


def _in_name(user: User | None, side: str) -> str:
    return f"{_person(user)} ({current().name})" if side == Side.STORE else _person(user)


def _person(user: User | None) -> str:
    return "Deleted user" if user is None else user.name
