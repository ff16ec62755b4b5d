"""Who faces the customer."""

import pytest

from messaging_plugin import announcements, messages, routing, threads
from messaging_plugin.models import Thread
from messaging_plugin.routing import STORE, THE_STORE, Recipient, recipients_for
from shop.actors import Actor
from shop.errors import ShopError
from shop.models import Order
from shop.plugins.api import one_state
from shop.vocabulary import Permission, Rights, Side
from tests import world
from tests.messaging.domain import stage

pytestmark = pytest.mark.django_db


def refused(code: str, call: object, **kwargs: object) -> None:
    before = Thread.objects.count()
    assert callable(call)
    with pytest.raises(ShopError) as caught:
        call(**kwargs)
    assert caught.value.code == code
    assert Thread.objects.count() == before


class Mall:
    def __init__(self) -> None:
        self.oak, self.bright = world.a_vendor("Oakline"), world.a_vendor("Brightware")
        self.customer = world.a_customer()
        self.cu = stage.acting(self.customer)
        self.table = world.a_product("Oak table", vendor=self.oak)
        self.lamp = world.a_product("Lamp", vendor=self.bright)
        self.separate = world.an_order(self.customer, vendor=self.oak, products=[self.table])
        self.mixed = world.an_order(self.customer, products=[self.table, self.lamp])


@pytest.fixture
def mall() -> Mall:
    return Mall()


@pytest.mark.parametrize(
    ("mode", "separate", "mixed", "question", "contact"),
    [
        ("M0", ["store"], ["store"], ["store"], []),
        ("M1", ["oak"], ["store"], ["oak"], ["oak"]),
        ("M2", ["store"], ["store"], ["store"], []),
        ("M3", ["oak", "store"], ["bright", "oak", "store"], ["oak"], ["oak"]),
    ],
)
def test_the_table(
    *, mall: Mall, mode: str, separate: list[str], mixed: list[str], question: list[str], contact: list[str]
) -> None:
    stage.switch_to(mode)
    known = {
        "store": STORE,
        "oak": Recipient(Side.VENDOR, mall.oak.pk),
        "bright": Recipient(Side.VENDOR, mall.bright.pk),
    }
    assert recipients_for(mall.cu, mall.separate) == [known[name] for name in separate]
    assert recipients_for(mall.cu, mall.mixed) == [known[name] for name in mixed]
    assert recipients_for(mall.cu, mall.table) == [known[name] for name in question]
    assert recipients_for(mall.cu, mall.oak) == [known[name] for name in contact]
    assert recipients_for(mall.cu, THE_STORE) == [STORE]
    assert routing.contact_enabled(mall.oak) is bool(contact)


def test_the_customer_chooses_in_warehouse_mode_with_direct_communication(mall: Mall) -> None:
    stage.switch_to("M3")
    start = threads.start_thread
    refused("RECIPIENT_REQUIRED", start, actor=mall.cu, about=mall.mixed, body="Hello?")
    outsider = Recipient(Side.VENDOR, world.a_vendor().pk)
    refused("RECIPIENT_NOT_ALLOWED", start, actor=mall.cu, about=mall.mixed, recipient=outsider, body="Hello?")
    one = stage.started(mall.cu, mall.mixed, recipient=Recipient(Side.VENDOR, mall.bright.pk))
    two = stage.started(mall.cu, mall.mixed, recipient=STORE)
    again = stage.started(mall.cu, mall.mixed, recipient=Recipient(Side.VENDOR, mall.bright.pk))
    assert (one.vendor_id, two.vendor_id, again.pk) == (mall.bright.pk, None, one.pk)


def test_customer_and_vendor_share_one_thread_whoever_begins(mall: Mall) -> None:
    stage.switch_to("M1")
    anna = stage.acting(world.a_member(mall.oak))
    assert [one.side for one in recipients_for(anna, mall.separate)] == [Side.CUSTOMER]
    thread = stage.started(anna, mall.separate)
    assert stage.started(mall.cu, mall.separate).pk == thread.pk
    assert (thread.customer_id, thread.vendor_id) == (mall.customer.pk, mall.oak.pk)


