"""What tests are about: people, vendors, products and orders, made in one line each."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import count

from django.contrib.auth.models import Permission as DjangoPermission

from shop.models import Order, OrderLine, Page, PluginState, Product, ShopSettings, User, Vendor, VendorMembership
from shop.vocabulary import MultivendorMode, Permission, Rights

_number = count(1)

OFF = MultivendorMode.OFF
SEPARATE_SHOPS = MultivendorMode.SEPARATE_SHOPS
WAREHOUSE = MultivendorMode.WAREHOUSE


def a_user(name: str = "Someone", *, password: str | None = None, is_staff: bool = False) -> User:
    number = next(_number)
    email = f"{name.split(maxsplit=1)[0].lower()}{number}@example.com"
    return User.objects.create_user(email, password, name=name, is_staff=is_staff)


def a_customer(name: str = "Carla Customer") -> User:
    return a_user(name)


def staff(*permissions: Permission, name: str = "Stefan Staff") -> User:
    user = a_user(name, is_staff=True)
    give(user, *permissions)
    return user


def give(user: User, *permissions: Permission) -> None:
    names = [permission.value for permission in permissions]
    user.user_permissions.add(*DjangoPermission.objects.filter(content_type__app_label="shop", codename__in=names))


def a_superuser() -> User:
    return User.objects.create_superuser(f"root{next(_number)}@example.com", None, name="Rosa Root")


def a_vendor(name: str = "Oakline", *, is_active: bool = True) -> Vendor:
    return Vendor.objects.create(
        name=name, slug=f"{name.lower().replace(' ', '-')}-{next(_number)}", is_active=is_active
    )


def a_member(
    vendor: Vendor,
    name: str = "Anna Vendor",
    *,
    customers: Rights = Rights.EDIT,
    store: Rights = Rights.EDIT,
    user: User | None = None,
) -> User:
    user = user or a_user(name)
    VendorMembership.objects.create(user=user, vendor=vendor, customer_rights=customers, store_rights=store)
    return user


def a_product(name: str = "Oak table", *, vendor: Vendor | None = None, price: str = "10.00") -> Product:
    return Product.objects.create(name=name, sku=f"SKU-{next(_number)}", price=Decimal(price), vendor=vendor)


def an_order(
    customer: User | None = None,
    *,
    vendor: Vendor | None = None,
    products: Iterable[Product] = (),
    guest_email: str = "",
) -> Order:
    """An order that ``vendor`` handles (None: the store), of these products, or of a new one of the vendor's."""
    lines = list(products) or [a_product(vendor=vendor)]
    order = Order.objects.create(
        number=str(5000 + next(_number)), customer=customer, vendor=vendor, guest_email=guest_email
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order, product=product, vendor=product.vendor, product_name=product.name, sku=product.sku,
            quantity=1, price=product.price,
        )
        for product in lines
    )  # fmt: skip
    return order


def a_page(slug: str = "about", *, is_published: bool = True) -> Page:
    return Page.objects.create(slug=slug, title=slug.title(), body="Text.", is_published=is_published)


def mode(multivendor_mode: MultivendorMode) -> None:
    ShopSettings.objects.update(multivendor_mode=multivendor_mode)


def enabled(plugin: str, *, on: bool = True, **settings: object) -> None:
    """Switch a plugin; settings by their camelCase names are added to those it has."""
    row, _ = PluginState.objects.get_or_create(name=plugin)
    row.enabled = on
    row.settings = {**row.settings, **settings}
    row.save()
