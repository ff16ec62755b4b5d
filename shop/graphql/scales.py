"""Weighs an operation without a schema and without running it. What is too heavy is decided in ``limits``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

#: Levels of the answer.
MAX_DEPTH = 30
#: Selection sets and fragments inside each other, whether or not they add a level to the answer.
MAX_NESTING = 120
#: Fields of all definitions, fragments spread out.
MAX_FIELDS = 2_000
#: Pairs of fields with one name in one place of the answer. graphql-core's overlapping-fields rule compares them all,
#: at some 10 µs each: 100 times the same field is as far as it goes.
MAX_PAIRS = 5_000
#: The largest page that the schema grants; a larger wish is refused by the field itself.
MAX_PAGE = 100


@dataclass
class Weight:
    depth: int = 0
    cost: int = 0
    aliases: int = 0
    roots: int = 0


class TooDeepError(Exception):
    """Nested beyond MAX_NESTING."""


class Scales:
    """For one document and the variables of one request."""

    def __init__(self, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self.definitions = [
            node for node in document.definitions if isinstance(node, OperationDefinitionNode | FragmentDefinitionNode)
        ]
        self.fragments = {
            node.name.value: node for node in self.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self.given = variables
        self.variables = variables
        self.weighed: dict[str, Weight] = {}

    def weigh(self, operation: OperationDefinitionNode) -> Weight:
        """Raises ``TooDeepError``."""
        defaults = {
            definition.variable.name.value: _number(definition.default_value)
            for definition in operation.variable_definitions or ()
        }
        self.variables = {**defaults, **self.given}
        self.weighed = {}
        return self._weigh(operation.selection_set, 0)

    def _weigh(self, selections: SelectionSetNode | None, nesting: int) -> Weight:
        if nesting > MAX_NESTING:
            raise TooDeepError  # rather than a RecursionError, here or in what comes after
        total = Weight()
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                below = self._weigh(node.selection_set, nesting + 1)
                total.depth = max(total.depth, 1 + below.depth)
                total.cost += 1 + _rows(node, self.variables) * below.cost
                total.aliases += below.aliases + (node.alias is not None)
                total.roots += 1
                continue
            if isinstance(node, FragmentSpreadNode):
                inside = self._weigh_fragment(node.name.value, nesting + 1)
            else:
                inside = self._weigh(node.selection_set, nesting + 1)  # type: ignore[attr-defined]
            total.depth = max(total.depth, inside.depth)
            total.cost += inside.cost
            total.aliases += inside.aliases
            total.roots += inside.roots
        return total

    def _weigh_fragment(self, name: str, nesting: int) -> Weight:
        if name not in self.weighed:
            self.weighed[name] = Weight()  # a cycle weighs nothing here: graphql-core refuses it
            if name in self.fragments:
                self.weighed[name] = self._weigh(self.fragments[name].selection_set, nesting)
        return self.weighed[name]

    def merge(self) -> tuple[int, int]:
        """How many fields the definitions have, and how many pairs of them share a place in the answer.

        Stops at a limit: what is left need not be counted.
        """
        fields = pairs = 0
        places = [[node.selection_set] for node in self.definitions]
        for _ in range(MAX_DEPTH):
            below: list[list[SelectionSetNode]] = []
            for place in places:
                for nodes in self._fields_in(place).values():
                    fields += len(nodes)
                    pairs += len(nodes) * (len(nodes) - 1) // 2
                    below.append([node.selection_set for node in nodes if node.selection_set])
                if fields > MAX_FIELDS or pairs > MAX_PAIRS:
                    return fields, pairs
            places = below
        return fields, pairs

    def _fields_in(self, place: list[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """By name in the answer. A fragment counts once in a place: so it is compared."""
        fields: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()
        left = list(place)
        while left:
            for node in left.pop().selections:
                if isinstance(node, FieldNode):
                    fields.setdefault((node.alias or node.name).value, []).append(node)
                elif isinstance(node, InlineFragmentNode):
                    left.append(node.selection_set)
                elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                    spread.add(node.name.value)
                    if node.name.value in self.fragments:
                        left.append(self.fragments[node.name.value].selection_set)
        return fields


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
