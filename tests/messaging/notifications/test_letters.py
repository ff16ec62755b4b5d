"""What an e-mail is made of: headers, links, languages, and nothing that whoever wrote could slip in."""

import re
from typing import Any

import pytest
from django.test import Client

from messaging_plugin.models import Notification, NotificationPreference
from messaging_plugin.notifications.delivery import deliver_due
from shop.models import User
from tests.asking import Answer
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market, in_every_mode
from tests.messaging.notifications.postbox import Mail, Postbox
from tests.messaging.notifications.stage import told

pytestmark = pytest.mark.django_db

THREAD = "query ($id: ID!) { thread(id: $id) { subject viewerCanReply } }"


def unsubscribe_path(mail: Mail) -> str:
    header = re.sub(r"\s", "", mail.header("List-Unsubscribe") or "")
    found = re.fullmatch(r"<http://127\.0\.0\.1:8000(/plugins/messaging/unsubscribe/[\w:.-]+/)>", header)
    assert found, header
    return found[1]


def test_headers_keep_e_mails_of_a_thread_together_and_programs_from_answering(
    market: Market, postbox: Postbox
) -> None:
    thread_id, other = market.asked(), asks.started(market.carla, product=market.table)
    asks.sent(market.anna, thread_id, "First")
    [first] = told_to(postbox, market.carla)
    asks.sent(market.anna, thread_id, "Second")
    [second] = told_to(postbox, market.carla)
    asks.sent(market.anna, other, "Other")
    [elsewhere] = told_to(postbox, market.carla)
    assert len({mail.header("Message-ID") for mail in (first, second, elsewhere)}) == 3
    parcels = (
        Notification.objects.filter(user=market.carla, channel="EMAIL").order_by("pk").values_list("parcel", flat=True)
    )
    assert first.header("Message-ID") == f"<{parcels[0]}@127.0.0.1>"
    assert first.header("References") == second.header("References") == second.header("In-Reply-To")
    assert elsewhere.header("References") != first.header("References")
    assert first.subject == second.subject
    assert first.header("Auto-Submitted") == "auto-generated"
    assert first.header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    assert first.header("Date")


def told_to(postbox: Postbox, user: User) -> list[Mail]:
    deliver_due()
    mails = postbox.to(user.email)
    postbox.mails.clear()
    return mails


@in_every_mode
def test_a_guest_gets_a_link_that_opens_the_order_without_a_login(market: Market, postbox: Postbox) -> None:
    order = market.guests_order()
    thread_id = market.asked(order)
    told(postbox)
    asks.sent(market.seller, thread_id, "It is on its way.")
    mails = told(postbox)
    assert set(mails) == {"guest@example.com"}
    found = re.search(
        r"(http://127\.0\.0\.1:3000/messages/[^#\s]+)#token=(shg_[0-9a-f]{64})\s", mails["guest@example.com"].text
    )
    assert found
    response = Client().post(
        "/graphql/",
        {"query": THREAD, "variables": {"id": thread_id}},
        content_type="application/json",
        headers={"Authorization": f"Bearer {found[2]}"},
    )
    assert Answer(200, response.json()).data == {
        "thread": {"subject": f"Order #{order.number}", "viewerCanReply": True}
    }


def test_a_guest_who_writes_is_named_as_a_guest_and_not_by_address(market: Market, postbox: Postbox) -> None:
    market.asked(market.guests_order())
    mails = told(postbox)
    assert set(mails) == {market.anna.email, market.arno.email}
    for mail in mails.values():
        assert "Guest has written:" in mail.text
        assert b"guest@example.com" not in mail.raw


def test_news_reach_the_vendors_by_e_mail(market: Market, postbox: Postbox) -> None:
    m.announced(market.sue, subject="Moving house", body="We move in May.")
    mails = told(postbox)
    assert set(mails) == {market.anna.email, market.arno.email, market.bela.email}
    mail = mails[market.bela.email]
    assert mail.subject == "Moving house – Nordwind Market"
    assert "News from Nordwind Market:\n\n> We move in May.\n" in mail.text
    assert b"Sue" not in mail.raw
    assert market.sue.email.encode() not in mail.raw


