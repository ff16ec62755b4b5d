"""What comes in as JSON, over HTTP, for server-sent events and over a WebSocket: one shape, one set of refusals."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings

from shop.errors import RequestError
from shop.graphql import documents

#: Objects and lists inside each other; JSON settings of a plugin are the deepest honest ones.
MAX_VALUE_DEPTH = 64


class MalformedError(RequestError):
    """Not a GraphQL request at all: it does not even say what to run."""


@dataclass(frozen=True)
class Request:
    """One well-formed request: the shape is right, the document not looked at yet."""

    query: str | None
    document_id: str | None
    variables: dict[str, Any] | None
    operation_name: str | None


def decode(raw: bytes | str) -> Any:
    """Raises ``MalformedError`` for what is no JSON: bad UTF-8, a lone surrogate, a thousand levels included."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise MalformedError(f"This is not JSON: {error}.") from error


def request_from(members: object) -> Request:
    """Checks the shape of a request's members. Raises ``MalformedError``."""
    if isinstance(members, list):
        raise MalformedError("Batches are not run here: send one request for each operation.")
    if not isinstance(members, dict):
        raise MalformedError('A request is a JSON object with a "query".')
    for name, expected, said in (
        ("query", str, "a string"),
        ("documentId", str, "a string"),
        ("operationName", str, "a string"),
        ("variables", dict, "an object"),
        ("extensions", dict, "an object"),
    ):
        if not isinstance(members.get(name), expected | None):
            raise MalformedError(f'"{name}" must be {said}, or left out.')
    return Request(
        query=members.get("query"),
        document_id=members.get("documentId"),
        variables=members.get("variables"),
        operation_name=members.get("operationName"),
    )


def operation_from(request: Request) -> documents.Operation:
    """Raises ``RequestError`` or ``GraphQLError``, each with a code."""
    _check_values(request.variables)
    text = documents.text_of(query=request.query, document_id=request.document_id)
    chosen = documents.operation_of(text, request.operation_name)
    return documents.Operation(text, chosen.operation, request.variables, request.operation_name)


def _check_values(variables: dict[str, Any] | None) -> None:
    """Refuses what the databases would not take alike, and what would exhaust Python's stack further on."""
    for level in levels(variables):
        if any("\0" in value for value in level if isinstance(value, str)):
            raise RequestError("A text must not contain NUL.")


def levels(value: dict[str, Any] | None) -> Iterator[list[Any]]:
    """What stands on each level inside ``value``, from the outside. Raises ``RequestError`` if there are too many."""
    level: list[Any] = [value]
    for _ in range(MAX_VALUE_DEPTH):
        yield level
        inner = [one for one in level if isinstance(one, dict | list)]
        if not inner:
            return
        level = [part for one in inner for part in _parts(one)]
    raise RequestError(f"Values may be nested {MAX_VALUE_DEPTH} levels deep.")


def _parts(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value if isinstance(value, list) else (*value.keys(), *value.values())


def body_limit() -> int:
    """Bytes of one request or frame."""
    return int(settings.GRAPHQL_BODY_LIMIT)
