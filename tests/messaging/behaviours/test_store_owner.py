"""What the store's owner sets, supervises and switches off. Rows A13–A18 of the behaviours."""

from typing import Any

import pytest

from tests.asking import ask
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market, in_every_mode, in_modes

pytestmark = pytest.mark.django_db


SETTINGS = "{ shop { plugins { name settings settingsSchema } } }"
OPTION = "allowVendorCommunicationInWarehouse"


def test_a13_the_option_is_read_and_written_by_those_who_manage_plugins(market: Market) -> None:
    def settings(by: Any) -> Any:
        (found,) = [one for one in ask(SETTINGS, by).data["shop"]["plugins"] if one["name"] == "messaging"]
        return found

    title = 'Allow direct communication between vendor and buyer in the "Warehouse" multivendor mode'
    change = {"name": "messaging", "settings": {OPTION: True}}
    for who in (None, market.carla, market.anna, market.sue, market.otto):
        assert settings(who) == {"name": "messaging", "settings": None, "settingsSchema": None}
        assert m.refused(ask(m.SETTINGS, who, input=change)) == "FORBIDDEN"
        assert settings(market.admin)["settings"][OPTION] is False
    assert settings(market.admin)["settingsSchema"]["properties"][OPTION]["title"] == title
    assert ask(m.SETTINGS, market.admin, input=change).data["pluginSettingsUpdate"]["userErrors"] == []
    assert settings(market.admin)["settings"][OPTION] is True


@in_modes("M0", "M1")
@pytest.mark.parametrize("option", [True, False])
def test_a14_the_option_counts_in_a_warehouse_only(market: Market, option: bool) -> None:
    change = {"name": "messaging", "settings": {OPTION: option}}
    assert ask(m.SETTINGS, market.admin, input=change).data["pluginSettingsUpdate"]["userErrors"] == []
    order = market.order()
    assert m.recipients(market.carla, order) == [tuple(market.counterparty.values())]
    thread = market.asked(order)
    assert m.sees(market.anna, thread) is (market.mode == "M1")


@in_modes("M1", "M3")
def test_a15_staff_are_told_of_a_vendors_thread_from_the_dispute_on(market: Market) -> None:
    order = market.order()
    thread = market.asked(order)
    asks.sent(market.anna, thread)
    staff = (market.sue, market.otto)
    assert [asks.bell(who) for who in staff] == [(0, 0, 0), (0, 0, 0)]
    dispute = m.opened(market.sue, thread=thread)
    assert [asks.bell(who) for who in staff] == [(0, 0, 1), (1, 1, 1)]
    asks.sent(market.carla, thread)
    asks.sent(market.anna, thread)
    assert [asks.bell(who) for who in staff] == [(2, 1, 1), (3, 1, 1)]
    assert m.close_dispute(market.sue, dispute).data["disputeClose"]["userErrors"] == []
    assert [asks.bell(who) for who in staff] == [(2, 1, 0), (4, 1, 0)]
    for who in staff:
        ask(asks.READ, who, input={"threadId": thread})
    asks.sent(market.carla, thread)
    assert [asks.bell(who) for who in staff] == [(0, 0, 0), (0, 0, 0)]


@in_every_mode
def test_a16_disputes_open_and_close_at_the_order(market: Market) -> None:
    order = market.order()
    dispute = m.opened(market.otto, order=order, reason="Not delivered")
    assert m.beside(market.otto, order)["dispute"] == {"id": dispute, "reason": "Not delivered"}
    assert m.close_dispute(market.otto, dispute).data["disputeClose"]["userErrors"] == []
    assert m.beside(market.otto, order)["dispute"] is None


def test_a18_switched_off_the_parts_are_gone_and_what_was_said_is_kept(market: Market) -> None:
    order = market.order()
    thread = market.asked(order)
    page = """query ($id: ID!) { orders(first: 5) { nodes { number messaging { unreadCount } } } thread(id: $id) { id }
      threads(first: 5) { totalCount } viewer { isStaff messaging { unreadMessageCount } } }"""
    names = """{ order: __type(name: "Order") { fields { name } } thread: __type(name: "Thread") { name }
      filter: __type(name: "OrderFilterInput") { inputFields { name } } }"""
    narrowed = "{ orders(first: 5, filter: {messages: ANY}) { totalCount } }"
    switch = 'mutation { %s(input: {name: "messaging"}) { plugin { enabled } userErrors { code } } }'
    assert ask(switch % "pluginDisable", market.admin).data["pluginDisable"]["plugin"] == {"enabled": False}

    off = ask(page, market.carla, id=thread)
    assert off.partial == {
        "orders": {"nodes": [{"number": order.number, "messaging": None}]},
        "thread": None,
        "threads": None,
        "viewer": {"isStaff": False, "messaging": None},
    }
    assert off.codes == ["PLUGIN_DISABLED"] * 4
    assert ask(narrowed, market.carla).errors == [("PLUGIN_DISABLED", ["orders"])]
    shown = ask(names).data
    assert shown["thread"] is None
    assert "messaging" not in [one["name"] for one in shown["order"]["fields"]]
    assert "messages" not in [one["name"] for one in shown["filter"]["inputFields"]]
    with m.nothing_written():
        refusal = asks.send(market.carla, thread)
        assert (refusal.partial, refusal.errors) == ({"messageSend": None}, [("PLUGIN_DISABLED", ["messageSend"])])

    assert ask(switch % "pluginEnable", market.admin).data["pluginEnable"]["plugin"] == {"enabled": True}
    assert ask(narrowed, market.carla).data == {"orders": {"totalCount": 1}}
    assert m.bodies(market.carla, thread) == ["Hello"]
