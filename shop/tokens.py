"""Bearer tokens: who signs in gets one, who signs out gives it back, and a guest has one for each order."""

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from shop import realtime
from shop.actors import Actor
from shop.authentication import GUEST_PREFIX, USER_PREFIX, Credential, actor_of_user, hash_of
from shop.errors import Invalid, RateLimited, ShopError
from shop.models import Order, Token, User
from shop.texts import is_one_line

logger = logging.getLogger(__name__)

#: Wrong passwords for one e-mail address from one network address, before it has to wait.
MOST_FAILURES = 10
#: Seconds that it then waits, counted from the first.
WAIT = 300
#: Days for which tokens that can no longer be used are kept, to answer questions about them.
KEPT_DAYS = 30


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``raw`` is the token itself, which is nowhere else: to be shown once."""

    raw: str
    user: User
    actor: Actor


def create_token(*, email: str, password: str, address: str) -> SignedIn:
    """Sign somebody in who comes from the network address ``address``.

    Raises ``ShopError`` with INVALID_CREDENTIALS, whichever of the two was wrong, or the user is inactive; an unknown
    e-mail address costs as much time as a wrong password. Raises ``RateLimited`` after too many failures for this
    e-mail address from this network address; other addresses may go on, so that nobody can lock somebody else out.
    """
    tries = _key(email, address)
    _count(tries)
    user = authenticate(username=email.strip().lower(), password=password) if _is_fit(email, password) else None
    if not isinstance(user, User):
        raise ShopError("The e-mail address or the password is wrong.", code="INVALID_CREDENTIALS")
    _forget(tries)
    return SignedIn(issue_token(user=user), user, actor_of_user(user))


def issue_token(*, user: User) -> str:
    """A new token of a user who is known by other means; those that have expired are cleared away."""
    now = timezone.now()
    Token.objects.filter(user=user, expires_at__lte=now).delete()
    raw = f"{USER_PREFIX}{secrets.token_hex(32)}"
    Token.objects.create(user=user, key_hash=hash_of(raw), created_at=now, expires_at=now + _days(settings.TOKEN_DAYS))
    return raw


def create_guest_token(*, order: Order) -> str:
    """A token whose bearer sees and does what a customer may, on this order alone."""
    raw = f"{GUEST_PREFIX}{secrets.token_hex(32)}"
    now = timezone.now()
    lasting = _days(settings.GUEST_TOKEN_DAYS)
    Token.objects.create(order=order, key_hash=hash_of(raw), created_at=now, expires_at=now + lasting)
    return raw


@transaction.atomic
def revoke_token(*, credential: Credential) -> None:
    """End the token that the client has shown, and the sockets it opened. Raises ``Invalid`` if it has shown none."""
    if credential.token_id is None or credential.topic is None:
        raise Invalid("This request carries no bearer token: there is nothing to revoke.")
    Token.objects.filter(pk=credential.token_id, revoked_at=None).update(revoked_at=timezone.now())
    realtime.hint([credential.topic])


def forget_expired() -> int:
    """Delete tokens that ran out or were revoked more than ``KEPT_DAYS`` ago; returns how many."""
    before = timezone.now() - _days(KEPT_DAYS)
    deleted, _ = Token.objects.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before)).delete()
    return deleted


def _days(days: int) -> timedelta:
    return timedelta(days=days)


def _is_fit(email: str, password: str) -> bool:
    """What the database can look for and the hasher can hash."""
    return is_one_line(email) and is_one_line(password)


# ── throttling ──────────────────────────────────────────────────────────────────────────────


def _key(email: str, address: str) -> str:
    network = address
    try:
        if isinstance(parsed := ip_address(address), IPv6Address):
            network = parsed.exploded[:19]  # one household has a whole /64
    except ValueError:
        pass
    told = f"{email.strip().lower()}\n{network}".encode(errors="replace")
    return f"shop.tokens.failures.{hashlib.sha256(told).hexdigest()}"


def _count(key: str) -> None:
    """Count a try before it is made, so that many at once are not one. Without its cache the shop does not throttle."""
    try:
        cache.add(key, 0, WAIT)
        tries = cache.incr(key)
    except ValueError:  # expired between the two
        return
    except Exception:
        logger.warning("The cache is away; nobody counts wrong passwords.", exc_info=True)
        return
    if tries > MOST_FAILURES:
        raise RateLimited(f"Too many wrong passwords. Try again in {WAIT // 60} minutes.")


def _forget(key: str) -> None:
    try:
        cache.delete(key)
    except Exception:
        logger.warning("The cache is away; wrong passwords stay counted.", exc_info=True)
