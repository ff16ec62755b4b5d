"""Placing orders, in every mode, with and without an account."""

from collections.abc import Sequence
from decimal import Decimal
from threading import Thread

import pytest
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks

from shop import authentication, orders
from shop.actors import ANONYMOUS, Actor
from shop.authentication import hash_of
from shop.errors import ShopError
from shop.hooks import OrderPlaced
from shop.models import Checkout, Order, OrderLine, Product, ShopSettings, Token, User
from shop.vocabulary import MultivendorMode, OrderStatus, Permission
from tests import world
from tests.example_plugin import reactions

pytestmark = pytest.mark.django_db

EMAIL = "guest@example.com"


def of(user: User) -> Actor:
    return authentication.actor_of_user(user)


def place(actor: Actor, *products: Product, email: str | None = None, key: str | None = None) -> orders.Placed:
    lines = [(product.pk, 1) for product in products]
    return orders.place_order(actor=actor, lines=lines, guest_email=email, idempotency_key=key)


def refused(
    actor: Actor, lines: Sequence[tuple[int | None, int]], email: str | None = None, key: str | None = None
) -> tuple[str, str]:
    """The refusal's code and field; nothing has been written."""
    before = (Order.objects.count(), Checkout.objects.count(), Token.objects.count(), numbers())
    with pytest.raises(ShopError) as raised:
        orders.place_order(actor=actor, lines=lines, guest_email=email, idempotency_key=key)
    assert (Order.objects.count(), Checkout.objects.count(), Token.objects.count(), numbers()) == before
    assert OrderLine.objects.count() == before[0]
    return raised.value.code, ".".join(raised.value.field or ())


def numbers() -> int:
    return ShopSettings.objects.get().next_order_number


# ── what is placed ──────────────────────────────────────────────────────────────────────────


def test_an_order_keeps_names_and_prices_of_its_moment() -> None:
    customer, vendor = world.a_customer(), world.a_vendor()
    table = world.a_product("Oak table", vendor=vendor, price="349.50")
    placed = orders.place_order(actor=of(customer), lines=[(table.pk, 3)])
    Product.objects.update(name="Ash table", sku="ASH", price="1.00")
    order = Order.objects.get()
    assert placed == orders.Placed([order], None)
    assert (order.number, order.customer, order.vendor, order.status) == ("1001", customer, vendor, OrderStatus.PLACED)
    assert (order.guest_email, order.currency) == ("", "EUR")
    line = order.lines.get()
    assert (line.product_id, line.vendor, line.quantity) == (table.pk, vendor, 3)
    assert (line.product_name, line.sku, line.price) == ("Oak table", table.sku, Decimal("349.50"))
    assert not Token.objects.exists()


@pytest.mark.parametrize("mode", list(MultivendorMode))
def test_separate_shops_make_one_order_each_and_other_modes_one(mode: MultivendorMode) -> None:
    world.mode(mode)
    oak, bright = world.a_vendor("Oak"), world.a_vendor("Bright")
    table, lamp = world.a_product("Table", vendor=oak), world.a_product("Lamp", vendor=bright)
    box, chair = world.a_product("Box"), world.a_product("Chair", vendor=oak)
    place(of(world.a_customer()), table, lamp, box, chair)
    made = [
        (order.number, order.vendor, [(line.product_name, line.vendor) for line in order.lines.all()])
        for order in Order.objects.order_by("pk")
    ]
    if mode == MultivendorMode.SEPARATE_SHOPS:
        assert made == [
            ("1001", oak, [("Table", oak), ("Chair", oak)]),
            ("1002", bright, [("Lamp", bright)]),
            ("1003", None, [("Box", None)]),
        ]
    else:
        assert made == [("1001", None, [("Table", oak), ("Lamp", bright), ("Box", None), ("Chair", oak)])]


def test_numbers_go_on() -> None:
    buyer, box = of(world.a_customer()), world.a_product()
    assert [place(buyer, box).orders[0].number for _ in range(3)] == ["1001", "1002", "1003"]


