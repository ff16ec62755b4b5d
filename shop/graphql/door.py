"""The one way into the schema, for every transport. It chooses the schema as each operation begins."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionResult

from shop.graphql.composition import full_schema
from shop.graphql.errors import coded, log
from shop.graphql.executor import in_thread
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
        with state.one_state():
            return _told(self.schema().execute_sync(*args, **kwargs))

    async def execute(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        schema = await in_thread(self.schema)
        return _told(await schema.execute(*args, **kwargs))

    async def stream(self, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        schema = await in_thread(self.schema)
        async with aclosing(await schema.stream(*args, **kwargs)) as results:
            async for result in results:
                yield _told(result)


def _told(result: Any) -> Any:
    """``result`` with errors that are fit for the client; the unexpected ones are logged."""
    if result.errors:
        log(result.errors)
        result.errors = [coded(error) for error in result.errors]
    return result


door = Door()