@in_every_mode
def test_a53_a_dispute_is_told_by_e_mail_when_it_is_opened_and_when_it_is_closed(
    market: Market, postbox: Postbox
) -> None:
    thread_id = market.asked()
    told(postbox)
    dispute = m.opened(market.sue, thread=thread_id, reason="The table wobbles.")
    opened = told(postbox)
    m.close_dispute(market.carla, dispute)
    closed = told(postbox)
    vendors = {market.anna.email, market.arno.email} if market.vendors_answer else set()
    assert set(opened) == vendors | {market.carla.email, market.otto.email, market.admin.email}
    assert set(closed) == vendors | {market.sue.email, market.otto.email, market.admin.email}
    assert "Nordwind Market has opened a dispute:\n\n> The table wobbles.\n" in opened[market.carla.email].text
    mail = closed[market.otto.email]
    assert mail.subject.startswith("Dispute closed: Order #")
    assert "Carla Customer has closed the dispute.\n" in mail.text
    assert "> Dispute closed." not in mail.text


@in_every_mode
def test_a60_a61_whoever_is_written_to_has_it_in_the_bell_and_whoever_is_not_has_nothing(
    market: Market, postbox: Postbox
) -> None:
    m.opened(market.carla, thread=market.asked())
    mailed = set(told(postbox))
    people = (market.anna, market.arno, market.bela, market.sue, market.otto, market.admin, market.chris)
    assert {one.email for one in people if asks.bell(one) != (0, 0, 0)} == mailed


@in_every_mode
def test_a62_the_number_at_the_order_is_that_of_the_messages_mailed(market: Market, postbox: Postbox) -> None:
    order = market.order()
    thread_id = market.asked(order)
    asks.sent(market.carla, thread_id)
    deliver_due()
    reader = market.anna if market.vendors_answer else market.otto
    [mail] = postbox.to(reader.email)
    assert mail.text.count("has written:") == m.beside(reader, order)["unreadCount"] == 2


# ── one click, and no more ──────────────────────────────────────────────────────────────────


def test_the_link_to_unsubscribe_asks_when_it_is_followed_and_acts_when_it_is_posted(
    market: Market, postbox: Postbox
) -> None:
    thread_id = market.asked()
    path = unsubscribe_path(told(postbox)[market.anna.email])
    page = Client().get(path)
    assert (page.status_code, page["Referrer-Policy"]) == (200, "no-referrer")
    assert "New messages" in page.content.decode()
    assert not NotificationPreference.objects.exists()
    done = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    asks.sent(market.carla, thread_id)
    assert set(told(postbox)) == {market.arno.email}
    assert ("SKIPPED", "UNWANTED") in set(Notification.objects.values_list("state", "note"))
    m.opened(market.carla, thread=thread_id)  # of which the e-mail was not
    assert market.anna.email in told(postbox)
    assert asks.bell(market.anna)[0] == 3


def test_a_guest_unsubscribes_for_the_order(market: Market, postbox: Postbox) -> None:
    order = market.guests_order()
    thread_id = market.asked(order)
    asks.sent(market.anna, thread_id)
    path = unsubscribe_path(told(postbox)["guest@example.com"])
    assert Client().post(path).status_code == 200
    asks.sent(market.anna, thread_id)
    assert told(postbox) == {}
    other = market.guests_order()
    asks.sent(market.anna, market.asked(other))
    assert "guest@example.com" in told(postbox)


@pytest.mark.parametrize(
    "change", [lambda path: path.replace("unsubscribe/", "unsubscribe/x"), lambda path: path[:-4] + "/"]
)
def test_a_link_that_was_tampered_with_is_unknown(market: Market, postbox: Postbox, change: Any) -> None:
    market.asked()
    path = unsubscribe_path(told(postbox)[market.anna.email])
    assert Client().post(change(path)).status_code == 404
    assert Client().post("/plugins/messaging/unsubscribe/x/").status_code == 404
    assert not NotificationPreference.objects.exists()


def test_a_link_of_somebody_who_is_gone_does_no_harm(market: Market, postbox: Postbox) -> None:
    market.asked()
    path = unsubscribe_path(told(postbox)[market.anna.email])
    User.objects.filter(pk=market.anna.pk).delete()
    assert Client().post(path).status_code == 200
    assert not NotificationPreference.objects.exists()
