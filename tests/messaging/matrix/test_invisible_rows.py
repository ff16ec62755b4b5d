"""What happens out of one's sight changes no byte of what one is answered: lists, counts, searches, pages, the bell."""

import pytest

from messaging_plugin.models import Dispute, Message, Thread
from shop.models import Product
from tests import world
from tests.asking import ask
from tests.messaging import asks
from tests.messaging.matrix import documents, table
from tests.messaging.matrix.cast import OPEN, Cast, switch_to

pytestmark = pytest.mark.django_db

#: The pages begin and end where a row too many would show.
EVERYTHING = documents.document("""query {
  threads(first: 2) { totalCount nodes { ...Thread } pageInfo { ...Pages } }
  oldest: threads(last: 1) { nodes { id unreadCount } pageInfo { ...Pages } }
  found: threads(first: 40, filter: {search: "hello"}) { totalCount nodes { id } pageInfo { ...Pages } }
  unread: threads(first: 40, filter: {unread: true}) { totalCount nodes { id } }
  disputed: threads(first: 40, filter: {disputed: true}, orderBy: {field: CREATED_AT, direction: ASC}) { nodes { id } }
  disputes(first: 1) { totalCount nodes { id } pageInfo { ...Pages } }
  open: disputes(first: 40, filter: {status: OPEN}) { totalCount nodes { id } }
  notifications(first: 2) { totalCount nodes { id isRead } pageInfo { ...Pages } }
  earliest: notifications(last: 1, filter: {read: false}) { totalCount nodes { id } pageInfo { ...Pages } }
  orders(first: 1) { totalCount nodes { ...Order } pageInfo { ...Pages } }
  lastOrder: orders(last: 1) { nodes { id } pageInfo { ...Pages } }
  any: orders(first: 40, filter: {messages: ANY}) { totalCount nodes { id } }
  new: orders(first: 40, filter: {messages: UNREAD}) { totalCount nodes { id } }
  viewer { ...Bell }
}""")
CATALOGUE = documents.document("""query {
  products(first: 2) { totalCount nodes { ...Product } pageInfo { ...Pages } }
  found: products(first: 40, filter: {search: "o"}) { totalCount nodes { id } }
  vendors(last: 2) { totalCount nodes { ...Vendor } pageInfo { ...Pages } }
  viewer { ...Bell }
}""")


@pytest.mark.parametrize("actor", table.ACTORS)
@pytest.mark.parametrize("mode", table.PLAYED)
def test_invisible_rows_change_no_byte(cast: Cast, mode: str, actor: str) -> None:
    hidden = {name: one for name, one in cast.threads.items() if actor not in table.named(table.SEES, mode)[name]}
    before = seen_by(cast, actor, mode)
    post_into(cast, hidden)
    if actor not in {"So", "Sc", "Su"}:  # who see what is made here
        elsewhere()
    if actor[0] != "S":  # staff see every vendor
        world.a_vendor("Oops", is_active=False)
    if actor not in {"Sm", "Su"}:  # who see every product
        world.a_product("Ooze", vendor=cast.gone)
        Product.objects.filter(pk=world.a_product("Ounce").pk).update(is_published=False)
    after = seen_by(cast, actor, mode)
    for one, other in zip(before, after, strict=True):
        assert one == other, f"{actor} in {mode} learns of what happens in {sorted(hidden)}"


def seen_by(cast: Cast, actor: str, mode: str) -> list[bytes]:
    switch_to(mode)
    return [bytes(cast.post(actor, text).content) for text in (EVERYTHING, CATALOGUE)]


def post_into(cast: Cast, threads: dict[str, str]) -> None:
    """A message into each, a dispute where there can be one, and some marks of others moved."""
    switch_to("M1")
    count, disputes = Message.objects.count(), Dispute.objects.filter(status="OPEN").count()
    for root, text in (("messageSend", {"body": "Hello again"}), ("disputeOpen", {"reason": "Hello, broken"})):
        inputs = {f"i{place}": {"threadId": one, **text} for place, one in enumerate(threads.values())}
        if inputs:
            assert cast.ask("Su", documents.mutations(root, len(inputs)), **inputs).status == 200
    disputable = {name for name, cells in table.rows(table.THREADS) if cells[0] == "ORDER" and cells[4] != "open"}
    opened = len(disputable & set(threads))
    assert Message.objects.count() - count == len(threads) + opened
    assert Dispute.objects.filter(status="OPEN").count() - disputes == opened


def elsewhere() -> None:
    """Somebody else's order, question, contact and dispute, in the same words."""
    stranger, book = world.a_customer("Carla"), Product.objects.get(name="Book")
    order = world.an_order(stranger, products=[book])  # the store's: in no mode a vendor's
    thread_id = asks.started(stranger, order=order, body="Hello alpha")
    asks.started(stranger, product=book, body="Hello golf")
    asks.started(stranger, store=True, body="Hello juliett")
    opened = ask(OPEN, stranger, input={"threadId": thread_id, "reason": "Hello"}).data["disputeOpen"]
    assert (opened["userErrors"], Thread.objects.filter(customer=stranger).count()) == ([], 3)
