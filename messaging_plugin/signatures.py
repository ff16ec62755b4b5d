"""Secrets and signatures of webhooks as https://www.standardwebhooks.com has them."""

import base64
import binascii
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
#: Bytes of a secret.
SHORTEST, LONGEST, USUAL = 24, 64, 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(USUAL)).decode()


def key_in(secret: str) -> bytes:
    """Raises ``ValueError``, which does not tell the secret."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise ValueError(
            f"A secret is {PREFIX} and then {SHORTEST} to {LONGEST} bytes in base64; leave it out to get one."
        )
    return key


def signature(*, secret: str, key: str, timestamp: int, body: bytes) -> str:
    """The header ``Webhook-Signature`` of a request with the ``Webhook-Id`` ``key``."""
    signed = f"{key}.{timestamp}.".encode() + body
    digest = hmac.new(key_in(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()
