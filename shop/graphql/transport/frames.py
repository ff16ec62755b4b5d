"""The messages that a client sends in the protocol graphql-transport-ws, read from text."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from shop.errors import RequestError
from shop.graphql.transport import wire

SUBPROTOCOL = "graphql-transport-ws"


class CloseError(Exception):
    """Ends the socket, with a code of the protocol."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        #: A close frame has room for 123 bytes.
        self.reason = reason.encode()[:123].decode(errors="ignore")


@dataclass(frozen=True)
class Init:
    payload: dict[str, Any] | None


@dataclass(frozen=True)
class Ping:
    payload: dict[str, Any] | None


@dataclass(frozen=True)
class Pong:
    pass


@dataclass(frozen=True)
class Subscribe:
    id: str
    request: wire.Request


@dataclass(frozen=True)
class Complete:
    id: str


Frame: TypeAlias = Init | Ping | Pong | Subscribe | Complete


def read(text: str | None) -> Frame:
    """Raises ``CloseError``: the protocol ends the socket for whatever has another type or format than its own."""
    if text is None:
        raise CloseError(4400, "Send text, not binary.")
    if len(text) > wire.body_limit():
        raise CloseError(1009, f"A message has at most {wire.body_limit()} characters.")
    try:
        message = wire.decode(text)
        if not isinstance(message, dict):
            raise CloseError(4400, "A message is a JSON object.")
        return _typed(message)
    except wire.MalformedError as error:
        raise CloseError(4400, error.message) from error


def _typed(message: dict[str, Any]) -> Frame:
    match message.get("type"):
        case "connection_init":
            return Init(_payload(message))
        case "ping":
            return Ping(_payload(message))
        case "pong":
            _payload(message)
            return Pong()
        case "subscribe":
            return Subscribe(_id(message), _request(message))
        case "complete":
            return Complete(_id(message))
        case other:
            raise CloseError(4400, f"There is no message of the type {str(other)[:50]!r}.")


def _payload(message: dict[str, Any]) -> dict[str, Any] | None:
    payload = message.get("payload")
    if not isinstance(payload, dict | None):
        raise CloseError(4400, "The payload of this message is an object, or left out.")
    try:
        for _ in wire.levels(payload):
            pass
    except RequestError as error:
        raise CloseError(4400, error.message) from error
    return payload


def _id(message: dict[str, Any]) -> str:
    found = message.get("id")
    if not isinstance(found, str) or not found:
        raise CloseError(4400, "This message has an id: a string that is not empty.")
    return found


def _request(message: dict[str, Any]) -> wire.Request:
    request = wire.request_from(message.get("payload"))
    if request.query is None and request.document_id is None:
        raise CloseError(4400, 'The payload of this message has a "query".')
    return request
