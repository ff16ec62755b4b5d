"""The list of deliveries in the admin: who was told, why not, and once more."""

import re
from html import unescape

import pytest
from django.utils import timezone

from messaging_plugin.models import Notification
from tests import world
from tests.messaging.admin.stage import a_thread, browser, desk, said, statements, support, text_of

pytestmark = pytest.mark.django_db

NOTIFICATIONS = "/admin/messaging/notification/"


def cells(html: str, name: str) -> list[str]:
    return [unescape(one) for one in re.findall(rf'<td class="field-{name}[^"]*">(.*?)</td>', html)]


def a_failure() -> Notification:
    """E-mail to a member of a vendor, given up."""
    vendor = world.a_vendor()
    anna = world.a_member(vendor, "Anna <b>Vendor")
    a_thread(vendor=vendor)
    row = Notification.objects.get(user=anna, channel="EMAIL")
    Notification.objects.filter(pk=row.pk).update(
        state="FAILED", note="451 <i>busy</i>", attempts=8, settled_at=timezone.now(), parcel="p"
    )
    row.refresh_from_db()
    return row


def test_staff_see_who_was_told_and_why_somebody_was_not() -> None:
    failed = a_failure()
    Notification.objects.filter(channel="IN_APP").update(state="SKIPPED", note="READ")
    page = text_of(browser(support()), NOTIFICATIONS)
    assert cells(page, "who") == ["Anna <b>Vendor"] * 2
    assert cells(page, "channel") == ["EMAIL", "IN_APP"]
    assert cells(page, "status") == ["Failed", "Skipped"]
    assert cells(page, "why") == ["451 <i>busy</i>", "has been read"]
    assert "<i>busy" not in page
    assert failed.user is not None
    assert failed.user.email not in page
    assert cells(text_of(browser(support()), NOTIFICATIONS, state="FAILED"), "channel") == ["EMAIL"]
    assert cells(text_of(browser(support()), NOTIFICATIONS, channel="IN_APP"), "channel") == ["IN_APP"]
    assert cells(text_of(browser(support()), NOTIFICATIONS, kind="ANNOUNCEMENT"), "channel") == []


def test_what_was_given_up_is_tried_again() -> None:
    failed = a_failure()
    sent = Notification.objects.get(channel="IN_APP")
    client = browser(support())
    chosen = {"action": "send_again", "_selected_action": [str(failed.pk), str(sent.pk)]}
    assert client.post(NOTIFICATIONS, chosen).status_code == 302
    assert said(client, NOTIFICATIONS) == ["To be sent again: 1 of 2."]
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.parcel) == ("PENDING", 0, "p")
    assert failed.due_at <= timezone.now()
    sent.refresh_from_db()
    assert sent.state == "SENT"


def test_a_parcel_is_tried_again_as_a_whole_since_it_is_one_e_mail() -> None:
    failed = a_failure()
    Notification.objects.filter(channel="IN_APP").update(
        channel="EMAIL", user=world.a_user(), parcel="p", state="FAILED"
    )
    client = browser(support())
    chosen = {"action": "send_again", "_selected_action": [str(failed.pk)]}
    assert client.post(f"{NOTIFICATIONS}?state=FAILED", chosen).status_code == 302
    assert said(client, NOTIFICATIONS) == ["To be sent again: 1 of 1."]
    assert list(Notification.objects.values_list("state", "attempts")) == [("PENDING", 0)] * 2


def test_a_row_leads_to_its_thread() -> None:
    failed = a_failure()
    response = browser(support()).get(f"{NOTIFICATIONS}{failed.pk}/change/")
    assert (response.status_code, response["Location"]) == (302, f"/admin/messaging/thread/{failed.thread_id}/change/")
    assert browser(support()).get(f"{NOTIFICATIONS}999999/change/").status_code == 404


def test_it_is_for_staff_who_handle_messages() -> None:
    failed = a_failure()
    client = browser(desk())
    assert client.get(NOTIFICATIONS).status_code == 403
    assert client.post(NOTIFICATIONS, {"action": "send_again", "_selected_action": [str(failed.pk)]}).status_code == 403
    failed.refresh_from_db()
    assert failed.state == "FAILED"


def test_the_list_takes_the_same_statements_however_long_it_is() -> None:
    a_failure()
    client = browser(support())
    few = statements(client, NOTIFICATIONS)
    for _ in range(5):
        a_failure()
    assert statements(client, NOTIFICATIONS) == few
