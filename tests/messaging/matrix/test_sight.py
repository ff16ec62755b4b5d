"""What everyone sees, by every way there is: as the table says, in every mode."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from messaging_plugin.models import Notification
from shop.graphql import ids
from shop.models import Order
from tests.asking import global_id
from tests.messaging.matrix import documents, table
from tests.messaging.matrix.cast import WORDS, Cast
from tests.messaging.matrix.look import FACTS, Look, check_order, check_thread

pytestmark = pytest.mark.django_db


@pytest.fixture(params=list(itertools.product(table.PLAYED, table.ACTORS)), ids="-".join)
def look(request: pytest.FixtureRequest, cast: Cast, db: None) -> Iterator[Look]:
    found = Look(cast, *request.param)
    yield found
    assert not found.wrong, "\n".join(found.wrong)


def test_one_thing_by_its_id(look: Look) -> None:
    cast = look.cast
    every = [one for one in cast.names if kind_of(one) in {"Thread", "Message", "Dispute"}]
    for some in (every[:60], every[60:]):
        for one, node in zip(some, look.ask("nodes", documents.NODES, ids=some)["nodes"], strict=True):
            name = cast.names[one]
            look.check(f"nodes, {kind_of(one)} {name}", node is not None, thread_of(one, name) in look.sees)
    found = look.ask("by id", by_id(cast))
    for place, name in enumerate(cast.threads):
        look.check(f"thread, {name}", found[f"t{place}"] is not None, name in look.sees)
    for place, name in enumerate(cast.orders):
        for way, alias in (("order", f"o{place}"), ("order by number", f"o{place}b"), ("node", f"o{place}n")):
            look.check(f"{way}, {name}", found[alias] is not None, name in look.orders)
    for name in sorted(look.sees)[:1]:
        thread = look.ask("thread", documents.THREAD, id=cast.threads[name])["thread"]
        check_thread(look, name, thread)
        last = thread["lastMessage"]["id"]
        around = look.ask("around", documents.AROUND, id=cast.threads[name], around=last)
        look.check(f"around, {name}", around, {"thread": {"messages": {"nodes": [{"id": last}]}}})
        look.check("node", look.ask("node", documents.NODE, id=last), {"node": {"__typename": "Message", "id": last}})


def by_id(cast: Cast) -> str:
    asked = [f't{place}: thread(id: "{thread_id}") {{ id }}' for place, thread_id in enumerate(cast.threads.values())]
    for place, order in enumerate(cast.orders.values()):
        one = global_id(order)
        asked.append(f'o{place}: order(id: "{one}") {{ id }} o{place}n: node(id: "{one}") {{ id }}')
        asked.append(f'o{place}b: order(number: "{order.number}") {{ id }}')
    return f"query {{ {' '.join(asked)} }}"


def thread_of(global_id_: str, name: str) -> str:
    return name if kind_of(global_id_) == "Thread" else name.split(" of ", 1)[1]


def kind_of(global_id_: str) -> str:
    decoded = ids.decode(global_id_)
    assert decoded is not None
    return decoded[0]


def test_lists_and_counts(look: Look) -> None:
    cast = look.cast
    answer = look.ask("threads", documents.THREADS)["threads"]
    disputes = look.ask("disputes", documents.DISPUTES)["disputes"]
    orders = look.ask("orders", documents.ORDERS)["orders"]
    told = look.ask("notifications", documents.NOTIFICATIONS)["notifications"]
    if look.actor == "An":
        look.check("lists", (answer, disputes, orders, told), (None, None, None, None))
        look.check("viewer", look.ask("viewer", documents.VIEWER), {"viewer": None})
        return
    look.check("threads", set(look.called(answer["nodes"])), look.sees)
    look.check("threads.edges", {one["node"]["id"] for one in answer["edges"]}, {one["id"] for one in answer["nodes"]})
    look.check("threads.totalCount", answer["totalCount"], len(look.sees))
    for thread in answer["nodes"]:
        check_thread(look, cast.names[thread["id"]], thread)
    seen = set().union(*(cast.of(name, "dispute") for name in look.sees))
    look.check("disputes", set(look.called(disputes["nodes"])), seen)
    look.check("disputes.edges", {cast.names[one["node"]["id"]] for one in disputes["edges"]}, seen)
    look.check("disputes.totalCount", disputes["totalCount"], len(seen))
    look.check("orders", set(look.called(orders["nodes"])), look.orders)
    look.check("orders.edges", {cast.names[one["node"]["id"]] for one in orders["edges"]}, look.orders)
    look.check("orders.totalCount", orders["totalCount"], len(look.orders))
    for order in orders["nodes"]:
        check_order(look, cast.names[order["id"]], order)
    check_notifications(look, told)
    bell = look.ask("viewer", documents.VIEWER)["viewer"]["messaging"]
    counted = sum(thread["unreadCount"] for thread in answer["nodes"])
    look.check("unreadMessageCount", bell["unreadMessageCount"], counted)
    look.check("unreadThreadCount", bell["unreadThreadCount"], sum(bool(one["unreadCount"]) for one in answer["nodes"]))
    look.check("openDisputeCount", bell["openDisputeCount"], sum(FACTS[name][4] == "open" for name in look.sees))


def check_notifications(look: Look, told: Any) -> None:
    """Which of the rows are the actor's own and of threads that the actor sees; nobody is told of their own messages."""
    look.check("notifications", set(look.called(told["nodes"])), notifications_of(look))
    look.check(
        "notifications.edges", [one["node"]["id"] for one in told["edges"]], [one["id"] for one in told["nodes"]]
    )
    look.check("notifications.totalCount", told["totalCount"], len(told["nodes"]))
    for one in told["nodes"]:
        look.check("notification.message.thread", one["message"]["thread"]["id"], one["thread"]["id"])
        look.check("notification.message.author", one["message"]["author"]["isViewer"], False)


