"""Who may do what: domain.md's tables, by hand, against the rules in both their shapes."""

import pytest

from messaging_plugin import access, inbox, routing
from messaging_plugin.models import Dispute, Message, Thread
from shop.actors import ANONYMOUS, Actor
from shop.models import Order, Product, Vendor
from shop.plugins.api import one_state
from shop.vocabulary import Permission, Rights, Side
from tests import world
from tests.messaging.domain import stage

pytestmark = pytest.mark.django_db

FACING = {"M1", "M3"}  # where vendors deal with customers
STAFF = "Sc Su"
ORDER_STAFF = f"So {STAFF}"
VENDORS_SEE = "Ve Vv Vc"  # edit, view, customers only
VENDORS_POST = "Ve Vc"

#: thread → who sees it in every mode, and who else where vendors face customers.
SEEN = {
    "order": (f"Cu {ORDER_STAFF}", VENDORS_SEE),
    "order at the store": (f"Cu {ORDER_STAFF}", ""),
    "guest's order": (f"Gt {ORDER_STAFF}", VENDORS_SEE),
    "question": (f"Cu {STAFF}", VENDORS_SEE),
    "question to the store": (f"Cu {STAFF}", ""),
    "contact": (f"Cu {STAFF}", VENDORS_SEE),
    "contact with the store": (f"Cu {STAFF}", ""),
}


class Stage:
    """One thread of each sort, and everyone who might look at them."""

    def __init__(self) -> None:
        stage.switch_to("M1")
        self.vendor = world.a_vendor("Oakline")
        lines_vendor = world.a_vendor("Brightware")
        customer = world.a_customer()
        own, other = world.a_product(vendor=self.vendor), world.a_product(vendor=lines_vendor)
        self.product, self.stores = own, world.a_product()
        self.order = world.an_order(customer, vendor=self.vendor, products=[own, other])
        self.guests = world.an_order(vendor=self.vendor, products=[own, other], guest_email="g@example.com")

        def member(vendor: Vendor, customers: Rights, store: Rights) -> Actor:
            return stage.acting(world.a_member(vendor, customers=customers, store=store))

        self.actors: dict[str, Actor] = {
            "An": ANONYMOUS,
            "Gt": stage.guest_of(self.guests),
            "Gx": stage.guest_of(world.an_order(guest_email="x@example.com")),
            "Cu": stage.acting(customer),
            "Cx": stage.acting(world.a_customer("Chris Other")),
            "Ve": member(self.vendor, Rights.EDIT, Rights.EDIT),
            "Vv": member(self.vendor, Rights.VIEW, Rights.VIEW),
            "Vn": member(self.vendor, Rights.NONE, Rights.NONE),
            "Vc": member(self.vendor, Rights.EDIT, Rights.NONE),
            "Vs": member(self.vendor, Rights.NONE, Rights.EDIT),
            "Vl": member(lines_vendor, Rights.EDIT, Rights.EDIT),
            "Vx": member(world.a_vendor("Elsewhere"), Rights.EDIT, Rights.EDIT),
            "So": stage.acting(world.staff(Permission.MANAGE_ORDERS)),
            "Sc": stage.acting(world.staff(Permission.MANAGE_MESSAGES)),
            "Sm": stage.acting(world.staff(Permission.MANAGE_SHOP, Permission.MANAGE_PLUGINS)),
            "Su": stage.acting(world.a_superuser()),
        }
        cu, gt, ve, sc = (self.actors[name] for name in ("Cu", "Gt", "Ve", "Sc"))
        start = stage.started
        self.threads: dict[str, Thread] = {
            "order": start(cu, self.order),
            "guest's order": start(gt, self.guests),
            "question": start(cu, own),
            "contact": start(cu, self.vendor),
        }
        stage.switch_to("M2")
        self.threads |= {
            "order at the store": start(cu, self.order),
            "question to the store": start(cu, self.stores),
            "contact with the store": start(cu, routing.THE_STORE),
        }
        from messaging_plugin import announcements, threads

        about = threads.start_vendor_thread(actor=ve, subject="Listing", body="Is it well filled?", context=own)
        self.threads["vendor and store"] = about.thread
        told = announcements.send_announcement(
            actor=sc, vendors=[self.vendor], subject="News", body="Fees change.", allow_replies=False
        )
        self.threads["announcement"] = told[0]
        for name, thread in self.threads.items():
            self.threads[name] = Thread.objects.get(pk=thread.pk)

    def may(self, question: object) -> set[str]:
        assert callable(question)
        return {name for name, actor in self.actors.items() if question(actor)}


@pytest.fixture
def all_of_them() -> Stage:
    return Stage()


def seen_in(mode: str, name: str) -> set[str]:
    if name in {"vendor and store", "announcement"}:
        return set(f"Ve Vv Vs {STAFF}".split()) if mode != "M0" else set(STAFF.split())
    always, facing = SEEN[name]
    return set(always.split()) | (set(facing.split()) if mode in FACING else set())


def posted_in(mode: str, name: str) -> set[str]:
    if name == "vendor and store":
        return set(f"Ve Vs {STAFF}".split()) if mode != "M0" else set()
    if name == "announcement":
        return set(STAFF.split()) if mode != "M0" else set()
    always, facing = SEEN[name]
    return set(always.split()) | (set(VENDORS_POST.split()) if mode in FACING and facing else set())


