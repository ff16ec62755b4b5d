"""How much one document may ask for. Measured before graphql-core's own rules, some of which are quadratic.

Every refusal here has the code COST_EXCEEDED and says what the limit is. The *cost* of an operation is the number of
field values it can answer with: a field costs one, and what is below a page costs as many times as the page has rows
(``first``, ``last``, or the number of ``ids``). A fragment is measured once, however often it is spread.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSyntaxError,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    parse,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

MAX_TOKENS = 2_000
MAX_DEPTH = 30
MAX_COST = 50_000
MAX_ALIASES = 100
#: Fields of one name in one place, fragments spread out: what graphql-core's overlapping-fields rule is quadratic in.
MAX_REPEATS = 100
MAX_MUTATIONS = 20
#: The largest page that the schema grants; a larger wish is refused by the field itself.
MAX_PAGE = 100
#: Selection sets and fragments inside each other, whether or not they add a level to the answer.
MAX_NESTING = 120
CACHED_DOCUMENTS = 256

CODE = "COST_EXCEEDED"


@lru_cache(CACHED_DOCUMENTS)
def parsed(text: str) -> DocumentNode:
    """Raises ``GraphQLError`` with a code: not GraphQL, or too long."""
    try:
        return parse(text, max_tokens=MAX_TOKENS)
    except GraphQLSyntaxError as error:
        too_long = f"more than {MAX_TOKENS} tokens" in error.message
        error.extensions = {"code": CODE if too_long else "BAD_USER_INPUT"}
        raise


@dataclass
class _Weight:
    depth: int = 0
    cost: int = 0
    aliases: int = 0
    names: Counter[str] = field(default_factory=Counter)


class _TooDeepError(Exception):
    pass


class _Scales:
    def __init__(self, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self.fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self.variables = variables
        self.weighed: dict[str, _Weight] = {}
        self.most_repeats = 0

    def weigh(self, selections: SelectionSetNode | None, nesting: int = 0) -> _Weight:
        """Raises ``_TooDeepError`` rather than end up in a RecursionError, here or in what comes after."""
        if nesting > MAX_NESTING:
            raise _TooDeepError
        total = _Weight()
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                below = self.weigh(node.selection_set, nesting + 1)
                total.depth = max(total.depth, 1 + below.depth)
                total.cost += 1 + _rows(node, self.variables) * below.cost
                total.aliases += below.aliases + (node.alias is not None)
                total.names[(node.alias or node.name).value] += 1
                continue
            if isinstance(node, FragmentSpreadNode):
                inside = self._weigh_fragment(node.name.value, nesting + 1)
            else:
                inside = self.weigh(node.selection_set, nesting + 1)  # type: ignore[attr-defined]
            total.depth = max(total.depth, inside.depth)
            total.cost += inside.cost
            total.aliases += inside.aliases
            total.names.update(inside.names)
        self.most_repeats = max(self.most_repeats, *total.names.values(), 0)
        return total

    def _weigh_fragment(self, name: str, nesting: int) -> _Weight:
        if name not in self.weighed:
            self.weighed[name] = _Weight()  # a cycle weighs nothing here: graphql-core refuses it
            if name in self.fragments:
                self.weighed[name] = self.weigh(self.fragments[name].selection_set, nesting)
        return self.weighed[name]


def _rows(node: FieldNode, variables: Mapping[str, Any]) -> int:
    """How many rows a field can answer with, as far as its arguments tell; capped at a page."""
    given = {
        argument.name.value: _value(argument.value, variables)
        for argument in node.arguments or ()
        if argument.name.value in {"first", "last", "ids"}
    }
    ids = given.pop("ids", None)
    if isinstance(ids, (list, tuple)):
        return min(max(1, len(ids)), MAX_PAGE)
    sizes = [size for size in given.values() if isinstance(size, int)]
    return min(max(1, *sizes), MAX_PAGE) if sizes else MAX_PAGE if given else 1


def _value(node: ValueNode, variables: Mapping[str, Any]) -> Any:
    if isinstance(node, VariableNode):
        return variables.get(node.name.value)
    if isinstance(node, ListValueNode):
        return node.values
    return _number(node)


def _number(node: object) -> int | None:
    """None for what is no integer, or no sensible one: of 5,000 digits say."""
    return int(node.value) if isinstance(node, IntValueNode) and len(node.value) <= len("-100") else None


def check(document: DocumentNode, variables: Mapping[str, Any] | None = None) -> list[GraphQLError]:
    """Every limit that an operation of ``document`` exceeds. Linear in the document; sound for one that is not valid.

    A page whose size no argument tells counts as the largest page.
    """
    errors = []
    for operation in operations_of(document):
        scales = _Scales(document, {**_defaults(operation), **(variables or {})})
        try:
            weight = scales.weigh(operation.selection_set)
        except _TooDeepError:
            errors.append(_refusal(f"Selections and fragments may be nested {MAX_NESTING} levels deep."))
            continue
        roots = weight.names.total() if operation.operation is OperationType.MUTATION else 0
        errors += [
            _refusal(f"{text.format(limit)} This one has {found}.")
            for text, found, limit in (
                ("An operation may be {} levels deep.", weight.depth, MAX_DEPTH),
                ("An operation may cost {} field values.", weight.cost, MAX_COST),
                ("An operation may have {} aliases.", weight.aliases, MAX_ALIASES),
                ("A field may be repeated {} times in one place.", scales.most_repeats, MAX_REPEATS),
                ("An operation may have {} mutations.", roots, MAX_MUTATIONS),
            )
            if found > limit
        ]
    return errors


def operations_of(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    return {
        definition.variable.name.value: _number(definition.default_value)
        for definition in operation.variable_definitions or ()
    }


def _refusal(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": CODE})


_cached_validation = lru_cache(CACHED_DOCUMENTS)(validate_document)


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
            context.pre_execution_errors = check(document, context.variables) or _cached_validation(
                context.schema._schema,  # noqa: SLF001 - as Strawberry's own ValidationCache does
                document,
                context.validation_rules,
            )
        yield
