"""All that the author of a plugin imports from the plugin system."""

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
    "current",
    "is_enabled",
    "one_state",
    "settings_for",
]
