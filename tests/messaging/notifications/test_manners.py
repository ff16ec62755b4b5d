"""The settings about e-mail, each by what comes out of the wire; and that nobody is told who should not be any more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging_plugin.models import Notification
from messaging_plugin.notifications.delivery import deliver_due
from shop import hooks
from shop.models import User, VendorMembership
from shop.vocabulary import Permission
from tests import world
from tests.asking import ask, global_id
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market, in_every_mode, in_modes
from tests.messaging.notifications.postbox import Postbox
from tests.messaging.notifications.stage import states, time_passes, told

pytestmark = pytest.mark.django_db


def test_e_mails_switched_off_nobody_is_written_to_now_or_later(market: Market, postbox: Postbox) -> None:
    thread_id = market.asked()
    world.enabled("messaging", emailNotifications=False)
    asks.sent(market.carla, thread_id)
    assert told(postbox) == {}
    assert states() == [("SKIPPED", "SWITCHED_OFF")] * 2  # of the first message; of the second there are none
    world.enabled("messaging", emailNotifications=True)
    assert told(postbox) == {}
    assert asks.bell(market.anna)[0] == 2


@pytest.mark.parametrize(
    ("setting", "silent"),
    [("emailAboutMessages", {"message"}), ("emailAboutDisputes", {"dispute"}), ("emailAboutNews", {"news"})],
)
def test_e_mail_is_switched_off_for_messages_disputes_or_news(
    market: Market, postbox: Postbox, setting: str, silent: set[str]
) -> None:
    def quiet() -> bool:
        return market.anna.email not in told(postbox)

    thread_id = market.asked()
    world.enabled("messaging", **{setting: False})
    found = {"message"} if quiet() else set()  # written before: decided when it is sent
    dispute = m.opened(market.carla, thread=thread_id)
    found |= {"dispute"} if quiet() else set()
    m.close_dispute(market.carla, dispute)
    found |= {"dispute"} if quiet() else set()
    m.announced(market.sue)
    found |= {"news"} if quiet() else set()
    assert found == silent


def test_without_a_mail_server_nobody_is_written_to(market: Market, settings: object) -> None:
    settings.EMAIL_URL = ""  # type: ignore[attr-defined]
    market.asked()
    deliver_due()
    assert states() == [("SKIPPED", "SWITCHED_OFF")] * 2


@in_every_mode
def test_a_department_gets_one_e_mail_in_place_of_all_staff(market: Market, postbox: Postbox) -> None:
    world.enabled("messaging", departmentEmail="desk@shop.example")
    thread_id = market.asked()
    told(postbox)
    m.opened(market.carla, thread=thread_id)
    mails = told(postbox)
    vendors = {market.anna.email, market.arno.email} if market.vendors_answer else set()
    assert set(mails) == {"desk@shop.example"} | vendors
    mail = mails["desk@shop.example"]
    assert "/admin/messaging/thread/" in mail.text
    assert mail.header("List-Unsubscribe") is None
    assert asks.bell(market.sue)[2] == 1


def test_a_department_that_is_gone_meanwhile_is_not_written_to(market: Market, postbox: Postbox) -> None:
    world.enabled("messaging", departmentEmail="desk@shop.example")
    asks.started(market.carla, store=True)
    world.enabled("messaging", departmentEmail=None)
    assert told(postbox) == {}
    assert states() == [("SKIPPED", "NO_ADDRESS")]


def test_a_burst_of_messages_in_one_thread_is_one_e_mail(market: Market, postbox: Postbox) -> None:
    world.enabled("messaging", emailWaitSeconds=60)
    first, second = market.asked(body="One"), asks.started(market.carla, product=market.table, body="Other")
    asks.sent(market.carla, first, "Two")
    assert told(postbox) == {}
    time_passes(seconds=59)
    assert told(postbox) == {}
    asks.sent(market.carla, first, "Three")
    time_passes(seconds=2)
    deliver_due()
    bodies = sorted(mail.text.count("has written:") for mail in postbox.to(market.anna.email))
    assert bodies == [1, 3]
    [bundle] = [mail for mail in postbox.to(market.anna.email) if "> Two" in mail.text]
    assert [one for one in ("> One", "> Two", "> Three", "> Other") if one in bundle.text] == [
        "> One",
        "> Two",
        "> Three",
    ]
    assert bundle.text.index("> One") < bundle.text.index("> Two") < bundle.text.index("> Three")
    time_passes(seconds=60)
    deliver_due()
    assert len(postbox.to(market.anna.email)) == 2
    assert second != first


def test_what_has_been_read_meanwhile_is_not_mailed(market: Market, postbox: Postbox) -> None:
    thread_id = market.asked()
    ask(asks.READ, market.anna, input={"threadId": thread_id})
    assert set(told(postbox)) == {market.arno.email}
    world.enabled("messaging", emailUnreadOnly=False)
    asks.sent(market.carla, thread_id)
    ask(asks.READ, market.anna, input={"threadId": thread_id})
    assert set(told(postbox)) == {market.anna.email, market.arno.email}


def test_more_e_mails_than_the_limit_are_bundled_and_none_is_lost(market: Market, postbox: Postbox) -> None:
    world.enabled("messaging", emailHourlyLimit=2)
    VendorMembership.objects.filter(user=market.arno).delete()
    for number in range(1, 7):
        asks.started(
            market.carla, product=world.a_product(f"Chair {number}", vendor=market.oakline), body=f"Body {number}."
        )
    deliver_due()
    first, bundle = postbox.to(market.anna.email)
    assert first.text.count("has written:") == 1
    assert bundle.subject == "5 new messages – Nordwind Market"
    assert bundle.header("In-Reply-To") is None
    everything = first.text + bundle.text
    assert [number for number in range(1, 7) if f"> Body {number}." in everything] == [1, 2, 3, 4, 5, 6]
    postbox.mails.clear()

    for number in range(7, 10):
        asks.started(
            market.carla, product=world.a_product(f"Chair {number}", vendor=market.oakline), body=f"Body {number}."
        )
    assert told(postbox) == {}
    time_passes(minutes=59)
    assert told(postbox) == {}
    time_passes(minutes=2)
    deliver_due()
    assert len(postbox.mails) <= 2
    later = "".join(mail.text for mail in postbox.mails)
    assert [number for number in range(7, 10) if f"> Body {number}." in later] == [7, 8, 9]


def test_a_refused_e_mail_is_tried_again_and_given_up_after_the_attempts_of_the_setting(
    market: Market, postbox: Postbox
) -> None:
    world.enabled("messaging", emailAttempts=3)
    VendorMembership.objects.filter(user=market.arno).delete()
    postbox.refusal = lambda _: "451 come back later"
    market.asked()
    for attempt in (1, 2, 3):
        assert Notification.objects.get(channel="EMAIL").attempts == attempt - 1
        deliver_due()
        time_passes(days=1)
    [(state, note)] = states()
    assert state == "FAILED"
    assert "451" in note
    assert "come back later" in note
    postbox.refusal = lambda _: None
    assert told(postbox) == {}


def test_an_address_that_does_not_exist_is_given_up_at_once(market: Market, postbox: Postbox) -> None:
    postbox.refusal = lambda address: "550 nobody here" if address == market.anna.email else None
    market.asked()
    assert set(told(postbox)) == {market.arno.email}
    assert [state for state, _ in states()] == ["FAILED", "SENT"]


def test_old_notifications_are_forgotten_and_those_still_to_be_sent_are_not(market: Market) -> None:
    world.enabled("messaging", notificationDays=10, emailWaitSeconds=3600)
    market.asked()
    Notification.objects.filter(channel="IN_APP").update(settled_at=timezone.now() - timedelta(days=9))
    hooks.housekeeping._tell(hooks.Housekeeping())
    assert Notification.objects.count() == 4
    Notification.objects.filter(channel="IN_APP").update(settled_at=timezone.now() - timedelta(days=11))
    Notification.objects.filter(channel="EMAIL").update(created_at=timezone.now() - timedelta(days=99))
    hooks.housekeeping._tell(hooks.Housekeeping())
    assert set(Notification.objects.values_list("channel", flat=True)) == {"EMAIL"}


def test_the_link_follows_the_template_of_the_setting(market: Market, postbox: Postbox) -> None:
    world.enabled("messaging", storefrontThreadUrl="https://oak.example/o/{order}?t={thread}")
    order = market.order()
    thread_id = market.asked(order)
    assert (
        f"https://oak.example/o/{order.number}?t={thread_id.replace('=', '%3D')}"
        in told(postbox)[market.anna.email].text
    )


@pytest.mark.parametrize(
    "template", ["javascript:alert(1)", "{storefront}/{secret}", "https://a b/", "{", "/relative", ""]
)
def test_a_template_that_is_no_address_is_refused(market: Market, template: str) -> None:
    given = {"name": "messaging", "settings": {"storefrontThreadUrl": template}}
    [error] = ask(m.SETTINGS, market.admin, input=given).data["pluginSettingsUpdate"]["userErrors"]
    assert error == {"code": "INVALID", "field": ["input", "settings", "storefrontThreadUrl"]}


# ── who may still be told ───────────────────────────────────────────────────────────────────


@in_modes("M1")
def test_a_vendor_that_loses_sight_of_the_thread_meanwhile_is_not_told(market: Market, postbox: Postbox) -> None:
    market.asked()
    m.switch_to("M2", emailWaitSeconds=0)
    assert told(postbox) == {}
    assert states() == [("SKIPPED", "NO_ACCESS")] * 2


def test_neither_is_who_left_lost_the_permission_or_was_shut_out(market: Market, postbox: Postbox) -> None:
    world.enabled("messaging", departmentEmail=None)
    thread_id = market.asked()
    m.opened(market.carla, thread=thread_id)
    VendorMembership.objects.filter(user=market.anna).delete()
    User.objects.filter(pk=market.arno.pk).update(is_active=False)
    market.sue.user_permissions.clear()
    User.objects.filter(pk=market.otto.pk).update(is_staff=False)
    assert set(told(postbox)) == {market.admin.email}


def test_while_the_plugin_is_off_nothing_is_sent_and_nothing_is_lost(market: Market, postbox: Postbox) -> None:
    market.asked()
    world.enabled("messaging", on=False)
    hooks.worker_look._tell(hooks.WorkerLook())
    assert (postbox.mails, [state for state, _ in states()]) == ([], ["PENDING", "PENDING"])
    world.enabled("messaging")
    hooks.worker_look._tell(hooks.WorkerLook())
    assert postbox.recipients() == sorted([market.anna.email, market.arno.email])


def test_a_worker_that_is_at_it_asks_again_before_each_e_mail_whether_the_plugin_is_on(
    market: Market, postbox: Postbox
) -> None:
    market.asked()
    world.enabled("messaging", on=False)
    assert deliver_due() == 0
    assert (postbox.mails, [state for state, _ in states()]) == ([], ["PENDING", "PENDING"])
    world.enabled("messaging")
    assert deliver_due() == 2


def test_colleagues_of_the_author_have_a_count_and_no_e_mail(market: Market, postbox: Postbox) -> None:
    thread_id = market.asked()
    told(postbox)
    asks.sent(market.anna, thread_id)
    assert set(told(postbox)) == {market.carla.email}
    assert asks.unread(market.arno, thread_id) == 2
    other = world.staff(Permission.MANAGE_MESSAGES, name="Sven Support")
    [news] = m.announced(market.sue, market.oakline)
    assert set(told(postbox)) == {market.anna.email, market.arno.email}
    assert asks.unread(other, news) == 1
    assert global_id(market.oakline)
