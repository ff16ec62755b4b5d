"""The settings of webhooks: what is refused, what is made, what is shown."""

import base64
import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from messaging_plugin.settings import MessagingSettings
from messaging_plugin.signatures import key_in, signature
from messaging_plugin.webhooks.delivery import deliver_due
from shop.errors import Invalid
from shop.models import PluginState
from tests import world
from tests.asking import ask
from tests.messaging.admin.stage import browser, text_of
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market
from tests.messaging.webhooks.receiver import SECRET, Receiver, status
from tests.messaging.webhooks.stage import rows, time_passes

URL = "https://erp.example.com/hooks"


def settings_now() -> Any:
    return PluginState.objects.get(name="messaging").settings


def on_console(*arguments: str) -> Any:
    """What ``manage.py plugins settings messaging`` shows."""
    out = StringIO()
    call_command("plugins", "settings", "messaging", *arguments, stdout=out)
    return json.loads(out.getvalue())


def test_signatures_are_those_of_the_standard() -> None:
    """The example that its libraries are tested with."""
    made = signature(
        secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        key="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "url",
    ["erp.example.com", "ftp://erp.example.com/", "https://", "https:///x", "https://a b/", "https://user:pass@erp.example.com/",
     "https://erp.example.com/#x", "https://erp.example.com:99999/", "https://bücher.example/", "https://a/\r\nX: y", "", "https://[::1"],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        MessagingSettings.checked({"webhookUrl": url})
    assert refused.value.field == ("input", "settings", "webhookUrl")


def test_webhook_url_is_by_https_unless_private_ones_are_allowed(settings: Any) -> None:
    with pytest.raises(Invalid, match="Only https is allowed here: see WEBHOOK_ALLOW_PRIVATE"):
        MessagingSettings.checked({"webhookUrl": "http://erp.example.com/"})
    settings.WEBHOOK_ALLOW_PRIVATE = True
    assert MessagingSettings.checked({"webhookUrl": "http://erp.example.com/"}).webhook is not None


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_***", "whsec_" + base64.b64encode(b"x" * 23).decode(), SECRET[6:]]
)
def test_what_is_no_secret_is_refused_without_being_told(secret: str) -> None:
    with pytest.raises(Invalid) as refused:
        MessagingSettings.checked({"webhookSecret": secret})
    assert refused.value.field == ("input", "settings", "webhookSecret")
    assert not secret or len(secret) < 7 or secret not in refused.value.message


def test_webhook_secret_is_made_if_it_is_left_out() -> None:
    first, second = (MessagingSettings.checked({"webhookUrl": URL}).webhook for _ in range(2))
    assert first is not None
    assert second is not None
    assert len(key_in(first.secret)) == 32
    assert first.secret != second.secret
    assert first.secret not in repr(first)
    assert MessagingSettings.checked({}).webhook is None


@pytest.mark.django_db
def test_over_graphql_the_secret_goes_in_and_never_comes_out(market: Market) -> None:
    query = m.SETTINGS.replace("userErrors", "plugin { settings settingsSchema } userErrors", 1)
    for given in (
        {"webhookUrl": URL, "webhookSecret": SECRET},
        {"webhookUrl": URL + "/2", "webhookSecret": "**********"},
    ):
        answer = ask(query, market.admin, input={"name": "messaging", "settings": given})
        assert answer.data["pluginSettingsUpdate"]["userErrors"] == []
        assert answer.data["pluginSettingsUpdate"]["plugin"]["settings"]["webhookSecret"] == "**********"
        assert SECRET not in str(answer.body)
    assert settings_now()["webhookSecret"] == SECRET


@pytest.mark.django_db
def test_in_the_admin_the_secret_is_masked_and_stays_when_the_form_comes_back(market: Market) -> None:
    world.enabled("messaging", webhookUrl=URL, webhookSecret=SECRET)
    page, client = "/admin/shop/pluginstate/messaging/", browser(market.admin)
    shown = text_of(client, page)
    assert SECRET not in shown
    assert 'name="webhookSecret" value="**********"' in shown
    fields = {name: value for name, value in MessagingSettings.stored(settings_now()).as_json().items() if value}
    assert client.post(page, {**fields, "maximumLength": "77"}).status_code == 302
    assert (settings_now()["maximumLength"], settings_now()["webhookSecret"]) == (77, SECRET)


@pytest.mark.django_db
def test_on_the_console_the_secret_is_shown_to_whoever_asks_for_it() -> None:
    first = on_console(f"webhookUrl={URL}")
    assert first["webhookSecret"] == "**********"
    secret = on_console("--secrets")["webhookSecret"]
    assert secret == settings_now()["webhookSecret"]
    assert len(key_in(secret)) == 32
    on_console("maximumLength=77")
    assert on_console("--secrets")["webhookSecret"] == secret


@pytest.mark.django_db
def test_webhooks_enabled_off_nothing_is_written_or_sent(market: Market, receiver: Receiver) -> None:
    market.asked()
    world.enabled("messaging", webhooksEnabled=False)
    market.asked()
    assert deliver_due() == 0
    assert len(rows()) == 1
    assert receiver.told == []


@pytest.mark.django_db
def test_webhook_attempts_are_made_and_no_more(market: Market, receiver: Receiver) -> None:
    world.enabled("messaging", webhookAttempts=1)
    receiver.answers = [status(500)]
    market.asked()
    deliver_due()
    time_passes(days=1)
    assert deliver_due() == 0
    assert rows() == [("FAILED", 1, 500, "500")]
