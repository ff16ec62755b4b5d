"""A real mail server for tests, which parses what it gets, and may be away or refuse."""

import email
import email.policy
import socket
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import django
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from shop.mailers import Mailer, mailer_of


@dataclass(frozen=True)
class Mail:
    """One e-mail for one recipient as it came over the wire."""

    to: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        assert not parsed.defects
        return parsed

    def header(self, name: str) -> str | None:
        values = self.message.get_all(name, [])
        assert len(values) <= 1, values
        return str(values[0]) if values else None

    @property
    def subject(self) -> str:
        """Without the space at which a long one is folded, right behind the colon."""
        return (self.header("Subject") or "").removeprefix(" ")

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        parts = [part for part in self.message.walk() if part.get_content_type() == f"text/{kind}"]
        assert len(parts) == 1
        content: str = parts[0].get_content()
        return content.replace("\r\n", "\n")


class Postbox:
    """``refusal`` is asked about each recipient: an answer such as "550 no" refuses it."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.refusal: Callable[[str], str | None] = lambda _: None
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port: int = found.getsockname()[1]
        self._controller: Controller | None = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refused := self.refusal(address):
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.mails += [Mail(to, envelope.content) for to in envelope.rcpt_tos]
        return "250 OK"

    def open(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def close(self) -> None:
        if self._controller is not None:
            self._controller.stop()
        self._controller = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if mail.to == address]

    def recipients(self) -> list[str]:
        return sorted(mail.to for mail in self.mails)


def use(url: str, settings: Any) -> None:
    """Have Django send by ``url`` for the length of a test, as ``shop.settings`` would."""
    mailer: Mailer = mailer_of(url)
    settings.EMAIL_URL = url
    if django.VERSION >= (6, 1):
        settings.MAILERS = {"default": {"BACKEND": mailer.backend, "OPTIONS": mailer.options}}
        return
    settings.EMAIL_BACKEND = mailer.backend
    for name, value in mailer.as_settings().items():
        setattr(settings, name, value)