@pytest.mark.parametrize("mode", stage.MODES)
def test_who_sees_writes_and_disputes_is_as_the_table_says(all_of_them: Stage, mode: str) -> None:
    stage.switch_to(mode)
    with one_state():
        for name, thread in all_of_them.threads.items():
            sees = seen_in(mode, name)
            assert all_of_them.may(lambda actor, t=thread: access.may_see(actor, t)) == sees, name
            posts = all_of_them.may(lambda actor, t=thread: access.may_post(actor, t))
            assert posts == posted_in(mode, name), name
            disputes = {who for who in sees if who[0] != "V"} if "order" in name else set()
            assert all_of_them.may(lambda actor, t=thread: access.may_open_dispute(actor, t)) == disputes, name


@pytest.mark.parametrize("mode", stage.MODES)
def test_the_database_sees_as_the_rules_do(all_of_them: Stage, mode: str) -> None:
    stage.switch_to(mode)
    threads = all_of_them.threads.values()
    for thread in threads:
        if thread.kind == "ORDER":
            Dispute.objects.create(thread=thread, reason="Broken.", opened_side="STORE", opened_at=thread.created_at)
    with one_state():
        for who, actor in all_of_them.actors.items():
            sees = {thread.pk for thread in threads if access.may_see(actor, thread)}
            assert set(access.only_visible(actor, Thread.objects.all()).values_list("pk", flat=True)) == sees, who
            assert {thread.pk for thread in inbox.threads_of(actor)} == sees, who
            assert {thread.pk for thread in threads if access.thread_for(actor, thread.pk)} == sees, who
            messages = access.only_visible_messages(actor, Message.objects.all())
            assert set(messages.values_list("thread_id", flat=True)) == sees, who
            disputes = access.only_visible_disputes(actor, Dispute.objects.all())
            orders = {thread.pk for thread in threads if thread.kind == "ORDER"}
            assert set(disputes.values_list("thread_id", flat=True)) == sees & orders, who
            for side in Side:
                on_side = access.only_visible(actor, Thread.objects.filter(access.on_side(actor, side)))
                expected = {thread.pk for thread in threads if access.side_of(actor, thread) is side}
                assert set(on_side.values_list("pk", flat=True)) == expected, (who, side)


#: mode → who may begin a thread about the order, the guest's order.
STARTS = {
    "M0": f"Cu {ORDER_STAFF}",
    "M1": f"Cu Ve Vc {ORDER_STAFF}",
    "M2": f"Cu {ORDER_STAFF}",
    "M3": f"Cu Ve Vc Vl {ORDER_STAFF}",
}


@pytest.mark.parametrize("mode", stage.MODES)
def test_who_begins_is_as_the_table_says(all_of_them: Stage, mode: str) -> None:
    stage.switch_to(mode)

    def starts(about: Order | Product | Vendor | routing.TheStore) -> set[str]:
        return all_of_them.may(lambda actor: bool(routing.recipients_for(actor, about)))

    signed_in = {"Cu", "Cx", "Ve", "Vv", "Vn", "Vc", "Vs", "Vl", "Vx"}
    own = {"Ve", "Vv", "Vn", "Vc", "Vs"}
    with one_state():
        assert starts(all_of_them.order) == set(STARTS[mode].split())
        assert starts(all_of_them.guests) == set(STARTS[mode].replace("Cu", "Gt").split())
        assert starts(all_of_them.stores) == signed_in
        assert starts(routing.THE_STORE) == signed_in
        assert starts(all_of_them.product) == (signed_in - own if mode in FACING else signed_in)
        assert starts(all_of_them.vendor) == (signed_in - own if mode in FACING else set())
        with_store = all_of_them.may(
            lambda actor: access.refusal_to_start_with_store(actor, all_of_them.vendor.pk) is None
        )
        assert with_store == (set(f"Ve Vs {STAFF}".split()) if mode != "M0" else set())
        assert all_of_them.may(access.may_announce) == (set(STAFF.split()) if mode != "M0" else set())


def test_one_side_only_for_whoever_is_on_several(all_of_them: Stage) -> None:
    stage.switch_to("M1")
    thread = all_of_them.threads["order"]
    user = world.staff(Permission.MANAGE_MESSAGES)
    world.a_member(all_of_them.vendor, user=user, customers=Rights.VIEW)
    actor = stage.acting(user)
    assert access.side_of(actor, thread) is Side.VENDOR
    assert not access.may_post(actor, thread)
    assert not access.may_open_dispute(actor, thread)
    thread.customer_id = user.pk
    thread.save()
    assert access.side_of(actor, thread) is Side.CUSTOMER
    assert not access.only_visible(actor, Thread.objects.filter(access.on_side(actor, Side.VENDOR), pk=thread.pk))


def test_rules_ask_no_database_within_an_operation(all_of_them: Stage, django_assert_num_queries: object) -> None:
    stage.switch_to("M3")
    orders = list(routing.orders_with_parties(Order.objects.all()))
    threads = list(inbox.threads_of(all_of_them.actors["Su"]))
    with one_state(), django_assert_num_queries(0):  # type: ignore[operator]
        for actor in all_of_them.actors.values():
            for thread in threads:
                access.may_see(actor, thread)
                access.may_post(actor, thread)
                access.may_open_dispute(actor, thread)
                access.may_close(actor, thread)
            for order in orders:
                routing.recipients_for(actor, order)
