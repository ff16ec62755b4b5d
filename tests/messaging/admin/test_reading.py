"""A thread in the admin, read: the dialogue, what it is about, and nothing but text."""

import pytest

from messaging_plugin.models import Thread
from shop.vocabulary import Permission
from tests import world
from tests.messaging import asks
from tests.messaging.admin import stage
from tests.messaging.admin.stage import a_thread, browser, close_page_of, form, page_of, text_of

pytestmark = pytest.mark.django_db

MARKUP = "<script>alert(1)</script> & <b>bold</b>\n\n  second line"


def test_a82_the_dialogue_stands_beside_what_it_is_about() -> None:
    oakline = world.a_vendor("Oakline")
    carla = world.a_customer("Carla Customer")
    order = world.an_order(
        carla, vendor=oakline, products=[world.a_product("Oak table", vendor=oakline, price="12.50")]
    )
    thread = a_thread(carla, order=order)
    asks.start(world.a_member(oakline, "Anna Vendor"), order=order, body="On its way.")
    page = text_of(browser(world.a_superuser()), page_of(thread))
    assert stage.bodies(page) == ["Where is it?", "On its way."]
    assert "<strong>Carla Customer</strong>" in page
    assert "<strong>Anna Vendor (Oakline)</strong>" in page
    for address in (
        f"/admin/shop/order/{order.pk}/change/",
        f"/admin/shop/vendor/{oakline.pk}/change/",
        f"/admin/shop/user/{carla.pk}/change/",
        f"/admin/messaging/thread/?customer={carla.pk}",
    ):
        assert f'href="{address}"' in page, address
    assert ("Oak table" in page, "12.50" in page, carla.email in page) == (True, True, True)


def test_links_lead_only_where_the_reader_may_go() -> None:
    vendor = world.a_vendor()
    thread = a_thread(vendor=vendor)
    support = text_of(browser(world.staff(Permission.MANAGE_MESSAGES)), page_of(thread))
    desk = text_of(browser(world.staff(Permission.MANAGE_ORDERS)), page_of(thread))
    order = f'href="/admin/shop/order/{thread.order_id}/change/"'
    assert (order in support, order in desk) == (False, True)
    assert "/admin/shop/vendor/" not in support + desk
    assert "/admin/shop/user/" not in support + desk
    assert f"#{thread.order_number}" in support


def test_bodies_are_text_and_keep_their_lines() -> None:
    thread = a_thread(body=MARKUP)
    asks.start(thread.customer, order=thread.order, body="\u202eback")
    user = world.staff(Permission.MANAGE_MESSAGES)
    page = text_of(browser(user), page_of(thread))
    assert stage.bodies(page)[0] == MARKUP
    assert ("<script>alert" in page, "<b>bold" in page) == (False, False)
    browser(user).post(page_of(thread), form("dispute", "open", reason=f"<i>{MARKUP}"))
    for path in (page_of(thread), close_page_of(thread), stage.THREADS, stage.DISPUTES):
        shown = text_of(browser(user), path)
        assert ("<script>alert" in shown, "<b>bold" in shown, "<i>" in shown) == (False, False, False), path


def test_names_and_subjects_are_text_too() -> None:
    evil = "<img src=x onerror=alert(1)>"
    vendor = world.a_vendor(evil)
    carla = world.a_customer(evil)
    thread = a_thread(carla, vendor=vendor)
    a_thread(carla, product=world.a_product(evil, vendor=vendor))
    asks.start(world.a_member(vendor, evil), order=thread.order)
    client = browser(world.a_superuser())
    client.post(stage.ANNOUNCEMENTS + "add/", {"subject": evil, "body": evil, "everyone": "all"})
    paths = [stage.THREADS, stage.ANNOUNCEMENTS, stage.ANNOUNCEMENTS + "add/", f"{stage.THREADS}?customer={carla.pk}"]
    paths += [page_of(one) for one in Thread.objects.all()]
    for path in paths:
        assert evil not in text_of(client, path), path
    assert Thread.objects.count() == 3


def test_a_long_thread_is_read_page_by_page() -> None:
    carla = world.a_customer()
    thread = a_thread(carla, body="1")
    for number in range(2, 104):
        asks.start(carla, order=thread.order, body=str(number))
    client = browser(world.staff(Permission.MANAGE_MESSAGES))
    pages = [text_of(client, page_of(thread), **query) for query in ({}, {"before": "54"}, {"before": "4"})]
    assert [stage.bodies(page) for page in pages] == [
        [str(n) for n in range(54, 104)],
        [str(n) for n in range(4, 54)],
        ["1", "2", "3"],
    ]
    assert ["Earlier messages" in page for page in pages] == [True, True, False]
    for nonsense in ("x", "-1", "1e3", "9" * 40, "²"):
        assert stage.bodies(text_of(client, page_of(thread), before=nonsense))[-1] == "103"


def test_the_history_of_disputes_is_kept() -> None:
    thread = a_thread()
    client = browser(world.staff(Permission.MANAGE_ORDERS, name="Olga Desk"))
    for reason in ("First reason", "Second reason"):
        client.post(page_of(thread), form("dispute", "open", reason=reason))
        client.post(close_page_of(thread))
    page = text_of(client, page_of(thread))
    assert page.count("Opened on") == page.count("Closed on") == 2
    assert page.index('<p class="body">Second reason</p>\n      <small>') < page.index(
        '<p class="body">First reason</p>\n      <small>'
    )


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_a_thread_costs_the_same_however_long(rows: int) -> None:
    oakline = world.a_vendor()
    carla = world.a_customer()
    thread = a_thread(carla, vendor=oakline)
    for number in range(1, rows):
        writer = carla if number % 2 else world.a_member(oakline)
        asks.start(writer, order=thread.order, body="Next")
    client = browser(world.staff(Permission.MANAGE_MESSAGES))
    assert stage.statements(client, page_of(thread)) == 13
