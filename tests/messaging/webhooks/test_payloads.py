"""What the shop's own system is told: all that the store sees, and nobody's secrets."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging_plugin import texts
from messaging_plugin.cursors import position_of
from messaging_plugin.models import Dispute, Event, Message, Thread, WebhookDelivery
from messaging_plugin.webhooks.delivery import deliver_due
from shop.errors import Invalid
from shop.models import User
from tests.asking import Asker, global_id
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market
from tests.messaging.webhooks.receiver import SECRET, Receiver
from tests.messaging.webhooks.stage import rows

pytestmark = pytest.mark.django_db


def told(receiver: Receiver) -> list[Any]:
    """The payloads that have come since the last call."""
    deliver_due()
    found = [one.payload for one in receiver.told]
    receiver.told.clear()
    return found


def moment(text: str) -> datetime:
    assert text.endswith("Z")
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)


def author(market: Market, receiver: Receiver, by: Asker, thread_id: str) -> Any:
    asks.sent(by, thread_id)
    [payload] = told(receiver)
    return payload["message"]["author"]


def test_a_message_is_told_whole(market: Market, receiver: Receiver) -> None:
    order = market.order()
    thread_id = market.asked(order, body="Where\nis it?")
    [payload] = told(receiver)
    event, message = Event.objects.get(), Message.objects.get()
    assert position_of(payload.pop("cursor")) == event.pk
    assert abs((moment(payload.pop("occurredAt")) - event.created_at).total_seconds()) < 0.001
    assert payload == {
        "version": 1,
        "type": "messageSent",
        "shop": "Nordwind Market",
        "thread": {
            "id": thread_id,
            "kind": "ORDER",
            "subject": f"Order #{order.number}",
            "orderNumber": order.number,
        },
        "message": {
            "id": global_id(message),
            "number": 1,
            "kind": "REGULAR",
            "body": "Where\nis it?",
            "author": {"side": "CUSTOMER", "name": "Carla Customer", "person": "Carla Customer"},
        },
    }


def test_a_cursor_continues_the_subscription(market: Market, receiver: Receiver) -> None:
    thread_id = market.asked()
    [first] = told(receiver)
    asks.sent(market.carla, thread_id, "Next")
    after = position_of(first["cursor"])
    assert [event.message.body for event in Event.objects.filter(pk__gt=after) if event.message] == ["Next"]


def test_authors_are_told_as_the_store_sees_them(market: Market, receiver: Receiver) -> None:
    thread_id = market.asked()
    guest = market.guests_order()
    guests = market.asked(guest)
    told(receiver)
    assert author(market, receiver, market.anna, thread_id) == {
        "side": "VENDOR", "name": "Oakline", "person": "Anna Vendor",
    }  # fmt: skip
    assert author(market, receiver, market.sue, thread_id) == {
        "side": "STORE", "name": "Nordwind Market", "person": "Sue Support",
    }  # fmt: skip
    assert author(market, receiver, guest, guests) == {"side": "CUSTOMER", "name": "Guest", "person": None}
    asks.sent(market.carla, thread_id)
    User.objects.filter(pk=market.carla.pk).delete()
    [payload] = told(receiver)
    assert payload["message"]["author"] == {"side": "CUSTOMER", "name": "Deleted user", "person": None}


def test_threads_of_every_kind_are_told(market: Market, receiver: Receiver) -> None:
    asks.started(market.carla, product=market.table)
    asks.started(market.carla, vendor=market.oakline)
    asks.started(market.carla, store=True)
    m.vendor_started(market.anna)
    threads = [payload["thread"] for payload in told(receiver)]
    assert [(one["kind"], one["subject"], one["orderNumber"]) for one in threads] == [
        ("PRODUCT_QUESTION", "Product: Oak table", None),
        ("CONTACT", "Oakline", None),
        ("CONTACT", "Nordwind Market", None),
        ("VENDOR_ADMIN", Thread.objects.latest("pk").subject, None),
    ]


def test_a_dispute_is_told_when_it_opens_and_when_it_closes(market: Market, receiver: Receiver) -> None:
    thread_id = market.asked()
    told(receiver)
    dispute_id = m.opened(market.carla, thread=thread_id)
    m.close_dispute(market.sue, dispute_id)
    payloads = told(receiver)
    assert [one["type"] for one in payloads] == ["messageSent", "disputeOpened", "messageSent", "disputeClosed"]
    assert [one["message"]["kind"] for one in payloads if "message" in one] == ["DISPUTE_OPENED", "DISPUTE_CLOSED"]
    dispute = Dispute.objects.get()
    opened, closed = payloads[1]["dispute"], payloads[3]["dispute"]
    assert opened == {  # of its end nothing, though it was closed by then
        "id": dispute_id,
        "reason": dispute.reason,
        "openedAt": opened["openedAt"],
        "openedBy": {"side": "CUSTOMER", "name": "Carla Customer", "person": "Carla Customer"},
    }
    assert closed == {
        **opened,
        "closedAt": closed["closedAt"],
        "closedBy": {"side": "STORE", "name": "Nordwind Market", "person": "Sue Support"},
    }
    assert moment(opened["openedAt"]) <= moment(closed["closedAt"])


def test_addresses_passwords_and_tokens_are_not_among_it(market: Market, receiver: Receiver) -> None:
    guest = market.guests_order()
    asks.started(guest, order=guest)
    thread_id = market.asked()
    asks.sent(market.anna, thread_id)
    asks.sent(market.sue, thread_id)
    m.close_dispute(market.sue, m.opened(market.carla, thread=thread_id))
    deliver_due()
    everything = b"".join(one.raw + str(one.headers).encode() for one in receiver.told).decode()
    assert "Sue Support" in everything
    secrets = [guest.guest_email, SECRET, *User.objects.values_list("email", flat=True)]
    secrets += [one for one in User.objects.values_list("password", flat=True) if one]
    assert [one for one in secrets if one and one in everything] == []
    assert "@" not in everything


def test_texts_of_the_shop_are_in_its_language(market: Market, receiver: Receiver, settings: Any) -> None:
    settings.LANGUAGE_CODE = "de"
    order = market.order()
    market.asked(order)
    [payload] = told(receiver)
    assert payload["thread"]["subject"] == f"Bestellung {order.number}"


def fits(body: str) -> bool:
    try:
        return texts.checked_body(body) != ""
    except Invalid:
        return False


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=TEXT.filter(lambda text: "\0" not in text), name=TEXT.filter(lambda text: "\0" not in text))
def test_whatever_people_write_arrives_as_it_was_written(
    market: Market, receiver: Receiver, body: str, name: str
) -> None:
    market.carla.name = name[:150]
    market.carla.save()
    if not fits(body):
        return
    market.asked(body=body)
    deliver_due()
    one = receiver.told[-1]
    assert one.is_signed_by(SECRET)
    assert one.payload["message"]["body"] == Message.objects.latest("pk").body == texts.checked_body(body)
    assert one.payload["message"]["author"]["person"] == name[:150]
    assert rows()[-1][0] == "SENT"
    assert WebhookDelivery.objects.latest("pk").payload == json.dumps(one.payload, ensure_ascii=False)
