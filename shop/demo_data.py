"""What is in the demo shop: a small marketplace for the home, the same every time."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from shop.vocabulary import MultivendorMode, OrderStatus, Permission, Rights

SHOP_NAME = "Nordwind Market"
PASSWORD = "demo"  # noqa: S105 - told to everybody
OPENED = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
GUEST = "gina@example.com"

GROUPS = {"Support": [Permission.MANAGE_MESSAGES], "Order desk": [Permission.MANAGE_ORDERS]}
VENDORS = {"oakline": "Oakline Furniture", "brightware": "Brightware"}


@dataclass(frozen=True)
class DemoUser:
    email: str
    name: str
    role: str
    group: str | None = None
    vendor: str | None = None
    rights: Rights = Rights.EDIT
    is_superuser: bool = False


USERS = (
    DemoUser("admin@example.com", "Ada Lindqvist", "the owner: every permission", is_superuser=True),
    DemoUser("support@example.com", "Sven Holm", "support: MANAGE_MESSAGES", group="Support"),
    DemoUser("orders@example.com", "Olga Brandt", "order desk: MANAGE_ORDERS", group="Order desk"),
    DemoUser("carla@example.com", "Carla Jensen", "a customer"),
    DemoUser("chris@example.com", "Chris Bauer", "another customer"),
    DemoUser("anna@example.com", "Anna Oakes", "Oakline Furniture, edit", vendor="oakline"),
    DemoUser("arno@example.com", "Arno Vogel", "Oakline Furniture, view only", vendor="oakline", rights=Rights.VIEW),
    DemoUser("bela@example.com", "Bela Kiss", "Brightware, edit", vendor="brightware"),
)


@dataclass(frozen=True)
class DemoProduct:
    sku: str
    name: str
    price: Decimal
    description: str
    vendor: str | None


def _products(vendor: str | None, *rows: tuple[str, str, str, str]) -> tuple[DemoProduct, ...]:
    return tuple(DemoProduct(sku, name, Decimal(price), text, vendor) for sku, name, price, text in rows)


PRODUCTS = (
    *_products(
        "oakline",
        (
            "OAK-TABLE",
            "Oak dining table",
            "649.00",
            "Solid European oak, oiled, 180 by 90 cm. Seats six; legs unscrew.",
        ),
        ("OAK-CHAIR", "Oak chair", "129.00", "Steam-bent back and woven paper-cord seat. Made to match the table."),
        (
            "OAK-SHELF",
            "Wall shelf, three boards",
            "89.50",
            "80 cm wide, hidden brackets included, carries 25 kg a board.",
        ),
        ("OAK-BENCH", "Hallway bench", "219.00", "A place to sit with room for six pairs of shoes below."),
        (
            "OAK-BOARD",
            "Chopping board",
            "39.90",
            "End-grain oak with a juice groove, 40 by 28 cm. Oil it twice a year.",
        ),
    ),
    *_products(
        "brightware",
        ("BRT-DESK", "Desk lamp Lumen", "74.00", "Dimmable LED, 2,700 to 5,000 K, arm of brushed aluminium."),
        ("BRT-PENDANT", "Pendant lamp Halo", "139.00", "Mouth-blown opal glass, 30 cm, with 1.5 m of textile cable."),
        ("BRT-FLOOR", "Floor lamp Arc", "189.00", "Swings over a sofa; base of black marble. Bulb E27, not included."),
        ("BRT-BULB", "LED bulb E27, pack of three", "14.90", "806 lumens, warm white, 15,000 hours each."),
        (
            "BRT-STRIP",
            "Light strip, 5 metres",
            "32.50",
            "Can be cut every 10 cm; with remote control and power supply.",
        ),
    ),
    *_products(
        None,
        ("STO-GIFT", "Gift box", "6.50", "A sturdy box with tissue paper and a card on which we write what you like."),
        ("STO-OIL", "Wood oil, 500 ml", "18.00", "Linseed oil and beeswax: for tables, benches and boards."),
        ("STO-TOTE", "Canvas tote bag", "12.00", "Organic cotton with the Nordwind compass, carries 15 kg."),
        ("STO-CARE", "Assembly at home", "79.00", "Two people and their tools for up to two hours, within 50 km."),
    ),
)


@dataclass(frozen=True)
class DemoOrder:
    """``customer`` of None is the guest."""

    number: str
    customer: str | None
    placed_at: datetime
    status: OrderStatus
    lines: tuple[tuple[str, int], ...]
    mode: MultivendorMode = MultivendorMode.SEPARATE_SHOPS


ORDERS = (
    DemoOrder(
        "1001",
        "carla@example.com",
        datetime(2026, 10, 5, 9, 12, tzinfo=UTC),
        OrderStatus.SHIPPED,
        (("OAK-TABLE", 1), ("OAK-CHAIR", 4)),
    ),
    DemoOrder(
        "1002",
        "carla@example.com",
        datetime(2026, 10, 12, 18, 40, tzinfo=UTC),
        OrderStatus.PROCESSING,
        (("BRT-PENDANT", 1), ("BRT-BULB", 2)),
    ),
    DemoOrder(
        "1003",
        "chris@example.com",
        datetime(2026, 10, 14, 7, 55, tzinfo=UTC),
        OrderStatus.COMPLETED,
        (("OAK-SHELF", 2),),
    ),
    DemoOrder(
        "1004",
        "carla@example.com",
        datetime(2026, 10, 20, 20, 3, tzinfo=UTC),
        OrderStatus.PLACED,
        (("STO-OIL", 1), ("STO-CARE", 1)),
    ),
    DemoOrder("1005", None, datetime(2026, 10, 24, 11, 30, tzinfo=UTC), OrderStatus.PLACED, (("OAK-BOARD", 1),)),
    DemoOrder(
        "1006",
        "chris@example.com",
        datetime(2026, 10, 28, 16, 21, tzinfo=UTC),
        OrderStatus.PROCESSING,
        (("OAK-BENCH", 1), ("BRT-FLOOR", 1)),
        MultivendorMode.WAREHOUSE,
    ),
)

PAGES = {
    "about": (
        "About us",
        (
            "Nordwind Market brings small makers and people who furnish a home together. Oakline builds from oak that grew "
            "within 200 km; Brightware designs lamps that can be repaired. What we sell ourselves, we use ourselves.\n\n"
            "Every vendor ships its own orders. Ask them; they know their things best."
        ),
    ),
    "shipping": (
        "Shipping",
        (
            "Parcels take two to four working days and cost 5.90 EUR for each vendor, nothing from 100 EUR on.\n\n"
            "Furniture comes with a forwarder who calls a day before and carries it to the room you choose."
        ),
    ),
    "returns": (
        "Returns",
        (
            "You may send back what you do not like within 30 days, unused and in its box. Write to the vendor from your "
            "order first; you get a label, and the money within a week of its arrival.\n\n"
            "If you and the vendor cannot agree, we step in."
        ),
    ),
}
