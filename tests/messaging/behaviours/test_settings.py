"""Every setting of the plugin has an effect; every code of a refusal is provoked."""

from pathlib import Path
from typing import Any

import pytest

from messaging_plugin.graphql.errors import MessagingErrorCode
from messaging_plugin.settings import MessagingSettings
from tests import world
from tests.asking import ask, global_id
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market, in_every_mode, in_modes

pytestmark = pytest.mark.django_db

#: Setting → the test of this file that shows its effect.
SHOWN = {
    "allow_vendor_communication_in_warehouse": "test_allow_vendor_communication_in_warehouse_lets_the_customer_choose",
    "customer_to_seller": "test_customer_to_seller_off_customers_and_vendors_write_nothing_more",
    "vendor_to_admin": "test_vendor_to_admin_off_vendors_write_nothing_to_the_store",
    "contact_on_product": "test_contact_on_product_off_no_question_begins",
    "contact_on_vendor": "test_contact_on_vendor_off_no_conversation_begins",
    "contact_on_order": "test_contact_on_order_off_customers_begin_nothing_at_an_order",
    "contact_store": "test_contact_store_off_no_conversation_with_the_store_begins",
    "disputes_enabled": "test_disputes_enabled_off_none_opens_and_open_ones_close",
    "mask_customer_contacts": "test_mask_customer_contacts_off_a_vendor_sees_its_customers_addresses",
    "maximum_length": "test_maximum_length_counts_after_trimming",
}
#: About e-mail: in ``MANNERS``.
SHOWN_BY_MAIL = {
    "email_notifications": "test_e_mails_switched_off_nobody_is_written_to_now_or_later",
    "email_about_messages": "test_e_mail_is_switched_off_for_messages_disputes_or_news",
    "email_about_disputes": "test_e_mail_is_switched_off_for_messages_disputes_or_news",
    "email_about_news": "test_e_mail_is_switched_off_for_messages_disputes_or_news",
    "department_email": "test_a_department_gets_one_e_mail_in_place_of_all_staff",
    "email_wait_seconds": "test_a_burst_of_messages_in_one_thread_is_one_e_mail",
    "email_unread_only": "test_what_has_been_read_meanwhile_is_not_mailed",
    "email_hourly_limit": "test_more_e_mails_than_the_limit_are_bundled_and_none_is_lost",
    "email_attempts": "test_a_refused_e_mail_is_tried_again_and_given_up_after_the_attempts_of_the_setting",
    "notification_days": "test_old_notifications_are_forgotten_and_those_still_to_be_sent_are_not",
    "storefront_thread_url": "test_the_link_follows_the_template_of_the_setting",
}
MANNERS = "tests/messaging/notifications/test_manners.py"
#: About webhooks: in ``WEBHOOKS``.
SHOWN_BY_WEBHOOK = {
    "webhook_url": "test_webhook_url_is_by_https_unless_private_ones_are_allowed",
    "webhook_secret": "test_webhook_secret_is_made_if_it_is_left_out",
    "webhooks_enabled": "test_webhooks_enabled_off_nothing_is_written_or_sent",
    "webhook_attempts": "test_webhook_attempts_are_made_and_no_more",
}
WEBHOOKS = "tests/messaging/webhooks/test_settings.py"
SHOWN_ELSEWHERE = {
    **{setting: (MANNERS, test) for setting, test in SHOWN_BY_MAIL.items()},
    **{setting: (WEBHOOKS, test) for setting, test in SHOWN_BY_WEBHOOK.items()},
    "event_log_days": (
        "tests/shop/test_worker.py",
        "test_old_events_are_forgotten_after_the_days_of_the_setting_and_only_while_the_plugin_is_on",
    ),
}


def test_every_setting_has_an_effect_that_a_test_shows() -> None:
    shown = SHOWN.keys() | SHOWN_ELSEWHERE.keys()
    assert set(MessagingSettings.model_fields) == shown
    assert [name for name in SHOWN.values() if name not in globals()] == []
    for path, name in SHOWN_ELSEWHERE.values():
        assert f"def {name}(" in Path(path).read_text()


