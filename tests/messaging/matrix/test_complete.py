"""The matrix is whole: every field that leads to an object, counts some or takes an id has its row here.

Whoever adds such a field writes down which row of ``table`` decides about it, and lets a document ask for it.
"""

from collections.abc import Iterator

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    visit,
)
from graphql.language import FieldNode

from shop.graphql.composition import full_schema
from tests.messaging.matrix import documents, table

#: Field → the row of the table that decides; "below" means: as the object that it is a field of.
FIELDS = """
Query.node                        sees, orders, catalogue, users
Query.nodes                       sees, orders, catalogue, users
Query.viewer                      oneself
Query.order                       orders
Query.orders                      orders
Query.product                     catalogue
Query.products                    catalogue
Query.vendor                      catalogue
Query.vendors                     catalogue
Query.page                        catalogue
Query.thread                      sees
Query.threads                     sees
Query.disputes                    sees
Query.notifications               sees
Mutation.tokenCreate              oneself
Mutation.orderPlace               catalogue
Mutation.threadStart              starts
Mutation.vendorThreadStart        starts
Mutation.messageSend              posts
Mutation.threadMarkRead           sees
Mutation.threadMarkUnread         sees
Mutation.threadsMarkRead          sees
Mutation.threadsMarkUnread        sees
Mutation.disputeOpen              disputes
Mutation.disputeClose             disputes
Mutation.announcementSend         starts
Mutation.notificationPreferencesUpdate oneself
Mutation.viewerUpdate             oneself
Subscription.messagingEvents      sees
Viewer.user                       oneself
Viewer.vendors                    oneself
ViewerMessaging.unreadMessageCount sees
ViewerMessaging.unreadThreadCount sees
ViewerMessaging.openDisputeCount  sees
Vendor.products                   catalogue
Vendor.messaging                  below
VendorMessaging.thread            sees
VendorMessaging.viewerCanContact  starts
Product.vendor                    below
Product.messaging                 below
ProductMessaging.thread           sees
ProductMessaging.recipients       starts
ProductMessaging.viewerCanAsk     starts
Recipient.vendor                  below
Order.customer                    users
Order.vendor                      below
Order.lines                       orders
Order.messaging                   below
OrderLine.product                 catalogue
OrderLine.vendor                  below
OrderMessaging.threads            sees
OrderMessaging.unreadCount        sees
OrderMessaging.messageCount       sees
OrderMessaging.dispute            sees
OrderMessaging.recipients         starts, chooses
OrderMessaging.viewerCanStart     starts
Thread.context                    orders, catalogue
Thread.customer                   below
Thread.counterparty               below
Thread.participants               below
Thread.messages                   below
Thread.lastMessage                below
Thread.messageCount               below
Thread.unreadCount                below
Thread.dispute                    below
Thread.disputes                   below
Thread.viewerCanReply             posts
Thread.viewerCanOpenDispute       disputes
Participant.vendor                catalogue
Participant.user                  users
Message.thread                    below
Message.author                    below
Dispute.thread                    below
Dispute.order                     orders
Dispute.openedBy                  below
Dispute.closedBy                  below
Dispute.viewerCanClose            disputes
Notification.thread               below
Notification.message              below
Notification.dispute              below
TokenCreatePayload.viewer         oneself
ViewerUpdatePayload.viewer        oneself
NotificationPreferencesUpdatePayload.viewer oneself
OrderPlacePayload.orders          oneself
ThreadStartPayload.thread         below
ThreadStartPayload.message        below
MessageSendPayload.message        below
MessageSendPayload.messageEdge    below
ThreadMarkPayload.thread          below
ThreadMarkPayload.viewer          oneself
ThreadsMarkPayload.count          sees
ThreadsMarkPayload.viewer         oneself
DisputePayload.dispute            below
DisputePayload.thread             below
AnnouncementSendPayload.count     starts
AnnouncementSendPayload.threads   sees
MessageSent.thread                sees
MessageSent.message               below
MessageSent.viewer                oneself
ThreadMarked.thread               sees
ThreadMarked.viewer               oneself
DisputeOpened.thread              sees
DisputeOpened.dispute             below
DisputeClosed.thread              sees
DisputeClosed.dispute             below
"""
EDGES = ("edges", "nodes", "node", "totalCount")
#: Asked for in tests/shop/, which has the table of the catalogue and of signing in.
ELSEWHERE = {"Query.page", "Mutation.tokenCreate", "TokenCreatePayload.viewer"}
#: Fields of the example plugin, which only tests install.
EXAMPLE = ("GiftNote", "giftNote", "Order.gift", "Product.gift")


def listed() -> dict[str, str]:
    lines = [line.split(maxsplit=1) for line in FIELDS.strip().splitlines()]
    found = dict(lines)
    assert len(found) == len(lines), "A field is listed twice."
    return found


