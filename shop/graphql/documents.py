"""From what a client sends to the one operation that is meant, before anything of it runs.

*Trusted documents* are the operations of the shop's own clients, known before by an id: a JSON file of
``{"<id>": "<document>"}``, named by the setting TRUSTED_DOCUMENTS. A client then sends ``documentId`` in place of
``query``; under TRUSTED_DOCUMENTS_ONLY nothing else is run.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from graphql import GraphQLError, OperationDefinitionNode, OperationType, StringValueNode, Visitor, visit

from shop.errors import RequestError
from shop.graphql import limits


@dataclass(frozen=True)
class Operation:
    """What is to be run."""

    text: str
    kind: OperationType
    variables: dict[str, Any] | None
    name: str | None


_MAY_HOLD_NUL = re.compile(r"\0|\\u(0000|\{0+\})")


def text_of(*, query: str | None, document_id: str | None) -> str:
    """The document that a request names or carries. Raises ``RequestError``."""
    if document_id is not None:
        if query is not None:
            raise RequestError("Send a query or a documentId, not both.")
        text = _trusted().get(document_id)
        if text is None:
            raise RequestError(f'There is no document "{document_id[:100]}" here.', code="DOCUMENT_UNKNOWN")
        return text
    if settings.TRUSTED_DOCUMENTS_ONLY:
        raise RequestError("Only known documents are run here: send a documentId.", code="DOCUMENT_UNKNOWN")
    if query is None:
        raise RequestError('There is no operation: send GraphQL as "query".')
    return query


def operation_of(text: str, name: str | None) -> OperationDefinitionNode:
    """The operation ``name`` of the document ``text``, or its only one. Raises ``GraphQLError`` with a code.

    A document that is too long is refused, too, and one with a NUL in a string, which SQLite stores and PostgreSQL
    does not.
    """
    document = limits.parsed(text)
    if _MAY_HOLD_NUL.search(text):
        visit(document, _RefuseNul())
    operations = limits.operations_of(document)
    if name is None and len(operations) == 1:
        return operations[0]
    named = [operation for operation in operations if operation.name and operation.name.value == name]
    if named:
        return named[0]
    if not operations:
        raise _bad("The document has no operation, only fragments or definitions.")
    if name is None:
        raise _bad("The document has several operations: name the one to run as operationName.")
    raise _bad(f'Unknown operation named "{name[:100]}".')


class _RefuseNul(Visitor):
    def enter_string_value(self, node: StringValueNode, *_: object) -> None:
        if "\0" in node.value:
            raise GraphQLError("A text must not contain NUL.", node, extensions={"code": "BAD_USER_INPUT"})


def _bad(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "BAD_USER_INPUT"})


def _trusted() -> Mapping[str, str]:
    return _read(settings.TRUSTED_DOCUMENTS) if settings.TRUSTED_DOCUMENTS else {}


@lru_cache(1)
def _read(path: str) -> Mapping[str, str]:
    """Once in the life of a process: a new set of documents comes with a new release."""
    try:
        documents = orjson.loads(Path(path).read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise ImproperlyConfigured(f"TRUSTED_DOCUMENTS, {path}, cannot be read as JSON: {error}.") from error
    if not isinstance(documents, dict) or not all(isinstance(text, str) for text in documents.values()):
        raise ImproperlyConfigured(f"TRUSTED_DOCUMENTS, {path}, must be an object of ids and documents.")
    return documents
