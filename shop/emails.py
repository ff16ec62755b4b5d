"""Sends e-mail, and tells what may be tried again from what may not."""

import email.policy
import smtplib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core import mail

from shop.texts import in_one_line

#: By RFC 5322, with its end.
_LONGEST_LINE = 990


class MailServerAway(Exception):
    """Nothing can be sent now, whatever it is: no fault of any e-mail."""


class Refused(Exception):
    """This one e-mail was not taken; ``for_good`` if it never will be."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.for_good = for_good


@dataclass(frozen=True)
class Letter:
    """One e-mail to one address. ``sender`` is a display name; the address is the shop's."""

    to: str
    sender: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)


def is_configured() -> bool:
    """Without EMAIL_URL nobody is written to."""
    return bool(settings.EMAIL_URL)


def domain() -> str:
    """What stands behind the @ in ids of e-mails."""
    return urlsplit(settings.SHOP_URL).hostname or "localhost"


class Post:
    """An open way to the mail server."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def send(self, letter: Letter) -> None:
        """Raises ``Refused``, also if the way has broken: close it and open another."""
        message = _Mail(
            subject=_plain(letter.subject),
            body=letter.text,
            from_email=_sender(letter.sender),
            to=[letter.to],
            headers=dict(letter.headers),
        )
        message.attach_alternative(letter.html, "text/html")
        try:
            self._connection.send_messages([message])
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise Refused(_told(error), for_good=all(500 <= code < 600 for code in codes)) from error  # noqa: PLR2004
        except smtplib.SMTPSenderRefused as error:  # which is for the shop to put right, not for the recipient
            raise Refused(_told(error), for_good=False) from error
        except smtplib.SMTPResponseException as error:
            raise Refused(_told(error), for_good=500 <= error.smtp_code < 600) from error  # noqa: PLR2004
        except (smtplib.SMTPException, OSError) as error:
            raise Refused(_told(error), for_good=False) from error
        except ValueError as error:  # an address or a header that cannot be written
            raise Refused(_told(error), for_good=True) from error


class _Mail(mail.EmailMultiAlternatives):
    def message(self, **options: Any) -> Any:
        """Django 6 writes e-mail by Python's policies, which are told of headers that must stay whole."""
        if django.VERSION >= (6,):
            policy = options.get("policy", email.policy.default)
            registry: Any = HeaderRegistry()  # typeshed wants classes that have all of BaseHeader
            for name, value in self.extra_headers.items():
                if value.isascii() and len(name) + len(value) < _LONGEST_LINE:
                    registry.map_to_type(name, _Whole)
            options["policy"] = policy.clone(header_factory=registry)
        return super().message(**options)


class _Whole(UnstructuredHeader):
    """Python would fold a long address or id into encoded words, which no mail program reads as what it was."""

    def fold(self, *, policy: Any) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


@contextmanager
def open_post() -> Iterator[Post]:
    """Raises ``MailServerAway``. What is sent inside shares one connection."""
    connection: Any = mail.mailers["default"] if django.VERSION >= (6, 1) else mail.get_connection()
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        raise MailServerAway(_told(error)) from error
    try:
        yield Post(connection)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.close()


def _sender(name: str) -> str:
    return str(Address(display_name=_plain(name), addr_spec=settings.DEFAULT_FROM_EMAIL))


def _plain(text: str) -> str:
    """One line that nobody takes for an encoded word, which might hold anything."""
    return in_one_line(text).replace("=?", "= ?")


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:1000]
