"""The list of webhook deliveries in the admin: what was told, what was answered, and once more."""

import re
from html import unescape
from typing import Any

import pytest

from messaging_plugin.models import WebhookDelivery
from messaging_plugin.webhooks import delivery
from messaging_plugin.webhooks.delivery import claim_next, deliver_due
from shop.plugins.api import one_state
from tests import world
from tests.asking import global_id
from tests.messaging import asks
from tests.messaging.admin.stage import a_thread, browser, desk, said, statements, support, text_of
from tests.messaging.webhooks.receiver import SECRET, Receiver, status

pytestmark = pytest.mark.django_db

WEBHOOKS = "/admin/messaging/webhookdelivery/"


@pytest.fixture
def receiver(settings: Any, _enabled: None) -> Any:
    delivery._way.back()
    settings.WEBHOOK_ALLOW_PRIVATE = True
    made = Receiver()
    world.enabled("messaging", webhookUrl=made.url, webhookSecret=SECRET, emailNotifications=False, webhookAttempts=1)
    yield made
    made.close()


def cells(html: str, name: str) -> list[str]:
    found = re.findall(rf'<t[dh] class="field-{name}[^"]*">(.*?)</t[dh]>', html)
    return [unescape(re.sub("</?a[^>]*>", "", one)) for one in found]


def shown(query: str = "") -> tuple[list[str], list[str]]:
    """State and answer, row by row, the newest first."""
    page = text_of(browser(support()), f"{WEBHOOKS}?{query}")
    return cells(page, "status"), cells(page, "answered")


def test_staff_see_what_was_told_and_answered(receiver: Receiver) -> None:
    receiver.answers = [status(500, "<i>busy</i>"), status(204)]
    thread = a_thread(body="<b>Where</b>?")
    deliver_due()
    asks.sent(thread.customer, global_id(thread))
    deliver_due()
    asks.sent(thread.customer, global_id(thread))
    page = text_of(browser(support()), WEBHOOKS)
    assert cells(page, "what") == ["messageSent"] * 3
    assert cells(page, "about") == [f"Order #{thread.order_number}"] * 3
    assert cells(page, "status") == ["Pending", "Sent", "Failed"]
    assert cells(page, "attempts") == ["0", "1", "1"]
    assert cells(page, "answered") == ["", "204", "500"]
    assert cells(page, "why") == ["", "", "500: <i>busy</i>"]
    assert "<i>busy" not in page
    assert shown("state=FAILED") == (["Failed"], ["500"])
    assert shown("kind=DISPUTE_OPENED") == ([], [])
    assert shown("state=SENT&kind=MESSAGE_SENT") == (["Sent"], ["204"])


def test_a_row_leads_to_its_payload(receiver: Receiver) -> None:
    thread = a_thread(body="<b>Where</b>?")
    row = WebhookDelivery.objects.get()
    client = browser(support())
    assert "It is made at the first attempt." in text_of(client, f"{WEBHOOKS}{row.pk}/change/")
    deliver_due()
    page = text_of(client, f"{WEBHOOKS}{row.pk}/change/")
    assert '"body": "<b>Where</b>?"' in unescape(page)
    assert "<b>Where" not in page
    assert f"msg_{row.key.hex}" in page
    assert f"/admin/messaging/thread/{thread.pk}/change/" in page
    assert SECRET not in page
    assert client.get(f"{WEBHOOKS}999999/change/").status_code == 404


def test_whatever_is_chosen_is_sent_again_but_what_is_being_sent(receiver: Receiver) -> None:
    receiver.answers = [status(500), status(204)]
    for _ in range(3):
        a_thread()
    deliver_due()
    assert shown()[0] == ["Sent", "Sent", "Failed"]
    a_thread()
    with one_state():
        assert claim_next() is not None
    client = browser(support())
    chosen = [str(pk) for pk in WebhookDelivery.objects.order_by("pk").values_list("pk", flat=True)]
    assert client.post(WEBHOOKS, {"action": "send_again", "_selected_action": chosen[1:]}).status_code == 302
    assert said(client, WEBHOOKS) == ["To be sent again: 2 of 3."]
    assert shown()[0] == ["Pending", "Pending", "Pending", "Failed"]
    deliver_due()
    ids = [told.headers["Webhook-Id"] for told in receiver.told]
    assert ids[1:3] == ids[3:]
    assert shown()[0] == ["Pending", "Sent", "Sent", "Failed"]


def test_it_is_for_staff_who_handle_messages(receiver: Receiver) -> None:
    a_thread()
    deliver_due()
    row = WebhookDelivery.objects.get()
    client = browser(desk())
    assert client.get(WEBHOOKS).status_code == 403
    assert client.get(f"{WEBHOOKS}{row.pk}/change/").status_code == 403
    assert client.post(WEBHOOKS, {"action": "send_again", "_selected_action": [str(row.pk)]}).status_code == 403
    row.refresh_from_db()
    assert row.state == "SENT"


def test_it_is_gone_while_the_plugin_is_off(receiver: Receiver) -> None:
    client = browser(support())
    world.enabled("messaging", on=False)
    assert client.get(WEBHOOKS).status_code == 404


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_the_list_takes_the_same_statements_however_long_it_is(receiver: Receiver, rows: int) -> None:
    vendor = world.a_vendor()
    for _ in range(rows):
        a_thread(vendor=vendor, customer=world.a_customer())
    client = browser(support())
    assert statements(client, WEBHOOKS) == 11
    assert statements(client, f"{WEBHOOKS}?state=PENDING&kind=MESSAGE_SENT") == 11
    assert statements(client, f"{WEBHOOKS}{WebhookDelivery.objects.latest('pk').pk}/change/") == 10
