"""Real e-mail over a real socket: who gets one, in every mode, and what it says and does not say."""

import pytest

from shop.models import User
from tests.asking import ask
from tests.messaging import asks
from tests.messaging.behaviours.market import OPEN, Market, in_every_mode
from tests.messaging.notifications.postbox import Postbox
from tests.messaging.notifications.stage import told

pytestmark = pytest.mark.django_db


def emails(*people: User) -> set[str]:
    return {person.email for person in people}


@in_every_mode
def test_a33_the_customer_gets_one_e_mail_about_a_message_of_the_seller(market: Market, postbox: Postbox) -> None:
    order = market.order()
    thread_id = market.asked(order)
    told(postbox)
    asks.sent(market.seller, thread_id, "It will arrive on Monday.\nGreetings")
    mails = told(postbox)
    mail = mails[market.carla.email]
    assert set(mails) == emails(market.carla)
    assert mail.subject == f"Order #{order.number} – Nordwind Market"
    name = market.counterparty["name"]
    assert f"{name} has written:\n\n> It will arrive on Monday.\n> Greetings\n" in mail.text
    assert f"{name} has written:" in mail.html
    assert f"http://127.0.0.1:3000/messages/{thread_id}" in mail.text
    assert f'href="http://127.0.0.1:3000/messages/{thread_id}"' in mail.html
    assert str(mail.message["From"]) == "Nordwind Market <shop@localhost>"
    hidden = [b"anna", b"sue", b"otto", b"Anna Vendor", b"Sue Support"]
    raw = mail.raw.lower()
    assert [one for one in hidden if one.lower() in raw] == []


@in_every_mode
def test_a63_staff_get_an_e_mail_where_the_store_answers_and_vendors_where_they_do(
    market: Market, postbox: Postbox
) -> None:
    thread_id = market.asked()
    sellers = (
        emails(market.anna, market.arno) if market.vendors_answer else emails(market.sue, market.otto, market.admin)
    )
    assert set(told(postbox)) == sellers
    asks.sent(market.carla, thread_id, "Anybody there?")
    mails = told(postbox)
    assert set(mails) == sellers
    for mail in mails.values():
        assert "Carla Customer has written:\n\n> Anybody there?\n" in mail.text
        assert market.carla.email.encode() not in mail.raw
        place = (
            "http://127.0.0.1:3000/messages/"
            if market.vendors_answer
            else "http://127.0.0.1:8000/admin/messaging/thread/"
        )
        assert place in mail.text


@in_every_mode
def test_a42_a64_the_seller_and_staff_get_an_e_mail_about_a_dispute(market: Market, postbox: Postbox) -> None:
    thread_id = market.asked()
    told(postbox)
    ask(OPEN, market.carla, input={"threadId": thread_id, "reason": "It is broken."})
    mails = told(postbox)
    vendors = emails(market.anna, market.arno) if market.vendors_answer else set()
    assert set(mails) == vendors | emails(market.sue, market.otto, market.admin)
    for mail in mails.values():
        assert mail.subject.startswith("Dispute opened: Order #")
        assert "Carla Customer has opened a dispute:\n\n> It is broken.\n" in mail.text
        assert market.carla.email.encode() not in mail.raw
