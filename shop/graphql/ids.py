"""Global ids: opaque to clients, ``Type:primary key`` in URL-safe base64 inside."""

import base64
import binascii
import re

_SHAPE = re.compile(r"([A-Z][A-Za-z]{0,63}):([1-9][0-9]{0,18})", re.ASCII)
_LARGEST = 2**63 - 1


def encode(type_name: str, pk: int) -> str:
    return base64.urlsafe_b64encode(f"{type_name}:{pk}".encode()).decode().rstrip("=")


def decode(global_id: str) -> tuple[str, int] | None:
    """The type's name and the primary key; None for whatever ``encode`` has not made."""
    if len(global_id) > 128:  # noqa: PLR2004 - longer than any id
        return None
    try:
        text = base64.urlsafe_b64decode(global_id + "=" * (-len(global_id) % 4)).decode()
    except (binascii.Error, ValueError):
        return None
    match = _SHAPE.fullmatch(text)
    if match is None or int(match[2]) > _LARGEST or encode(match[1], int(match[2])) != global_id:
        return None
    return match[1], int(match[2])


def pk_of(global_id: str | None, type_name: str) -> int | None:
    """The primary key in an id of this type; None for ids of other types and for what is no id at all."""
    decoded = decode(global_id) if global_id is not None else None
    return decoded[1] if decoded is not None and decoded[0] == type_name else None
