"""A thread in the admin: marked, answered and disputed by the verbs and rules of everywhere else."""

import pytest

from messaging_plugin.models import Dispute, Message, ReadState, Thread
from messaging_plugin.vocabulary import DisputeStatus
from shop.models import User
from shop.vocabulary import Permission
from tests import world
from tests.messaging import asks
from tests.messaging.admin import stage
from tests.messaging.admin.stage import a_thread, browser, close_page_of, form, page_of, text_of

pytestmark = pytest.mark.django_db


def state() -> tuple[object, ...]:
    """All that any button of the page could change."""
    return (
        list(Message.objects.values_list("pk", "body", "kind", "author_id")),
        list(Dispute.objects.values_list("pk", "status", "reason")),
        list(ReadState.objects.order_by("pk").values_list("user_id", "last_read_number", "unread_count")),
    )


def deeds(thread: Thread) -> dict[str, tuple[str, object]]:
    """Every button: where it is, and what it sends."""
    return {
        "reply": (page_of(thread), form("reply", "reply", body="Soon.")),
        "read": (page_of(thread), {"read": "1", "up_to": "2"}),
        "unread": (page_of(thread), {"unread": "1"}),
        "open": (page_of(thread), form("dispute", "open", reason="It is broken.")),
        "close": (close_page_of(thread), {}),
    }


# ── marking, answering, disputing ───────────────────────────────────────────────────────────


def test_reading_marks_nothing_and_a_button_does() -> None:
    carla = world.a_customer()
    thread = a_thread(carla)
    asks.start(carla, order=thread.order, body="Second")
    support, other = (world.staff(Permission.MANAGE_MESSAGES, name=name) for name in ("Sven", "Ada"))
    asks.start(carla, order=thread.order, body="Third")
    client = browser(support)
    for _ in range(2):
        assert "1 unread" in text_of(client, page_of(thread))
    before = ReadState.objects.get(user=other).unread_count
    assert client.post(page_of(thread), {"read": "1", "up_to": "3"}).status_code == 302
    assert "All read" in text_of(client, page_of(thread))
    assert client.post(page_of(thread), {"unread": "1"}).status_code == 302
    assert "1 unread" in text_of(client, page_of(thread))
    assert ReadState.objects.get(user=other).unread_count == before == 1


def test_the_button_marks_no_message_that_came_after_the_page() -> None:
    support = world.staff(Permission.MANAGE_MESSAGES)
    carla = world.a_customer()
    thread = a_thread(carla)
    asks.start(carla, order=thread.order, body="While they read")
    browser(support).post(page_of(thread), {"read": "1", "up_to": "1"})
    assert asks.bell(support) == (1, 1, 0)


def test_a76_staff_answer_in_the_name_of_the_store_and_once() -> None:
    oakline = world.a_vendor()
    carla, anna = world.a_customer(), world.a_member(oakline)
    thread = a_thread(carla, vendor=oakline)
    support = world.staff(Permission.MANAGE_MESSAGES)
    client = browser(support)
    for _ in range(2):
        answer = client.post(page_of(thread), form("reply", "reply", body=" How can\r\nwe help? ", key="clicked-twice"))
        assert (answer.status_code, answer["Location"]) == (302, f"{page_of(thread)}#latest")
    message = Message.objects.exclude(number=1).get()
    assert (message.body, message.author, message.author_side) == ("How can\nwe help?", support, "STORE")
    assert (asks.bell(carla), asks.bell(anna)) == ((1, 1, 0), (2, 1, 0))


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("", "The message is blank: write something."),
        (" \n ", "The message is blank: write something."),
        ("a\x07b", "A message has no control characters; this one has U+0007."),
        ("a\x00b", "Null characters are not allowed."),
        ("x" * 10_001, "A message has at most 10000 characters; this one has 10001."),
    ],
)
def test_what_does_not_fit_is_told_at_the_field_and_nothing_is_stored(body: str, error: str) -> None:
    thread = a_thread()
    client = browser(world.staff(Permission.MANAGE_MESSAGES))
    before = state()
    for prefix, button, field in (("reply", "reply", "body"), ("dispute", "open", "reason")):
        page = client.post(page_of(thread), form(prefix, button, **{field: body}))
        assert (page.status_code, stage.errors(page.content.decode())) == (200, [error])
    assert state() == before


def test_a_refused_answer_keeps_its_words_and_can_be_sent_again() -> None:
    thread = a_thread()
    client = browser(world.staff(Permission.MANAGE_MESSAGES))
    client.post(page_of(thread), form("reply", "reply", body="First", key="k"))
    page = client.post(page_of(thread), form("reply", "reply", body="Other words", key="k")).content.decode()
    assert ("Other words</textarea>" in page, 'value="k"' in page) == (True, False)
    assert Message.objects.count() == 2


def test_a16_a46_a50_staff_open_a_dispute_and_close_it_after_they_are_asked() -> None:
    thread = a_thread()
    client = browser(world.staff(Permission.MANAGE_ORDERS, name="Olga Desk"))
    assert client.post(page_of(thread), form("dispute", "open", reason="Broken")).status_code == 302
    page = text_of(client, page_of(thread))
    assert '<p class="dispute-note">Dispute opened on ' in page
    assert " by Olga Desk (Shop)</p>" in page
    assert ('name="open"' in page, close_page_of(thread) in page) == (False, True)
    asked = text_of(client, close_page_of(thread))
    assert "Do you want to close this dispute?" in asked
    assert Dispute.objects.get().status == DisputeStatus.OPEN
    assert client.post(close_page_of(thread)).status_code == 302
    page = text_of(client, page_of(thread))
    assert ("dispute-note" in page, 'name="open"' in page, close_page_of(thread) in page) == (False, True, False)
    assert Dispute.objects.get().status == DisputeStatus.CLOSED
    assert list(Message.objects.values_list("kind", flat=True)) == ["REGULAR", "DISPUTE_OPENED", "DISPUTE_CLOSED"]


