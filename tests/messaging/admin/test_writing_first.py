"""Staff write first, from the admin: to the customer of an order, or to a vendor."""

import pytest

from messaging_plugin.models import Message, Thread
from shop.vocabulary import Permission
from tests import world
from tests.messaging import asks
from tests.messaging.admin import stage
from tests.messaging.admin.stage import THREADS, browser, desk, page_of, support, text_of

pytestmark = pytest.mark.django_db

ADD = THREADS + "add/"


def test_a77_a78_staff_write_first_about_an_order_and_into_the_same_thread() -> None:
    oakline = world.a_vendor()
    carla, anna = world.a_customer(), world.a_member(oakline)
    order = world.an_order(carla, vendor=oakline)
    client = browser(desk())
    for number in (order.number, f" #{order.number} "):
        answer = client.post(ADD, {"order": number, "body": "About your order"})
        thread = Thread.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, f"{page_of(thread)}#latest")
    assert (thread.kind, thread.order, thread.vendor, thread.message_count) == ("ORDER", order, oakline, 2)
    assert (asks.bell(carla), asks.bell(anna)) == ((2, 1, 0), (2, 1, 0))


def test_a86_staff_tell_a_vendor_about_a_product_of_theirs_and_once() -> None:
    oakline = world.a_vendor()
    anna = world.a_member(oakline)
    product = world.a_product(vendor=oakline)
    client = browser(support())
    said = {
        "to": "vendor",
        "vendor": str(oakline.pk),
        "subject": "Pictures",
        "sku": product.sku,
        "body": "Add one",
        "key": "k",
    }
    for _ in range(2):
        assert client.post(ADD, said).status_code == 302
    thread = Thread.objects.get()
    assert (thread.kind, thread.vendor, thread.product, thread.subject) == (
        "VENDOR_ADMIN",
        oakline,
        product,
        "Pictures",
    )
    assert asks.bell(anna) == (1, 1, 0)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"order": "999999"}, "There is no order of this number."),
        ({"order": ""}, "There is no order of this number."),
        ({"body": " "}, "The message is blank: write something."),
        ({"to": "vendor", "vendor": ""}, "Choose a vendor."),
        ({"to": "vendor", "subject": ""}, "The subject is blank: write something."),
        ({"to": "vendor", "sku": "NONE"}, "There is no product with this SKU."),
        (
            {"to": "vendor", "vendor": "999999"},
            "Select a valid choice. That choice is not one of the available choices.",
        ),
        ({"to": "nobody"}, "Select a valid choice. nobody is not one of the available choices."),
    ],
)
def test_what_does_not_fit_is_told_at_the_field_and_nothing_is_stored(changes: dict[str, str], error: str) -> None:
    vendor = world.a_vendor()
    order = world.an_order(world.a_customer(), vendor=vendor)
    fine = {"to": "customer", "order": order.number, "vendor": str(vendor.pk), "subject": "Hello", "body": "Hello"}
    page = browser(support()).post(ADD, {**fine, **changes})
    assert (page.status_code, stage.errors(page.content.decode())) == (200, [error])
    assert (Thread.objects.count(), Message.objects.count()) == (0, 0)


def test_the_product_of_another_vendor_is_refused() -> None:
    vendor, other = world.a_vendor(), world.a_product("Other", vendor=world.a_vendor())
    said = {"to": "vendor", "vendor": str(vendor.pk), "subject": "Hello", "body": "Hello", "sku": other.sku}
    page = browser(support()).post(ADD, said).content.decode()
    assert f"is not of {vendor.name}." in page
    assert Thread.objects.count() == 0


def test_only_who_handles_messages_writes_to_vendors_and_others_write_to_nobody() -> None:
    vendor = world.a_vendor()
    order = world.an_order(world.a_customer(), vendor=vendor)
    to_vendor = {"to": "vendor", "vendor": str(vendor.pk), "subject": "Hello", "body": "Hello"}
    to_customer = {"to": "customer", "order": order.number, "body": "Hello"}
    client = browser(desk())
    assert ('name="vendor"' in text_of(client, ADD), 'name="order"' in text_of(client, ADD)) == (False, True)
    assert client.post(ADD, to_vendor).status_code == 200
    for other, status in (
        (browser(world.staff(Permission.MANAGE_SHOP)), 403),
        (browser(world.a_member(vendor)), 302),
        (stage.visitor(), 302),
        (browser(support(), csrf=True), 403),
    ):
        for said in (to_vendor, to_customer):
            assert other.post(ADD, said).status_code == status
    world.mode(world.OFF)
    assert 'name="vendor"' not in text_of(browser(support()), ADD)
    world.mode(world.SEPARATE_SHOPS)
    world.enabled("messaging", on=False)
    for said in (to_vendor, to_customer):
        assert browser(support()).post(ADD, said).status_code == 404
    assert Message.objects.count() == 0
