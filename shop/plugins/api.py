"""All that the author of a plugin imports from the plugin system."""

from collections.abc import Mapping

from shop.plugins.base import Plugin
from shop.plugins.hooks import Event, Hook
from shop.plugins.settings import PluginSettings
from shop.plugins.state import ShopState, current, is_enabled, one_state, settings_for

__all__ = [
    "Event",
    "Hook",
    "Plugin",
    "PluginSettings",
    "ShopState",
    "change_settings",
    "current",
    "is_enabled",
    "one_state",
    "settings_for",
]


def change_settings(plugin: str, changes: Mapping[str, object]) -> None:
    """For a plugin that changes settings of its own, by their camelCase names, without an operator who asks for it.

    Raises ``Invalid``. Publish ``shop_updated`` and hint at ``realtime.SHOP`` yourself.
    """
    from shop.plugins import switch  # a plugin declares itself before models can be imported

    switch.configure(plugin, dict(changes))
