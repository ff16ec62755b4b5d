"""The shop itself and its plugins."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypeVar

import strawberry
from strawberry.scalars import JSON

from shop import administration, realtime
from shop.graphql.context import Info
from shop.graphql.errors import ShopErrorCode, ShopUserError, answers
from shop.graphql.executor import in_thread
from shop.graphql.extending import extends
from shop.graphql.roots import Mutation, Query, Subscription
from shop.graphql.scalars import MultivendorMode
from shop.plugins import problems, registry, state
from shop.plugins.base import Plugin as InstalledPlugin
from shop.vocabulary import Permission

Payload = TypeVar("Payload")

#: Seconds after which an open `shopUpdated` looks for a change that no hint has told it of.
LOOK_EVERY = 30.0


@strawberry.type
class Plugin:
    """A plugin as this viewer may see it."""

    source: strawberry.Private[InstalledPlugin | None]
    name: str

    @strawberry.field
    def title(self) -> str:
        return self.source.title if self.source else self.name

    @strawberry.field
    def description(self) -> str:
        return self.source.description if self.source else ""

    @strawberry.field
    def version(self) -> str:
        return self.source.version if self.source else ""

    @strawberry.field
    def enabled(self) -> bool:
        return state.is_enabled(self.name)

    @strawberry.field(description="Why it cannot be enabled here; empty when it can. Requires MANAGE_PLUGINS.")
    def problems(self, info: Info) -> list[str] | None:
        return problems.problems_of(self.name) if _manages(info) else None

    @strawberry.field(description="Requires MANAGE_PLUGINS.")
    def settings(self, info: Info) -> JSON | None:
        if not _manages(info) or self.source is None:
            return None
        return JSON(state.current().settings_of(self.name).as_json())

    @strawberry.field(description="JSON Schema of `settings`. Requires MANAGE_PLUGINS.")
    def settings_schema(self, info: Info) -> JSON | None:
        return JSON(self.source.settings_class.json_schema()) if _manages(info) and self.source else None


@strawberry.type
class Shop:
    @strawberry.field
    def name(self) -> str:
        return state.current().name

    @strawberry.field
    def multivendor_mode(self) -> MultivendorMode:
        return state.current().multivendor_mode

    @strawberry.field(description="Enabled plugins; staff with MANAGE_PLUGINS see every installed one.")
    def plugins(self, info: Info) -> list[Plugin]:
        installed = [Plugin(source=plugin, name=plugin.label) for plugin in registry.plugins()]
        if _manages(info):
            return [*installed, *(Plugin(source=None, name=name) for name in registry.left_out())]
        return [plugin for plugin in installed if state.is_enabled(plugin.name)]


def _manages(info: Info) -> bool:
    return info.context.actor.may(Permission.MANAGE_PLUGINS)


@extends(Query)
class ShopQueries:
    @strawberry.field
    def shop(self) -> Shop:
        return Shop()


@strawberry.input
class ShopUpdateInput:
    name: str | None = None
    multivendor_mode: MultivendorMode | None = None


@strawberry.type
class ShopUpdatePayload:
    shop: Shop | None = None
    user_errors: list[ShopUserError] = strawberry.field(default_factory=list)


@strawberry.input
class PluginEnableInput:
    name: str


@strawberry.input
class PluginDisableInput:
    name: str


@strawberry.input
class PluginSettingsUpdateInput:
    name: str
    settings: JSON


@strawberry.type
class PluginPayload:
    plugin: Plugin | None = None
    user_errors: list[ShopUserError] = strawberry.field(default_factory=list)


@extends(Mutation)
class ShopMutations:
    @strawberry.mutation(description="Requires MANAGE_SHOP.")
    @answers(ShopUpdatePayload, ShopUserError, ShopErrorCode)
    def shop_update(self, info: Info, input: ShopUpdateInput) -> ShopUpdatePayload:
        administration.update_shop(actor=info.context.actor, name=input.name, mode=input.multivendor_mode)
        return _afterwards(ShopUpdatePayload(shop=Shop()))

    @strawberry.mutation(description="Requires MANAGE_PLUGINS.")
    @answers(PluginPayload, ShopUserError, ShopErrorCode)
    def plugin_enable(self, info: Info, input: PluginEnableInput) -> PluginPayload:
        return _afterwards(_payload(administration.enable_plugin(actor=info.context.actor, name=input.name)))

    @strawberry.mutation(description="Its data stay. Requires MANAGE_PLUGINS.")
    @answers(PluginPayload, ShopUserError, ShopErrorCode)
    def plugin_disable(self, info: Info, input: PluginDisableInput) -> PluginPayload:
        return _afterwards(_payload(administration.disable_plugin(actor=info.context.actor, name=input.name)))

    @strawberry.mutation(description="Possible while it is disabled, too. Requires MANAGE_PLUGINS.")
    @answers(PluginPayload, ShopUserError, ShopErrorCode)
    def plugin_settings_update(self, info: Info, input: PluginSettingsUpdateInput) -> PluginPayload:
        plugin = administration.configure_plugin(actor=info.context.actor, name=input.name, settings=input.settings)
        return _afterwards(_payload(plugin))


def _afterwards(payload: Payload) -> Payload:
    """The rest of the answer tells what the mutation has made of the shop."""
    state.reread()
    return payload


def _payload(plugin: InstalledPlugin) -> PluginPayload:
    return PluginPayload(plugin=Plugin(source=plugin, name=plugin.label))


@extends(Subscription)
class ShopSubscriptions:
    @strawberry.subscription(description="The mode, a plugin or its settings changed: reload what depends on them.")
    async def shop_updated(self) -> AsyncGenerator[Shop, None]:
        known = None
        async with aclosing(realtime.woken([realtime.SHOP], look_every=LOOK_EVERY)) as looks:
            async for _ in looks:
                now = await in_thread(state.read)
                if known is not None and now != known:
                    yield Shop()
                known = now
