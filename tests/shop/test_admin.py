"""The admin: who sees which page, and that pages act through the verbs."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from shop.hooks import ShopUpdated
from shop.models import Order, Product, ShopSettings, User, Vendor, VendorMembership
from shop.vocabulary import OrderStatus, Permission, Rights
from tests import world
from tests.example_plugin import reactions

pytestmark = pytest.mark.django_db

PLUGIN = "giftnotes"
PLUGINS = "/admin/shop/pluginstate/"


def client(user: User, *, csrf: bool = False) -> Client:
    made = Client(enforce_csrf_checks=csrf)
    made.force_login(user)
    return made


def text_of(browser: Client, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


# ── who sees what ───────────────────────────────────────────────────────────────────────────

PAGES = {
    "user": Permission.MANAGE_SHOP,
    "vendor": Permission.MANAGE_SHOP,
    "product": Permission.MANAGE_SHOP,
    "page": Permission.MANAGE_SHOP,
    "order": Permission.MANAGE_ORDERS,
    "pluginstate": Permission.MANAGE_PLUGINS,
}


@pytest.mark.parametrize("permission", list(Permission))
def test_the_shops_permissions_open_pages_and_djangos_do_not(permission: Permission) -> None:
    user = world.staff(permission)
    world.a_product(vendor=world.a_vendor())
    world.an_order(world.a_customer())
    browser = client(user)
    index = text_of(browser, "/admin/")
    for page, needed in PAGES.items():
        seen = permission == needed
        assert browser.get(f"/admin/shop/{page}/").status_code == (200 if seen else 403)
        assert (f'href="/admin/shop/{page}/"' in index) is seen
    expected = 200 if permission == Permission.MANAGE_SHOP else 403
    assert browser.get("/admin/shop/shopsettings/1/change/").status_code == expected


def test_customers_and_visitors_are_sent_to_the_login() -> None:
    for browser in (Client(), client(world.a_customer()), client(world.a_member(world.a_vendor()))):
        for path in ("/admin/", PLUGINS, "/admin/shop/order/"):
            response = browser.get(path)
            assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={path}")


def test_staff_sign_in_by_email_address() -> None:
    user = User.objects.create_user("olga@example.com", "right", name="Olga", is_staff=True)
    browser = Client()
    login = reverse("admin:login")
    assert browser.post(login, {"username": "Olga@Example.com", "password": "wrong"}).status_code == 200
    assert "_auth_user_id" not in browser.session
    assert browser.post(login, {"username": "Olga@Example.com", "password": "right"}).status_code == 302
    assert browser.session["_auth_user_id"] == str(user.pk)


def test_who_manages_the_shop_does_not_make_an_owner_of_anybody() -> None:
    manager, owner, customer = world.staff(Permission.MANAGE_SHOP), world.a_superuser(), world.a_customer()
    vendor = world.a_vendor()
    browser = client(manager)
    for user in (manager, owner):
        assert browser.get(f"/admin/shop/user/{user.pk}/change/").status_code == 200
        assert browser.post(f"/admin/shop/user/{user.pk}/change/", {}).status_code == 403
        assert browser.get(f"/admin/shop/user/{user.pk}/password/").status_code == 403
        assert browser.get(f"/admin/shop/user/{user.pk}/delete/").status_code == 403
    response = browser.post(
        f"/admin/shop/user/{customer.pk}/change/",
        {
            "email": "New@Example.com", "name": "New", "is_active": "on", "is_staff": "on", "is_superuser": "on",
            "memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0", "memberships-0-vendor": vendor.pk,
            "memberships-0-customer_rights": "1", "memberships-0-store_rights": "0",
        },
    )  # fmt: skip
    assert response.status_code == 302
    customer.refresh_from_db()
    assert (customer.email, customer.name) == ("new@example.com", "New")
    assert (customer.is_staff, customer.is_superuser) == (False, False)
    member = VendorMembership.objects.get()
    assert (member.user, member.customer_rights, member.store_rights) == (customer, Rights.VIEW, Rights.NONE)


def test_a_new_user_has_an_address_in_lower_case() -> None:
    password = "a-long-enough-one"
    response = client(world.a_superuser()).post(
        "/admin/shop/user/add/",
        {
            "email": "New@Example.com", "name": "New", "usable_password": "true", "password1": password,
            "password2": password, "memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0",
        },
    )  # fmt: skip
    assert response.status_code == 302
    assert User.objects.get(name="New").email == "new@example.com"
    assert User.objects.get(name="New").check_password(password)


# ── the shop's pages ────────────────────────────────────────────────────────────────────────


def test_every_page_can_be_shown() -> None:
    vendor = world.a_vendor()
    member, product, page = world.a_member(vendor), world.a_product(vendor=vendor), world.a_page()
    order = world.an_order(world.a_customer(), products=[product])
    browser = client(world.a_superuser())
    for row in (member, vendor, product, page, order, ShopSettings.objects.get()):
        name = row._meta.model_name
        text_of(browser, f"/admin/shop/{name}/{row.pk}/change/")
        text_of(browser, f"/admin/shop/{name}/{row.pk}/history/")
        if name != "shopsettings":
            text_of(browser, f"/admin/shop/{name}/?q=a")
    for name in ("user", "vendor", "product", "page"):
        text_of(browser, f"/admin/shop/{name}/add/")


def test_an_orders_status_changes_and_nothing_else() -> None:
    order = world.an_order(world.a_customer(), products=[world.a_product("Oak table", price="12.50")])
    browser = client(world.staff(Permission.MANAGE_ORDERS))
    path = f"/admin/shop/order/{order.pk}/change/"
    page = text_of(browser, path)
    assert ("Oak table" in page, "12.50 EUR" in page) == (True, True)
    line = order.lines.get()
    browser.post(
        path,
        {
            "status": "SHIPPED", "number": "1", "vendor": "", "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "1",
            "lines-0-id": line.pk, "lines-0-order": order.pk, "lines-0-price": "0.01", "lines-0-quantity": "9",
        },
    )  # fmt: skip
    changed = Order.objects.get()
    assert (changed.status, changed.number) == (OrderStatus.SHIPPED, order.number)
    line.refresh_from_db()
    assert (line.price, line.quantity) == (Decimal("12.50"), 1)
    assert browser.get("/admin/shop/order/add/").status_code == 403
    assert browser.post(f"/admin/shop/order/{order.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Order.objects.get() == order


def test_lists_cost_the_same_at_one_row_and_at_three() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = client(world.a_superuser())
    counts: dict[str, list[int]] = {"order": [], "product": []}
    for number in (1, 2):
        for _ in range(number):
            world.an_order(world.a_customer(), vendor=world.a_vendor())
        for page, found in counts.items():
            with CaptureQueriesContext(connection) as captured:
                text_of(browser, f"/admin/shop/{page}/")
            found.append(len(captured))
    assert {page: first == second for page, (first, second) in counts.items()} == {"order": True, "product": True}


def test_shop_settings_are_one_page_and_told(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    world.enabled(PLUGIN)
    browser = client(world.staff(Permission.MANAGE_SHOP))
    path = "/admin/shop/shopsettings/1/change/"
    assert browser.get("/admin/shop/shopsettings/")["Location"] == path
    reactions.heard.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(path, {"name": " Nordwind ", "multivendor_mode": "WAREHOUSE"}).status_code == 302
    shop = ShopSettings.objects.get()
    assert (shop.name, shop.multivendor_mode) == ("Nordwind", "WAREHOUSE")
    assert reactions.heard == [ShopUpdated()]
    for name, mode in [("", "OFF"), ("x" * 101, "OFF"), ("a\nb", "OFF"), ("Fine", "NONE")]:
        assert browser.post(path, {"name": name, "multivendor_mode": mode}).status_code == 200
    assert ShopSettings.objects.get() == shop
    assert (ShopSettings.objects.get().name, ShopSettings.objects.get().multivendor_mode) == ("Nordwind", "WAREHOUSE")
    for action in ("add", "1/delete"):
        assert browser.get(f"/admin/shop/shopsettings/{action}/").status_code == 403


def test_an_unpublished_product_and_a_closed_vendor_are_a_click_away() -> None:
    vendor = world.a_vendor()
    product = world.a_product(vendor=vendor)
    browser = client(world.staff(Permission.MANAGE_SHOP))
    browser.post(
        f"/admin/shop/vendor/{vendor.pk}/change/",
        {"name": "New", "slug": "new", "memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"},
    )
    browser.post(
        f"/admin/shop/product/{product.pk}/change/",
        {"name": "New", "sku": "NEW", "price": "1.50", "vendor": vendor.pk},
    )
    assert Vendor.objects.values("name", "is_active").get() == {"name": "New", "is_active": False}
    assert Product.objects.values("sku", "price", "is_published").get() == {
        "sku": "NEW", "price": Decimal("1.50"), "is_published": False,
    }  # fmt: skip
