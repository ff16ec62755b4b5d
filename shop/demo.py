"""Fills an empty shop with the demo data, the same every time."""

from dataclasses import replace

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.contrib.auth.models import Permission as DjangoPermission
from django.db import transaction

from shop import administration, authentication, demo_data, hooks
from shop.actors import ANONYMOUS
from shop.administration import OPERATOR
from shop.demo_data import DemoOrder, DemoUser
from shop.models import Order, Page, Product, ShopSettings, User, Vendor, VendorMembership
from shop.orders import place_order
from shop.plugins import registry, state
from shop.vocabulary import MultivendorMode


@transaction.atomic
def fill_if_empty() -> bool:
    """Whether the shop was empty, with neither users nor products nor orders, and is now filled.

    Switches on every plugin that can be used and asks ``demo_shop``, so that each adds what shows it at work.
    """
    if User.objects.exists() or Product.objects.exists() or Order.objects.exists():
        return False
    ShopSettings.objects.filter(pk=1).update(next_order_number=int(demo_data.ORDERS[0].number))
    administration.update_shop(actor=OPERATOR, name=demo_data.SHOP_NAME, mode=MultivendorMode.SEPARATE_SHOPS)
    for name in sorted(registry.usable_names()):
        administration.enable_plugin(actor=OPERATOR, name=name)
    vendors = {slug: Vendor.objects.create(slug=slug, name=name) for slug, name in demo_data.VENDORS.items()}
    users = _users(vendors)
    products = _products(vendors)
    for slug, (title, body) in demo_data.PAGES.items():
        Page.objects.create(slug=slug, title=title, body=body)
    orders = {row.number: _order(row, users, products) for row in demo_data.ORDERS}
    with state.one_state():
        hooks.demo_shop.ask(hooks.DemoShop(users=users, orders=orders))
    return True


def _users(vendors: dict[str, Vendor]) -> dict[str, User]:
    groups = {name: Group.objects.get_or_create(name=name)[0] for name in demo_data.GROUPS}
    for name, permissions in demo_data.GROUPS.items():
        codenames = [permission.value for permission in permissions]
        groups[name].permissions.set(
            DjangoPermission.objects.filter(content_type__app_label="shop", codename__in=codenames)
        )
    password = make_password(demo_data.PASSWORD)  # once: hashing is slow, and shall be
    return {row.email: _user(row, password, vendors, groups) for row in demo_data.USERS}


def _user(row: DemoUser, password: str, vendors: dict[str, Vendor], groups: dict[str, Group]) -> User:
    user = User.objects.create(
        email=row.email,
        name=row.name,
        password=password,
        is_superuser=row.is_superuser,
        is_staff=row.is_superuser or row.group is not None,
        created_at=demo_data.OPENED,
        password_changed_at=demo_data.OPENED,
    )
    if row.group:
        user.groups.add(groups[row.group])
    if row.vendor:
        VendorMembership.objects.create(
            user=user, vendor=vendors[row.vendor], customer_rights=row.rights, store_rights=row.rights
        )
    return user


def _products(vendors: dict[str, Vendor]) -> dict[str, Product]:
    made = Product.objects.bulk_create(
        Product(
            sku=row.sku,
            name=row.name,
            price=row.price,
            description=row.description,
            vendor=vendors[row.vendor] if row.vendor else None,
        )
        for row in demo_data.PRODUCTS
    )
    return {product.sku: product for product in made}


def _order(row: DemoOrder, users: dict[str, User], products: dict[str, Product]) -> Order:
    with state.one_state(replace(state.read(), multivendor_mode=row.mode)):
        placed = place_order(
            actor=authentication.actor_of_user(users[row.customer]) if row.customer else ANONYMOUS,
            lines=[(products[sku].pk, quantity) for sku, quantity in row.lines],
            guest_email=None if row.customer else demo_data.GUEST,
        )
    [order] = placed.orders
    order.placed_at, order.status = row.placed_at, row.status
    order.save(update_fields=["placed_at", "status"])
    return order
