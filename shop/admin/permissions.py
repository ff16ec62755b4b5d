"""Who may use the pages.

The shop's own four permissions decide, as everywhere in the shop: whoever has MANAGE_ORDERS handles orders here and
over GraphQL, and whoever has not does neither. Django's own permissions of each model (add, change, delete, view) are
not asked for, so that there is one place to look at, and no second way in. A plugin may do as it likes with its pages.
"""

from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from django.contrib import admin
from django.http import HttpRequest

from shop import authentication
from shop.actors import Actor
from shop.vocabulary import Permission

if TYPE_CHECKING:
    Page: TypeAlias = admin.ModelAdmin[Any]
else:
    Page = object


def actor_of(request: HttpRequest) -> Actor:
    return authentication.actor_in_admin(request)


class NeedsPermission(Page):
    """Mixed into a ``ModelAdmin`` or an inline: all of it for whoever has ``permission``, nothing for anybody else."""

    permission: ClassVar[Permission]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return self._may(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - an inline's has obj
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - as above
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - as above
        return self._may(request)

    def _may(self, request: HttpRequest) -> bool:
        return actor_of(request).may(self.permission)


class OnlyShown(NeedsPermission):
    """Nothing is added or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - as above
        return False
