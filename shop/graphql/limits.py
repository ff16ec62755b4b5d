"""How much one document may ask for. Measured before graphql-core's own rules, some of which are quadratic.

Every refusal here has the code COST_EXCEEDED and says what the limit is. The *cost* of an operation is the number of
field values it can answer with: a field costs one, and what is below a page costs as many times as the page has rows
(``first``, ``last``, or the number of ``ids``). A fragment is measured once, however often it is spread.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

from shop.graphql.scales import MAX_DEPTH, MAX_FIELDS, MAX_NESTING, MAX_PAIRS, Scales, TooDeepError

MAX_TOKENS = 2_000
#: Characters: to read a name or a string of a million of them takes a quarter of a second.
MAX_LENGTH = 100_000
MAX_OPERATIONS = 50
MAX_COST = 50_000
MAX_ALIASES = 100
MAX_MUTATIONS = 20
CACHED_DOCUMENTS = 256

CODE = "COST_EXCEEDED"


@lru_cache(CACHED_DOCUMENTS)
def parsed(text: str) -> DocumentNode:
    """Raises ``GraphQLError`` with a code: not GraphQL, or too long."""
    if len(text) > MAX_LENGTH:
        raise _refusal(
            f"A document may have {MAX_LENGTH} characters. This one has {len(text)}: send texts as variables."
        )
    try:
        return parse(text, max_tokens=MAX_TOKENS)
    except GraphQLSyntaxError as error:
        too_long = f"more than {MAX_TOKENS} tokens" in error.message
        error.extensions = {"code": CODE if too_long else "BAD_USER_INPUT"}
        raise


def check(document: DocumentNode, variables: Mapping[str, Any] | None = None) -> list[GraphQLError]:
    """Every limit that an operation of ``document`` exceeds. Linear in the document; sound for one that is not valid.

    A page whose size no argument tells counts as the largest page.
    """
    scales = Scales(document, variables or {})
    operations = operations_of(document)
    fields, pairs = scales.merge()
    found = [
        ("A document may have {} operations.", len(operations), MAX_OPERATIONS),
        ("A document may have {} fields, fragments spread out.", fields, MAX_FIELDS),
        ("A document may repeat fields in one place in {} pairs.", pairs, MAX_PAIRS),
    ]
    try:
        weights = [(scales.weigh(operation), operation.operation) for operation in operations[:MAX_OPERATIONS]]
    except TooDeepError:
        return [_refusal(f"Selections and fragments may be nested {MAX_NESTING} levels deep.")]
    for weight, kind in weights:
        found += [
            ("An operation may be {} levels deep.", weight.depth, MAX_DEPTH),
            ("An operation may cost {} field values.", weight.cost, MAX_COST),
            ("An operation may have {} aliases.", weight.aliases, MAX_ALIASES),
            ("An operation may have {} mutations.", weight.roots * (kind is OperationType.MUTATION), MAX_MUTATIONS),
        ]
    return [_refusal(f"{text.format(limit)} This one has {size}.") for text, size, limit in found if size > limit]


def operations_of(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]


def _refusal(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": CODE})


_cached_validation = lru_cache(CACHED_DOCUMENTS)(validate_document)
_RULES = tuple(specified_rules)


def refusals(
    schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any] | None = None
) -> list[GraphQLError]:
    """Why ``document`` is not run against ``schema``: what it asks for is too much, or else what is not valid in it."""
    return check(document, variables) or _cached_validation(schema, document, _RULES)


class Limits(SchemaExtension):
    """Parses with a limit, weighs, and only then validates; takes the place of ParserCache and ValidationCache."""

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        context.parse_options["max_tokens"] = MAX_TOKENS
        if context.query:
            with suppress(GraphQLError):  # Strawberry parses it again, and reports the error where it belongs
                context.graphql_document = parsed(context.query)
        yield

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        document = context.graphql_document
        if document is not None:
            # The schema as Strawberry's own ValidationCache takes it.
            context.pre_execution_errors = refusals(context.schema._schema, document, context.variables)
        yield
