"""What the settings say of the system that webhooks go to."""

from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

from messaging_plugin import signatures


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where the shop's own system is, and by what it knows that it is the shop that tells it."""

    url: str
    secret: str = field(repr=False)


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    visible = all("!" <= character <= "~" for character in url)
    if not whole or not visible or "@" in parts.netloc or "#" in url:
        raise ValueError("An address is https://, a host and a path, in ASCII, without a password or a #.")
    return url


def _checked_secret(secret: SecretStr) -> SecretStr:
    signatures.key_in(secret.get_secret_value())
    return secret


WebAddress = Annotated[str, AfterValidator(_checked_url)]
SigningSecret = Annotated[SecretStr, AfterValidator(_checked_secret)]
