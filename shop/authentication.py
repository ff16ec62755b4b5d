"""Who asks: from a bearer token or a session to an ``Actor``.

A *credential* says how somebody showed who they are, and is kept as long as a connection lives; an *actor* is what they
may do, and is read anew for every operation and every event. A bearer token wins over a session; one that is bad is
refused and never gives way to the session beside it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import F, Q
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from shop.actors import ANONYMOUS, Actor
from shop.errors import Unauthenticated
from shop.models import Token, User
from shop.people import COLUMNS, Person, active_person

USER_PREFIX = "shp_"
GUEST_PREFIX = "shg_"
#: Tokens looked at in one statement.
AT_ONCE = 1_000

_KEY = "shop.actor"
_BAD_TOKEN = "This bearer token is unknown, expired or revoked: sign in again for a new one."  # noqa: S105 - a text
_SIGNED_OUT = "This session has ended: sign in again."


@dataclass(frozen=True, slots=True)
class Credential:
    """How somebody showed who they are."""

    kind: Literal["none", "session", "token"] = "none"
    user_id: int | None = None
    token_id: int | None = None
    session_key: str | None = None
    session_hash: str | None = None

    @property
    def topic(self) -> str | None:
        """What ``shop.realtime`` is told when the token is revoked: listen to it, to close a connection at once."""
        return None if self.token_id is None else f"token:{self.token_id}"

    @property
    def topics(self) -> frozenset[str]:
        """What ``shop.realtime`` is told when this may no longer hold, or hold for something else."""
        person = None if self.user_id is None else topic_of_person(self.user_id)
        return frozenset(topic for topic in (self.topic, person) if topic)


def topic_of_person(user_id: int) -> str:
    """Of changes to somebody themselves: what they may do, their password, whether they may do anything at all."""
    return f"person:{user_id}"


NOBODY = Credential()


def hash_of(raw: str) -> str:
    """What is stored of a token: it has 256 random bits, so a fast hash without a salt is enough."""
    return hashlib.sha256(raw.encode()).hexdigest()


# ── from what came in to a credential ───────────────────────────────────────────────────────


def recognise(request: HttpRequest) -> tuple[Credential, Actor]:
    """The credential and the actor of an HTTP request: ``credential_of_request`` and ``actor_of`` at the price of one.

    One statement for a bearer token, two for a session, none for a visitor; staff who are no superusers cost one more.
    A session that has ended is a visitor's. Raises ``Unauthenticated`` for a bearer token that is bad.
    """
    header = request.headers.get("Authorization")
    raw = None if header is None else _bearer_in(header)
    return _recognise_session(request.session) if raw is None else _recognise_token(raw)


def credential_of_request(request: HttpRequest) -> Credential:
    """Raises ``Unauthenticated`` for a bearer token that is bad."""
    return recognise(request)[0]


def credential_of_socket(scope: Mapping[str, Any], payload: object) -> Credential:
    """The credential of a WebSocket.

    That is the ``Authorization`` of the ``connection_init`` payload or of the handshake, else the session of the
    handshake's cookie, whose Origin the caller has checked. Reads the database, so call it in a thread.
    Raises ``Unauthenticated`` for a bearer token that is bad.
    """
    headers = [(name.lower(), value.decode("latin-1")) for name, value in scope.get("headers", ())]
    given: list[object] = [value for name, value in headers if name == b"authorization"]
    if isinstance(payload, Mapping):
        given = [value for key, value in payload.items() if str(key).lower() == "authorization"] or given
    for header in given:
        raw = None if header is None else _bearer_in(header)
        if raw is not None:
            return _recognise_token(raw)[0]
    cookies = parse_cookie("; ".join(value for name, value in headers if name == b"cookie"))
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    return _recognise_session(_session_of(key))[0] if key else NOBODY


def _bearer_in(header: object) -> str | None:
    """The token in an ``Authorization`` header; None where the header is a proxy's own (``Basic``)."""
    scheme, _, rest = header.strip().partition(" ") if isinstance(header, str) else ("", "", "")
    if scheme.lower() == "basic":
        return None
    raw = rest.strip()
    if scheme.lower() != "bearer" or not raw.startswith((USER_PREFIX, GUEST_PREFIX)) or not raw.isascii():
        raise Unauthenticated(f'Send "Authorization: Bearer {USER_PREFIX}…", or no such header at all.')
    return raw


def _recognise_token(raw: str) -> tuple[Credential, Actor]:
    token_id, actor = _read_token(Q(key_hash=hash_of(raw)))
    return Credential(kind="token", user_id=actor.user_id, token_id=token_id), actor


