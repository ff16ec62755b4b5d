"""The page of plugins: what is installed, what is wrong with it, its switch and its settings."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from shop import administration, checks
from shop.admin.permissions import OnlyShown, actor_of
from shop.admin.plugin_form import PluginSettingsForm
from shop.errors import ShopError
from shop.models import PluginState
from shop.plugins import problems, registry, state
from shop.plugins.base import Plugin
from shop.vocabulary import Permission

LIST = "admin:shop_pluginstate_changelist"


@admin.register(PluginState)
class PluginPage(OnlyShown, admin.ModelAdmin):  # type: ignore[type-arg]
    """Stands where Django would list rows of ``PluginState``, which may not be there yet; none of its views is left."""

    permission = Permission.MANAGE_PLUGINS

    def get_urls(self) -> list[URLPattern]:
        def view(page: Any) -> Any:
            return self.admin_site.admin_view(page)

        return [
            path("", view(self.changelist_view), name="shop_pluginstate_changelist"),
            path("<str:name>/", view(self.settings_view), name="shop_plugin_settings"),
            path("<str:name>/<str:action>/", view(self.switch_view), name="shop_plugin_switch"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self._require(request)
        checks.every_problem()  # those, too, that show only when the schema is composed
        rows: list[dict[str, Any]] = [
            {
                "name": plugin.label,
                "title": plugin.title,
                "description": plugin.description,
                "version": plugin.version,
                "enabled": state.is_enabled(plugin.label),
                "problems": problems.problems_of(plugin.label),
                "installed": True,
            }
            for plugin in registry.plugins()
        ]
        rows += [{"title": name, "problems": problems.problems_of(name)} for name in registry.left_out()]
        context = {"title": "Plugins", "plugins": rows, **(extra_context or {})}
        return self._page(request, "admin/shop/pluginstate/change_list.html", context)

    def settings_view(self, request: HttpRequest, name: str) -> HttpResponse:
        self._require(request)
        plugin = _plugin(name)
        form = PluginSettingsForm(plugin, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.save(actor_of(request)):
            self._note(request, plugin, f"The settings of {plugin.title} were changed.")
            return HttpResponseRedirect(reverse(LIST))
        fields: Any = form  # Django's own pages show plain forms so, too
        context = {
            "title": f"Settings of {plugin.title}",
            "plugin": plugin,
            "form": form,
            "adminform": AdminForm(fields, [(None, {"fields": list(form.fields)})], {}),
            "errors": form.errors,
        }
        return self._page(request, "admin/shop/pluginstate/change_form.html", context)

    def switch_view(self, request: HttpRequest, name: str, action: str) -> HttpResponse:
        verbs = {"enable": administration.enable_plugin, "disable": administration.disable_plugin}
        if action not in verbs:
            raise Http404
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        self._require(request)
        checks.every_problem()
        plugin = _plugin(name)
        try:
            verbs[action](actor=actor_of(request), name=name)
        except ShopError as error:
            messages.error(request, error.message)
        else:
            self._note(request, plugin, f"{plugin.title} is {action}d.")
        return HttpResponseRedirect(reverse(LIST))

    def _require(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _note(self, request: HttpRequest, plugin: Plugin, text: str) -> None:
        """For whoever did it, and for the history."""
        messages.success(request, text)
        self.log_change(request, PluginState.objects.get(name=plugin.label), text)

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, template, context)


def _plugin(name: str) -> Plugin:
    plugin = registry.plugin_named(name)
    if plugin is None:
        raise Http404
    return plugin
