"""What the plugin's pages have in common: nothing is edited but by the plugin's verbs."""

from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from shop.actors import Actor
from shop.authentication import actor_in_admin
from shop.vocabulary import Permission

if TYPE_CHECKING:
    Page: TypeAlias = admin.ModelAdmin[Any]
else:
    Page = admin.ModelAdmin


class MessagesPage(Page):
    """For staff with one of ``permissions``; Django's own permissions and its forms of each model are not used."""

    permissions: ClassVar[tuple[Permission, ...]] = (Permission.MANAGE_MESSAGES, Permission.MANAGE_ORDERS)
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    empty_value_display = ""

    class Media:
        css = {"all": ("messaging/admin.css",)}

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        actor = actor_in_admin(request)
        return any(actor.may(permission) for permission in self.permissions)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - as above
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - as above
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = str(self.opts.verbose_name_plural).capitalize()
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:  # noqa: ARG002 - Django's
        """Lists are narrowed by the filters beside them, and by nothing else that Django would understand."""
        filters: Any = self.list_filter
        return lookup in {one.parameter_name for one in filters}

    def actor(self, request: HttpRequest) -> Actor:
        """Whoever may see these pages. Raises ``PermissionDenied``."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return actor_in_admin(request)

    def page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/messaging/{template}", context)
