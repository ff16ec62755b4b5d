"""What somebody sees of everything, as GraphQL answers and as the reference expects it."""

from typing import Any

from tests.messaging.model.market import NOBODY, Market
from tests.messaging.model.records import VENDOR, Thread
from tests.messaging.model.reference import Reference

#: The machine makes no more, so that one page holds all.
MOST_THREADS = 40
MOST_MESSAGES = 70

_OFTEN = f"""
  viewer {{ messaging {{ unreadMessageCount unreadThreadCount openDisputeCount }} }}
  threads(first: {MOST_THREADS}) {{
    totalCount
    nodes {{
      id kind unreadCount messageCount viewerCanReply viewerCanOpenDispute
      counterparty {{ vendor {{ id }} }} dispute {{ id }} disputes {{ id status reason viewerCanClose }}
      messages(last: {MOST_MESSAGES}) {{ nodes {{ id number kind body isUnread author {{ side isViewer }} }} }}
    }}
  }}
  disputes(first: {MOST_THREADS}, filter: {{status: OPEN}}) {{ nodes {{ id }} }}
  orders(first: 10, filter: {{messages: UNREAD}}) {{ nodes {{ id messaging {{ unreadCount messageCount }} }} }}
"""
_NOW_AND_THEN = f"""
  unread: threads(first: {MOST_THREADS}, filter: {{unread: true}}) {{ nodes {{ id }} }}
  any: orders(first: 10, filter: {{messages: ANY}}) {{ nodes {{ id messaging {{ dispute {{ id }} }} }} }}
"""
#: What people look at after each step, and everything: the rest costs as much time again.
MOST, ALL = f"{{{_OFTEN}}}", f"{{{_OFTEN}{_NOW_AND_THEN}}}"


def seen(market: Market, person: str, *, everything: bool) -> dict[str, Any]:
    answer = market.ask(ALL if everything else MOST, person)
    if person == NOBODY:
        assert answer.codes == ["UNAUTHENTICATED"] * (5 if everything else 3), answer.body
        assert set(answer.partial.values()) == {None}, answer.body
        return {}
    data = answer.data
    found = {
        "bell": tuple(data["viewer"]["messaging"].values()),
        "total": data["threads"]["totalCount"],
        "threads": [_flat(node) for node in data["threads"]["nodes"]],
        "disputes": {node["id"] for node in data["disputes"]["nodes"]},
        "orders": {node["id"]: tuple(node["messaging"].values()) for node in data["orders"]["nodes"]},
    }
    if everything:
        found["unread"] = [node["id"] for node in data["unread"]["nodes"]]
        found["any"] = {node["id"]: (node["messaging"]["dispute"] or {}).get("id") for node in data["any"]["nodes"]}
    return found


def _flat(node: dict[str, Any]) -> dict[str, Any]:
    vendor = node["counterparty"]["vendor"]
    return {
        **{name: node[name] for name in ("id", "kind", "unreadCount", "messageCount")},
        "may": (node["viewerCanReply"], node["viewerCanOpenDispute"]),
        "vendor": vendor and vendor["id"],
        "dispute": node["dispute"] and node["dispute"]["id"],
        "disputes": [tuple(one.values()) for one in node["disputes"]],
        "messages": [
            (one["id"], one["number"], one["kind"], one["body"], one["author"]["side"])
            for one in node["messages"]["nodes"]
        ],
        "own": [one["number"] for one in node["messages"]["nodes"] if one["author"]["isViewer"]],
        "new": [one["number"] for one in node["messages"]["nodes"] if one["isUnread"]],
    }


def expected(reference: Reference, market: Market, person: str) -> dict[str, Any]:
    if person == NOBODY:
        return {}
    threads = reference.visible(person)
    unread = [thread for thread in threads if thread.unread(person)]
    orders: dict[str, list[Thread]] = {}
    for thread in threads:
        if thread.kind == "ORDER" and thread.order:
            orders.setdefault(thread.order, []).append(thread)
    orders = {name: own for name, own in orders.items() if reference.lists_order(person, reference.orders[name])}
    counts = {
        market.id_of("order", name): (sum(one.unread(person) for one in own), sum(len(one.messages) for one in own))
        for name, own in orders.items()
    }
    return {
        "bell": (
            sum(thread.unread(person) for thread in threads),
            len(unread),
            sum(thread.dispute is not None for thread in threads),
        ),
        "total": len(threads),
        "threads": [_expected(reference, market, person, thread) for thread in threads],
        "unread": [thread.id for thread in unread],
        "disputes": {thread.dispute.id for thread in threads if thread.dispute},
        "orders": {order: count for order, count in counts.items() if count[0]},
        "any": {market.id_of("order", name): _latest_dispute(own) for name, own in orders.items()},
    }


def _latest_dispute(threads: list[Thread]) -> str | None:
    opened = [thread.dispute for thread in threads if thread.dispute]
    return max(opened, key=lambda one: one.born).id if opened else None


def _expected(reference: Reference, market: Market, person: str, thread: Thread) -> dict[str, Any]:
    side = reference.side(person, thread)
    may_dispute = reference.refusal_to_dispute(person, thread) is None
    return {
        "id": thread.id,
        "kind": thread.kind,
        "unreadCount": thread.unread(person),
        "messageCount": len(thread.messages),
        "may": (reference.refusal_to_post(person, thread) is None, may_dispute and thread.dispute is None),
        "vendor": thread.vendor and market.id_of("vendor", thread.vendor),
        "dispute": thread.dispute and thread.dispute.id,
        "disputes": [
            (one.id, one.status, one.reason, one.status == "OPEN" and side != VENDOR)
            for one in reversed(thread.disputes)
        ],
        "messages": [(one.id, n, one.kind, one.body, one.side) for n, one in enumerate(thread.messages, 1)],
        "own": [n for n, one in enumerate(thread.messages, 1) if one.author == person],
        "new": thread.unread_numbers(person),
    }


def compare(reference: Reference, market: Market, person: str, after: str, *, everything: bool) -> None:
    found, wanted = seen(market, person, everything=everything), expected(reference, market, person)
    where = [name for name in found if found[name] != wanted[name]]
    if not where:
        return
    lines = [f"{name}:\n  answered {found[name]}\n  expected {wanted[name]}" for name in where]
    raise AssertionError(f"{person} in {reference.mode} after {after}:\n" + "\n".join(lines))
