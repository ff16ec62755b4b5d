"""What stands in the header of the admin: unread messages and open disputes, each a way to them."""

from django.urls import reverse

from messaging_plugin import inbox
from messaging_plugin.vocabulary import DisputeStatus
from shop.actors import Actor
from shop.hooks import HeaderLink
from shop.vocabulary import Permission


def links_for(actor: Actor) -> tuple[HeaderLink, ...]:
    """Nothing for staff who neither handle messages nor orders. Two statements."""
    if not (actor.may(Permission.MANAGE_MESSAGES) or actor.may(Permission.MANAGE_ORDERS)):
        return ()
    threads, disputes = reverse("admin:messaging_thread_changelist"), reverse("admin:messaging_dispute_changelist")
    return (
        HeaderLink("Messages", f"{threads}?unread=true", inbox.unread_counts(actor).messages),
        HeaderLink("Disputes", f"{disputes}?status={DisputeStatus.OPEN}", inbox.open_dispute_count(actor)),
    )
