"""What changed between two schemas, as a client would feel it."""

from graphql import (
    BreakingChange,
    DangerousChange,
    GraphQLSyntaxError,
    SafeChange,
    build_schema,
    find_schema_changes,
)


def drift(before: str, after: str) -> list[str]:
    """A line for each change, the worst first, with its schema coordinate: ``BREAKING Query.thread: …``."""
    try:
        old = build_schema(before, assume_valid=True)
    except (GraphQLSyntaxError, TypeError) as error:
        return [f"The committed schema cannot be read: {error}"]
    changes = find_schema_changes(old, build_schema(after, assume_valid=True))
    if not changes:
        return ["SAFE only directives or the order of things differ."]
    return sorted((_line(change) for change in changes), key=lambda line: _WEIGHT[line.split()[0]])


_WEIGHT = {"BREAKING": 0, "DANGEROUS": 1, "SAFE": 2}


_WORDS = ((BreakingChange, "BREAKING"), (DangerousChange, "DANGEROUS"))


def _line(change: BreakingChange | DangerousChange | SafeChange) -> str:
    weight = next((word for kind, word in _WORDS if isinstance(change, kind)), "SAFE")
    return f"{weight} {change.type.name}: {change.description}"
