"""A plugin that is off: nothing of it is shown, nothing of it answers, and nothing else is harmed."""

from typing import Any

import pytest
from django.test import Client

from shop.models import Order
from tests import world
from tests.asking import ask, bearer, global_id, listen
from tests.example_plugin.models import GiftNote
from tests.example_plugin.reactions import heard

pytestmark = pytest.mark.django_db

NAMES = """{
  __schema { types { name fields { name } inputFields { name } } subscriptionType { fields { name } } }
  order: __type(name: "Order") { fields { name } }
  filter: __type(name: "OrderFilterInput") { inputFields { name } }
  payload: __type(name: "GiftNoteSetPayload") { name }
}"""


@pytest.fixture
def order() -> Order:
    order = world.an_order(world.a_customer())
    GiftNote.objects.create(order=order, text="Happy birthday!")
    return order


def names_shown() -> tuple[set[str], bool]:
    data: Any = ask(NAMES).data
    every = {type_["name"] for type_ in data["__schema"]["types"]}
    every |= {
        field["name"]
        for type_ in data["__schema"]["types"]
        for field in [*(type_["fields"] or []), *(type_["inputFields"] or [])]
    }
    every |= {field["name"] for field in data["order"]["fields"]}
    every |= {field["name"] for field in data["filter"]["inputFields"]}
    every |= {field["name"] for field in data["__schema"]["subscriptionType"]["fields"]}
    return every, data["payload"] is not None


OWN = {"giftNote", "gift", "giftNoteCount", "giftNoteSet", "giftNoteWritten", "GiftNoteSetPayload", "GiftNoteSetInput"}


def test_introspection_shows_a_plugin_while_it_is_on_and_hides_it_while_it_is_off() -> None:
    world.enabled("giftnotes")
    names, payload = names_shown()
    assert (names & OWN, payload) == (OWN, True)
    world.enabled("giftnotes", on=False)
    names, payload = names_shown()
    assert (names & OWN, payload) == (set(), False)
    assert {"Order", "orderPlace", "shopUpdated"} <= names


def test_a_disabled_field_costs_itself_and_one_error_and_not_the_page(order: Order) -> None:
    world.an_order(order.customer)
    query = "{ orders(first: 5) { nodes { number giftNote } } viewer { user { name } } }"
    world.enabled("giftnotes")
    answer = ask(query, order.customer).data
    assert [node["giftNote"] for node in answer["orders"]["nodes"]] == ["Have fun!", "Happy birthday!"]
    world.enabled("giftnotes", on=False)
    off = ask(query, order.customer)
    assert off.status == 200
    assert [node["giftNote"] for node in off.partial["orders"]["nodes"]] == [None, None]
    assert [node["number"] for node in off.partial["orders"]["nodes"]] == [
        node["number"] for node in answer["orders"]["nodes"]
    ]
    assert off.partial["viewer"] == {"user": {"name": "Carla Customer"}}
    assert off.errors == [("PLUGIN_DISABLED", ["orders", "nodes", 0, "giftNote"])]


def test_a_disabled_mutation_does_nothing_and_the_next_one_runs(order: Order) -> None:
    world.enabled("giftnotes", on=False)
    answer = ask(
        """mutation ($id: ID!) {
          giftNoteSet(input: {orderId: $id, text: "Changed"}) { order { number } }
          tokenRevoke { revoked }
        }""",
        order.customer,
        id=global_id(order),
    )
    assert answer.partial == {"giftNoteSet": None, "tokenRevoke": {"revoked": True}}
    assert answer.errors == [("PLUGIN_DISABLED", ["giftNoteSet"])]
    assert GiftNote.objects.get().text == "Happy birthday!"


