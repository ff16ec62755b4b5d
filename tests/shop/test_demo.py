"""The demo shop: exactly what the README promises, and the same every time."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.forms.models import model_to_dict

from messaging_plugin.models import Announcement, Thread
from shop import authentication
from shop.models import Order, Page, PluginState, Product, ShopSettings, User, Vendor, VendorMembership
from shop.plugins import registry
from shop.tokens import create_token
from shop.vocabulary import Permission, Rights
from tests import world
from tests.example_plugin.models import GiftNote

pytestmark = pytest.mark.django_db

CARLA, CHRIS = "carla@example.com", "chris@example.com"


def demo() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def everything() -> list[object]:
    rows: list[object] = [ShopSettings.objects.values().get()]
    rows += [model_to_dict(row, exclude=["id", "password", "groups", "user_permissions"]) for row in User.objects.all()]
    for model in (Vendor, Product, Page):
        rows += [model_to_dict(row, exclude=["id", "vendor"]) for row in model._default_manager.order_by("pk")]
    rows += list(Order.objects.order_by("pk").values("number", "status", "placed_at", "guest_email", "customer__email"))
    rows += list(
        Order.objects.order_by("pk", "lines__pk").values_list("number", "lines__sku", "lines__price", "lines__quantity")
    )
    return rows


def test_the_shop_is_nordwind_market() -> None:
    assert demo() == "Nordwind Market is open. The password of everybody is: demo\n"
    shop = ShopSettings.objects.get()
    assert (shop.name, shop.multivendor_mode, shop.next_order_number) == ("Nordwind Market", "SEPARATE_SHOPS", 1007)
    assert sorted(Page.objects.values_list("slug", flat=True)) == ["about", "returns", "shipping"]
    assert set(PluginState.objects.filter(enabled=True).values_list("name", flat=True)) == registry.usable_names()


def test_everybody_can_sign_in_and_may_what_their_role_says() -> None:
    demo()
    oak, bright = Vendor.objects.get(slug="oakline"), Vendor.objects.get(slug="brightware")
    assert (oak.name, bright.name) == ("Oakline Furniture", "Brightware")
    permissions = {
        "admin@example.com": set(Permission),
        "support@example.com": {Permission.MANAGE_MESSAGES},
        "orders@example.com": {Permission.MANAGE_ORDERS},
    }
    members = {
        "anna@example.com": (oak.pk, Rights.EDIT),
        "arno@example.com": (oak.pk, Rights.VIEW),
        "bela@example.com": (bright.pk, Rights.EDIT),
    }
    emails = [*permissions, CARLA, CHRIS, *members]
    assert sorted(User.objects.values_list("email", flat=True)) == sorted(emails)
    for email in emails:
        actor = create_token(email=email, password="demo", address="").actor
        assert actor.permissions == permissions.get(email, set())
        expected = [members[email]] if email in members else []
        assert [(one.vendor_id, one.customer_rights) for one in actor.memberships] == expected
        assert [(one.vendor_id, one.store_rights) for one in actor.memberships] == expected
    assert set(User.objects.filter(is_staff=True).values_list("email", flat=True)) == set(permissions)
    assert VendorMembership.objects.count() == 3


def test_there_are_products_of_three_sellers() -> None:
    demo()
    owners = {"OAK": "oakline", "BRT": "brightware", "STO": None}
    rows = list(Product.objects.values_list("sku", "vendor__slug"))
    assert len(rows) == 14
    assert [vendor for _, vendor in rows] == [owners[sku.partition("-")[0]] for sku, _ in rows]


def test_the_orders_are_the_six_of_the_readme() -> None:
    demo()
    guest = (None, "gina@example.com")
    found = [
        (
            order.number,
            (order.customer and order.customer.email, order.guest_email),
            order.vendor and order.vendor.slug,
            [line.vendor and line.vendor.slug for line in order.lines.all()],
        )
        for order in Order.objects.order_by("number")
    ]
    assert found == [
        ("1001", (CARLA, ""), "oakline", ["oakline", "oakline"]),
        ("1002", (CARLA, ""), "brightware", ["brightware", "brightware"]),
        ("1003", (CHRIS, ""), "oakline", ["oakline"]),
        ("1004", (CARLA, ""), None, [None, None]),
        ("1005", guest, "oakline", ["oakline"]),
        ("1006", (CHRIS, ""), None, ["oakline", "brightware"]),
    ]


def test_plugins_add_to_it() -> None:
    demo()
    assert [(note.order.number, note.text) for note in GiftNote.objects.all()] == [("1001", "Happy birthday!")]


def test_twice_does_nothing_more() -> None:
    demo()
    before = everything()
    assert demo() == "The shop has data already: nothing was done.\n"
    assert everything() == before


def test_it_is_the_same_every_time() -> None:
    demo()
    first = everything()
    GiftNote.objects.all().delete()
    Thread.objects.all().delete()
    Announcement.objects.all().delete()
    PluginState.objects.all().delete()
    for model in (Order, Product, VendorMembership, Vendor, User, Page):
        model._default_manager.all().delete()
    demo()
    assert everything() == first


@pytest.mark.parametrize("something", ["user", "product", "order"])
def test_a_shop_with_anything_in_it_is_left_alone(something: str) -> None:
    {"user": world.a_user, "product": world.a_product, "order": world.an_order}[something]()  # type: ignore[operator]
    assert demo() == "The shop has data already: nothing was done.\n"
    assert ShopSettings.objects.get().name == "Shop"
    assert not PluginState.objects.exists()
    assert not Vendor.objects.exists()


def test_the_password_is_no_hindrance_to_a_session() -> None:
    demo()
    user = User.objects.get(email=CARLA)
    assert authentication.actor_of_user(user).user_id == user.pk