def set_to(market: Market, **settings: object) -> None:
    payload = ask(m.SETTINGS, market.admin, input={"name": "messaging", "settings": settings})
    assert payload.data["pluginSettingsUpdate"]["userErrors"] == []


@in_modes("M2")
def test_allow_vendor_communication_in_warehouse_lets_the_customer_choose(market: Market) -> None:
    order = market.order()
    store = ("STORE", "Nordwind Market")
    assert m.recipients(market.carla, order) == [store]
    set_to(market, allowVendorCommunicationInWarehouse=True)
    assert m.recipients(market.carla, order) == [("VENDOR", "Brightware"), ("VENDOR", "Oakline"), store]
    thread = asks.started(market.carla, order=order, recipient=market.oakline)
    assert m.sees(market.anna, thread)
    set_to(market, allowVendorCommunicationInWarehouse=False)
    assert not m.sees(market.anna, thread)


@in_every_mode
def test_customer_to_seller_off_customers_and_vendors_write_nothing_more(market: Market) -> None:
    order = market.order()
    thread, fresh = market.asked(order), market.order()
    set_to(market, customerToSeller=False)
    for who in (market.carla, market.sue, *([market.anna] if market.vendors_answer else [])):
        seen = ask(asks.THREAD, who, id=thread).data["thread"]
        assert seen["viewerCanReply"] is (who == market.sue)
    with m.nothing_written():
        assert m.refused(asks.send(market.carla, thread)) == "CONTACT_DISABLED"
        assert m.refused(asks.start(market.carla, order=fresh, recipient=market.recipient())) == "CONTACT_DISABLED"
        assert m.refused(asks.start(market.carla, product=market.table)) == "CONTACT_DISABLED"
        assert m.refused(asks.start(market.carla, store=True)) == "CONTACT_DISABLED"
        assert m.refused(m.open_dispute(market.carla, thread=thread)) == "CONTACT_DISABLED"
        if market.vendors_answer:
            assert m.refused(asks.send(market.anna, thread)) == "CONTACT_DISABLED"
            assert m.refused(asks.start(market.anna, order=fresh)) == "CONTACT_DISABLED"
            assert m.refused(asks.start(market.carla, vendor=market.oakline)) == "CONTACT_DISABLED"
    assert m.recipients(market.carla, fresh) == []
    asks.sent(market.sue, thread, "We may.")
    assert m.bodies(market.carla, thread) == ["Hello", "We may."]


@in_modes("M1", "M2", "M3")
def test_vendor_to_admin_off_vendors_write_nothing_to_the_store(market: Market) -> None:
    thread = m.vendor_started(market.anna)
    set_to(market, vendorToAdmin=False)
    with m.nothing_written():
        assert m.refused(m.vendor_start(market.anna)) == "CONTACT_DISABLED"
        assert m.refused(asks.send(market.anna, thread)) == "CONTACT_DISABLED"
    asks.sent(market.sue, thread, "We may.")
    m.announced(market.sue, market.oakline)
    assert asks.bell(market.anna) == (2, 2, 0)


@in_every_mode
def test_contact_on_product_off_no_question_begins(market: Market) -> None:
    query = "query ($sku: String!) { product(sku: $sku) { messaging { contactEnabled viewerCanAsk } } }"
    thread = asks.started(market.carla, product=market.table)
    set_to(market, contactOnProduct=False)
    for who in (market.carla, None):
        page = ask(query, who, sku=market.table.sku).data["product"]["messaging"]
        assert page == {"contactEnabled": False, "viewerCanAsk": False}
    with m.nothing_written():
        assert m.refused(asks.start(market.chris, product=market.table)) == "CONTACT_DISABLED"
    asks.sent(market.carla, thread, "The old one goes on.")
    asks.sent(market.seller, thread)