def the_schema() -> GraphQLSchema:
    found: GraphQLSchema = full_schema()._schema
    return found


def composites() -> Iterator[GraphQLObjectType | GraphQLInterfaceType]:
    for named in the_schema().type_map.values():
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType) and not named.name.startswith("__"):
            yield named


def leading() -> set[str]:
    """Types from which an object with an id can be reached."""
    found = {one.name for one in composites() if the_schema().is_sub_type(node_interface(), one)} | {"Node"}
    while True:
        more = {one.name for one in composites() if reaches(one, found)}
        more |= {one.name for one in the_schema().type_map.values() if isinstance(one, GraphQLUnionType)}
        if more <= found:
            return found
        found |= more


def node_interface() -> GraphQLInterfaceType:
    found = the_schema().type_map["Node"]
    assert isinstance(found, GraphQLInterfaceType)
    return found


def reaches(one: GraphQLObjectType | GraphQLInterfaceType, found: set[str]) -> bool:
    return any(get_named_type(field.type).name in found for field in one.fields.values())


def takes_an_id(field: GraphQLField) -> bool:
    return any(takes(get_named_type(argument.type), set()) for argument in field.args.values())


def takes(named: GraphQLNamedType, seen: set[str]) -> bool:
    if named.name == "ID":
        return True
    if not isinstance(named, GraphQLInputObjectType) or named.name in seen:
        return False
    seen.add(named.name)
    return any(takes(get_named_type(one.type), seen) for name, one in named.fields.items() if name != "idempotencyKey")


def slots() -> set[str]:
    """Every place where a client gives an id, or a name that is as good as one."""
    found = {"Query.order.number", "Query.product.sku", "Query.vendor.slug", "Query.page.slug"}
    for one in composites():
        for name, field in one.fields.items():
            found |= {f"{one.name}.{name}.{place}" for place, given in field.args.items() if is_id(given.type)}
    for named in the_schema().type_map.values():
        if isinstance(named, GraphQLInputObjectType):
            found |= {f"{named.name}.{place}" for place, given in named.fields.items() if is_id(given.type)}
    return {name for name in found if not name.endswith(".idempotencyKey") and not any(one in name for one in EXAMPLE)}


def is_id(given: GraphQLInputType) -> bool:
    return get_named_type(given).name == "ID"


def to_be_listed() -> set[str]:
    """Fields of connections and edges are the same everywhere: ``EDGES``."""
    leads, found = leading(), set()
    for one in composites():
        if one.name.endswith(("Connection", "Edge")):
            assert {name for name in one.fields if name not in {"cursor", "pageInfo"}} <= set(EDGES), one.name
            continue
        for name, field in one.fields.items():
            counts = name.lower().endswith("count") or name.startswith("viewerCan")
            if get_named_type(field.type).name in leads or takes_an_id(field) or counts:
                found.add(f"{one.name}.{name}")
    return {name for name in found if not any(part in name for part in EXAMPLE)}


def asked() -> set[str]:
    """Fields that the documents of the matrix select."""
    info, found = TypeInfo(the_schema()), set()

    class Fields(Visitor):
        def enter_field(self, node: FieldNode, *_args: object) -> None:
            parent = info.get_parent_type()
            if parent is not None:
                found.add(f"{parent.name}.{node.name.value}")

    for text in documents.ALL:
        visit(parse(text), TypeInfoVisitor(info, Fields()))
    return found


def test_every_field_that_leads_to_an_object_or_takes_an_id_has_a_row() -> None:
    missing, gone = to_be_listed() - set(listed()), set(listed()) - to_be_listed()
    assert not missing, f"Write down which row of the table decides about {sorted(missing)}."
    assert not gone, f"These are no more fields of the schema: {sorted(gone)}."


def test_every_row_is_one_of_the_table() -> None:
    known = {"sees", "posts", "disputes", "starts", "chooses", "orders", "users", "catalogue", "oneself", "below"}
    assert {part for row in listed().values() for part in row.split(", ")} == known


def test_every_field_with_a_row_is_asked_for() -> None:
    assert set(listed()) - asked() == ELSEWHERE


def test_every_action_speaks_of_every_thread_in_every_mode() -> None:
    threads = [name for name, _ in table.rows(table.THREADS)]
    for one in (table.SEES, table.POSTS):
        assert [name for name, _ in table.rows(one)] == threads
    for text in (table.SEES, table.POSTS, table.DISPUTES, table.STARTS, table.CHOOSES, table.ORDERS):
        for name, cells in table.rows(text):
            assert len(cells) >= len(table.MODES), name
    assert {name for name, _ in table.rows(table.REFUSALS)} == {name for name, _ in table.rows(table.STARTS)}
