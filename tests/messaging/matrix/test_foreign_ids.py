"""An id of what one may not see answers byte for byte as one of nothing, but for the id itself, wherever it is taken."""

import json
import re
from typing import Any

import pytest

from shop.graphql import ids
from tests.asking import global_id
from tests.messaging.matrix import table
from tests.messaging.matrix.cast import Cast, left_behind, switch_to
from tests.messaging.matrix.test_complete import slots

pytestmark = pytest.mark.django_db

#: Where an id is taken → an operation that gives one there as $hidden (or, of a name, $name).
QUERIES = {
    "Query.node.id": "node(id: $T) { __typename id }",
    "Query.nodes.ids": "nodes(ids: [$T, $M, $D, $O, $P, $V, $U]) { __typename id }",
    "Query.thread.id": "thread(id: $T) { id }",
    "Query.order.id": "order(id: $O) { id }",
    "Query.product.id": "product(id: $P) { id }",
    "Query.vendor.id": "vendor(id: $V) { id }",
    "Thread.messages.around": "thread(id: $own) { messages(first: 1, around: $M) { nodes { id } } }",
    "ThreadFilterInput.order": "threads(first: 9, filter: {order: $O}) { totalCount nodes { id } }",
    "ThreadFilterInput.product": "threads(first: 9, filter: {product: $P}) { totalCount nodes { id } }",
    "ThreadFilterInput.vendor": "threads(first: 9, filter: {vendor: $V}) { totalCount nodes { id } }",
    "ThreadFilterInput.customer": "threads(first: 9, filter: {customer: $U}) { totalCount nodes { id } }",
    "DisputeFilterInput.order": "disputes(first: 9, filter: {order: $O}) { totalCount nodes { id } }",
    "DisputeFilterInput.vendor": "disputes(first: 9, filter: {vendor: $V}) { totalCount nodes { id } }",
    "DisputeFilterInput.customer": "disputes(first: 9, filter: {customer: $U}) { totalCount nodes { id } }",
    "NotificationFilterInput.thread": "notifications(first: 9, filter: {thread: $T}) { totalCount nodes { id } }",
    "OrderFilterInput.vendor": "orders(first: 9, filter: {vendor: $V}) { totalCount nodes { id } }",
    "ProductFilterInput.vendor": "products(first: 9, filter: {vendor: $V}) { totalCount nodes { id } }",
    "Query.order.number": "order(number: $number) { id }",
    "Query.product.sku": "product(sku: $sku) { id }",
    "Query.vendor.slug": "vendor(slug: $slug) { id }",
}
MUTATIONS = {
    "ThreadAboutInput.orderId": 'threadStart(input: {body: "x", about: {orderId: $O}})',
    "ThreadAboutInput.productId": 'threadStart(input: {body: "x", about: {productId: $P}})',
    "ThreadAboutInput.vendorId": 'threadStart(input: {body: "x", about: {vendorId: $V}})',
    "RecipientInput.vendorId": 'threadStart(input: {body: "x", about: {store: true}, recipient: {vendorId: $V}})',
    "VendorThreadStartInput.vendorId": 'vendorThreadStart(input: {subject: "x", body: "x", vendorId: $V})',
    "VendorContextInput.orderId": 'vendorThreadStart(input: {subject: "x", body: "x", context: {orderId: $O}})',
    "VendorContextInput.productId": 'vendorThreadStart(input: {subject: "x", body: "x", context: {productId: $P}})',
    "MessageSendInput.threadId": 'messageSend(input: {threadId: $T, body: "x"})',
    "ThreadMarkReadInput.threadId": "threadMarkRead(input: {threadId: $T})",
    "ThreadMarkReadInput.upTo": "threadMarkRead(input: {threadId: $own, upTo: $M})",
    "ThreadMarkUnreadInput.threadId": "threadMarkUnread(input: {threadId: $T})",
    "ThreadMarkUnreadInput.from": "threadMarkUnread(input: {threadId: $own, from: $M})",
    "ThreadSelectionInput.ids": "threadsMarkRead(input: {threads: {ids: [$T]}})",
    "ThreadSelectionInput.ids, unread": "threadsMarkUnread(input: {threads: {ids: [$T]}})",
    "ThreadSelectionInput.filter": "threadsMarkUnread(input: {threads: {filter: {order: $O}}})",
    "DisputeOpenInput.threadId": 'disputeOpen(input: {threadId: $T, reason: "x"})',
    "DisputeOpenInput.orderId": 'disputeOpen(input: {orderId: $O, reason: "x"})',
    "DisputeCloseInput.disputeId": "disputeClose(input: {disputeId: $D})",
    "VendorSelectionInput.ids": 'announcementSend(input: {subject: "x", body: "x", vendors: {ids: [$V]}})',
}
#: Asked in tests/shop/, with an e-mail address for those who need one.
ELSEWHERE = {"OrderLineInput.productId", "Query.page.slug"}
#: Asked over a socket, in ``test_events``.
LIVE = {"Subscription.messagingEvents.threadId"}

