"""News for vendors, from the admin."""

import pytest

from messaging_plugin.models import Announcement, Message, Thread
from shop.vocabulary import Permission
from tests import world
from tests.messaging import asks
from tests.messaging.admin import stage
from tests.messaging.admin.stage import ANNOUNCEMENTS, browser, text_of

pytestmark = pytest.mark.django_db

ADD = ANNOUNCEMENTS + "add/"
NEWS = {"subject": "Christmas", "body": "Ship\r\nby the 18th.", "everyone": "all", "allow_replies": "on", "key": "k1"}


def test_a87_news_go_to_all_active_vendors_once_and_privately() -> None:
    oakline, brightware = world.a_vendor("Oakline"), world.a_vendor("Brightware")
    world.a_vendor("Closed", is_active=False)
    anna = world.a_member(oakline)
    client = browser(world.staff(Permission.MANAGE_MESSAGES, name="Ada Owner"))
    for _ in range(2):
        answer = client.post(ADD, NEWS)
        assert (answer.status_code, answer["Location"]) == (302, ANNOUNCEMENTS)
    assert stage.said(client) == ["Announced to 2 vendors."] * 2
    told = Thread.objects.order_by("vendor__name").values_list("vendor__name", "subject", "replies_allowed")
    assert list(told) == [("Brightware", "Christmas", True), ("Oakline", "Christmas", True)]
    assert set(Message.objects.values_list("body", flat=True)) == {"Ship\nby the 18th."}
    assert asks.bell(anna) == (1, 1, 0)
    announcement = Announcement.objects.get()
    listed = text_of(client, ANNOUNCEMENTS)
    assert ("Christmas</a>" in listed, "Ada Owner" in listed) == (True, True)
    page = text_of(client, f"{ANNOUNCEMENTS}{announcement.pk}/change/")
    assert stage.bodies(page) == ["Ship\nby the 18th."]
    for thread in Thread.objects.all():
        assert f'href="{stage.page_of(thread)}"' in page
    assert brightware.name in page


def test_news_go_to_chosen_vendors_with_no_replies() -> None:
    oakline = world.a_vendor("Oakline")
    world.a_vendor("Brightware")
    client = browser(world.staff(Permission.MANAGE_MESSAGES))
    client.post(ADD, {"subject": "You", "body": "only", "everyone": "chosen", "vendors": [str(oakline.pk)]})
    assert list(Thread.objects.values_list("vendor", "replies_allowed")) == [(oakline.pk, False)]
    assert stage.said(client) == ["Announced to 1 vendor."]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"subject": ""}, "The subject is blank: write something."),
        ({"subject": "x" * 201}, "A subject has at most 200 characters; this one has 201."),
        ({"body": " "}, "The message is blank: write something."),
        ({"everyone": "chosen"}, "There is no vendor to tell."),
        (
            {"everyone": "chosen", "vendors": ["999999"]},
            "Select a valid choice. 999999 is not one of the available choices.",
        ),
        ({"everyone": "nobody"}, "Select a valid choice. nobody is not one of the available choices."),
        ({"everyone": ""}, "This field is required."),
    ],
)
def test_what_does_not_fit_is_told_at_the_field_and_nothing_is_sent(changes: dict[str, object], error: str) -> None:
    world.a_vendor()
    page = browser(world.staff(Permission.MANAGE_MESSAGES)).post(ADD, {**NEWS, **changes})
    assert (page.status_code, stage.errors(page.content.decode())) == (200, [error])
    assert (Announcement.objects.count(), Thread.objects.count()) == (0, 0)


def test_an_inactive_vendor_cannot_be_chosen() -> None:
    world.a_vendor()
    closed = world.a_vendor("Closed", is_active=False)
    client = browser(world.staff(Permission.MANAGE_MESSAGES))
    assert "Closed" not in text_of(client, ADD)
    assert client.post(ADD, {**NEWS, "everyone": "chosen", "vendors": [str(closed.pk)]}).status_code == 200
    assert Announcement.objects.count() == 0


def test_only_who_handles_messages_announces_and_only_with_vendors() -> None:
    world.a_vendor()
    owner = world.staff(Permission.MANAGE_MESSAGES)
    browser(owner).post(ADD, NEWS)
    page = f"{ANNOUNCEMENTS}{Announcement.objects.get().pk}/change/"
    others = [world.staff(Permission.MANAGE_ORDERS), world.staff(Permission.MANAGE_SHOP)]
    for user in others:
        for path in (ANNOUNCEMENTS, ADD, page):
            assert browser(user).get(path).status_code == 403
        assert browser(user).post(ADD, NEWS).status_code == 403
        assert "/admin/messaging/announcement/" not in text_of(browser(user), "/admin/")
    for client in (browser(world.a_member(world.a_vendor())), stage.visitor()):
        assert client.post(ADD, NEWS).status_code == 302
    assert browser(owner, csrf=True).post(ADD, {**NEWS, "key": "k2"}).status_code == 403
    world.mode(world.OFF)
    assert browser(owner).get(ADD).status_code == 403
    assert browser(owner).post(ADD, {**NEWS, "key": "k2"}).status_code == 403
    assert f'href="{ADD}"' not in text_of(browser(owner), ANNOUNCEMENTS)
    world.mode(world.WAREHOUSE)
    world.enabled("messaging", on=False)
    assert browser(owner).post(ADD, {**NEWS, "key": "k2"}).status_code == 404
    assert Announcement.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_the_list_and_an_announcement_cost_the_same_however_long(rows: int) -> None:
    client = browser(world.staff(Permission.MANAGE_MESSAGES))
    for _ in range(rows):
        world.a_vendor()
        client.post(ADD, {**NEWS, "key": ""})
    last = Announcement.objects.latest("pk")
    assert last.threads.count() == rows
    assert stage.statements(client, ANNOUNCEMENTS) == 11
    assert stage.statements(client, f"{ANNOUNCEMENTS}{last.pk}/change/") == 11
