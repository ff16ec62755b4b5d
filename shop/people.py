"""Reads what somebody may do, in as few statements as it takes: every operation and every live event begins with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.contrib.auth.models import Group
from django.contrib.auth.models import Permission as DjangoPermission
from django.db.models import Q

from shop.actors import Actor, Membership
from shop.models import User
from shop.vocabulary import Permission, Rights

#: Columns of a user; a join gives one row for each membership, or one whose membership is all nulls.
COLUMNS = (
    "pk",
    "is_active",
    "is_superuser",
    "is_staff",
    "password",
    "password_changed_at",
    "memberships__vendor_id",
    "memberships__vendor__is_active",
    "memberships__customer_rights",
    "memberships__store_rights",
)


@dataclass(frozen=True, slots=True)
class Person:
    """One user as ``COLUMNS`` give them; the password is its hash."""

    memberships: tuple[Membership, ...]
    user_id: int
    is_active: bool
    is_superuser: bool
    is_staff: bool
    password: str
    password_changed_at: datetime

    @classmethod
    def of_rows(cls, rows: list[tuple[Any, ...]]) -> Self:
        return cls(_memberships(row[6:] for row in rows), *rows[0][:6])

    def actor(self) -> Actor:
        """Reads the permissions of staff; those of a superuser, who has them all, and of everybody else cost nothing."""
        permissions: frozenset[Permission] = frozenset(Permission) if self.is_superuser else frozenset()
        if self.is_staff and not self.is_superuser:
            permissions = _permissions_of(self.user_id)
        return Actor(user_id=self.user_id, permissions=permissions, memberships=self.memberships)


def active_person(user_id: int) -> Person | None:
    rows = list(User.objects.filter(pk=user_id, is_active=True).values_list(*COLUMNS))
    return Person.of_rows(rows) if rows else None


def _memberships(rows: Iterable[tuple[Any, ...]]) -> tuple[Membership, ...]:
    """Of active vendors, in one order always, so that equal actors are equal."""
    found = sorted((row for row in rows if row[1]), key=lambda row: int(row[0]))
    return tuple(Membership(vendor, Rights(customer), Rights(store)) for vendor, _, customer, store in found)


def _permissions_of(user_id: int) -> frozenset[Permission]:
    """The shop's own four, given to the user or to a group of theirs: one statement where Django takes two."""
    own = User.user_permissions.through.objects.filter(user_id=user_id).values("permission_id")
    of_groups = Group.permissions.through.objects.filter(group__user=user_id).values("permission_id")
    given = DjangoPermission.objects.filter(Q(pk__in=own) | Q(pk__in=of_groups))
    codenames = given.filter(content_type__app_label="shop", codename__in=Permission.values)
    return frozenset(Permission(codename) for codename in codenames.values_list("codename", flat=True))
