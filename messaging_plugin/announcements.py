"""News from the store to vendors: a private thread for each."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from messaging_plugin import access, log, texts
from messaging_plugin.concern import Concerned, members_for_store, staff_for
from messaging_plugin.marks import fresh_marks
from messaging_plugin.models import Announcement, Message, ReadState, Thread
from messaging_plugin.notifications.telling import tell
from messaging_plugin.vocabulary import MessageKind, ThreadKind
from shop.actors import Actor
from shop.errors import Forbidden, Invalid
from shop.models import Vendor
from shop.vocabulary import Side


def send_announcement(
    *,
    actor: Actor,
    vendors: Sequence[Vendor] | None = None,
    subject: str,
    body: str,
    allow_replies: bool = True,
    idempotency_key: str | None = None,
) -> list[Thread]:
    """Tell ``vendors``, or every active one if None, each in a thread of its own, in the order of their names.

    With a key that was used before: the threads of then. Raises ``Forbidden``, ``Invalid`` with RECIPIENT_REQUIRED (no
    vendor), RECIPIENT_NOT_ALLOWED (an inactive one), BLANK, TOO_LONG, INVALID or IDEMPOTENCY_KEY_REUSED. Publishes
    ``message_sent`` for each thread after commit. The number of statements does not depend on that of vendors, but for
    what SQLite takes in one.
    """
    if not access.may_announce(actor):
        raise Forbidden("Only staff who handle messages announce, and only in a shop with vendors.")
    named = None if vendors is None else sorted(vendor.pk for vendor in vendors)
    asked = texts.fingerprint("announce", named, subject, body, allow_replies)
    announcement = Announcement(
        author_id=actor.user_id,
        subject=texts.checked_subject(subject),
        body=texts.checked_body(body),
        replies_allowed=allow_replies,
        idempotency_key=texts.checked_key(idempotency_key),
        fingerprint="" if idempotency_key is None else asked,
        created_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            announcement.save(force_insert=True)
            return _send(announcement, _recipients(vendors))
    except IntegrityError:
        before = Announcement.objects.filter(author_id=actor.user_id, idempotency_key=idempotency_key).first()
        if before is None or idempotency_key is None:
            raise
    if before.fingerprint != asked:
        raise texts.key_reused(idempotency_key)
    return list(before.threads.select_related("vendor", "last_message").order_by("pk"))


def _recipients(vendors: Sequence[Vendor] | None) -> list[Vendor]:
    active = Vendor.objects.filter(is_active=True).order_by("name", "pk")
    if vendors is None:
        found = list(active)
    else:
        wanted = {vendor.pk for vendor in vendors}
        found = list(active.filter(pk__in=wanted))
        if len(found) < len(wanted):
            message = "One of these vendors is not active and would not read it."
            raise Invalid(message, code="RECIPIENT_NOT_ALLOWED", field=("input", "vendors"))
    if not found:
        raise Invalid("There is no vendor to tell.", code="RECIPIENT_REQUIRED", field=("input", "vendors"))
    return found


def _send(announcement: Announcement, vendors: list[Vendor]) -> list[Thread]:
    now = announcement.created_at
    threads = Thread.objects.bulk_create(
        Thread(
            kind=ThreadKind.VENDOR_ADMIN,
            vendor=vendor,
            subject=announcement.subject,
            announcement=announcement,
            replies_allowed=announcement.replies_allowed,
            message_count=1,
            created_at=now,
            updated_at=now,
        )
        for vendor in vendors
    )
    messages = Message.objects.bulk_create(
        Message(
            thread=thread,
            number=1,
            kind=MessageKind.ANNOUNCEMENT,
            author_id=announcement.author_id,
            author_side=Side.STORE,
            body=announcement.body,
            created_at=now,
        )
        for thread in threads
    )
    for thread, message in zip(threads, messages, strict=True):
        thread.last_message = message
    Thread.objects.bulk_update(threads, ["last_message"])
    _begin_marks(announcement, messages)
    log.record([log.sent(message) for message in messages])
    return threads


def _begin_marks(announcement: Announcement, messages: list[Message]) -> None:
    staff = dict.fromkeys(staff_for(ThreadKind.VENDOR_ADMIN).values_list("pk", flat=True), Side.STORE)
    members: dict[int | None, dict[int, Side]] = {}
    for vendor_id, user_id in members_for_store([m.thread.vendor_id for m in messages if m.thread.vendor_id]):
        members.setdefault(vendor_id, {})[user_id] = Side.VENDOR
    marks: list[ReadState] = []
    told: list[tuple[Message, Concerned]] = []
    for message in messages:
        readers = staff | members.get(message.thread.vendor_id, {})
        readers.pop(announcement.author_id or 0, None)
        concerned = Concerned(readers)
        marks += fresh_marks(message, concerned)
        told.append((message, concerned))
    ReadState.objects.bulk_create(marks)
    tell(told)
