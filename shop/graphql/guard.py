"""Ends a subscription when what allowed it is gone: its plugin disabled, its token revoked, its user signed out."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from typing import Any

from graphql import (
    DocumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    InlineFragmentNode,
)
from strawberry.types.execution import ExecutionResult

from shop import realtime
from shop.errors import RequestError
from shop.graphql.executor import in_thread

#: Seconds within which a stream ends whose right is gone, even if no hint tells of it.
LOOK_EVERY = 2.0


async def guarded(
    results: AsyncGenerator[Any, None], allow: Callable[[], None], topics: Iterable[str]
) -> AsyncGenerator[Any, None]:
    """``results``, until ``allow`` raises a ``RequestError``: then that error as the last result.

    ``allow`` runs in a thread after each hint to ``topics``, and every ``LOOK_EVERY`` seconds.
    """
    watching = asyncio.ensure_future(_watch(allow, topics))
    coming: asyncio.Future[Any] | None = None
    try:
        while True:
            coming = asyncio.ensure_future(anext(results))
            await asyncio.wait({coming, watching}, return_when=asyncio.FIRST_COMPLETED)
            if watching.done():
                error = watching.result()
                yield ExecutionResult(data=None, errors=[GraphQLError(error.message, original_error=error)])
                return
            try:
                result = coming.result()
            except StopAsyncIteration:
                return
            yield result
    finally:
        waiting = [one for one in (watching, coming) if one is not None]
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await results.aclose()


async def _watch(allow: Callable[[], None], topics: Iterable[str]) -> RequestError:
    async with aclosing(realtime.woken(topics, look_every=LOOK_EVERY)) as looks:
        async for _ in looks:
            try:
                await in_thread(allow)
            except RequestError as error:
                return error
    raise AssertionError("woken() never ends.")


def root_fields(document: DocumentNode, operation_name: str | None = None) -> set[str]:
    """Names of the fields that an operation of a document, and all of its fragments, begin with."""
    names: set[str] = set()
    waiting = [
        one.selection_set
        for one in document.definitions
        if isinstance(one, ExecutableDefinitionNode)
        and (operation_name is None or isinstance(one, FragmentDefinitionNode) or _name(one) == operation_name)
    ]
    while waiting:
        for one in waiting.pop().selections:
            if isinstance(one, FieldNode):
                names.add(one.name.value)
            elif isinstance(one, InlineFragmentNode):
                waiting.append(one.selection_set)
    return names


def _name(definition: ExecutableDefinitionNode) -> str | None:
    return definition.name.value if definition.name else None