VARIABLES = {
    **dict.fromkeys(["T", "M", "D", "O", "P", "V", "U", "own"], "ID!"),
    **dict.fromkeys(["number", "sku", "slug"], "String!"),
}
TYPES = {"T": "Thread", "M": "Message", "D": "Dispute", "O": "Order", "P": "Product", "V": "Vendor", "U": "User"}
NOTHING = 987_654_321


def operation(kind: str, fields: list[str]) -> str:
    text = " ".join(f"a{place}: {field}" for place, field in enumerate(fields))
    declared = ", ".join(f"${name}: {type_}" for name, type_ in VARIABLES.items() if re.search(rf"\${name}\b", text))
    return f"{kind} ({declared}) {{ {text} }}"


def operations() -> list[str]:
    told = "{ userErrors { code field message } }"
    changes = [f"{field} {told}" for field in MUTATIONS.values()]
    return [operation("query", list(QUERIES.values())), operation("mutation", changes)]


def test_every_place_that_takes_an_id_is_tried() -> None:
    tried = {place.split(", ")[0] for place in (*QUERIES, *MUTATIONS)}
    missing = slots() - tried - ELSEWHERE - LIVE
    assert not missing, f"Try a foreign id in {sorted(missing)}."


def hidden_from(cast: Cast, mode: str, actor: str, turn: int) -> dict[str, str]:
    """Of what the actor may not see one thing of each type; the turns go through all of them."""
    sees = table.whose(table.SEES, mode, actor)
    orders = set(cast.orders) if actor == "Sc" else table.whose(table.ORDERS, mode, actor)
    orders |= {cells[3] for name, cells in table.rows(table.THREADS) if name in sees}  # its thread names it
    staff = actor[0] == "S"
    named = {
        "T": [one for name, one in cast.threads.items() if name not in sees],
        "M": [one for one, name in cast.names.items() if name.startswith("message ") and end(name) not in sees],
        "D": [one for one, name in cast.names.items() if name.startswith("dispute ") and end(name) not in sees],
        "O": [global_id(one) for name, one in cast.orders.items() if name not in orders],
        "P": [] if actor in {"Sm", "Su"} else [global_id(cast.things["lost"])],
        "V": [] if staff else [global_id(cast.gone)],
        "U": []
        if staff
        else [global_id(cast.user("Sm")), *([] if actor in {"Cx", "Vx"} else [global_id(cast.user("Cx"))])],
    }
    names = {
        "number": [
            order.number for name, order in cast.orders.items() if name not in table.whose(table.ORDERS, mode, actor)
        ],
        "sku": [] if actor in {"Sm", "Su"} else [cast.things["lost"].sku],  # type: ignore[attr-defined]
        "slug": [] if staff else [cast.gone.slug],
    }
    return {kind: some[turn % len(some)] for kind, some in {**named, **names}.items() if some}


def end(name: str) -> str:
    return name.split(" of ", 1)[1]


@pytest.mark.parametrize("actor", table.ACTORS)
@pytest.mark.parametrize("mode", table.PLAYED)
def test_a_foreign_id_answers_as_a_missing_one(cast: Cast, mode: str, actor: str) -> None:
    switch_to(mode)
    before = left_behind()
    missing = {kind: ids.encode(name, NOTHING) for kind, name in TYPES.items()}
    missing |= dict.fromkeys(("number", "sku", "slug"), str(NOTHING))
    missing["own"] = next((cast.threads[one] for one in sorted(table.whose(table.SEES, mode, actor))), missing["T"])
    turn = table.ACTORS.index(actor) + table.MODES.index(mode)
    for text in operations():
        expected = bytes_of(cast, actor, text, missing)
        hidden = hidden_from(cast, mode, actor, turn)
        found = bytes_of(cast, actor, text, {**missing, **hidden})
        assert found == expected, f"{actor} in {mode}, {hidden}: {differences(found, expected)}"
    assert left_behind() == before


def bytes_of(cast: Cast, actor: str, text: str, given: dict[str, str]) -> bytes:
    """The answer as it is sent, with the ids that were given taken out."""
    used = {name: value for name, value in given.items() if f"${name}:" in text}
    response = cast.post(actor, text, **used)
    content = bytes(response.content)
    for name, value in given.items():
        if name != "own":
            content = content.replace(value.encode(), b"*")
    return b"%d %s" % (response.status_code, content)


def differences(found: bytes, expected: bytes) -> Any:
    """The places that differ, by what was tried there."""
    answers = [json.loads(one.split(b" ", 1)[1]) for one in (found, expected)]
    places = list(QUERIES) if b"a18" in found and "userErrors" not in str(found) else list(MUTATIONS)
    data = [one.get("data") or {} for one in answers]
    differing = [alias for alias in data[0] if data[0][alias] != data[1].get(alias)]
    return [(places[int(alias[1:])], data[0][alias], data[1][alias]) for alias in differing] or answers
