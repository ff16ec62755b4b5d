"""The list behind the bell, and what people want to be told of, over GraphQL."""

from typing import Any

import pytest

from shop.models import User
from tests import world
from tests.asking import Asker, ask, global_id
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market, in_every_mode, in_modes, nothing_written
from tests.messaging.notifications.postbox import Postbox
from tests.messaging.notifications.stage import told

pytestmark = pytest.mark.django_db

LIST = """
query ($first: Int = 20, $after: String, $filter: NotificationFilterInput) {
  notifications(first: $first, after: $after, filter: $filter) {
    totalCount
    nodes { kind isRead thread { id } message { body author { name } } dispute { reason status } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
PREFER = """
mutation ($input: NotificationPreferencesUpdateInput!) {
  notificationPreferencesUpdate(input: $input) {
    viewer { messaging { notificationPreferences { event channel enabled } } }
    userErrors { code field message }
  }
}
"""
SPEAK = """
mutation ($language: String!) {
  viewerUpdate(input: {language: $language}) { viewer { language } userErrors { code field } }
}
"""


def listed(by: Asker, **filter_: Any) -> list[Any]:
    page = ask(LIST, by, filter=filter_ or None).data["notifications"]
    assert page["totalCount"] == len(page["nodes"])
    return list(page["nodes"])


def bodies(by: Asker, **filter_: Any) -> list[tuple[str, str, bool]]:
    return [(one["kind"], one["message"]["body"], one["isRead"]) for one in listed(by, **filter_)]


def prefer(by: Asker, *wanted: tuple[str, str, bool]) -> Any:
    preferences = [{"event": event, "channel": channel, "enabled": enabled} for event, channel, enabled in wanted]
    return ask(PREFER, by, input={"preferences": preferences}).data["notificationPreferencesUpdate"]


@in_every_mode
def test_everybody_concerned_has_it_in_the_list_and_marks_follow_the_thread(market: Market) -> None:
    thread_id = market.asked(body="Where is it?")
    m.opened(market.carla, thread=thread_id, reason="Broken")
    expected = [("DISPUTE_OPENED", "Broken", False), ("MESSAGE_SENT", "Where is it?", False)]
    assert bodies(market.seller) == expected
    assert bodies(market.carla) == []
    assert bodies(market.bela) == []
    first = next(one for one in listed(market.seller) if one["kind"] == "DISPUTE_OPENED")
    assert first["dispute"] == {"reason": "Broken", "status": "OPEN"}
    assert first["message"]["author"]["name"] == "Carla Customer"
    assert first["thread"]["id"] == thread_id
    assert bodies(market.seller, read=False) == expected
    ask(asks.READ, market.seller, input={"threadId": thread_id})
    assert bodies(market.seller) == bodies(market.seller, read=True) == [(*one[:2], True) for one in expected]
    assert bodies(market.seller, read=False) == []
    ask(asks.UNREAD, market.seller, input={"threadId": thread_id})
    assert bodies(market.seller, read=False) == expected[:1]


@in_modes("M1")
def test_what_one_may_no_longer_see_is_not_in_the_list(market: Market) -> None:
    market.asked(body="A secret")
    own = m.vendor_started(market.sue, vendor=market.oakline)
    assert len(listed(market.anna)) == 2
    [leaked] = [
        one["id"]
        for one in ask("{ notifications(last: 1) { nodes { id } } }", market.anna).data["notifications"]["nodes"]
    ]
    m.switch_to("M2")
    assert [one["thread"]["id"] for one in listed(market.anna)] == [own]
    assert ask("query ($id: ID!) { node(id: $id) { id } }", market.anna, id=leaked).data == {"node": None}


def test_what_is_anothers_is_not_to_be_had(market: Market) -> None:
    market.asked()
    [mine] = ask("{ notifications(first: 1) { nodes { id } } }", market.anna).data["notifications"]["nodes"]
    node = "query ($id: ID!) { node(id: $id) { id } }"
    assert ask(node, market.anna, id=mine["id"]).data == {"node": mine}
    for other in (market.arno, market.carla, market.admin, None):
        assert ask(node, other, id=mine["id"]).data == {"node": None}
    assert ask(LIST).codes == ["UNAUTHENTICATED"]


def test_a_guest_has_a_list_for_the_order(market: Market) -> None:
    order, other = market.guests_order(), market.guests_order()
    thread_id = market.asked(order)
    market.asked(other)
    asks.sent(market.anna, thread_id, "On its way")
    assert bodies(order) == [("MESSAGE_SENT", "On its way", False)]
    assert bodies(other) == []


def test_the_list_is_narrowed_and_turned_by_pages(market: Market) -> None:
    thread_id, other = market.asked(body="1"), asks.started(market.carla, product=market.table, body="2")
    for number in range(3, 6):
        asks.sent(market.carla, thread_id, str(number))
    m.opened(market.carla, thread=thread_id, reason="6")
    m.announced(market.sue, body="7")
    assert [one[1] for one in bodies(market.anna)] == ["7", "6", "5", "4", "3", "2", "1"]
    assert [one[1] for one in bodies(market.anna, kind=["DISPUTE_OPENED", "ANNOUNCEMENT"])] == ["7", "6"]
    assert [one[1] for one in bodies(market.anna, thread=other)] == ["2"]
    seen, after = [], None
    while True:
        page = ask(LIST, market.anna, first=3, after=after).data["notifications"]
        seen += [one["message"]["body"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == ["7", "6", "5", "4", "3", "2", "1"]


# ── preferences ─────────────────────────────────────────────────────────────────────────────


def test_one_chooses_what_to_be_told_of_by_event_and_channel(market: Market, postbox: Postbox) -> None:
    thread_id = market.asked()
    told(postbox)
    payload = prefer(market.anna, ("MESSAGE_SENT", "EMAIL", False), ("DISPUTE_OPENED", "IN_APP", False))
    assert payload["userErrors"] == []
    shown = payload["viewer"]["messaging"]["notificationPreferences"]
    assert len(shown) == 8
    assert [(one["event"], one["channel"]) for one in shown if not one["enabled"]] == [
        ("MESSAGE_SENT", "EMAIL"),
        ("DISPUTE_OPENED", "IN_APP"),
    ]
    before = asks.bell(market.anna)
    asks.sent(market.carla, thread_id)
    assert set(told(postbox)) == {market.arno.email}
    m.opened(market.carla, thread=thread_id)
    assert market.anna.email in told(postbox)
    assert [one["kind"] for one in listed(market.anna)] == ["MESSAGE_SENT", "MESSAGE_SENT"]
    assert asks.bell(market.anna) == (before[0] + 2, 1, 1)  # the bell counts as it always does
    prefer(market.anna, ("MESSAGE_SENT", "EMAIL", True))
    asks.sent(market.carla, thread_id)
    assert market.anna.email in told(postbox)


def test_preferences_know_the_channels_of_other_plugins(market: Market) -> None:
    assert prefer(market.anna, ("MESSAGE_SENT", "CARD", False))["userErrors"] == [
        {
            "code": "INVALID",
            "field": ["input", "preferences", "0", "channel"],
            "message": 'There is no channel "CARD". There are: IN_APP, EMAIL.',
        }
    ]
    world.enabled("giftnotes")
    assert prefer(market.anna, ("MESSAGE_SENT", "CARD", False))["userErrors"] == []


def test_a_visitor_prefers_nothing(market: Market) -> None:
    with nothing_written():
        given = {"preferences": [{"event": "MESSAGE_SENT", "channel": "EMAIL", "enabled": False}]}
        payload = ask(PREFER, input=given)
        assert payload.codes == ["UNAUTHENTICATED"]


# ── languages ───────────────────────────────────────────────────────────────────────────────


def test_a_user_chooses_a_language_the_shop_speaks(market: Market) -> None:
    assert ask("{ viewer { language } }", market.carla).data == {"viewer": {"language": "en"}}
    assert ask(SPEAK, market.carla, language="de").data == {
        "viewerUpdate": {"viewer": {"language": "de"}, "userErrors": []}
    }
    assert User.objects.get(pk=market.carla.pk).language == "de"
    refused = ask(SPEAK, market.carla, language="tlh").data["viewerUpdate"]
    assert refused == {"viewer": None, "userErrors": [{"code": "INVALID", "field": ["input", "language"]}]}
    guest = ask(SPEAK, market.guests_order(), language="de").data["viewerUpdate"]
    assert guest["userErrors"] == [{"code": "FORBIDDEN", "field": None}]
    assert User.objects.exclude(language="").count() == 1
    assert global_id(market.carla)
