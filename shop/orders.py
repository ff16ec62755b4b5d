"""Placing orders."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from shop import access, hooks, tokens
from shop.actors import Actor
from shop.errors import Invalid, NotFound, ShopError
from shop.models import Checkout, Order, OrderLine, Product, ShopSettings, Vendor
from shop.plugins import state
from shop.texts import is_one_line
from shop.vocabulary import MultivendorMode

MOST_LINES = 100
MOST_OF_ONE = 999
LONGEST_EMAIL = 254
LONGEST_KEY = 64

#: A product's key, None for what cannot be one, and how many of it.
Wanted = tuple[int | None, int]


@dataclass(frozen=True, slots=True)
class Placed:
    """``guest_tokens`` has one for each order, in their order; None for a customer with an account."""

    orders: list[Order]
    guest_tokens: list[str] | None


@transaction.atomic
def place_order(
    *,
    actor: Actor,
    lines: Sequence[Wanted],
    guest_email: str | None = None,
    idempotency_key: str | None = None,
) -> Placed:
    """Place one order, or one for each vendor in SEPARATE_SHOPS mode, where the store counts as one, too.

    Whoever has no account, with a guest's token or without one, gives ``guest_email``. The same call with the same
    ``idempotency_key`` places nothing and returns the same orders; to a guest, with new tokens.

    Raises ``ShopError`` (REQUIRED), ``Invalid`` or ``NotFound`` with the field at fault. Takes the lock of the shop's
    settings, from which numbers come. Publishes ``order_placed`` for each new order.
    """
    _check_lines(lines)
    email = _checked_email(actor, guest_email)
    checkout, is_new = _checkout(actor, email, idempotency_key, _fingerprint(lines, email))
    if is_new:
        _write_orders(checkout, _sold(_products(actor, lines), lines))
    placed = list(checkout.orders.order_by("pk"))
    if is_new:
        for order in placed:
            hooks.order_placed.publish(hooks.OrderPlaced(order.pk))
    is_guest = actor.user_id is None
    return Placed(placed, [tokens.create_guest_token(order=order) for order in placed] if is_guest else None)


# ── what is asked for ───────────────────────────────────────────────────────────────────────


def _check_lines(lines: Sequence[Wanted]) -> None:
    if not lines:
        raise ShopError("An order has at least one line.", code="REQUIRED", field=("input", "lines"))
    if len(lines) > MOST_LINES:
        raise Invalid(f"An order has at most {MOST_LINES} lines; this one has {len(lines)}.", field=("input", "lines"))
    for index, (_, quantity) in enumerate(lines):
        if not 1 <= quantity <= MOST_OF_ONE:
            raise Invalid(
                f"A quantity is 1 to {MOST_OF_ONE}; this one is {quantity}.",
                field=("input", "lines", str(index), "quantity"),
            )


def _checked_email(actor: Actor, guest_email: str | None) -> str:
    """In lower case; empty for a customer with an account."""
    field = ("input", "guestEmail")
    if actor.user_id is not None:
        if guest_email is not None:
            raise Invalid("You are signed in: leave guestEmail out.", field=field)
        return ""
    email = (guest_email or "").strip().lower()
    if not email:
        raise ShopError("Give an e-mail address, or sign in.", code="REQUIRED", field=field)
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid("This is not an e-mail address.", field=field) from None
    if len(email) > LONGEST_EMAIL or not is_one_line(email):
        raise Invalid(f"An e-mail address has at most {LONGEST_EMAIL} characters.", field=field)
    return email


def _checkout(actor: Actor, email: str, key: str | None, fingerprint: str) -> tuple[Checkout, bool]:
    """The checkout of this key, new or found. Of two calls at once, one waits for the other."""
    if key is None:
        fresh = Checkout.objects.create(customer_id=actor.user_id, guest_email=email, fingerprint=fingerprint)
        return fresh, True
    field = ("input", "idempotencyKey")
    if not 1 <= len(key) <= LONGEST_KEY or not is_one_line(key):
        raise Invalid(f"An idempotency key has 1 to {LONGEST_KEY} characters, all on one line.", field=field)
    checkout, is_new = Checkout.objects.get_or_create(
        customer_id=actor.user_id, guest_email=email, idempotency_key=key, defaults={"fingerprint": fingerprint}
    )
    if checkout.fingerprint != fingerprint:
        raise Invalid("This idempotency key was used for another order: choose a new one.", field=field)
    return checkout, is_new


def _fingerprint(lines: Sequence[Wanted], email: str) -> str:
    return hashlib.sha256(json.dumps([email, *map(list, lines)]).encode()).hexdigest()


# ── what is sold ────────────────────────────────────────────────────────────────────────────


def _products(actor: Actor, lines: Sequence[Wanted]) -> list[Product]:
    """The product of each line: for sale, and visible to the actor."""
    wanted = {key for key, _ in lines if key is not None}
    visible = access.only_visible_products(actor, Product.objects.filter(pk__in=wanted)).select_related("vendor")
    found = {product.pk: product for product in visible}
    products = []
    for index, (key, _) in enumerate(lines):
        field = ("input", "lines", str(index), "productId")
        product = found.get(key) if key is not None else None
        if product is None:
            raise NotFound("There is no such product.", field=field)
        if not product.is_published or (product.vendor is not None and not product.vendor.is_active):
            _refuse(product, field)
        products.append(product)
    return products


def _refuse(product: Product, field: tuple[str, ...]) -> NoReturn:
    raise Invalid(f"{product.name} is not for sale: publish it first.", field=field)


def _sold(products: Sequence[Product], lines: Sequence[Wanted]) -> list[tuple[Vendor | None, list[OrderLine]]]:
    """The lines of each order to be, and who handles it; names, SKUs and prices are those of this moment."""
    separate = state.current().multivendor_mode == MultivendorMode.SEPARATE_SHOPS
    orders: dict[Vendor | None, list[OrderLine]] = {}
    for product, (_, quantity) in zip(products, lines, strict=True):
        line = OrderLine(
            product=product,
            vendor=product.vendor,
            product_name=product.name,
            sku=product.sku,
            quantity=quantity,
            price=product.price,
        )
        orders.setdefault(product.vendor if separate else None, []).append(line)
    return list(orders.items())


def _write_orders(checkout: Checkout, sold: Sequence[tuple[Vendor | None, list[OrderLine]]]) -> None:
    shop = ShopSettings.objects.select_for_update(no_key=True).get(pk=1)
    first = shop.next_order_number
    shop.next_order_number += len(sold)
    shop.save(update_fields=["next_order_number"])
    now = timezone.now()
    orders = Order.objects.bulk_create(
        Order(
            number=str(number),
            checkout=checkout,
            customer_id=checkout.customer_id,
            guest_email=checkout.guest_email,
            vendor=vendor,
            currency=settings.CURRENCY,
            placed_at=now,
        )
        for number, (vendor, _) in enumerate(sold, start=first)
    )
    for order, (_, lines) in zip(orders, sold, strict=True):
        for line in lines:
            line.order = order
    OrderLine.objects.bulk_create(line for _, lines in sold for line in lines)