@pytest.mark.parametrize("by", ["member", "staff", "superuser"])
def test_a_vendors_user_and_staff_may_buy(by: str) -> None:
    vendor = world.a_vendor()
    user = {
        "member": lambda: world.a_member(vendor),
        "staff": lambda: world.staff(Permission.MANAGE_ORDERS),
        "superuser": world.a_superuser,
    }[by]()
    assert place(of(user), world.a_product(vendor=vendor)).orders[0].customer == user


def test_each_order_is_told_of_once_it_is_committed(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    world.enabled("giftnotes")
    products = world.a_product(vendor=world.a_vendor()), world.a_product()
    buyer = of(world.a_customer())
    reactions.heard.clear()
    with django_capture_on_commit_callbacks(execute=True):
        placed = place(buyer, *products, key="k")
        assert reactions.heard == []
    assert reactions.heard == [OrderPlaced(order.pk) for order in placed.orders]
    assert len(placed.orders) == 2
    with django_capture_on_commit_callbacks(execute=True):
        place(buyer, *products, key="k")
    assert len(reactions.heard) == 2


def test_statements_do_not_depend_on_lines_and_vendors() -> None:
    from django.test.utils import CaptureQueriesContext

    buyer = of(world.a_customer())
    counts = []
    for number in (1, 3, 30):
        products = [world.a_product(vendor=world.a_vendor()) for _ in range(number)]
        with CaptureQueriesContext(connection) as captured:
            place(buyer, *products)
        counts.append(len([sql for sql in captured.captured_queries if "SAVEPOINT" not in sql["sql"]]))
    assert counts == [8, 8, 8]


# ── guests ──────────────────────────────────────────────────────────────────────────────────


def test_a_guest_has_a_token_for_each_order() -> None:
    placed = place(ANONYMOUS, world.a_product(vendor=world.a_vendor()), world.a_product(), email=" Guest@Example.com")
    assert [(order.guest_email, order.customer) for order in placed.orders] == [(EMAIL, None)] * 2
    assert placed.guest_tokens is not None
    stored = [Token.objects.get(key_hash=hash_of(raw)).order for raw in placed.guest_tokens]
    assert stored == placed.orders


def test_a_guests_token_buys_as_a_guest() -> None:
    earlier = world.an_order(guest_email=EMAIL)
    placed = place(Actor(order_id=earlier.pk), world.a_product(), email=EMAIL)
    assert (placed.orders[0].customer, placed.guest_tokens is None) == (None, False)


@pytest.mark.parametrize(
    ("email", "code"),
    [
        (None, "REQUIRED"),
        ("  ", "REQUIRED"),
        ("guest", "INVALID"),
        ("guest@exa\0mple.com", "INVALID"),
        ("guest@\ud800.com", "INVALID"),
        (f"{'x' * 60}@{'y' * 60}.{'y' * 60}.{'y' * 60}.{'y' * 60}.com", "INVALID"),
    ],
)
def test_a_guest_needs_an_email_address(email: str | None, code: str) -> None:
    assert refused(ANONYMOUS, [(world.a_product().pk, 1)], email) == (code, "input.guestEmail")


def test_a_customer_with_an_account_gives_no_guest_address() -> None:
    lines = [(world.a_product().pk, 1)]
    assert refused(of(world.a_customer()), lines, EMAIL) == ("INVALID", "input.guestEmail")


# ── what is refused ─────────────────────────────────────────────────────────────────────────


def test_what_may_not_be_seen_answers_as_what_is_not_there() -> None:
    box = world.a_product()
    hidden = world.a_product()
    Product.objects.filter(pk=hidden.pk).update(is_published=False)
    of_closed = world.a_product(vendor=world.a_vendor(is_active=False))
    for key in (None, 0, 10**6, hidden.pk, of_closed.pk):
        lines = [(box.pk, 1), (key, 1)]
        assert refused(of(world.a_customer()), lines) == ("NOT_FOUND", "input.lines.1.productId")


def test_what_is_not_published_is_not_for_sale_to_those_who_see_it() -> None:
    vendor = world.a_vendor()
    draft = world.a_product(vendor=vendor)
    Product.objects.update(is_published=False)
    for user in (world.a_member(vendor), world.staff(Permission.MANAGE_SHOP)):
        assert refused(of(user), [(draft.pk, 1)]) == ("INVALID", "input.lines.0.productId")


@pytest.mark.parametrize("quantity", [-1, 0, 1000])
def test_a_quantity_is_1_to_999(quantity: int) -> None:
    lines = [(world.a_product().pk, 999), (world.a_product().pk, quantity)]
    assert refused(of(world.a_customer()), lines) == ("INVALID", "input.lines.1.quantity")


def test_an_order_has_1_to_100_lines() -> None:
    buyer, key = of(world.a_customer()), world.a_product().pk
    assert refused(buyer, []) == ("REQUIRED", "input.lines")
    assert refused(buyer, [(key, 1)] * 101) == ("INVALID", "input.lines")
    assert orders.place_order(actor=buyer, lines=[(key, 1)] * 100).orders[0].lines.count() == 100


# ── trying again ────────────────────────────────────────────────────────────────────────────


def test_the_same_key_finds_the_same_orders_even_when_the_catalogue_has_moved_on() -> None:
    buyer = of(world.a_customer())
    products = world.a_product(vendor=world.a_vendor()), world.a_product()
    first = place(buyer, *products, key="once")
    Product.objects.update(is_published=False)
    assert place(buyer, *products, key="once") == first
    assert (Order.objects.count(), Checkout.objects.count(), numbers()) == (2, 1, 1003)


def test_a_guest_who_tries_again_has_new_tokens() -> None:
    box = world.a_product()
    first = place(ANONYMOUS, box, email=EMAIL, key="once")
    second = place(ANONYMOUS, box, email=EMAIL.upper(), key="once")
    assert first.orders == second.orders
    assert first.guest_tokens != second.guest_tokens
    assert Token.objects.filter(order=first.orders[0]).count() == 2


def test_the_same_key_for_something_else_is_refused() -> None:
    buyer, box = of(world.a_customer()), world.a_product()
    place(buyer, box, key="once")
    assert refused(buyer, [(box.pk, 2)], key="once") == ("INVALID", "input.idempotencyKey")


def test_a_key_is_its_customers_own() -> None:
    box = world.a_product()
    actors: list[tuple[Actor, str | None]] = [
        (of(world.a_customer()), None), (of(world.a_customer()), None), (ANONYMOUS, EMAIL), (ANONYMOUS, "b@example.com"),
    ]  # fmt: skip
    placed = [place(actor, box, email=email, key="once").orders[0] for actor, email in actors]
    assert len(set(placed)) == 4


def test_customers_who_used_the_same_key_can_be_deleted() -> None:
    box, people = world.a_product(), [world.a_customer(), world.a_customer()]
    for person in people:
        place(of(person), box, key="once")
    User.objects.filter(pk__in=[person.pk for person in people]).delete()
    assert [order.customer for order in Order.objects.all()] == [None, None]


@pytest.mark.parametrize("key", ["", "x" * 65, "a\0b", "a\nb", "\ud800"])
def test_a_key_is_a_short_line(key: str) -> None:
    lines = [(world.a_product().pk, 1)]
    assert refused(of(world.a_customer()), lines, key=key) == ("INVALID", "input.idempotencyKey")


@pytest.mark.django_db(transaction=True)
def test_many_at_once_have_numbers_without_doubles_and_one_key_one_order() -> None:
    buyer, box = of(world.a_customer()), world.a_product()
    failures: list[BaseException] = []

    def buy(key: str | None) -> None:
        try:
            place(buyer, box, key=key)
        except BaseException as error:  # noqa: BLE001 - to be looked at in the test's own thread
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=buy, args=(key,)) for key in (None, None, None, None, "k", "k", "k", "k")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    placed = sorted(Order.objects.values_list("number", flat=True))
    assert placed == ["1001", "1002", "1003", "1004", "1005"]
