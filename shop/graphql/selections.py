"""What an operation begins with: read from its document, without a schema."""

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    VariableNode,
)


def root_fields(document: DocumentNode, operation_name: str | None = None) -> set[str]:
    """Names of the fields that an operation of a document, and all of its fragments, begin with."""
    names: set[str] = set()
    waiting = [one.selection_set for one in _parts(document, operation_name)]
    while waiting:
        for one in waiting.pop().selections:
            if isinstance(one, FieldNode):
                names.add(one.name.value)
            elif isinstance(one, InlineFragmentNode):
                waiting.append(one.selection_set)
    return names


def variables_below_root(document: DocumentNode, operation_name: str | None = None) -> frozenset[str]:
    """Variables on which more depends than the arguments of the operation's own root fields.

    Those of a subscription decide what is listened to; what is told of it depends on these only.
    """
    waiting: list[Node] = []
    for part in _parts(document, operation_name):
        if isinstance(part, OperationDefinitionNode):
            for one in part.selection_set.selections:
                waiting += _less_arguments(one) if isinstance(one, FieldNode) else [one]
            waiting += part.directives or ()
        else:
            waiting.append(part)
    found: set[str] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, VariableNode):
            found.add(node.name.value)
        waiting += _children(node)
    return frozenset(found)


def _parts(document: DocumentNode, operation_name: str | None) -> Iterator[ExecutableDefinitionNode]:
    """The operation that is meant and all fragments; without a name, everything."""
    for one in document.definitions:
        if isinstance(one, ExecutableDefinitionNode):
            own = operation_name is None or (one.name is not None and one.name.value == operation_name)
            if own or isinstance(one, FragmentDefinitionNode):
                yield one


def _less_arguments(field: FieldNode) -> list[Node]:
    return [*(field.directives or ()), *([field.selection_set] if field.selection_set else [])]


def _children(node: Node) -> Iterator[Node]:
    for key in node.keys:
        value = getattr(node, key, None)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, list | tuple):
            yield from (one for one in value if isinstance(one, Node))
