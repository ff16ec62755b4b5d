"""Under which name somebody appears to everybody: the company for a vendor, the store for staff."""

from django.utils.translation import gettext as _

from messaging_plugin.models import Message, Thread
from shop.models import User, Vendor
from shop.plugins.api import current
from shop.vocabulary import Side


def name_of(thread: Thread, *, side: Side, vendor: Vendor | None, user: User | None) -> str:
    """Of a person of ``side`` in ``thread``, or of the side itself where ``user`` is None."""
    if side is Side.VENDOR and vendor is not None:
        return vendor.name
    if side is Side.STORE:
        return current().name
    if user is not None:
        return user.name
    return _("Guest") if thread.guest else _("Deleted user")


def author_name(message: Message) -> str:
    """Reads ``author``, ``author_vendor`` and ``thread``."""
    return name_of(message.thread, side=Side(message.author_side), vendor=message.author_vendor, user=message.author)
