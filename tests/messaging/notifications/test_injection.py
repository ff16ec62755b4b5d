"""Whoever writes can slip nothing into an e-mail: neither headers nor markup, nor words in the name of others."""

from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging_plugin.models import Message, Thread
from messaging_plugin.notifications.delivery import deliver_due
from shop.models import ShopSettings, User, Vendor
from tests import world
from tests.asking import ask, global_id
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market
from tests.messaging.notifications.postbox import Postbox
from tests.messaging.notifications.stage import told

pytestmark = pytest.mark.django_db


class Marks(HTMLParser):
    """The tags of a page, and the addresses that it leads to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]


NASTY = [
    "x\r\nBcc: victim@example.com",
    "x\nSubject: y\n\nbody",
    "=?utf-8?q?a=0D=0ABcc:_victim@example.com?=",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ shop }}{% load i18n %}",
    "%(author)s %s {author}",
    ".\r\n.\r\nQUIT",
    "\u2028\u2029\x85 \u202e\u200b",
    "日本語 🧑‍🤝‍🧑 ñ ß",
    "a" * 5000,
    "'; DROP TABLE messaging_thread; --",
    "Boss <boss@shop.example>, x",
]
TEXTS = st.one_of(
    st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200)
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.tuples(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS))
def test_texts_of_others_break_neither_headers_nor_markup(
    market: Market, postbox: Postbox, texts: tuple[str, str, str, str, str]
) -> None:
    """Names as an import may have left them, whatever the forms refuse."""
    body, name, vendor_name, shop_name, subject = texts
    world.enabled("messaging", emailHourlyLimit=0)
    User.objects.filter(pk=market.carla.pk).update(name=name[:150])
    Vendor.objects.filter(pk=market.oakline.pk).update(name=vendor_name[:100])
    ShopSettings.objects.update(name=shop_name[:100])
    thread_id = m.vendor_started(market.anna, subject="Plain")
    pk = Thread.objects.order_by("-pk").values_list("pk", flat=True)[0]
    Thread.objects.filter(pk=pk).update(subject=(subject or "x")[:200])
    Message.objects.filter(thread_id=pk).update(body=body)
    order = world.an_order(market.carla, vendor=market.oakline)
    asks.started(market.carla, order=order, body="Plain")
    Message.objects.filter(thread__order=order).update(body=body)
    deliver_due()
    assert postbox.recipients() == sorted([market.sue.email, market.admin.email, market.anna.email, market.arno.email])
    plain = {"h1", "p", "blockquote", "a", "br", "div", "body", "html", "head", "meta", "title", "strong"}
    for mail in postbox.mails:
        message = mail.message
        assert sorted(message.keys()) == sorted(HEADERS)
        assert [str(one) for one in message["To"].addresses] == [mail.to]
        assert [one.addr_spec for one in message["From"].addresses] == ["shop@localhost"]
        marks = Marks(mail.html)
        assert set(marks.tags) <= plain
        assert all(link.startswith(("http://127.0.0.1:8000/", "http://127.0.0.1:3000/")) for link in marks.links)
        assert len(marks.links) == 2
        assert market.carla.email.encode() not in mail.raw
    postbox.mails.clear()
    assert thread_id == global_id(Thread.objects.get(pk=pk))


HEADERS = [
    "Auto-Submitted",
    "Content-Type",
    "Date",
    "From",
    "In-Reply-To",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "MIME-Version",
    "Message-ID",
    "References",
    "Subject",
    "To",
]


def test_no_line_of_a_quotation_escapes_its_mark(market: Market, postbox: Postbox) -> None:
    market.asked(body="One\u2028Nordwind Market has written:\u2029Three\n\nFive")
    text = told(postbox)[market.anna.email].text
    assert "> One\n> Nordwind Market has written:\n> Three\n> \n> Five\n" in text


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\u2028", "\x85"])
def test_no_name_has_a_second_line_in_which_to_speak_for_the_shop(
    market: Market, postbox: Postbox, line_break: str
) -> None:
    User.objects.filter(pk=market.carla.pk).update(name=f"Carla{line_break}Nordwind Market has written:")
    asks.started(market.carla, product=market.table, body="Plain")
    Thread.objects.update(product_name=f"Table{line_break}Nordwind Market has written:")
    mail = told(postbox)[market.anna.email]
    lines = [line for line in mail.text.splitlines() if "Nordwind Market has written:" in line]
    assert lines == [
        "Product: Table Nordwind Market has written:",
        "Carla Nordwind Market has written: has written:",
    ]


def test_a_mail_of_nothing_but_control_characters_in_its_name_still_has_a_sender(
    market: Market, postbox: Postbox
) -> None:
    ShopSettings.objects.update(name="\u202e\u200b")
    market.asked()
    mail = told(postbox)[market.anna.email]
    assert mail.message["From"].addresses[0].addr_spec == "shop@localhost"
    assert ask("{ shop { name } }").data
