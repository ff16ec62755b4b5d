"""Django's admin site, from which what belongs to a disabled plugin is gone."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse

from shop import authentication, hooks
from shop.plugins import registry, state

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class ShopAdminSite(AdminSite):
    """Signs in by e-mail address. A request sees one state of the shop, from its beginning to its end."""

    site_title = "Administration"
    index_title = "Administration"
    site_url = "/graphql/"  # the storefront is somebody else's; here is GraphiQL

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        links: list[hooks.HeaderLink] = []
        if self.has_permission(request):
            page = hooks.AdminPage(actor=authentication.actor_in_admin(request))
            links = [link for answer in hooks.admin_header.ask(page) for link in answer]
        context = super().each_context(request)
        return {**context, "site_header": state.current().name, "header_links": links}

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # noqa: FBT001, FBT002 - Django's signature
        inner: Any = super().admin_view(view, cacheable)

        @wraps(inner)
        def while_enabled(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            with state.one_state():
                if _is_off(_owner(view)):
                    raise Http404
                response: HttpResponseBase = inner(request, *args, **kwargs)
                if isinstance(response, SimpleTemplateResponse):
                    response.render()  # Django would do so later, when the state is a new one for each that asks
                return response

        wrapped: Any = while_enabled
        found: View = wrapped
        return found

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        return [app for app in super().get_app_list(request, app_label) if not _is_off(app["app_label"])]

    def get_log_entries(self, request: HttpRequest) -> QuerySet[LogEntry]:
        disabled = [plugin.label for plugin in registry.plugins() if not state.is_enabled(plugin.label)]
        return super().get_log_entries(request).exclude(content_type__app_label__in=disabled)

    def autocomplete_view(self, request: HttpRequest) -> Any:
        if _is_off(request.GET.get("app_label")):
            raise Http404
        return super().autocomplete_view(request)


def _owner(view: Callable[..., Any]) -> str | None:
    """The plugin whose model a page shows, or who wrote it."""
    page = getattr(view, "__self__", None)
    if isinstance(page, ModelAdmin) and registry.plugin_named(label := page.opts.app_label):
        return label
    return registry.owner_of(type(page).__module__ if isinstance(page, ModelAdmin) else view.__module__)


def _is_off(app_label: str | None) -> bool:
    return (
        bool(app_label) and registry.plugin_named(str(app_label)) is not None and not state.is_enabled(str(app_label))
    )
