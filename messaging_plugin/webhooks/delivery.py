"""The worker's part: what is due is claimed, signed, sent, and settled or put off."""

import logging
import time
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import QuerySet

import shop
from messaging_plugin import access, attempts
from messaging_plugin.endpoint import Webhook
from messaging_plugin.models import WebhookDelivery
from messaging_plugin.settings import today
from messaging_plugin.signatures import signature
from messaging_plugin.vocabulary import NotificationState
from messaging_plugin.webhooks.addresses import AddressRefused
from messaging_plugin.webhooks.payloads import PARTS, payload_of
from messaging_plugin.webhooks.posting import Answer, EndpointAway, post
from shop import hooks, realtime
from shop.access import require
from shop.actors import Actor
from shop.plugins.api import change_settings, is_enabled, one_state
from shop.vocabulary import Permission

logger = logging.getLogger(__name__)

#: Seconds that one look may take; a request that is begun is finished.
LOOK = 5.0
#: The status with which a system says that it wants no more.
GONE = 410

_PLUGIN = "messaging"
#: To the shop's own system. While it is away nobody waits for it again and again: e-mail goes on meanwhile.
_way = attempts.Way()


def deliver_due(*, seconds: float = LOOK) -> int:
    """Deliver what is due, for about ``seconds``; returns how many deliveries were taken up."""
    until = time.monotonic() + seconds
    count = 0
    while _way.is_open and time.monotonic() < until:
        with one_state():
            webhook = today().settings.webhook if is_enabled(_PLUGIN) else None
            if webhook is None or not attempts.due(WebhookDelivery.objects.all()).exists():
                break
            delivery = claim_next()
            if delivery is None:
                break
            count += 1
            _take_up(delivery, webhook)
    return count


def claim_next() -> WebhookDelivery | None:
    """The delivery that has waited longest and no other worker is at; None if nothing is due."""
    most = today().settings.webhook_attempts
    while True:
        with transaction.atomic():
            rows = attempts.due(WebhookDelivery.objects.all()).select_for_update(skip_locked=True)
            found = rows.order_by("due_at", "pk").first()
            if found is None:
                return None
            own = WebhookDelivery.objects.filter(pk=found.pk)
            if found.attempts >= most:
                fewer_by_now = found.leased_until is None  # than when it was put off
                attempts.settle(own, NotificationState.FAILED, found.note if fewer_by_now else attempts.DIED)
                continue
            found.leased_until = attempts.claim(own)
            found.attempts += 1
            return found


def _take_up(delivery: WebhookDelivery, webhook: Webhook) -> None:
    mine = WebhookDelivery.objects.filter(
        pk=delivery.pk, state=NotificationState.PENDING, leased_until=delivery.leased_until
    )
    most = today().settings.webhook_attempts
    try:
        if not delivery.payload:
            delivery.payload = payload_of(WebhookDelivery.objects.select_related(*PARTS).get(pk=delivery.pk))
        mine.update(payload=delivery.payload, host=urlsplit(webhook.url).hostname or "")
        answer = _sent(delivery, webhook)
    except (AddressRefused, EndpointAway) as error:
        _way.away()
        attempts.put_off(mine, str(error), made=delivery.attempts, most=most, http_status=None)
    except Exception as error:
        logger.exception("The webhook delivery %s was not made.", delivery.pk)
        attempts.put_off(mine, f"{type(error).__name__}: {error}"[:1000], made=delivery.attempts, most=most)
    else:
        _way.back()
        _settle(mine, delivery, answer, webhook, most)


def _sent(delivery: WebhookDelivery, webhook: Webhook) -> Answer:
    """By the Standard Webhooks: docs/webhooks.md."""
    body, key, timestamp = delivery.payload.encode(), delivery.message_key, int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"headless-marketplace/{shop.__version__}",
        "Webhook-Id": key,
        "Webhook-Timestamp": str(timestamp),
        "Webhook-Signature": signature(secret=webhook.secret, key=key, timestamp=timestamp, body=body),
    }
    return post(webhook.url, body, headers)


def _settle(
    mine: QuerySet[WebhookDelivery], delivery: WebhookDelivery, answer: Answer, webhook: Webhook, most: int
) -> None:
    note = f"{answer.status}: {answer.text}" if answer.text else str(answer.status)
    if 200 <= answer.status < 300:  # noqa: PLR2004 - success, as HTTP has it
        if not attempts.settle(mine, NotificationState.SENT, http_status=answer.status):
            logger.warning("The webhook delivery %s took longer than its lease and may be sent twice.", delivery.pk)
    elif answer.status == GONE:
        attempts.settle(mine, NotificationState.FAILED, f"{note} The webhook was switched off.", http_status=GONE)
        _switch_off(webhook)
    else:
        attempts.put_off(mine, note, made=delivery.attempts, most=most, http_status=answer.status)


def _switch_off(webhook: Webhook) -> None:
    """Unless an operator has set another address meanwhile."""
    with one_state(), transaction.atomic():
        if today().settings.webhook == webhook:
            change_settings(_PLUGIN, {"webhooksEnabled": False})
            hooks.shop_updated.publish(hooks.ShopUpdated(plugin=_PLUGIN))
            realtime.hint([realtime.SHOP])
    logger.warning("The webhook answers that it is gone, and was switched off.")


def send_again(*, actor: Actor, deliveries: QuerySet[WebhookDelivery]) -> int:
    """What was sent, was given up, or waits for its next attempt, is due now; what is being sent is left alone.

    Needs MANAGE_MESSAGES: raises ``Forbidden``. The same payload goes out under the same id. Returns how many.
    """
    require(actor, Permission.MANAGE_MESSAGES)
    seen = deliveries.filter(access.visible(actor, "thread__")).order_by()
    return attempts.try_again(WebhookDelivery.objects.filter(pk__in=seen.values("pk")))
