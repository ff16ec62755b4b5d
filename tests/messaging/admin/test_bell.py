"""The bell in the header of the admin."""

import pytest

from messaging_plugin.models import Message
from shop.vocabulary import Permission
from tests import world
from tests.messaging import asks
from tests.messaging.admin import stage
from tests.messaging.admin.stage import (
    DISPUTES,
    THREADS,
    a_thread,
    browser,
    desk,
    form,
    page_of,
    subjects,
    support,
    text_of,
)

pytestmark = pytest.mark.django_db


def test_a60_a61_the_bell_leads_to_what_is_new() -> None:
    sven = support()
    carla = world.a_customer()
    thread = a_thread(carla)
    asks.start(carla, order=thread.order, body="Hello?")
    a_thread(carla, store=True)
    browser(desk()).post(page_of(thread), form("dispute", "open", reason="Lost"))
    client = browser(sven)
    seen = stage.bell(text_of(client, "/admin/"))
    assert seen == {"Messages": (f"{THREADS}?unread=true", 4), "Disputes": (f"{DISPUTES}?status=OPEN", 1)}
    assert len(subjects(text_of(client, seen["Messages"][0]))) == 2
    assert len(subjects(text_of(client, seen["Disputes"][0]))) == 1
    client.post(page_of(thread), {"read": "1"})
    client.post(stage.close_page_of(thread))
    assert stage.bell(text_of(client, THREADS)) == {
        "Messages": (f"{THREADS}?unread=true", 1),
        "Disputes": (f"{DISPUTES}?status=OPEN", 0),
    }


def test_everybody_has_a_bell_of_their_own_and_some_have_none() -> None:
    olga = desk()
    shop = world.staff(Permission.MANAGE_SHOP)
    a_thread(store=True)
    a_thread()
    assert [number for _, number in stage.bell(text_of(browser(olga), "/admin/")).values()] == [1, 0]
    assert stage.bell(text_of(browser(shop), "/admin/")) == {}
    assert stage.bell(text_of(stage.visitor(), "/admin/login/")) == {}


def test_a18_without_the_plugin_its_pages_its_links_and_the_bell_are_gone() -> None:
    thread = a_thread()
    client = browser(world.a_superuser())
    client.post(page_of(thread), form("dispute", "open", reason="Broken"))
    paths = [THREADS, DISPUTES, stage.ANNOUNCEMENTS, stage.ANNOUNCEMENTS + "add/", page_of(thread)]
    paths += [stage.close_page_of(thread), "/admin/messaging/"]
    assert [client.get(path).status_code for path in paths] == [200] * 7
    world.enabled("messaging", on=False)
    assert [client.get(path).status_code for path in paths] == [404] * 7
    index = text_of(client, "/admin/")
    assert (stage.bell(index), "/admin/messaging/" in index) == ({}, False)
    assert Message.objects.count() == 2
