"""Places in the event log, as clients keep them."""

import base64
import binascii

from shop.errors import RequestError


def cursor_at(position: int) -> str:
    return base64.urlsafe_b64encode(f"event:{position}".encode()).decode().rstrip("=")


def position_of(cursor: str) -> int:
    """Raises ``RequestError`` for what ``cursor_at`` has not made."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        position = int(text.removeprefix("event:"))
    except (binascii.Error, ValueError):
        position = -1
    if not 0 <= position < 2**63 or cursor_at(position) != cursor:
        raise RequestError("This cursor is not one of `messagingEvents`: leave `after` out to begin with what is new.")
    return position
