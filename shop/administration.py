"""What the people who run the shop do to it: its name and mode, its plugins and their settings."""

from django.db import transaction

from shop import access, hooks, realtime
from shop.actors import Actor
from shop.errors import Invalid, ShopError
from shop.models import ShopSettings
from shop.plugins import switch
from shop.plugins.base import Plugin
from shop.texts import is_one_line
from shop.vocabulary import MultivendorMode, Permission

LONGEST_NAME = 100

#: Whoever sits at the server's console may do everything.
OPERATOR = Actor(permissions=frozenset(Permission))


@transaction.atomic
def update_shop(*, actor: Actor, name: str | None = None, mode: MultivendorMode | None = None) -> ShopSettings:
    """Change what is given. Needs MANAGE_SHOP.

    Raises ``ShopError`` (BLANK) or ``Invalid`` for a name that is empty, longer than 100 characters or has line breaks.
    Locks the settings' row. Publishes ``shop_updated``.
    """
    access.require(actor, Permission.MANAGE_SHOP)
    shop = ShopSettings.objects.select_for_update(no_key=True).get(pk=1)
    if name is not None:
        shop.name = checked_name(name)
    if mode is not None:
        shop.multivendor_mode = mode
    shop.save(update_fields=["name", "multivendor_mode"])
    _tell()
    return shop


@transaction.atomic
def enable_plugin(*, actor: Actor, name: str) -> Plugin:
    """Needs MANAGE_PLUGINS.

    Raises ``NotFound``, or ``ShopError`` (PLUGIN_INCOMPATIBLE) if it has problems here. Publishes ``shop_updated``.
    """
    access.require(actor, Permission.MANAGE_PLUGINS)
    plugin = switch.enable(name)
    _tell(plugin)
    return plugin


@transaction.atomic
def disable_plugin(*, actor: Actor, name: str) -> Plugin:
    """Its data stay. Needs MANAGE_PLUGINS. Raises ``NotFound``. Publishes ``shop_updated``."""
    access.require(actor, Permission.MANAGE_PLUGINS)
    plugin = switch.disable(name)
    _tell(plugin)
    return plugin


@transaction.atomic
def configure_plugin(*, actor: Actor, name: str, settings: object) -> Plugin:
    """Change the settings that are named, whether the plugin is enabled or not. Needs MANAGE_PLUGINS.

    Raises ``NotFound``, or ``Invalid`` with the path to the first value that does not fit. Publishes ``shop_updated``.
    """
    access.require(actor, Permission.MANAGE_PLUGINS)
    plugin = switch.configure(name, settings)
    _tell(plugin)
    return plugin


def checked_name(name: str) -> str:
    """The name, trimmed. Raises ``ShopError`` (BLANK) or ``Invalid``."""
    field = ("input", "name")
    trimmed = name.strip()
    if not trimmed:
        raise ShopError("A shop has a name: give one.", code="BLANK", field=field)
    if len(trimmed) > LONGEST_NAME:
        raise Invalid(f"A shop's name has at most {LONGEST_NAME} characters; this one has {len(trimmed)}.", field=field)
    if not is_one_line(trimmed):
        raise Invalid("A shop's name is one line without control characters.", field=field)
    return trimmed


def _tell(plugin: Plugin | None = None) -> None:
    hooks.shop_updated.publish(hooks.ShopUpdated(plugin=plugin.label if plugin else None))
    realtime.hint([realtime.SHOP])