@pytest.mark.parametrize("literal", [True, False])
def test_a_disabled_filter_is_refused_and_never_ignored(order: Order, literal: bool) -> None:
    def asked() -> Any:
        if literal:
            return ask("{ orders(first: 5, filter: {gift: true}) { totalCount } viewer { isStaff } }", order.customer)
        query = (
            "query ($filter: OrderFilterInput) { orders(first: 5, filter: $filter) { totalCount } viewer { isStaff } }"
        )
        return ask(query, order.customer, filter={"gift": True})

    world.an_order(order.customer)
    world.enabled("giftnotes")
    assert asked().data == {"orders": {"totalCount": 1}, "viewer": {"isStaff": False}}
    world.enabled("giftnotes", on=False)
    answer = asked()
    assert answer.partial == {"orders": None, "viewer": {"isStaff": False}}
    assert answer.errors == [("PLUGIN_DISABLED", ["orders"])]


def test_a_disabled_filter_with_null_is_as_if_it_were_not_there(order: Order) -> None:
    world.enabled("giftnotes", on=False)
    answer = ask("{ orders(first: 5, filter: {gift: null}) { totalCount } }", order.customer)
    assert answer.data == {"orders": {"totalCount": 1}}


def test_listeners_of_a_disabled_plugin_hear_nothing(django_capture_on_commit_callbacks: Any) -> None:
    customer, product = world.a_customer(), world.a_product()
    place = "mutation ($id: ID!) { orderPlace(input: {lines: [{productId: $id, quantity: 1}]}) { orders { number } } }"

    def placed() -> list[object]:
        heard.clear()
        with django_capture_on_commit_callbacks(execute=True):
            assert ask(place, customer, id=global_id(product)).data["orderPlace"]["orders"]
        return list(heard)

    world.enabled("giftnotes", on=False)
    assert placed() == []
    world.enabled("giftnotes")
    assert len(placed()) == 1


def test_the_hook_of_a_disabled_plugin_is_not_asked() -> None:
    vendor = world.a_vendor()
    order = world.an_order(world.a_customer(), vendor=vendor)
    member = world.a_member(vendor)
    query = "query ($id: ID!) { order(id: $id) { customer { email } } }"
    world.enabled("giftnotes", showBuyersToVendors=True)
    assert order.customer is not None
    assert ask(query, member, id=global_id(order)).data["order"]["customer"]["email"] == order.customer.email
    world.enabled("giftnotes", on=False)
    assert ask(query, member, id=global_id(order)).data["order"]["customer"]["email"] is None


def test_pages_of_a_disabled_plugin_are_not_there() -> None:
    world.enabled("giftnotes")
    assert Client().get("/plugins/giftnotes/card/").content == b"A card."
    world.enabled("giftnotes", on=False)
    assert Client().get("/plugins/giftnotes/card/").status_code == 404


@pytest.mark.django_db(transaction=True)
async def test_an_open_subscription_of_a_plugin_ends_with_the_code_when_it_is_disabled() -> None:
    from asgiref.sync import sync_to_async

    await sync_to_async(world.enabled)("giftnotes")
    admin = await sync_to_async(world.a_superuser)()
    async with listen(await sync_to_async(bearer)(admin)) as socket:
        await socket.subscribe("subscription { giftNoteWritten }")
        assert await socket.silent(seconds=0.3)
        off = 'mutation { pluginDisable(input: {name: "giftnotes"}) { plugin { enabled } userErrors { code } } }'
        answer = await sync_to_async(ask)(off, admin)
        assert answer.data == {"pluginDisable": {"plugin": {"enabled": False}, "userErrors": []}}
        frame = await socket.receive()
        assert (frame["type"], frame["id"]) == ("error", "1")
        assert [error["extensions"]["code"] for error in frame["payload"]] == ["PLUGIN_DISABLED"]


@pytest.mark.django_db(transaction=True)
async def test_a_subscription_to_a_disabled_plugin_is_refused() -> None:
    from asgiref.sync import sync_to_async

    await sync_to_async(world.enabled)("giftnotes", on=False)
    async with listen() as socket:
        await socket.subscribe("subscription { giftNoteWritten }")
        frame = await socket.receive()
        assert frame["type"] == "error"
        assert [error["extensions"]["code"] for error in frame["payload"]] == ["PLUGIN_DISABLED"]