def _recognise_session(session: SessionBase) -> tuple[Credential, Actor]:
    try:
        user_id, session_hash = _signed_in(session)
        actor = _read_session_user(user_id, session_hash)
    except Unauthenticated:
        return NOBODY, ANONYMOUS
    return Credential("session", user_id, session_key=session.session_key, session_hash=session_hash), actor


# ── from a credential to an actor ───────────────────────────────────────────────────────────


def actor_of(credential: Credential) -> Actor:
    """What the bearer of ``credential`` may do now.

    Raises ``Unauthenticated`` if the token is revoked, expired or older than the user's password, the session has ended
    or is another's, the user is inactive or gone.
    """
    if credential.kind == "none":
        return ANONYMOUS
    if credential.kind == "token":
        return _read_token(Q(pk=credential.token_id))[1]
    user_id, session_hash = _signed_in(_session_of(credential.session_key))
    if (user_id, session_hash) != (credential.user_id, credential.session_hash):
        raise Unauthenticated(_SIGNED_OUT)
    return _read_session_user(user_id, session_hash)


def void_among(credentials: Iterable[Credential]) -> dict[Credential, Unauthenticated]:
    """What ``actor_of`` would raise, for those for which it would: one statement for a thousand tokens.

    A session costs as many as it costs by itself; they are few, since storefronts use tokens.
    """
    void: dict[Credential, Unauthenticated] = {}
    tokens: dict[int, Credential] = {}
    for one in credentials:
        if one.kind == "token" and one.token_id is not None:
            tokens[one.token_id] = one
        else:
            try:
                actor_of(one)
            except Unauthenticated as error:
                void[one] = error
    numbers = list(tokens)
    for begin in range(0, len(numbers), AT_ONCE):
        part = numbers[begin : begin + AT_ONCE]
        fresh = Token.objects.filter(pk__in=part, revoked_at=None, expires_at__gt=timezone.now())
        whole = Q(user__is_active=True, created_at__gte=F("user__password_changed_at"))
        good = set(fresh.filter(whole | Q(order__isnull=False)).values_list("pk", flat=True))
        void |= {tokens[number]: Unauthenticated(_BAD_TOKEN) for number in part if number not in good}
    return void


def actor_of_user(user: User) -> Actor:
    """The actor of somebody whom Django has let in, to the admin say."""
    person = active_person(user.pk)
    return person.actor() if person else ANONYMOUS


def actor_in_admin(request: HttpRequest) -> Actor:
    """Whoever uses Django's admin; read once for a request."""
    if _KEY not in request.META:
        user = request.user
        request.META[_KEY] = actor_of_user(user) if isinstance(user, User) else ANONYMOUS
    actor: Actor = request.META[_KEY]
    return actor


def _read_token(which: Q) -> tuple[int, Actor]:
    columns = ("pk", "order_id", "created_at", "expires_at", "revoked_at", *(f"user__{column}" for column in COLUMNS))
    rows = list(Token.objects.filter(which).values_list(*columns))
    if not rows:
        raise Unauthenticated(_BAD_TOKEN)
    token_id, order_id, created_at, expires_at, revoked_at = rows[0][:5]
    if revoked_at is not None or expires_at <= timezone.now():
        raise Unauthenticated(_BAD_TOKEN)
    if order_id is not None:
        return token_id, Actor(order_id=order_id)
    person = Person.of_rows([row[5:] for row in rows])
    if not person.is_active or created_at < person.password_changed_at:
        raise Unauthenticated(_BAD_TOKEN)
    return token_id, person.actor()


# ── sessions ────────────────────────────────────────────────────────────────────────────────


def _session_of(key: str | None) -> SessionBase:
    store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
    return store(key)


def _signed_in(session: SessionBase) -> tuple[int, str]:
    """Raises ``Unauthenticated`` if nobody is signed in by this session."""
    if "\0" in (session.session_key or ""):  # PostgreSQL cannot even look for it
        raise Unauthenticated(_SIGNED_OUT)
    user_id, backend = session.get(SESSION_KEY), session.get(BACKEND_SESSION_KEY)
    if user_id is None or backend not in settings.AUTHENTICATION_BACKENDS:
        raise Unauthenticated(_SIGNED_OUT)
    return int(user_id), str(session.get(HASH_SESSION_KEY, ""))


def _read_session_user(user_id: int, session_hash: str) -> Actor:
    """Raises ``Unauthenticated`` if the session is older than the password, as Django does."""
    person = active_person(user_id)
    if person is None or not _is_hash_of(person.password, session_hash):
        raise Unauthenticated(_SIGNED_OUT)
    return person.actor()


def _is_hash_of(password: str, session_hash: str) -> bool:
    """Also after a change of the secret key, while the old one is among the fallbacks."""
    user = User(password=password)
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(session_hash, one) for one in hashes)
