"""What text is fit to be stored, so that every database answers alike: PostgreSQL refuses NUL, SQLite takes it."""

import unicodedata


def is_one_line(text: str) -> bool:
    """Without control characters, line breaks and halves of characters."""
    return not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in text)


def in_one_line(text: str) -> str:
    """Fit for a header: what breaks lines or cannot be seen becomes a space."""
    seen = (" " if unicodedata.category(one) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else one for one in text)
    return " ".join("".join(seen).split())
