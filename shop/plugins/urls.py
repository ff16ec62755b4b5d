"""The pages of plugins, under ``/plugins/<name>/``: there while the plugin is enabled, unknown while it is not."""

import functools
from collections.abc import Callable, Iterator
from inspect import iscoroutinefunction
from typing import Any

from asgiref.sync import sync_to_async
from django.http import Http404
from django.urls import URLPattern, URLResolver, include, path

from shop.plugins import problems, registry, state
from shop.plugins.base import Plugin

View = Callable[..., Any]


def plugin_urls() -> list[URLResolver]:
    """Of every plugin that has some. One whose module cannot be imported is reported, and has none."""
    return [resolver for plugin in registry.plugins() if plugin.urls for resolver in _patterns_of(plugin)]


def _patterns_of(plugin: Plugin) -> Iterator[URLResolver]:
    try:
        module: Any = plugin.load(plugin.urls)
        patterns = [_guarded(plugin.label, pattern) for pattern in module.urlpatterns]
    except Exception as error:  # noqa: BLE001 - the shop goes on without the plugin
        problems.report(plugin.label, f"Its addresses cannot be read: {error!r}.")
        return
    namespace = getattr(module, "app_name", plugin.label)
    yield path(f"plugins/{plugin.label}/", include((patterns, namespace), namespace=plugin.label))


def _guarded(plugin: str, pattern: URLPattern | URLResolver) -> URLPattern | URLResolver:
    """The view is what is guarded, since Django looks up addresses on the event loop, where no database can be read."""
    if isinstance(pattern, URLPattern):
        return URLPattern(pattern.pattern, _while_enabled(plugin, pattern.callback), pattern.default_args, pattern.name)
    inner = [_guarded(plugin, each) for each in pattern.url_patterns]
    return URLResolver(
        pattern.pattern, inner, pattern.default_kwargs, app_name=pattern.app_name, namespace=pattern.namespace
    )


def _while_enabled(plugin: str, view: View) -> View:
    def insist() -> None:
        if not state.is_enabled(plugin):
            raise Http404

    if iscoroutinefunction(view):

        @functools.wraps(view)
        async def guarded(*args: Any, **kwargs: Any) -> Any:
            await sync_to_async(insist)()
            return await view(*args, **kwargs)

    else:

        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            insist()
            return view(*args, **kwargs)

    return guarded