def notifications_of(look: Look) -> set[str]:
    asker = look.cast.actors[look.actor]
    whose = {"user": None, "thread__order": asker} if isinstance(asker, Order) else {"user": asker}
    rows = Notification.objects.filter(**whose, channel="IN_APP")
    called = {look.cast.names[global_id(row)] for row in rows}
    return {name for name in called if name.split(" of ", 1)[1] in look.sees}


def test_filters_and_searches(look: Look) -> None:
    cast = look.cast
    if look.actor == "An":
        return
    thing = {name: global_id(row) for name, row in cast.things.items()}

    def about(name: str) -> set[str]:
        return {one for one, facts in FACTS.items() if facts[3] == name}

    asked: list[tuple[dict[str, Any], set[str]]] = [({"search": "hello"}, set(FACTS))]
    asked += [({"side": side}, on_side(look, side)) for side in ("CUSTOMER", "VENDOR", "STORE")]
    shown = len(asked)
    asked += [({"search": WORDS[name]}, {name}) for name in SEARCHED]
    asked += [({"search": cast.orders[name].number}, about(name)) for name in ("order", "order of another")]
    asked += [({"order": thing[name]}, about(name)) for name in cast.orders]
    asked += [({"product": thing[name]}, about(name)) for name in ("table", "book", "far")]
    asked += [({"kind": [kind]}, {one for one, facts in FACTS.items() if facts[0] == kind}) for kind in KINDS]
    asked += [
        ({"vendor": thing[name]}, {one for one, facts in FACTS.items() if facts[2] == name})
        for name in ("Oakline", "Brightware", "Elsewhere", "Gone")
    ]
    asked += [
        ({"customer": global_id(cast.user(who))}, {one for one, facts in FACTS.items() if facts[1] == who})
        for who in ("Cu", "Cx", "Ve")
    ]
    asked += [
        ({"disputed": yes}, {one for one, facts in FACTS.items() if (facts[4] == "open") is yes})
        for yes in (True, False)
    ]
    # Half of the others in M0 and M1, the other half in M2 and M3: all of them would double what the matrix takes.
    turn = (table.MODES.index(look.mode) // 2 + table.ACTORS.index(look.actor)) % 2
    asked = asked[:shown] + asked[shown + turn :: 2]
    several = documents.several(len(asked), shown=shown)
    answers = look.ask("filters", several, **{f"f{place}": filter_ for place, (filter_, _) in enumerate(asked)})
    for place, (filter_, matching) in enumerate(asked):
        found, expected = answers[f"a{place}"], matching & look.sees
        look.check(f"count of threads {filter_}", found["totalCount"], len(expected))
        if place < shown:
            look.check(f"threads {filter_}", set(look.called(found["nodes"])), expected)
    unread, read = (
        look.ask("unread", documents.FOUND, filter={"unread": yes})["threads"]["nodes"] for yes in (True, False)
    )
    look.check("unread and read", sorted(look.called(unread) + look.called(read)), sorted(look.sees))
    for name in ("order", "order of another"):
        found = look.ask("disputes", documents.DISPUTES, filter={"order": thing[name]})["disputes"]
        seen = set().union(*(cast.of(one, "dispute") for one in about(name) & look.sees))
        look.check(f"disputes of {name}", set(look.called(found["nodes"])), seen)
    with_threads = {FACTS[one][3] for one in look.sees if FACTS[one][0] == "ORDER"} & look.orders
    any_, new = (
        look.ask("orders", documents.ORDERS, filter={"messages": one})["orders"]["nodes"] for one in ("ANY", "UNREAD")
    )
    look.check("orders with any messages", set(look.called(any_)), with_threads)
    unread_orders = {FACTS[one][3] for one in look.called(unread) if FACTS[one][0] == "ORDER"}
    look.check("orders with unread messages", set(look.called(new)), unread_orders & look.orders)


SEARCHED = ("order", "order, at the store", "order of another", "contact", "vendor and store", "other vendor and store")
KINDS = ("ORDER", "PRODUCT_QUESTION", "CONTACT", "VENDOR_ADMIN")


def on_side(look: Look, side: str) -> set[str]:
    """In the cast nobody is on two sides."""
    sides = {"C": "CUSTOMER", "G": "CUSTOMER", "V": "VENDOR", "S": "STORE"}
    return set(FACTS) if sides[look.actor[0]] == side else set()


def test_the_catalogue_shows_ones_own_threads_and_whom_to_write_to(look: Look) -> None:
    cast, asker = look.cast, look.cast.actors[look.actor]
    catalogue = look.ask("catalogue", documents.CATALOGUE)
    starts = table.named(table.STARTS, look.mode)
    buttons = {"table": "question", "book": "question, at the store"}
    for product in catalogue["products"]["nodes"]:
        name, messaging = cast.names[product["id"]], product["messaging"]
        if name not in buttons:
            continue
        own = messaging["thread"]
        look.check(
            f"product.thread, {name}", own and cast.names[own["id"]], buttons[name] if look.actor == "Cu" else None
        )
        look.check(f"viewerCanAsk, {name}", messaging["viewerCanAsk"], look.actor in starts[buttons[name]])
        look.check(
            f"product.recipients, {name}", len(messaging["recipients"]), int(look.actor in starts[buttons[name]])
        )
    for vendor in catalogue["vendors"]["nodes"]:
        if cast.names[vendor["id"]] != "Oakline":
            continue
        own = vendor["messaging"]["thread"]
        look.check(
            "vendor.thread", own and cast.names[own["id"]], "contact" if (look.actor, look.mode) in CONTACT else None
        )
        look.check("viewerCanContact", vendor["messaging"]["viewerCanContact"], look.actor in starts["contact"])
    assert asker is None or catalogue["products"]["nodes"]


CONTACT = {("Cu", mode) for mode in table.MODES}
