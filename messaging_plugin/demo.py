"""Fills the demo shop with conversations, by the verbs that everybody uses."""

from datetime import datetime

from django.utils import timezone

from messaging_plugin import demo_data
from messaging_plugin.announcements import send_announcement
from messaging_plugin.demo_data import CLOSES, OPENS, Line
from messaging_plugin.disputes import close_dispute, open_dispute
from messaging_plugin.messages import send_message
from messaging_plugin.models import Announcement, Dispute, Message, Notification, Thread
from messaging_plugin.reading import mark_read
from messaging_plugin.routing import THE_STORE, About
from messaging_plugin.threads import start_thread, start_vendor_thread
from messaging_plugin.vocabulary import DisputeStatus, MessageKind, NotificationState, SkipReason
from shop.actors import Actor
from shop.authentication import actor_of_user
from shop.hooks import DemoShop
from shop.models import Order, Product, Vendor


def fill_demo_shop(shop: DemoShop) -> None:
    """Conversations between the people of ``shop``, as of autumn 2026; none if there are any already.

    Whoever answers has read what came before, so that the last word is unread for the other side. Nobody is written to.
    """
    if Thread.objects.exists():
        return
    for conversation in demo_data.CONVERSATIONS:
        about = _about(conversation.about, shop)
        thread: Thread | None = None
        for line in conversation.lines:
            thread = _take_turn(_who(line, shop, about), line, thread, about)
    for between in demo_data.VENDOR_CONVERSATIONS:
        product = Product.objects.select_related("vendor").get(sku=between.product)
        first, *others = between.lines
        thread = start_vendor_thread(
            actor=_who(first, shop),
            vendor=product.vendor,
            subject=between.subject,
            body=first.text,
            context=product,
        ).thread
        _was_sent(thread, first.at)
        for line in others:
            _take_turn(_who(line, shop), line, thread)
    _announce(shop)
    Notification.objects.filter(state=NotificationState.PENDING).update(
        state=NotificationState.SKIPPED, note=SkipReason.DEMO, settled_at=timezone.now()
    )


def _announce(shop: DemoShop) -> None:
    news, answer = demo_data.ANNOUNCEMENT, demo_data.ANSWER
    actor = _who(news, shop)
    threads = send_announcement(actor=actor, subject=demo_data.ANNOUNCEMENT_SUBJECT, body=news.text)
    for thread in threads:
        _was_sent(thread, news.at)
    Announcement.objects.update(created_at=news.at)
    answering = _who(answer, shop)
    [thread] = [one for one in threads if one.vendor_id in answering.vendor_ids]
    _take_turn(answering, answer, thread)


def _take_turn(actor: Actor, line: Line, thread: Thread | None, about: About | None = None) -> Thread:
    if thread is None:
        assert about is not None  # noqa: S101 - whoever begins, begins about something
        thread = start_thread(actor=actor, about=about, body=line.text).thread if line.does != OPENS else None
    else:
        mark_read(actor=actor, thread=thread)
        if line.does == CLOSES:
            close_dispute(actor=actor, dispute=Dispute.objects.get(thread=thread, status=DisputeStatus.OPEN))
        elif line.does != OPENS:
            send_message(actor=actor, thread=thread, body=line.text)
    if line.does == OPENS:
        order = about if thread is None and isinstance(about, Order) else None
        thread = open_dispute(actor=actor, thread=thread, order=order, reason=line.text).thread
    assert thread is not None  # noqa: S101 - one of the three has made it
    _was_sent(thread, line.at)
    return thread


def _was_sent(thread: Thread, at: datetime) -> None:
    """Puts the last message of the thread, and what it did, at its time."""
    last = Message.objects.filter(thread=thread).order_by("-number")[0]
    Message.objects.filter(pk=last.pk).update(created_at=at)
    Thread.objects.filter(pk=thread.pk).update(updated_at=at, **({"created_at": at} if last.number == 1 else {}))
    if last.kind == MessageKind.DISPUTE_OPENED:
        Dispute.objects.filter(thread=thread).update(opened_at=at)
    elif last.kind == MessageKind.DISPUTE_CLOSED:
        Dispute.objects.filter(thread=thread).update(closed_at=at)


def _who(line: Line, shop: DemoShop, about: About | None = None) -> Actor:
    if line.who == demo_data.GUEST and isinstance(about, Order):
        return Actor(order_id=about.pk)
    return actor_of_user(shop.users[line.who])


def _about(name: str, shop: DemoShop) -> About:
    kind, _, key = name.partition(":")
    match kind:
        case "order":
            return shop.orders[key]
        case "product":
            return Product.objects.select_related("vendor").get(sku=key)
        case "vendor":
            return Vendor.objects.get(slug=key)
        case _:
            return THE_STORE