def test_a_vendor_begins_about_its_own_lines_only_as_itself(mall: Mall) -> None:
    stage.switch_to("M3")
    bela = stage.acting(world.a_member(mall.bright))
    assert stage.started(bela, mall.mixed).vendor_id == mall.bright.pk
    as_oak = Recipient(Side.VENDOR, mall.oak.pk)
    refused("RECIPIENT_NOT_ALLOWED", threads.start_thread, actor=bela, about=mall.mixed, recipient=as_oak, body="x")
    refused("NOT_FOUND", threads.start_thread, actor=bela, about=mall.separate, body="x")
    stage.switch_to("M2")
    refused("FORBIDDEN", threads.start_thread, actor=bela, about=mall.mixed, body="x")


def test_staff_begin_as_the_store_unless_they_name_a_vendor(mall: Mall) -> None:
    stage.switch_to("M3")
    staff = stage.acting(world.staff(Permission.MANAGE_ORDERS))
    assert stage.started(staff, mall.mixed).vendor_id is None
    assert stage.started(staff, mall.mixed, recipient=Recipient(Side.VENDOR, mall.oak.pk)).vendor_id == mall.oak.pk
    stage.switch_to("M1")
    assert stage.started(staff, mall.separate).vendor_id == mall.oak.pk


@pytest.mark.parametrize(
    ("setting", "about"),
    [("contactOnOrder", "separate"), ("contactOnProduct", "table"), ("contactOnVendor", "oak"), ("contactStore", "")],
)
def test_a_contact_setting_stops_beginnings_and_lets_what_began_go_on(mall: Mall, setting: str, about: str) -> None:
    stage.switch_to("M1")
    thing = getattr(mall, about) if about else THE_STORE
    thread = stage.started(mall.cu, thing)
    stage.switch_to("M1", **{setting: False})
    refused("CONTACT_DISABLED", threads.start_thread, actor=mall.cu, about=thing, body="x")
    assert recipients_for(mall.cu, thing) == []
    assert messages.send_message(actor=mall.cu, thread=thread, body="Still here?").number == 2


def test_without_customer_to_seller_only_staff_write(mall: Mall) -> None:
    stage.switch_to("M1")
    thread = stage.started(mall.cu, mall.separate)
    stage.switch_to("M1", customerToSeller=False)
    anna = stage.acting(world.a_member(mall.oak))
    for actor in (mall.cu, anna):
        refused("CONTACT_DISABLED", messages.send_message, actor=actor, thread=thread, body="x")
        refused("CONTACT_DISABLED", threads.start_thread, actor=actor, about=mall.separate, body="x")
    staff = stage.acting(world.staff(Permission.MANAGE_MESSAGES))
    assert messages.send_message(actor=staff, thread=thread, body="We close this.").number == 2


def test_without_vendor_to_admin_only_staff_write(mall: Mall) -> None:
    stage.switch_to("M1")
    anna = stage.acting(world.a_member(mall.oak))
    start = threads.start_vendor_thread
    thread = start(actor=anna, subject="Fees", body="How much?").thread
    stage.switch_to("M1", vendorToAdmin=False)
    refused("CONTACT_DISABLED", messages.send_message, actor=anna, thread=thread, body="x")
    refused("CONTACT_DISABLED", start, actor=anna, subject="Fees", body="x")
    staff = stage.acting(world.staff(Permission.MANAGE_MESSAGES))
    assert messages.send_message(actor=staff, thread=thread, body="Ten per cent.").number == 2
    assert start(actor=staff, vendor=mall.oak, subject="News", body="x").number == 1


def test_vendor_contact_is_refused_where_vendors_do_not_answer(mall: Mall) -> None:
    for mode in ("M0", "M2"):
        stage.switch_to(mode)
        refused("VENDOR_CONTACT_DISABLED", threads.start_thread, actor=mall.cu, about=mall.oak, body="x")


def test_nobody_writes_to_a_vendor_they_belong_to(mall: Mall) -> None:
    stage.switch_to("M1")
    anna = world.a_member(mall.oak, customers=Rights.NONE, store=Rights.NONE)
    actor = stage.acting(anna)
    own = world.an_order(anna, vendor=mall.oak, products=[mall.table])
    for about in (mall.oak, mall.table, own):
        refused("RECIPIENT_NOT_ALLOWED", threads.start_thread, actor=actor, about=about, body="x")
    assert stage.started(actor, mall.bright).vendor_id == mall.bright.pk


