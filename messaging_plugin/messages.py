"""Posting. Whoever writes into a thread holds its lock: that is what numbers messages without gaps."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from messaging_plugin import access, log, marks, texts
from messaging_plugin.concern import concerned_by
from messaging_plugin.models import Dispute, Message, Thread
from messaging_plugin.notifications.telling import tell
from messaging_plugin.vocabulary import MessageKind
from shop.actors import Actor
from shop.errors import NotFound
from shop.vocabulary import Side


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, and in whose name."""

    side: Side
    user_id: int | None = None
    vendor_id: int | None = None
    guest_order_id: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """What makes a retried request find what it did the first time."""

    value: str | None
    fingerprint: str


NO_KEY = Key(None, "")


def send_message(*, actor: Actor, thread: Thread, body: str, idempotency_key: str | None = None) -> Message:
    """Add ``body`` to ``thread`` in the name of ``actor``.

    With a key that was used before: what was sent then. Raises ``NotFound``, ``Forbidden`` (also with CONTACT_DISABLED
    or REPLIES_NOT_ALLOWED), ``Invalid`` with BLANK, TOO_LONG, INVALID or IDEMPOTENCY_KEY_REUSED. Locks the thread.
    Publishes ``message_sent`` after commit.
    """
    key = Key(texts.checked_key(idempotency_key), texts.fingerprint("send", thread.pk, body))

    def send() -> Message:
        found = locked(thread.pk)
        if refusal := access.refusal_to_post(actor, found):
            raise refusal
        message = post(thread=found, author=author_in(actor, found), body=texts.checked_body(body), key=key)
        log.record([log.sent(message)])
        return message

    return once(send, actor=actor, key=key)


def locked(thread_id: int) -> Thread:
    """The thread as it is now, with its vendor, until the transaction ends nobody else's. Raises ``NotFound``."""
    # NO KEY: rows that merely refer to the thread can be written meanwhile.
    threads = Thread.objects.select_for_update(of=("self",), no_key=True).select_related("vendor")
    thread = threads.filter(pk=thread_id).first()
    if thread is None:
        raise NotFound("There is no such thread.", field=("input", "threadId"))
    return thread


def author_in(actor: Actor, thread: Thread) -> Author:
    """Raises ``NotFound`` if the actor may not see the thread."""
    side = access.side_of(actor, thread)
    if side is None:
        raise NotFound("There is no such thread.", field=("input", "threadId"))
    vendor_id = thread.vendor_id if side is Side.VENDOR else None
    return Author(side, actor.user_id, vendor_id, actor.order_id if actor.user_id is None else None)


def post(
    *,
    thread: Thread,
    author: Author,
    body: str,
    kind: MessageKind = MessageKind.REGULAR,
    key: Key = NO_KEY,
    dispute: Dispute | None = None,
) -> Message:
    """Write the next message of a locked thread, raise the unread counts of everyone concerned, and have them told.

    ``dispute`` is the one that the message opens or closes: staff are then concerned in any case. Saves the thread's
    ``open_dispute``, too. What it publishes is up to the caller: ``log.record`` comes last.
    """
    message = Message.objects.create(
        thread=thread,
        number=thread.message_count + 1,
        kind=kind,
        author_id=author.user_id,
        author_side=author.side,
        author_vendor_id=author.vendor_id,
        guest_order_id=author.guest_order_id,
        body=body,
        idempotency_key=key.value,
        fingerprint=key.fingerprint if key.value is not None else "",
        created_at=timezone.now(),
    )
    thread.message_count = message.number
    thread.last_message = message
    thread.updated_at = message.created_at
    thread.save(update_fields=["message_count", "last_message", "updated_at", "open_dispute"])
    concerned = concerned_by(thread, by=author.side, author_id=author.user_id, staff_always=dispute is not None)
    marks.count_in(message, concerned)
    tell([(message, concerned)], dispute=dispute)
    return message


def once(send: Callable[[], Message], *, actor: Actor, key: Key) -> Message:
    """What ``send`` sends in a transaction, or what was sent before with the same key.

    Asks the database about the key only when it refuses to take it twice.
    """
    try:
        with transaction.atomic():
            return send()
    except IntegrityError:
        before = _sent_with(key, actor)
        if before is None:
            raise
    if before.fingerprint != key.fingerprint:
        raise texts.key_reused(key.value or "")
    return before


def _sent_with(key: Key, actor: Actor) -> Message | None:
    if key.value is None or actor.is_anonymous:
        return None
    messages = Message.objects.filter(idempotency_key=key.value).select_related("thread")
    if actor.user_id is not None:
        return messages.filter(author_id=actor.user_id).first()
    return messages.filter(author=None, guest_order_id=actor.order_id).first()
