from messaging_plugin.events import Channel, ChannelQuestion, notification_channels
from shop import hooks
from shop.plugins.api import settings_for
from shop.vocabulary import OrderStatus
from tests.example_plugin.models import GiftNote
from tests.example_plugin.notes import count_notes
from tests.example_plugin.settings import GiftSettings

heard: list[object] = []  # for tests to look at


def remember(event: object) -> None:
    heard.append(event)


hooks.order_placed.listen(remember)
hooks.shop_updated.listen(remember)
hooks.worker_look.listen(remember)


@notification_channels.answer
def cards(_question: ChannelQuestion) -> tuple[Channel, ...]:
    return (Channel("CARD", "Printed cards", remember),)


@hooks.graphiql_tabs.answer
def tabs(_page: hooks.GraphiQLPage) -> tuple[hooks.GraphiQLTab, ...]:
    return (hooks.GraphiQLTab(title="Gift notes", query="{ orders(first: 5) { nodes { number giftNote } } }"),)


@hooks.admin_header.answer
def notes_in_header(page: hooks.AdminPage) -> tuple[hooks.HeaderLink, ...]:
    return (hooks.HeaderLink("Gift notes", "/admin/giftnotes/giftnote/", count_notes(page.actor)),)


@hooks.demo_shop.answer
def write_demo_notes(shop: hooks.DemoShop) -> None:
    for order in list(shop.orders.values())[:1]:
        GiftNote.objects.get_or_create(order=order, defaults={"text": "Happy birthday!"})


@hooks.visible_emails.answer
def show_buyers(sight: hooks.EmailSight) -> frozenset[int]:
    shown = settings_for("giftnotes", GiftSettings).show_buyers_to_vendors and sight.actor.vendor_ids
    return sight.user_ids if shown else frozenset()


@hooks.housekeeping.listen
def forget_notes_of_cancelled_orders(_event: hooks.Housekeeping) -> None:
    GiftNote.objects.filter(order__status=OrderStatus.CANCELLED).delete()
