"""Errors on their way to the client: what the user can put right goes into the payload, the rest is coded.

Nothing that was not written for the client reaches it: an unexpected exception becomes INTERNAL and is logged.
"""

import functools
import logging
from collections.abc import Callable
from enum import Enum
from typing import Any, ParamSpec, TypeVar

import strawberry
from graphql import GraphQLError

from shop.errors import RequestError, ShopError

logger = logging.getLogger(__name__)

P = ParamSpec("P")
Payload = TypeVar("Payload")


@strawberry.interface(
    description="What the user can put right. `field` is the path from the mutation's arguments, "
    'e.g. ["input", "body"].'
)
class UserError:
    field: list[str] | None
    message: str


@strawberry.enum
class ShopErrorCode(Enum):
    BLANK = "BLANK"
    FORBIDDEN = "FORBIDDEN"
    INVALID = "INVALID"
    INVALID_CREDENTIALS = "INVALID_CREDENTIALS"
    NOT_FOUND = "NOT_FOUND"
    PLUGIN_INCOMPATIBLE = "PLUGIN_INCOMPATIBLE"
    RATE_LIMITED = "RATE_LIMITED"
    REQUIRED = "REQUIRED"


@strawberry.type
class ShopUserError(UserError):
    code: ShopErrorCode


def answers(
    payload: type[Payload], user_error: type[UserError], codes: type[Enum]
) -> Callable[[Callable[P, Payload | None]], Callable[P, Payload | None]]:
    """Decorates a mutation's resolver: a ``ShopError`` becomes the one user error of an otherwise empty payload."""

    def decorate(resolver: Callable[P, Payload | None]) -> Callable[P, Payload | None]:
        @functools.wraps(resolver)
        def resolve(*args: P.args, **kwargs: P.kwargs) -> Payload | None:
            try:
                return resolver(*args, **kwargs)
            except ShopError as error:
                path = list(error.field) if error.field else None
                told: Any = user_error
                return payload(user_errors=[told(code=codes[error.code], field=path, message=error.message)])  # type: ignore[call-arg]

        return resolve

    return decorate


def coded(error: GraphQLError) -> GraphQLError:
    """``error`` with a code and with nothing in it that was not meant for the client."""
    original = root_cause(error)
    if isinstance(original, RequestError | ShopError):
        return _told(error, original.message, original.code)
    refused = error.path is None and error.nodes and isinstance(original, ValueError | TypeError)
    if original is None or refused:  # graphql-core's own: syntax, validation, coercion of variables
        code = str((error.extensions or {}).get("code", "BAD_USER_INPUT"))
        return _told(error, error.message, code)
    return _told(error, "Something went wrong on our side. Please try again.", "INTERNAL")


def log(errors: list[GraphQLError]) -> None:
    """Faults with their traceback; refusals are the client's business and are not logged."""
    for error in errors:
        original = root_cause(error)
        if original is not None and (coded(error).extensions or {}).get("code") == "INTERNAL":
            where = ".".join(str(part) for part in error.path or ())
            logger.error("An unexpected error at %s", where or "the operation", exc_info=original)


def root_cause(error: GraphQLError) -> Exception | None:
    original = error.original_error
    while isinstance(original, GraphQLError):
        original = original.original_error
    return original


def _told(error: GraphQLError, message: str, code: str) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={**(error.extensions or {}), "code": code},
    )