@in_modes("M1", "M3")
def test_contact_on_vendor_off_no_conversation_begins(market: Market) -> None:
    query = "query ($slug: String!) { vendor(slug: $slug) { messaging { contactEnabled viewerCanContact } } }"
    thread = asks.started(market.carla, vendor=market.oakline)
    set_to(market, contactOnVendor=False)
    page = ask(query, market.carla, slug=market.oakline.slug).data["vendor"]["messaging"]
    assert page == {"contactEnabled": False, "viewerCanContact": False}
    with m.nothing_written():
        assert m.refused(asks.start(market.chris, vendor=market.oakline)) == "CONTACT_DISABLED"
    asks.sent(market.carla, thread, "The old one goes on.")


@in_every_mode
def test_contact_on_order_off_customers_begin_nothing_at_an_order(market: Market) -> None:
    old, fresh = market.order(), market.order()
    thread = market.asked(old)
    set_to(market, contactOnOrder=False)
    assert m.beside(market.carla, fresh)["viewerCanStart"] is False
    with m.nothing_written():
        assert m.refused(asks.start(market.carla, order=fresh, recipient=market.recipient())) == "CONTACT_DISABLED"
        assert m.refused(m.open_dispute(market.carla, order=fresh)) == "CONTACT_DISABLED"
    asks.sent(market.carla, thread, "The old one goes on.")
    assert asks.started(market.otto, order=fresh, body="The store may write first.") == m.inbox(market.carla)[0]


@in_every_mode
def test_contact_store_off_no_conversation_with_the_store_begins(market: Market) -> None:
    query = "{ shop { messaging { storeContactEnabled } } }"
    thread = asks.started(market.carla, store=True)
    assert ask(query).data["shop"]["messaging"] == {"storeContactEnabled": True}
    set_to(market, contactStore=False)
    assert ask(query).data["shop"]["messaging"] == {"storeContactEnabled": False}
    with m.nothing_written():
        assert m.refused(asks.start(market.chris, store=True)) == "CONTACT_DISABLED"
    asks.sent(market.carla, thread, "The old one goes on.")


@in_every_mode
def test_disputes_enabled_off_none_opens_and_open_ones_close(market: Market) -> None:
    order = market.order()
    thread = market.asked(order)
    other = m.opened(market.carla, thread=market.asked(market.order()))
    assert ask("{ shop { messaging { disputesEnabled } } }").data["shop"]["messaging"] == {"disputesEnabled": True}
    set_to(market, disputesEnabled=False)
    assert ask("{ shop { messaging { disputesEnabled } } }").data["shop"]["messaging"] == {"disputesEnabled": False}
    for who in (market.carla, market.sue):
        assert ask(asks.THREAD, who, id=thread).data["thread"]["viewerCanOpenDispute"] is False
        with m.nothing_written():
            assert m.refused(m.open_dispute(who, thread=thread)) == "DISPUTES_DISABLED"
            assert m.refused(m.open_dispute(who, order=order)) == "DISPUTES_DISABLED"
    assert m.close_dispute(market.carla, other).data["disputeClose"]["userErrors"] == []


@in_modes("M1", "M3")
def test_mask_customer_contacts_off_a_vendor_sees_its_customers_addresses(market: Market) -> None:
    order = market.order()
    market.asked(order)
    query = "query ($id: ID!) { order(id: $id) { customer { name email } } }"

    def seen_by(who: Any) -> Any:
        return ask(query, who, id=global_id(order)).data["order"]["customer"]

    assert seen_by(market.anna) == {"name": "Carla Customer", "email": None}
    assert seen_by(market.otto) == {"name": "Carla Customer", "email": market.carla.email}
    set_to(market, maskCustomerContacts=False)
    assert seen_by(market.anna) == {"name": "Carla Customer", "email": market.carla.email}
    stranger = world.an_order(market.chris, vendor=market.oakline)
    told = ask(query, market.anna, id=global_id(stranger)).data["order"] if market.mode == "M1" else None
    assert told in (None, {"customer": {"name": "Chris Customer", "email": None}})


