"""What changes between a claim and the mail server."""

import pytest

from messaging_plugin.notifications import delivery
from messaging_plugin.notifications.claiming import claim_next
from messaging_plugin.notifications.delivery import deliver_due
from shop.models import Token, User
from shop.plugins.api import one_state
from tests.messaging import asks
from tests.messaging.behaviours.market import Market
from tests.messaging.notifications.postbox import Postbox
from tests.messaging.notifications.stage import told

pytestmark = pytest.mark.django_db


def test_who_is_deleted_while_they_are_written_to_is_not_and_no_fault_is_logged(
    market: Market, postbox: Postbox, caplog: pytest.LogCaptureFixture
) -> None:
    market.asked()
    with one_state(), delivery._Carrier() as carrier:
        claim = claim_next()
        assert claim is not None
        assert claim.rows[0].user_id is not None
        User.objects.filter(pk=claim.rows[0].user_id).delete()
        delivery._take_up(claim, carrier)
    assert (postbox.mails, caplog.records) == ([], [])


def test_while_the_mail_server_is_away_no_tokens_are_made_for_guests(market: Market, postbox: Postbox) -> None:
    thread_id = market.asked(market.guests_order())
    told(postbox)
    asks.sent(market.anna, thread_id)
    before = Token.objects.count()
    postbox.close()
    for _ in range(3):
        delivery._server.again = 0.0
        assert deliver_due() == 1
    assert Token.objects.count() == before
    postbox.open()
    delivery._server.again = 0.0
    assert set(told(postbox)) == {"guest@example.com"}
    assert Token.objects.count() == before + 1
