"""Disputes, from opening to closing. Rows A40–A53 of the behaviours."""

from typing import Any

import pytest
from django.utils.dateparse import parse_datetime

from messaging_plugin.models import Dispute, Message
from tests.asking import ask, global_id
from tests.messaging import asks
from tests.messaging.behaviours import market as m
from tests.messaging.behaviours.market import Market, in_every_mode, in_modes

pytestmark = pytest.mark.django_db

MARK = "query ($id: ID!) { thread(id: $id) { dispute { id reason openedAt openedBy { side name } } disputes { id status } } }"


@in_every_mode
def test_a40_a_customer_opens_a_dispute_to_reach_the_store(market: Market) -> None:
    thread = market.asked()
    dispute = m.opened(market.carla, thread=thread, reason="It is broken.")
    assert asks.bell(market.sue)[2] == asks.bell(market.otto)[2] == 1
    asks.sent(market.sue, thread, "We look into it.")
    assert m.bodies(market.carla, thread) == ["Hello", "It is broken.", "We look into it."]
    assert ask("{ disputes(first: 5) { nodes { id } } }", market.sue).data["disputes"]["nodes"] == [{"id": dispute}]


@in_every_mode
@pytest.mark.parametrize(("reason", "code"), [("", "BLANK"), (" \n ", "BLANK"), ("x" * 10_001, "TOO_LONG")])
def test_a41_a_dispute_needs_a_reason(market: Market, reason: str, code: str) -> None:
    thread, fresh = market.asked(), market.order()
    with m.nothing_written():
        assert m.refused(m.open_dispute(market.carla, thread=thread, reason=reason), "reason") == code
        assert m.refused(m.open_dispute(market.carla, order=fresh, reason=reason), "reason") == code
    missing = "mutation ($id: ID!) { disputeOpen(input: {threadId: $id}) { dispute { id } } }"
    assert ask(missing, market.carla, id=thread).codes == ["BAD_USER_INPUT"]
    assert Dispute.objects.count() == 0


@in_every_mode
def test_a41_a_reason_becomes_a_message(market: Market) -> None:
    thread = market.asked()
    payload = m.open_dispute(market.carla, thread=thread, reason="  A leg is missing.\r\nAgain. ").data["disputeOpen"]
    dispute = payload["dispute"]
    assert parse_datetime(dispute.pop("openedAt")) is not None
    assert payload == {
        "dispute": {
            "id": global_id(Dispute.objects.get()),
            "status": "OPEN",
            "reason": "A leg is missing.\nAgain.",
            "openedBy": {
                "side": "CUSTOMER",
                "name": "Carla Customer",
                "isViewer": True,
                "user": {"name": "Carla Customer"},
            },
            "closedAt": None,
            "viewerCanClose": True,
        },
        "thread": {"id": thread, "dispute": {"id": dispute["id"]}, "viewerCanOpenDispute": False, "messageCount": 2},
        "userErrors": [],
    }
    kinds = ask(
        "query ($id: ID!) { thread(id: $id) { messages(first: 9) { nodes { kind body } } } }", market.carla, id=thread
    )
    assert kinds.data["thread"]["messages"]["nodes"][1] == {
        "kind": "DISPUTE_OPENED",
        "body": "A leg is missing.\nAgain.",
    }


@in_every_mode
def test_a42_the_seller_is_told(market: Market) -> None:
    thread = market.asked()
    before = asks.bell(market.seller)
    m.opened(market.carla, thread=thread)
    assert asks.bell(market.seller) == (before[0] + 1, 1, 1)
    assert asks.bell(market.carla) == (0, 0, 1)
    assert asks.bell(market.bela) == (0, 0, 0)


@in_every_mode
def test_a43_staff_open_a_dispute_too(market: Market) -> None:
    thread = market.asked()
    for who in (market.sue, market.otto):
        dispute = m.opened(who, thread=thread, reason="We step in.")
        assert ask(MARK, market.carla, id=thread).data["thread"]["dispute"]["openedBy"] == {
            "side": "STORE",
            "name": "Nordwind Market",
        }
        m.close_dispute(who, dispute)
    assert asks.unread(market.carla, thread) == 4


