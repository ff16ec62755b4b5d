"""The wiring: what the plugin answers to the hooks of the core."""

from datetime import timedelta

from django.utils import timezone

from messaging_plugin import access, attempts, bell, demo, graphiql_tabs, log
from messaging_plugin.models import Thread, WebhookDelivery
from messaging_plugin.notifications.delivery import deliver_due
from messaging_plugin.notifications.telling import forget
from messaging_plugin.settings import today
from messaging_plugin.webhooks import delivery as webhooks
from shop import hooks
from shop.vocabulary import Side


@hooks.visible_emails.answer
def customers_of_ones_own_threads(sight: hooks.EmailSight) -> frozenset[int]:
    """A vendor sees the addresses of customers it is in touch with, where the setting ``maskCustomerContacts`` is off."""
    if today().settings.mask_customer_contacts or not sight.actor.memberships:
        return frozenset()
    threads = Thread.objects.filter(access.on_side(sight.actor, Side.VENDOR), customer_id__in=sight.user_ids)
    return sight.user_ids.intersection(threads.values_list("customer_id", flat=True))


@hooks.demo_shop.answer
def some_conversations(shop: hooks.DemoShop) -> None:
    demo.fill_demo_shop(shop)


@hooks.graphiql_tabs.answer
def inboxes(_page: hooks.GraphiQLPage) -> tuple[hooks.GraphiQLTab, ...]:
    return graphiql_tabs.TABS


@hooks.housekeeping.listen
def forget_what_is_old(_round: hooks.Housekeeping) -> None:
    settings, now = today().settings, timezone.now()
    log.prune(now - timedelta(days=settings.event_log_days))
    kept_since = now - timedelta(days=settings.notification_days)
    forget(kept_since)
    attempts.forget(WebhookDelivery.objects.all(), kept_since)


@hooks.worker_look.listen
def tell_everyone(_look: hooks.WorkerLook) -> None:
    deliver_due()


@hooks.worker_look.listen
def tell_the_shops_own_systems(_look: hooks.WorkerLook) -> None:
    webhooks.deliver_due()


@hooks.admin_header.answer
def the_bell(page: hooks.AdminPage) -> tuple[hooks.HeaderLink, ...]:
    return bell.links_for(page.actor)
