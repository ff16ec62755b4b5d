"""Whom a message concerns: whose unread counts it raises, and later whom bell and e-mail tell."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet, Value

from messaging_plugin.models import Thread
from messaging_plugin.settings import today
from messaging_plugin.vocabulary import ThreadKind
from shop.models import User, VendorMembership
from shop.vocabulary import Permission, Rights, Side


@dataclass(frozen=True, slots=True)
class Concerned:
    """User → the side they are told on; ``guest``: the thread's guest, too."""

    users: dict[int, Side]
    guest: bool = False


def concerned_by(thread: Thread, *, by: Side, author_id: int | None, staff_always: bool = False) -> Concerned:
    """Everyone whom a message of side ``by`` in ``thread`` concerns, less its author: at most one statement.

    Staff are concerned where the store answers, while a dispute is open, and if ``staff_always``.
    """
    found: dict[int, Side] = {}
    guest = False
    if by is not Side.CUSTOMER:
        guest = thread.guest
        if thread.customer_id is not None:
            found[thread.customer_id] = Side.CUSTOMER
    asked: list[QuerySet[Any, tuple[int, str]]] = []
    if thread.vendor_id is not None and vendor_faces(thread):
        asked.append(_members([thread.vendor_id], thread.kind).values_list("user_id", Value(Side.VENDOR.value)))
    if staff_always or thread.open_dispute_id is not None or store_answers(thread):
        asked.append(staff_for(thread.kind).values_list("pk", Value(Side.STORE.value)))
    if asked:
        for user_id, side in asked[0].union(*asked[1:], all=True):
            if found.get(user_id, Side.STORE) is Side.STORE:
                found[user_id] = Side(side)
    if author_id is not None:
        found.pop(author_id, None)
    if by is Side.CUSTOMER and thread.customer_id is not None:
        found.pop(thread.customer_id, None)
    return Concerned(found, guest)


def members_for_store(vendor_ids: list[int]) -> list[tuple[int, int]]:
    """(vendor, user) for everyone whom a message of the store to these vendors concerns: one statement."""
    return list(_members(vendor_ids, ThreadKind.VENDOR_ADMIN).values_list("vendor_id", "user_id"))


def staff_for(kind: str) -> QuerySet[User]:
    """Active staff who may answer threads of a kind."""
    permissions = [Permission.MANAGE_MESSAGES.value]
    if kind == ThreadKind.ORDER:
        permissions.append(Permission.MANAGE_ORDERS.value)
    given = {"permission__codename__in": permissions, "permission__content_type__app_label": "shop"}
    by_user = User.user_permissions.through.objects.filter(**given).values("user_id")
    by_group = User.groups.through.objects.filter(
        group_id__in=Group.permissions.through.objects.filter(**given).values("group_id")
    ).values("user_id")
    granted = Q(pk__in=by_user) | Q(pk__in=by_group)
    return User.objects.filter(Q(is_superuser=True) | (Q(is_staff=True) & granted), is_active=True)


def vendor_faces(thread: Thread) -> bool:
    """Whether the vendor on the thread takes part: it is active, and today's mode lets it. Reads ``thread.vendor``."""
    if thread.vendor is None or not thread.vendor.is_active:
        return False
    return today().has_vendors if thread.kind == ThreadKind.VENDOR_ADMIN else today().vendors_face_customers


def store_answers(thread: Thread) -> bool:
    """Where no vendor takes part, and in what vendors and the store write to each other."""
    return thread.kind == ThreadKind.VENDOR_ADMIN or not vendor_faces(thread)


def _members(vendor_ids: list[int], kind: str) -> QuerySet[VendorMembership]:
    members = VendorMembership.objects.filter(vendor_id__in=vendor_ids, vendor__is_active=True, user__is_active=True)
    if kind == ThreadKind.VENDOR_ADMIN:
        return members.filter(store_rights__gte=Rights.VIEW)
    return members.filter(customer_rights__gte=Rights.VIEW)