def test_what_somebody_else_did_first_is_told() -> None:
    thread = a_thread()
    client = browser(world.staff(Permission.MANAGE_MESSAGES))
    client.post(page_of(thread), form("dispute", "open", reason="Broken"))
    again = client.post(page_of(thread), form("dispute", "open", reason="Broken, too"))
    assert (again.status_code, Dispute.objects.count()) == (200, 1)
    assert '<li class="error">A dispute is already open here.</li>' in again.content.decode()
    client.post(close_page_of(thread))
    before = state()
    client.post(close_page_of(thread))
    assert stage.said(client) == ["This dispute is not open."]
    assert client.get(close_page_of(thread))["Location"] == page_of(thread)
    client.post(page_of(thread), {"explode": "1"})
    assert stage.said(client) == ["Nothing was done: this button is not known here."]
    assert state() == before


def test_buttons_are_there_only_where_they_would_work() -> None:
    world.enabled("messaging", disputesEnabled=False)
    vendor = world.a_vendor()
    thread = a_thread()
    question = a_thread(product=world.a_product(vendor=vendor))
    client = browser(world.staff(Permission.MANAGE_MESSAGES))
    for one in (thread, question):
        page = text_of(client, page_of(one))
        assert ('name="reply"' in page, 'name="open"' in page) == (True, False)
    before = state()
    assert client.post(page_of(thread), form("dispute", "open", reason="Broken")).status_code == 200
    assert client.post(page_of(question), form("dispute", "open", reason="Broken")).status_code == 200
    assert state() == before


# ── who may ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("deed", ["reply", "read", "unread", "open", "close"])
def test_every_button_works_for_those_who_may_and_for_nobody_else(deed: str) -> None:
    carla = world.a_customer()
    thread = a_thread(carla)
    staff = [world.staff(Permission.MANAGE_MESSAGES), world.staff(Permission.MANAGE_ORDERS), world.a_superuser()]
    others: list[tuple[User | None, int]] = [
        (world.staff(Permission.MANAGE_SHOP, Permission.MANAGE_PLUGINS), 403),
        (world.a_member(world.a_vendor()), 302),
        (carla, 302),
        (None, 302),
    ]
    asks.start(carla, order=thread.order)
    if deed == "close":
        browser(staff[0]).post(page_of(thread), form("dispute", "open", reason="Broken"))
    if deed == "unread":
        for user in staff:
            browser(user).post(page_of(thread), {"read": "1"})
    path, data = deeds(thread)[deed]
    before = state()
    for outsider, status in others:
        client = browser(outsider) if outsider else stage.visitor()
        answer = client.post(path, data)
        assert (answer.status_code, answer.get("Location", "/admin/login/").startswith("/admin/login/")) == (
            status,
            True,
        )
        assert client.get(path).status_code == status
        assert state() == before
    world.enabled("messaging", on=False)
    for user in staff:
        assert (browser(user).post(path, data).status_code, browser(user).get(path).status_code) == (404, 404)
    assert state() == before
    world.enabled("messaging")
    no_token = browser(staff[0], csrf=True).post(path, data)
    assert (no_token.status_code, state()) == (403, before)
    for user in staff if deed in {"read", "unread", "reply"} else staff[:1]:
        now = state()
        assert browser(user).post(path, data).status_code == 302
        assert state() != now


def test_who_manages_orders_sees_threads_about_orders_only() -> None:
    vendor = world.a_vendor()
    question = a_thread(product=world.a_product(vendor=vendor))
    support, desk = world.staff(Permission.MANAGE_MESSAGES), world.staff(Permission.MANAGE_ORDERS)
    client = browser(desk)
    before = state()
    for path, data in deeds(question).values():
        missing = path.replace(str(question.pk), "999999")
        assert (client.get(path).status_code, client.post(path, data).status_code) == (404, 404)
        assert (client.get(missing).status_code, client.post(missing, data).status_code) == (404, 404)
    assert state() == before
    assert browser(support).get(page_of(question)).status_code == 200


def test_djangos_own_forms_are_gone() -> None:
    thread = a_thread()
    client = browser(world.a_superuser())
    client.post(page_of(thread), form("dispute", "open", reason="Broken"))
    client.post(stage.ANNOUNCEMENTS + "add/", {"subject": "News", "body": "News", "everyone": "all"})
    before = state()
    for base in (stage.THREADS, stage.DISPUTES, stage.ANNOUNCEMENTS):
        for path in ("1/delete/", "1/history/", f"{thread.pk}/delete/"):
            assert client.get(base + path).status_code == 404, base + path
            assert client.post(base + path, {"post": "yes"}).status_code == 404, base + path
    add = f"{stage.DISPUTES}add/"
    assert (client.get(add).status_code, client.post(add).status_code) == (404, 404)
    for model in ("message", "readstate", "event"):
        assert client.get(f"/admin/messaging/{model}/").status_code == 404
    assert state() == before
