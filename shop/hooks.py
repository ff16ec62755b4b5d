"""Every hook and event of the core. docs/hooks.md lists them; a test holds the two together."""

from dataclasses import dataclass, field

from shop.actors import Actor
from shop.models import Order, User
from shop.plugins.hooks import Event, Hook


@dataclass(frozen=True)
class OrderPlaced:
    order_id: int


@dataclass(frozen=True)
class ShopUpdated:
    """``plugin`` is the one that was switched or configured; None if the shop itself changed."""

    plugin: str | None = None


@dataclass(frozen=True)
class Housekeeping:
    """Told about once an hour by the background worker."""


@dataclass(frozen=True)
class WorkerLook:
    """Told about once a second by every background worker."""


@dataclass(frozen=True)
class GraphiQLTab:
    """A prepared tab of the GraphiQL page; ``variables`` and ``headers`` are JSON."""

    title: str
    query: str
    variables: str = ""
    headers: str = ""


@dataclass(frozen=True)
class GraphiQLPage:
    """Asked while the page is made."""


@dataclass(frozen=True)
class AdminPage:
    """Asked while any page of the admin is made, for whoever is signed in there."""

    actor: Actor


@dataclass(frozen=True)
class HeaderLink:
    """A link in the header of every page of the admin, with a number that wants attention (0: none does)."""

    title: str
    url: str
    count: int = 0


@dataclass(frozen=True)
class DemoShop:
    """The demo data of the core, for a plugin to add to: users by e-mail address, orders by number."""

    users: dict[str, User] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)


@dataclass(frozen=True)
class EmailSight:
    """May ``actor`` see the e-mail addresses of these users?"""

    actor: Actor
    user_ids: frozenset[int]


order_placed: Event[OrderPlaced] = Event("order_placed", "An order was placed; one event for each order.")
shop_updated: Event[ShopUpdated] = Event(
    "shop_updated", "The shop's name or mode, a plugin's switch or its settings have changed."
)
housekeeping: Event[Housekeeping] = Event(
    "housekeeping", "About once an hour, in a background worker: forget what is past its time."
)
worker_look: Event[WorkerLook] = Event(
    "worker_look", "About once a second, in every background worker: do what has fallen due, for some seconds at most."
)
graphiql_tabs: Hook[GraphiQLPage, tuple[GraphiQLTab, ...]] = Hook(
    "graphiql_tabs", "Which tabs does a first visit to GraphiQL open? Answer with those of the plugin."
)
admin_header: Hook[AdminPage, tuple[HeaderLink, ...]] = Hook(
    "admin_header",
    "What stands in the header of the admin's pages? Answer with links, none for whoever may not use them.",
)
demo_shop: Hook[DemoShop, None] = Hook(
    "demo_shop", "The demo shop is being filled: add what shows the plugin at work. The same every time."
)
visible_emails: Hook[EmailSight, frozenset[int]] = Hook(
    "visible_emails",
    "Whose e-mail addresses may this actor see, beyond what the core allows? Answer with a subset of `user_ids`.",
)