def test_the_store_stands_in_for_an_inactive_vendor(mall: Mall) -> None:
    stage.switch_to("M1")
    staff = world.staff(Permission.MANAGE_MESSAGES)
    old = stage.started(mall.cu, mall.separate)
    assert stage.unread(staff, old) == 0
    mall.oak.is_active = False
    mall.oak.save()
    messages.send_message(actor=mall.cu, thread=old, body="Anybody?")
    assert stage.unread(staff, old) == 1
    order = Order.objects.get(pk=mall.separate.pk)
    assert recipients_for(mall.cu, order) == [STORE]
    refused("VENDOR_CONTACT_DISABLED", threads.start_thread, actor=mall.cu, about=mall.oak, body="x")


def test_vendor_threads_take_a_context_of_that_vendor_only(mall: Mall) -> None:
    stage.switch_to("M2")
    staff = stage.acting(world.staff(Permission.MANAGE_MESSAGES))
    anna = stage.acting(world.a_member(mall.oak))
    start = threads.start_vendor_thread
    assert start(actor=staff, vendor=mall.oak, subject="S", body="b", context=mall.table).thread.product == mall.table
    assert start(actor=anna, subject="S", body="b", context=mall.mixed).thread.order_number == mall.mixed.number
    refused("INVALID", start, actor=staff, vendor=mall.oak, subject="S", body="b", context=mall.lamp)
    refused("INVALID", start, actor=anna, subject="S", body="b", context=mall.lamp)
    refused("BLANK", start, actor=anna, subject=" ", body="b")
    refused("FORBIDDEN", start, actor=anna, vendor=mall.bright, subject="S", body="b")
    refused("RECIPIENT_REQUIRED", start, actor=staff, subject="S", body="b")
    refused("FORBIDDEN", start, actor=mall.cu, subject="S", body="b")


def test_an_announcement_reaches_active_vendors_each_in_private(mall: Mall) -> None:
    stage.switch_to("M1")
    inactive = world.a_vendor("Gone", is_active=False)
    staff, other = world.staff(Permission.MANAGE_MESSAGES), world.staff(Permission.MANAGE_MESSAGES)
    anna = world.a_member(mall.oak)
    actor = stage.acting(staff)
    announce = announcements.send_announcement
    found = announce(actor=actor, subject="News", body="Fees.", allow_replies=False, idempotency_key="k")
    assert [thread.vendor_id for thread in found] == [mall.bright.pk, mall.oak.pk]
    assert [stage.unread(user, found[1]) for user in (anna, other, staff)] == [1, 1, 0]
    again = announce(actor=actor, subject="News", body="Fees.", allow_replies=False, idempotency_key="k")
    assert again == found
    refused("IDEMPOTENCY_KEY_REUSED", announce, actor=actor, subject="Other", body="Fees.", idempotency_key="k")
    refused("REPLIES_NOT_ALLOWED", messages.send_message, actor=stage.acting(anna), thread=found[1], body="No!")
    refused("RECIPIENT_NOT_ALLOWED", announce, actor=actor, vendors=[inactive], subject="News", body="x")
    refused("RECIPIENT_REQUIRED", announce, actor=actor, vendors=[], subject="News", body="x")
    refused("FORBIDDEN", announce, actor=stage.acting(anna), subject="News", body="x")
    stage.check_marks()


def test_the_number_of_statements_of_an_announcement_does_not_grow(
    mall: Mall, django_assert_num_queries: object
) -> None:
    stage.switch_to("M1")
    actor: Actor = stage.acting(world.staff(Permission.MANAGE_MESSAGES))
    world.a_member(mall.oak)
    for count in (2, 7):
        with one_state(), django_assert_num_queries(10 + 2):  # type: ignore[operator] # two for the savepoint
            assert len(announcements.send_announcement(actor=actor, subject="News", body="x")) == count
        for _ in range(5):
            world.a_member(world.a_vendor())
