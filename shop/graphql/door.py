"""The one way into the schema, for every transport. It chooses the schema as each operation begins."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionResult

from shop import realtime
from shop.authentication import actor_of
from shop.errors import PluginDisabled
from shop.graphql.composition import full_schema
from shop.graphql.context import Context
from shop.graphql.errors import coded, log
from shop.graphql.executor import in_thread
from shop.graphql.guard import guarded
from shop.graphql.schema import ShopSchema
from shop.plugins import state


class Door:
    """Has the methods of a Strawberry schema, with their arguments, so its views and handlers take it for one."""

    @property
    def config(self) -> StrawberryConfig:
        return full_schema().config

    def schema(self) -> ShopSchema:
        """The schema for the plugins enabled now."""
        return full_schema().with_plugins(state.current().enabled)

    def execute_sync(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        full_schema()  # what does not fit shows when it is composed; the state has nothing of it then
        with state.one_state():
            return _told(self.schema().execute_sync(*args, **kwargs))

    async def execute(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        schema = await in_thread(self.schema)
        return _told(await schema.execute(*args, **kwargs))

    async def stream(self, query: str, *, context_value: Context, **kwargs: Any) -> AsyncGenerator[Any, None]:
        """Ends with an error once the plugin of the subscription is disabled, or the client's credential is void."""
        schema = await in_thread(self.schema)
        results = await schema.stream(query, context_value=context_value, **kwargs)
        needed = schema.plugins_of_subscription(query, kwargs.get("operation_name"))
        topics = [topic for topic in (realtime.SHOP, context_value.credential.topic) if topic]

        def allow() -> None:
            actor_of(context_value.credential)
            for plugin in needed - state.read().enabled:
                raise PluginDisabled(plugin)

        async with aclosing(guarded(results, allow, topics)) as allowed:
            async for result in allowed:
                yield _told(result)


def _told(result: Any) -> Any:
    """``result`` with errors that are fit for the client; the unexpected ones are logged."""
    if result.errors:
        log(result.errors)
        result.errors = [coded(error) for error in result.errors]
    return result


door = Door()
