"""The plugins of this process, usable or not."""

from django.apps import apps

from shop.plugins import problems
from shop.plugins.base import Plugin


def plugins() -> list[Plugin]:
    """Every plugin that Django has loaded, in the order of INSTALLED_APPS."""
    return [config for config in apps.get_app_configs() if isinstance(config, Plugin)]


def plugin_named(name: str) -> Plugin | None:
    return next((plugin for plugin in plugins() if plugin.label == name), None)


def usable_names() -> frozenset[str]:
    return frozenset(plugin.label for plugin in plugins() if not problems.problems_of(plugin.label))


def left_out() -> list[str]:
    """Names of what should have been a plugin and could not even be imported."""
    loaded = {plugin.label for plugin in plugins()}
    return sorted(name for name in problems.every_problem() if name not in loaded)


def owner_of(module: str) -> str | None:
    """The plugin in whose package ``module`` lies, the innermost if several do; None for the core."""
    around = [one for one in plugins() if module == one.name or module.startswith(f"{one.name}.")]
    return max(around, key=lambda one: len(one.name)).label if around else None
