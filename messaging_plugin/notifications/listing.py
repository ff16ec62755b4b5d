"""What somebody has been told, newest first: the list behind the bell."""

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from messaging_plugin import access, inbox
from messaging_plugin.marks import marks_of
from messaging_plugin.models import Notification
from messaging_plugin.notifications.channels import IN_APP
from messaging_plugin.notifications.preferences import preferences_by
from shop.actors import Actor


def bare_notifications_of(actor: Actor) -> QuerySet[Notification]:
    """Of threads that the actor may see today, and of events that the actor wants to be told of."""
    if actor.is_anonymous:
        return Notification.objects.none()
    unwanted = preferences_by(actor).filter(channel=IN_APP, enabled=False).values("event")
    told = Notification.objects.filter(_told(actor), channel=IN_APP)
    return told.filter(access.visible(actor, "thread__")).exclude(event__in=unwanted)


def notifications_of(actor: Actor) -> QuerySet[Notification]:
    """With messages, disputes and their people, and threads as of ``inbox.threads_of``: two statements."""
    people = ("message__author", "message__author_vendor", "dispute__opened_by", "dispute__closed_by")
    found = bare_notifications_of(actor).select_related(*people)
    return found.prefetch_related(Prefetch("thread", inbox.threads_of(actor))).order_by("-pk")


def read_notifications(actor: Actor, told: QuerySet[Notification], *, read: bool) -> QuerySet[Notification]:
    """Those whose message the actor has read, or those whose message is unread; see ``is_read``."""
    marks = marks_of(actor).filter(thread_id=OuterRef("thread_id"), unread_count__gt=0)
    unread = Exists(marks.filter(last_read_number__lt=OuterRef("message__number")))
    return told.exclude(unread) if read else told.filter(unread)


def is_read(actor: Actor, told: Notification) -> bool:
    """Follows the mark of the thread, as it was read with ``notifications_of``."""
    message = told.message
    message.thread = told.thread
    return not inbox.is_unread(actor, message)


def _told(actor: Actor) -> Q:
    if actor.user_id is not None:
        return Q(user_id=actor.user_id)
    return Q(user__isnull=True, department=False, thread__guest=True, thread__order_id=actor.order_id)
