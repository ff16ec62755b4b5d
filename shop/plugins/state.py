"""What the shop is set to at this moment. One statement reads all of it; one operation sees one state."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from shop.plugins import registry
from shop.plugins.settings import PluginSettings
from shop.vocabulary import MultivendorMode


@dataclass(frozen=True)
class ShopState:
    name: str
    multivendor_mode: MultivendorMode
    #: Names of the plugins that are switched on and usable in this process.
    enabled: frozenset[str]
    stored_settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def settings_of(self, plugin: str) -> PluginSettings:
        found = registry.plugin_named(plugin)
        if found is None:
            raise LookupError(f'There is no plugin "{plugin}".')
        return found.settings_class.stored(self.stored_settings.get(plugin, {}))


_current: ContextVar[ShopState | None] = ContextVar("shop_state", default=None)


def read() -> ShopState:
    """The state as committed now: one statement, whatever the number of plugins."""
    from shop.models import ShopSettings  # a plugin declares itself before models can be imported

    rows = list(
        ShopSettings.objects.order_by("plugins__name").values_list(
            "name", "multivendor_mode", "plugins__name", "plugins__enabled", "plugins__settings"
        )
    )
    if not rows:
        raise LookupError("The shop's settings are missing: run `manage.py migrate`.")
    switched_on = frozenset(name for _, _, name, enabled, _ in rows if name and enabled)
    return ShopState(
        name=rows[0][0],
        multivendor_mode=MultivendorMode(rows[0][1]),
        enabled=switched_on & registry.usable_names(),
        stored_settings={name: settings for _, _, name, _, settings in rows if name},
    )


def current() -> ShopState:
    """The state that the operation under way began with; outside of one, the state as it is now."""
    return _current.get() or read()


@contextmanager
def one_state(state: ShopState | None = None) -> Iterator[ShopState]:
    """Everything inside sees one and the same state, freshly read unless given."""
    token = _current.set(state or read())
    try:
        yield current()
    finally:
        _current.reset(token)


def reread() -> None:
    """For the rest of the operation under way: what it has just changed is what it sees."""
    if _current.get() is not None:
        _current.set(read())


def is_enabled(plugin: str) -> bool:
    return plugin in current().enabled


Settings = TypeVar("Settings", bound=PluginSettings)


def settings_for(plugin: str, expected: type[Settings]) -> Settings:
    """The settings of ``plugin``, which must be of the class ``expected``."""
    settings = current().settings_of(plugin)
    if not isinstance(settings, expected):
        raise TypeError(f"The settings of {plugin} are {type(settings).__name__}, not {expected.__name__}.")
    return settings
