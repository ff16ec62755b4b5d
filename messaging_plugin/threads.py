"""Beginning threads, or going on with the one there is."""

from typing import Any

from django.utils import timezone

from messaging_plugin import access, log, texts
from messaging_plugin.messages import Key, author_in, locked, once, post
from messaging_plugin.models import Message, Thread
from messaging_plugin.routing import About, Recipient, counterparty_for
from messaging_plugin.vocabulary import ThreadKind
from shop.access import is_customer_of, require_somebody
from shop.actors import Actor
from shop.errors import Forbidden, Invalid
from shop.models import Order, Product, Vendor
from shop.vocabulary import Permission, Rights


def start_thread(
    *, actor: Actor, about: About, recipient: Recipient | None = None, body: str, idempotency_key: str | None = None
) -> Message:
    """Write to someone about something, into the thread there may already be; two who begin at once share one.

    ``recipient`` is the counterparty, needed where there are several; staff who name none get the store. Raises
    ``Unauthenticated``, what ``routing.counterparty_for`` raises, and what ``send_message`` raises. Locks the thread.
    Publishes ``message_sent`` after commit. The message comes with its thread.
    """
    require_somebody(actor)
    counterparty = counterparty_for(actor, about, recipient)
    asked = texts.fingerprint("start", type(about).__name__, getattr(about, "pk", None), _named(recipient), body)
    key = Key(texts.checked_key(idempotency_key), asked)
    body = texts.checked_body(body)

    def start() -> Message:
        thread = locked(thread_about(actor, about, counterparty).pk)
        if refusal := access.refusal_to_post(actor, thread):
            raise refusal
        message = post(thread=thread, author=author_in(actor, thread), body=body, key=key)
        log.record([log.sent(message)])
        return message

    return once(start, actor=actor, key=key)


def thread_about(actor: Actor, about: About, counterparty: Recipient) -> Thread:
    """The one thread about it with this counterparty, made if there is none. Within a transaction."""
    now = timezone.now()
    made: dict[str, Any] = {"created_at": now, "updated_at": now}
    facing: dict[str, Any] = {"vendor_id": counterparty.vendor_id}
    match about:
        case Order():
            guest = about.customer_id is None and (bool(about.guest_email) or is_customer_of(actor, about))
            made |= {"order_number": about.number, "customer_id": about.customer_id, "guest": guest}
            thread, _ = Thread.objects.get_or_create(kind=ThreadKind.ORDER, order_id=about.pk, **facing, defaults=made)
        case Product():
            made |= {"product_name": about.name}
            thread, _ = Thread.objects.get_or_create(
                kind=ThreadKind.PRODUCT_QUESTION,
                customer_id=actor.user_id,
                product_id=about.pk,
                **facing,
                defaults=made,
            )
        case _:
            thread, _ = Thread.objects.get_or_create(
                kind=ThreadKind.CONTACT, customer_id=actor.user_id, **facing, defaults=made
            )
    return thread


def start_vendor_thread(
    *,
    actor: Actor,
    vendor: Vendor | None = None,
    subject: str,
    body: str,
    context: Order | Product | None = None,
    idempotency_key: str | None = None,
) -> Message:
    """Begin a thread between a vendor and the store, in the name of whichever side the actor is on.

    ``vendor`` may be left out by a user of one vendor; ``context`` is an order or a product of that vendor. Raises
    ``Unauthenticated``, ``Forbidden`` (also with CONTACT_DISABLED), ``Invalid`` with RECIPIENT_REQUIRED,
    RECIPIENT_NOT_ALLOWED (an inactive vendor) or INVALID (a context of another vendor), and what is wrong with the
    texts. Publishes ``message_sent`` after commit. The message comes with its thread.
    """
    require_somebody(actor)
    vendor = vendor or _own_vendor(actor)
    if refusal := access.refusal_to_start_with_store(actor, vendor.pk):
        raise refusal
    if not vendor.is_active:
        message = f"{vendor.name} is not active and would not read it."
        raise Invalid(message, code="RECIPIENT_NOT_ALLOWED", field=("input", "vendorId"))
    if context is not None and not _is_of(context, vendor):
        raise Invalid(f"{context} is not of {vendor.name}.", field=("input", "context"))
    order = context if isinstance(context, Order) else None
    product = context if isinstance(context, Product) else None
    about = (type(context).__name__, None if context is None else context.pk)
    key = Key(texts.checked_key(idempotency_key), texts.fingerprint("vendor", vendor.pk, about, subject, body))
    subject, body = texts.checked_subject(subject), texts.checked_body(body)

    def start() -> Message:
        now = timezone.now()
        thread = Thread.objects.create(
            kind=ThreadKind.VENDOR_ADMIN,
            vendor=vendor,
            order=order,
            product=product,
            order_number=order.number if order else "",
            product_name=product.name if product else "",
            subject=subject,
            created_at=now,
            updated_at=now,
        )
        message = post(thread=thread, author=author_in(actor, thread), body=body, key=key)
        log.record([log.sent(message)])
        return message

    return once(start, actor=actor, key=key)


def _own_vendor(actor: Actor) -> Vendor:
    own = actor.vendors_for_store(Rights.EDIT) or actor.vendors_for_store(Rights.VIEW)
    if len(own) == 1:
        return Vendor.objects.get(pk__in=own)
    if own or actor.may(Permission.MANAGE_MESSAGES):
        raise Invalid("Name the vendor.", code="RECIPIENT_REQUIRED", field=("input", "vendorId"))
    raise Forbidden("Only vendors and the store write to each other.")


def _is_of(context: Order | Product, vendor: Vendor) -> bool:
    if isinstance(context, Product):
        return context.vendor_id == vendor.pk
    return vendor.pk in access.vendors_of(context)


def _named(recipient: Recipient | None) -> tuple[str, int | None] | None:
    return None if recipient is None else (recipient.side.value, recipient.vendor_id)
