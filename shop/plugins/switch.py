"""Turns a plugin on and off and changes its settings. Who may is decided above, in ``shop.administration``."""

from django.db import transaction

from shop.errors import NotFound, ShopError
from shop.models import PluginState
from shop.plugins import problems, registry
from shop.plugins.base import Plugin


def enable(name: str) -> Plugin:
    """Raises ``NotFound``, or ``ShopError`` with PLUGIN_INCOMPATIBLE if it has problems here."""
    plugin = _installed(name)
    if found := problems.problems_of(plugin.label):
        raise ShopError(
            f'The plugin "{name}" cannot be enabled here: {" ".join(found)}',
            code="PLUGIN_INCOMPATIBLE",
            field=("input", "name"),
        )
    _switch(plugin, enabled=True)
    return plugin


def disable(name: str) -> Plugin:
    """Its data stay."""
    plugin = _installed(name)
    _switch(plugin, enabled=False)
    return plugin


@transaction.atomic
def configure(name: str, changes: object) -> Plugin:
    """Change the settings named in ``changes``, by their camelCase names; the others stay. Raises ``Invalid``."""
    plugin = _installed(name)
    PluginState.objects.get_or_create(name=plugin.label)
    row = PluginState.objects.select_for_update().get(name=plugin.label)
    row.settings = plugin.settings_class.stored(row.settings).changed(changes).with_secrets()
    row.save(update_fields=["settings"])
    return plugin


def is_switched_on(name: str) -> bool:
    """Whatever its problems: what an operator has asked for."""
    return PluginState.objects.filter(name=name, enabled=True).exists()


def _switch(plugin: Plugin, *, enabled: bool) -> None:
    PluginState.objects.update_or_create(name=plugin.label, defaults={"enabled": enabled})


def _installed(name: str) -> Plugin:
    plugin = registry.plugin_named(name)
    if plugin is None:
        known = ", ".join(sorted(found.label for found in registry.plugins())) or "none"
        raise NotFound(f'There is no plugin "{name}" here. Installed: {known}.', field=("input", "name"))
    return plugin
