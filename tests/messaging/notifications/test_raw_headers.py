"""Headers as they go over the wire: programs read them by themselves, and take no encoded word for an address."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.messaging import asks
from tests.messaging.behaviours.market import Market
from tests.messaging.notifications.postbox import Mail, Postbox
from tests.messaging.notifications.stage import told

pytestmark = pytest.mark.django_db


def raw_header(mail: Mail, name: str) -> str:
    """Unfolded, and nothing else: RFC 5322, 2.2.3."""
    found = re.findall(rf"^{name}:((?:.*\r?\n[ \t])*.*)\r?\n".encode(), mail.raw, re.MULTILINE | re.IGNORECASE)
    assert len(found) == 1, (name, mail.raw)
    return re.sub(r"\r?\n(?=[ \t])", "", found[0].decode("ascii")).strip()


@pytest.mark.parametrize("shop_url", ["http://127.0.0.1:8000", f"https://shop.{'long-' * 10}name.{'a' * 60}.example"])
def test_the_link_to_unsubscribe_and_the_ids_are_whole_on_the_wire(
    market: Market, postbox: Postbox, settings: Any, shop_url: str
) -> None:
    settings.SHOP_URL = shop_url
    thread_id = market.asked()
    told(postbox)
    asks.sent(market.seller, thread_id)
    mail = told(postbox)[market.carla.email]
    assert re.fullmatch(
        rf"<{re.escape(shop_url)}/plugins/messaging/unsubscribe/[\w:.-]+/>", raw_header(mail, "List-Unsubscribe")
    )
    host = re.escape(urlsplit(shop_url).hostname or "")
    assert raw_header(mail, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    assert re.fullmatch(rf"<[0-9a-f]{{32}}@{host}>", raw_header(mail, "Message-ID"))
    assert re.fullmatch(rf"<thread\.\d+@{host}>", raw_header(mail, "References"))
    assert re.fullmatch(rf"<thread\.\d+@{host}>", raw_header(mail, "In-Reply-To"))
    assert re.fullmatch(rf"<messages\.{host}>", raw_header(mail, "List-Id"))
