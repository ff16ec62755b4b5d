"""The one way into the schema, for every transport. It chooses the schema as each operation begins."""

from typing import Any

from graphql import OperationType
from strawberry.types.execution import ExecutionResult

from shop.graphql.answers import answer, encode, fit, is_request_error
from shop.graphql.composition import full_schema
from shop.graphql.context import Context
from shop.graphql.documents import Operation
from shop.graphql.executor import in_thread
from shop.graphql.schema import ShopSchema
from shop.graphql.streams.following import RefusedError, follow
from shop.graphql.streams.outbox import Outlet
from shop.graphql.streams.questions import Answer
from shop.plugins import state


def execute_sync(operation: Operation, context: Context) -> ExecutionResult:
    """A query or mutation, in a thread of Django's."""
    full_schema()  # what does not fit shows when it is composed; the state has nothing of it then
    with state.one_state():
        result: ExecutionResult = fit(_schema().execute_sync(**_arguments(operation, context)))
        return result


async def run(operation: Operation, context: Context, outlet: Outlet) -> None:
    """Any operation, on an event loop; what it answers goes into ``outlet``. Returns when it is complete.

    Raises ``RefusedError`` for what cannot be run, and ``RequestError`` when what allowed it is gone: its credential is
    void, its plugin switched off.
    """
    if operation.kind is OperationType.SUBSCRIPTION:
        await follow(operation.text, operation.variables, operation.name, context, outlet)
        return
    schema = await in_thread(_schema_for, context)
    result: ExecutionResult = await schema.execute(**_arguments(operation, context))
    if is_request_error(result):
        raise RefusedError(result.errors or [])
    outlet.put(Answer(encode(answer(fit(result))).decode()))


def _schema() -> ShopSchema:
    """For the plugins enabled now."""
    return full_schema().with_plugins(state.current().enabled)


def _schema_for(context: Context) -> ShopSchema:
    context.refresh()
    return _schema()


def _arguments(operation: Operation, context: Context) -> dict[str, Any]:
    return {
        "query": operation.text,
        "variable_values": operation.variables,
        "operation_name": operation.name,
        "context_value": context,
    }
