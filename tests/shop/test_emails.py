"""How e-mail leaves, and what may be tried again."""

import smtplib
from typing import Any

import pytest

from shop import emails
from shop.emails import Letter, MailServerAway, Post, Refused
from shop.mailers import mailer_of
from tests.messaging.notifications.postbox import Postbox, use

LETTER = Letter(to="a@example.com", sender="Shop", subject="Hello", text="Text", html="<p>Text</p>")


@pytest.mark.parametrize(
    ("url", "backend", "options"),
    [
        ("", "dummy", {}),
        ("console:", "console", {}),
        (
            "smtp://mail.example",
            "smtp",
            {"port": 25, "use_tls": False, "use_ssl": False, "username": "", "password": ""},
        ),
        ("smtp://me:p%40ss@mail.example:2525?tls=1", "smtp", {"port": 2525, "use_tls": True, "password": "p@ss"}),
        ("smtp://mail.example?tls=1", "smtp", {"port": 587, "use_tls": True, "use_ssl": False}),
        ("smtps://mail.example", "smtp", {"port": 465, "use_tls": False, "use_ssl": True}),
    ],
)
def test_an_address_says_how_e_mail_leaves(url: str, backend: str, options: dict[str, Any]) -> None:
    found = mailer_of(url)
    assert found.backend == f"django.core.mail.backends.{backend}.EmailBackend"
    assert {name: found.options[name] for name in options} == options
    assert "host" not in found.options or found.options["timeout"] == 20
    assert set(found.as_settings()) <= {
        "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "EMAIL_USE_SSL", "EMAIL_TIMEOUT",
    }  # fmt: skip


@pytest.mark.parametrize("url", ["smtp://", "http://mail.example", "mail.example", "smtp:mail.example"])
def test_an_address_that_is_none_is_refused_and_not_repeated_with_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="EMAIL_URL is smtp://…, smtps://…, console: or empty"):
        mailer_of(url)


@pytest.mark.parametrize(
    ("error", "for_good"),
    [
        (smtplib.SMTPServerDisconnected("gone"), False),
        (smtplib.SMTPRecipientsRefused({"a@example.com": (550, b"unknown")}), True),
        (smtplib.SMTPRecipientsRefused({"a@example.com": (450, b"busy")}), False),
        (smtplib.SMTPDataError(554, b"spam"), True),
        (smtplib.SMTPDataError(451, b"later"), False),
        (smtplib.SMTPSenderRefused(550, b"not you", "shop@localhost"), False),
        (TimeoutError("slow"), False),
        (ValueError("a header"), True),
    ],
)
def test_what_a_mail_server_refuses_for_good_is_not_tried_again(error: Exception, for_good: bool) -> None:
    class Connection:
        def send_messages(self, _messages: Any) -> None:
            raise error

    with pytest.raises(Refused) as refused:
        Post(Connection()).send(LETTER)
    assert refused.value.for_good is for_good


def test_a_mail_server_that_cannot_be_reached_is_away(settings: Any) -> None:
    box = Postbox()  # not open
    use(box.url, settings)
    with pytest.raises(MailServerAway), emails.open_post():
        pass


def test_a_letter_arrives_with_both_its_texts(settings: Any) -> None:
    box = Postbox()
    box.open()
    use(box.url, settings)
    with emails.open_post() as post:
        post.send(LETTER)
        post.send(LETTER)
    box.close()
    assert [(mail.to, mail.subject, mail.text.strip(), mail.html.strip()) for mail in box.mails] == [
        ("a@example.com", "Hello", "Text", "<p>Text</p>")
    ] * 2
