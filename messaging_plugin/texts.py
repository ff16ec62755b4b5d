"""What people write, made fit to be stored: both databases must answer alike to whatever comes in."""

import hashlib
import json
import re
import unicodedata

from messaging_plugin.settings import today
from shop.errors import Invalid

MAXIMUM_SUBJECT = 200
MAXIMUM_KEY = 64

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAKS = re.compile("[\t\n]")


def checked_body(body: str, field: tuple[str, ...] = ("input", "body")) -> str:
    """Trimmed, every line break a newline. Raises ``Invalid`` with INVALID, BLANK or TOO_LONG."""
    return _checked(body, field, today().settings.maximum_length, "message")


def checked_subject(subject: str, field: tuple[str, ...] = ("input", "subject")) -> str:
    """One line."""
    if _BREAKS.search(subject.strip()):
        raise Invalid("A subject is one line: leave out tabs and line breaks.", field=field)
    return _checked(subject, field, MAXIMUM_SUBJECT, "subject")


def checked_key(key: str | None) -> str | None:
    if key is None or (1 <= len(key) <= MAXIMUM_KEY and key.isprintable()):
        return key
    raise Invalid(f"An idempotency key has 1 to {MAXIMUM_KEY} printable characters.", field=("input", "idempotencyKey"))


def fingerprint(*asked: object) -> str:
    """The same for the same request, to tell a retry from a key that is used for something else."""
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def key_reused(key: str) -> Invalid:
    return Invalid(
        f'The idempotency key "{key}" has been used for something else: take a new one for each message.',
        code="IDEMPOTENCY_KEY_REUSED",
        field=("input", "idempotencyKey"),
    )


def _checked(text: str, field: tuple[str, ...], maximum: int, what: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _CONTROL.search(text):
        raise Invalid(f"A {what} has no control characters; this one has U+{ord(found[0]):04X}.", field=field)
    text = text.strip()
    if all(character.isspace() or unicodedata.category(character) == "Cf" for character in text):
        raise Invalid(f"The {what} is blank: write something.", code="BLANK", field=field)
    if len(text) > maximum:
        message = f"A {what} has at most {maximum} characters; this one has {len(text)}."
        raise Invalid(message, code="TOO_LONG", field=field)
    return text