@in_every_mode
def test_a44_the_exchange_goes_on_while_it_is_open(market: Market) -> None:
    thread = market.asked()
    m.opened(market.carla, thread=thread, reason="Broken")
    for who in (market.carla, market.seller, market.sue, market.otto):
        asks.sent(who, thread, "And?")
    assert m.bodies(market.carla, thread) == ["Hello", "Broken", "And?", "And?", "And?", "And?"]


@in_every_mode
def test_a45_a47_lists_mark_the_thread_for_both_sides(market: Market) -> None:
    disputed = market.asked()
    calm = market.asked(market.order())
    dispute = m.opened(market.carla, thread=disputed)
    query = "{ threads(first: 5, orderBy: {field: CREATED_AT, direction: ASC}) { nodes { id dispute { id } } } }"
    for who in (market.carla, market.seller, market.sue, market.otto):
        assert ask(query, who).data["threads"]["nodes"] == [
            {"id": disputed, "dispute": {"id": dispute}},
            {"id": calm, "dispute": None},
        ]


@in_every_mode
def test_a46_a47_the_note_says_who_opened_it_and_when(market: Market) -> None:
    thread = market.asked()
    dispute = m.opened(market.carla, thread=thread, reason="Broken")
    row = Dispute.objects.get()
    for who in (market.carla, market.seller, market.sue):
        assert ask(MARK, who, id=thread).data["thread"]["dispute"] == {
            "id": dispute,
            "reason": "Broken",
            "openedAt": row.opened_at.isoformat(),
            "openedBy": {"side": "CUSTOMER", "name": "Carla Customer"},
        }


@in_every_mode
def test_a48_it_stays_open_until_customer_or_store_closes_it_and_no_vendor_can(market: Market) -> None:
    order = market.order()
    thread = market.asked(order)
    dispute = m.opened(market.carla, thread=thread)
    Dispute.objects.update(opened_at="2010-01-01T00:00:00Z")
    order.status = "COMPLETED"
    order.save()
    assert m.beside(market.carla, order)["dispute"]["id"] == dispute
    code = "FORBIDDEN" if market.vendors_answer else "NOT_FOUND"
    path = [] if market.vendors_answer else ["disputeId"]
    with m.nothing_written():
        for vendor_user in (market.anna, market.arno):
            assert m.refused(m.close_dispute(vendor_user, dispute), *path) == code
        assert m.refused(m.close_dispute(market.bela, dispute), "disputeId") == "NOT_FOUND"
        assert m.refused(m.close_dispute(market.chris, dispute), "disputeId") == "NOT_FOUND"


@in_modes("M1", "M3")
def test_a48_no_vendor_opens_one(market: Market) -> None:
    thread, fresh = market.asked(), market.order()
    query = "query ($id: ID!) { thread(id: $id) { viewerCanOpenDispute } }"
    assert ask(query, market.anna, id=thread).data == {"thread": {"viewerCanOpenDispute": False}}
    with m.nothing_written():
        assert m.refused(m.open_dispute(market.anna, thread=thread)) == "FORBIDDEN"
        assert m.refused(m.open_dispute(market.anna, order=fresh)) == "FORBIDDEN"
        assert m.refused(m.open_dispute(market.bela, thread=thread), "threadId") == "NOT_FOUND"


@in_every_mode
@pytest.mark.parametrize(("closer", "side", "name"), [("carla", "CUSTOMER", "Carla Customer"), ("sue", "STORE", "Nordwind Market"), ("otto", "STORE", "Nordwind Market")])  # fmt: skip
@pytest.mark.parametrize("opener", ["carla", "sue"])
def test_a49_a50_customer_and_store_close_it_whoever_opened_it(
    market: Market, opener: str, closer: str, side: str, name: str
) -> None:
    thread = market.asked()
    dispute = m.opened(getattr(market, opener), thread=thread)
    assert m.close_dispute(getattr(market, closer), dispute).data["disputeClose"] == {
        "dispute": {
            "id": dispute,
            "status": "CLOSED",
            "closedBy": {"side": side, "name": name},
            "viewerCanClose": False,
        },
        "thread": {"id": thread, "dispute": None, "messageCount": 3},
        "userErrors": [],
    }
    assert list(Message.objects.order_by("number").values_list("kind", flat=True)) == [
        "REGULAR",
        "DISPUTE_OPENED",
        "DISPUTE_CLOSED",
    ]


