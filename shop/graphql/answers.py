"""Results of operations in the words of the wire, whatever carries them: the members of an answer, and JSON."""

import json
from typing import Any

import orjson
from graphql import ExecutionResult as CoreResult
from graphql import GraphQLError
from strawberry.types.execution import ExecutionResult, PreExecutionError

from shop.errors import RequestError
from shop.graphql.errors import coded, log

INTERNAL = RequestError("Something went wrong on our side. Please try again.", code="INTERNAL")


def encode(value: object) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # an integer beyond 64 bits, a lone surrogate
        return json.dumps(value, ensure_ascii=True, separators=(",", ":"), default=str).encode()


def fit(result: Any) -> Any:
    """``result`` with errors that are fit for the client; the unexpected ones are logged."""
    if result.errors:
        log(result.errors)
        result.errors = [coded(error) for error in result.errors]
    return result


def told(error: Exception) -> dict[str, Any]:
    """An error as clients see it; one that was not written for them as INTERNAL."""
    if isinstance(error, GraphQLError):
        return dict(error.formatted)
    shown = error if isinstance(error, RequestError) else INTERNAL
    return {"message": shown.message, "extensions": {"code": shown.code}}


def refusal(*errors: Exception) -> dict[str, Any]:
    """The answer to a request of which nothing was run: without ``data``."""
    return {"errors": [told(error) for error in errors]}


def answer(result: ExecutionResult | CoreResult) -> dict[str, Any]:
    body: dict[str, Any] = {"errors": [told(error) for error in result.errors]} if result.errors else {}
    if not is_request_error(result):
        body["data"] = result.data
    if result.extensions:
        body["extensions"] = result.extensions
    return body


def is_request_error(result: ExecutionResult | CoreResult) -> bool:
    """Whether execution did not begin; a null that has come up from a field has the path of that field."""
    if isinstance(result, PreExecutionError):
        return True
    return result.data is None and bool(result.errors) and all(error.path is None for error in result.errors or ())
