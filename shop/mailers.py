"""How e-mail leaves the shop, read from one address: what DATABASE_URL is to the database."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

_BACKENDS = "django.core.mail.backends"
#: Seconds that one step of a conversation with a mail server may take.
PATIENCE = 20


@dataclass(frozen=True)
class Mailer:
    """A backend of Django's and its options, by the names that its constructor has."""

    backend: str
    options: dict[str, Any] = field(default_factory=dict)

    def as_settings(self) -> dict[str, Any]:
        """By the names that Django had for them before 6.1, and refuses beside MAILERS."""
        renamed = {"username": "HOST_USER", "password": "HOST_PASSWORD"}
        return {f"EMAIL_{renamed.get(name, name.upper())}": value for name, value in self.options.items()}


def mailer_of(url: str) -> Mailer:
    """``smtp://user:password@host:587?tls=1``, ``smtps://…``, ``console:``, or nothing for none.

    Raises ``ValueError`` for any other.
    """
    parts = urlsplit(url)
    match parts.scheme:
        case "" if not url:
            return Mailer(f"{_BACKENDS}.dummy.EmailBackend")
        case "console":
            return Mailer(f"{_BACKENDS}.console.EmailBackend")
        case "smtp" | "smtps" if parts.hostname:
            tls = parse_qs(parts.query).get("tls", ["0"])[-1].lower() in {"1", "true", "yes", "on"}
            options = {
                "host": parts.hostname,
                "port": parts.port or (465 if parts.scheme == "smtps" else 587 if tls else 25),
                "username": unquote(parts.username or ""),
                "password": unquote(parts.password or ""),
                "use_tls": tls and parts.scheme == "smtp",
                "use_ssl": parts.scheme == "smtps",
                "timeout": PATIENCE,
            }
            return Mailer(f"{_BACKENDS}.smtp.EmailBackend", options)
    raise ValueError("EMAIL_URL is smtp://…, smtps://…, console: or empty, and smtp needs a host.")