@in_every_mode
def test_maximum_length_counts_after_trimming(market: Market) -> None:
    thread = market.asked()
    set_to(market, maximumLength=5)
    assert ask("{ shop { messaging { maximumLength } } }").data["shop"]["messaging"] == {"maximumLength": 5}
    with m.nothing_written():
        assert m.refused(asks.send(market.carla, thread, "123456"), "body") == "TOO_LONG"
        assert m.refused(asks.start(market.carla, store=True, body="123456"), "body") == "TOO_LONG"
        assert m.refused(m.open_dispute(market.carla, thread=thread, reason="123456"), "reason") == "TOO_LONG"
    asks.sent(market.carla, thread, " 12345\n")
    assert m.bodies(market.carla, thread) == ["Hello", "12345"]


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"maximumLength": 0}, ["maximumLength"]),
        ({"maximumLength": 10_001}, ["maximumLength"]),
        ({"departmentEmail": "nobody"}, ["departmentEmail"]),
        ({"contactStore": "perhaps"}, ["contactStore"]),
        ({"unknown": True}, ["unknown"]),
        ([], []),
    ],
)
def test_settings_that_do_not_fit_are_refused_and_none_is_changed(
    market: Market, settings: Any, path: list[str]
) -> None:
    query = "{ shop { plugins { name settings } } }"
    before = ask(query, market.admin).data
    answer = ask(m.SETTINGS, market.admin, input={"name": "messaging", "settings": settings})
    assert m.refused(answer, "settings", *path) == "INVALID"
    assert ask(query, market.admin).data == before


# ── the codes ───────────────────────────────────────────────────────────────────────────────

#: Codes that nothing gives yet. May only shrink.
NOBODY_GIVES = {"RATE_LIMITED"}


def refusals(market: Market) -> dict[str, Any]:
    """Code → an answer that should have it."""
    order = market.order()
    thread = asks.started(market.carla, order=order, key="used", recipient=market.oakline)
    disputed = m.opened(market.carla, thread=thread)
    over = m.opened(market.chris, thread=market.asked(market.order(market.chris)))
    m.close_dispute(market.chris, over)
    (silent,) = m.announced(market.sue, market.oakline, allowReplies=False)
    found = {
        "BLANK": asks.send(market.carla, thread, " "),
        "TOO_LONG": asks.send(market.carla, thread, "x" * 10_001),
        "INVALID": asks.send(market.carla, thread, "\x07"),
        "NOT_FOUND": asks.send(market.chris, thread),
        "FORBIDDEN": asks.send(market.arno, thread),
        "IDEMPOTENCY_KEY_REUSED": asks.send(market.carla, thread, "Other", key="used"),
        "RECIPIENT_REQUIRED": asks.start(market.carla, order=order),
        "RECIPIENT_NOT_ALLOWED": asks.start(market.anna, vendor=market.oakline),
        "DISPUTE_ALREADY_OPEN": m.open_dispute(market.sue, thread=thread),
        "DISPUTE_NOT_OPEN": m.close_dispute(market.chris, over),
        "REPLIES_NOT_ALLOWED": asks.send(market.anna, silent),
    }
    m.switch_to("M2")
    found["VENDOR_CONTACT_DISABLED"] = asks.start(market.chris, vendor=market.oakline)
    set_to(market, disputesEnabled=False, contactStore=False)
    found["CONTACT_DISABLED"] = asks.start(market.chris, store=True)
    m.close_dispute(market.sue, disputed)
    found["DISPUTES_DISABLED"] = m.open_dispute(market.sue, thread=thread)
    return found


@in_modes("M3")
def test_every_code_is_provoked(market: Market) -> None:
    answers = refusals(market)
    assert {code.value for code in MessagingErrorCode} == answers.keys() | NOBODY_GIVES
    for code, answer in answers.items():
        (payload,) = answer.data.values()
        assert [error["code"] for error in payload["userErrors"]] == [code]