@in_every_mode
def test_a51_closed_the_note_is_gone_and_the_history_stays(market: Market) -> None:
    thread = market.asked()
    disputes = []
    for reason in ("Late", "Broken"):
        dispute = m.opened(market.carla, thread=thread, reason=reason)
        disputes.append(dispute)
        m.close_dispute(market.carla, dispute)
    seen = ask(MARK, market.seller, id=thread).data["thread"]
    assert seen == {"dispute": None, "disputes": [{"id": one, "status": "CLOSED"} for one in reversed(disputes)]}
    assert (asks.bell(market.carla)[2], asks.bell(market.sue)[2]) == (0, 0)
    with m.nothing_written():
        assert m.refused(m.close_dispute(market.carla, disputes[0]), "disputeId") == "DISPUTE_NOT_OPEN"
    again = m.opened(market.carla, thread=thread)
    assert again not in disputes


@in_every_mode
def test_a52_threads_and_disputes_are_narrowed_to_the_open_ones(market: Market) -> None:
    first, second, calm = (market.asked(market.order()) for _ in range(3))
    closed, still_open = m.opened(market.carla, thread=first), m.opened(market.carla, thread=second)
    m.close_dispute(market.carla, closed)
    query = "query ($filter: DisputeFilterInput) { disputes(first: 5, filter: $filter) { totalCount nodes { id } } }"

    def disputes(by: Any, **filter_: Any) -> list[str]:
        page = ask(query, by, filter=filter_).data["disputes"]
        assert page["totalCount"] == len(page["nodes"])
        return [node["id"] for node in page["nodes"]]

    for who in (market.sue, market.otto, market.carla):
        assert m.inbox(who, disputed=True) == [second]
        assert m.inbox(who, disputed=False) == [first, calm]
        assert disputes(who) == [still_open, closed]
        assert disputes(who, status="OPEN") == [still_open]
        assert disputes(who, status="CLOSED") == [closed]
    orders = {dispute.thread_id: dispute.order for dispute in Dispute.objects.select_related("order")}
    one = Dispute.objects.get(status="OPEN")
    assert disputes(market.sue, order=global_id(orders[one.thread_id])) == [still_open]
    assert disputes(market.sue, customer=global_id(market.carla)) == [still_open, closed]
    assert disputes(market.sue, customer=global_id(market.chris)) == []
    by_vendor = [still_open, closed] if market.vendors_answer else []
    assert disputes(market.sue, vendor=global_id(market.oakline)) == by_vendor
    assert disputes(market.sue, openedAt={"gte": one.opened_at.isoformat()}) == [still_open]
    assert disputes(market.sue, openedAt={"lte": "2000-01-01T00:00:00Z"}) == []
    assert disputes(market.chris) == disputes(market.bela) == []


@in_every_mode
def test_a53_a_dispute_counts_in_the_bell_and_in_the_orders_label(market: Market) -> None:
    order = market.order()
    thread = market.asked(order)
    for who in (market.sue, market.otto, market.carla, market.seller):
        ask(asks.READ, who, input={"threadId": thread})
    dispute = m.opened(market.carla, thread=thread)
    for who in {market.sue, market.otto, market.seller}:
        assert asks.bell(who) == (1, 1, 1)
    assert m.beside(market.otto, order)["unreadCount"] == 1
    m.close_dispute(market.carla, dispute)
    for who in {market.sue, market.otto, market.seller}:
        assert asks.bell(who) == (2, 1, 0)
    assert m.beside(market.otto, order)["unreadCount"] == 2
    assert asks.bell(market.carla) == (0, 0, 0)
