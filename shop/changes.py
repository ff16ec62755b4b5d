"""Changes to people, told to what they have open: somebody who signs out, joins a vendor or loses a permission."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import m2m_changed, post_delete, post_save

from shop import realtime
from shop.authentication import topic_of_person
from shop.models import User, VendorMembership

#: Columns of a user that are no right and no proof of one.
_IDLE = frozenset({"last_login"})


def listen() -> None:
    for signal in (post_save, post_delete):
        signal.connect(_member_changed, VendorMembership, dispatch_uid="shop.changes.members")
    post_save.connect(_user_changed, User, dispatch_uid="shop.changes.users")
    for through in (User.groups.through, User.user_permissions.through):
        m2m_changed.connect(_permissions_changed, through, dispatch_uid=f"shop.changes.{through.__name__}")
    user_logged_out.connect(_signed_out, dispatch_uid="shop.changes.sessions")


def _member_changed(instance: VendorMembership, **_: Any) -> None:
    realtime.hint([topic_of_person(instance.user_id)])


def _user_changed(instance: User, update_fields: frozenset[str] | None = None, **_: Any) -> None:
    if update_fields is None or update_fields - _IDLE:
        realtime.hint([topic_of_person(instance.pk)])


def _permissions_changed(instance: Any, action: str, pk_set: set[int] | None, **_: Any) -> None:
    """From either side: a user's groups, or a group's users."""
    if action.startswith("post_"):
        people = [instance.pk] if isinstance(instance, User) else pk_set or ()
        realtime.hint(topic_of_person(pk) for pk in people)


def _signed_out(user: User | None = None, **_: Any) -> None:
    if user is not None:
        realtime.hint([topic_of_person(user.pk)])
