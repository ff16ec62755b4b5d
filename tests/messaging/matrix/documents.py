"""What the matrix asks: between them these documents take every way that leads to an object.

``test_complete`` holds them against the schema: a field that nobody asks fails there.
"""

import re

FRAGMENTS = {
    "Who": "on Participant { side isViewer vendor { id } user { id } }",
    "Pages": "on PageInfo { hasNextPage hasPreviousPage startCursor endCursor }",
    "Bell": "on Viewer { messaging { unreadMessageCount unreadThreadCount openDisputeCount } }",
    "Dispute": """on Dispute {
      id status viewerCanClose thread { id } order { id } openedBy { ...Who } closedBy { ...Who }
    }""",
    "Thread": """on Thread {
      id kind messageCount unreadCount viewerCanReply viewerCanOpenDispute
      customer { ...Who } counterparty { ...Who } participants { ...Who }
      context { __typename ... on Order { id lines { sku } total { amount } } ... on Product { id } ... on Vendor { id } }
      messages(first: 9) {
        totalCount nodes { id thread { id } isUnread author { ...Who } } edges { node { id } } pageInfo { ...Pages }
      }
      lastMessage { id thread { id } } dispute { ...Dispute } disputes { ...Dispute }
    }""",
    "Order": """on Order {
      id number customer { id } vendor { id } total { amount } lines { sku product { id vendor { id } } vendor { id } }
      messaging {
        unreadCount messageCount viewerCanStart dispute { ...Dispute } recipients { side name vendor { id } }
        threads(first: 9) { totalCount nodes { id unreadCount messageCount } edges { node { id } } pageInfo { ...Pages } }
      }
    }""",
    "Product": """on Product {
      id sku vendor { id } messaging { contactEnabled viewerCanAsk thread { id } recipients { side name vendor { id } } }
    }""",
    "Vendor": """on Vendor {
      id messaging { contactEnabled viewerCanContact thread { id } }
      products(first: 5) { totalCount nodes { id } edges { node { id } } pageInfo { ...Pages } }
    }""",
    "Wrong": "on MessagingUserError { code field message }",
}


def document(text: str) -> str:
    """``text`` with the fragments it spreads, and those that these spread."""
    spread: list[str] = []
    waiting = [text]
    while waiting:
        for name in re.findall(r"\.\.\.(\w+)", waiting.pop()):
            if name not in spread:
                spread.append(name)
                waiting.append(FRAGMENTS[name])
    return "\n".join([text, *(f"fragment {name} {FRAGMENTS[name]}" for name in sorted(spread))])


# ── one thing ───────────────────────────────────────────────────────────────────────────────

NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
THREAD = document("query ($id: ID!) { thread(id: $id) { ...Thread } }")
AROUND = "query ($id: ID!, $around: ID!) { thread(id: $id) { messages(first: 1, around: $around) { nodes { id } } } }"
ORDER = document("query ($id: ID!) { order(id: $id) { ...Order } }")
ORDER_BY_NUMBER = "query ($number: String!) { order(number: $number) { id } }"
PRODUCT = document("query ($id: ID!) { product(id: $id) { ...Product } }")
PRODUCT_BY_SKU = "query ($sku: String!) { product(sku: $sku) { id } }"
VENDOR = document("query ($id: ID!) { vendor(id: $id) { ...Vendor } }")
VENDOR_BY_SLUG = "query ($slug: String!) { vendor(slug: $slug) { id } }"

# ── lists, counts, searches ─────────────────────────────────────────────────────────────────

THREADS = document("""query ($filter: ThreadFilterInput) { threads(first: 40, filter: $filter) {
  totalCount nodes { ...Thread } edges { node { id } } pageInfo { ...Pages }
} }""")
FOUND = "query ($filter: ThreadFilterInput) { threads(first: 40, filter: $filter) { totalCount nodes { id } } }"
DISPUTES = document("""query ($filter: DisputeFilterInput) { disputes(first: 40, filter: $filter) {
  totalCount nodes { ...Dispute } edges { node { id } } pageInfo { ...Pages }
} }""")
NOTIFICATIONS = document("""query ($filter: NotificationFilterInput) { notifications(first: 90, filter: $filter) {
  totalCount nodes { id isRead thread { id } message { id thread { id } author { ...Who } } dispute { ...Dispute } }
  edges { node { id } } pageInfo { ...Pages }
} }""")
ORDERS = document("""query ($filter: OrderFilterInput) { orders(first: 40, filter: $filter) {
  totalCount nodes { ...Order } edges { node { id } } pageInfo { ...Pages }
} }""")
CATALOGUE = document("""query ($filter: ProductFilterInput) {
  products(first: 40, filter: $filter) { totalCount nodes { ...Product } edges { node { id } } pageInfo { ...Pages } }
  vendors(first: 40) { totalCount nodes { ...Vendor } edges { node { id } } pageInfo { ...Pages } }
}""")
VIEWER = document("query { viewer { ...Bell user { id } vendors { id } } }")


def several(count: int, *, shown: int) -> str:
    """The list of threads under ``count`` filters, $f0 as a0 and so on; rows of the first ones, counts of all."""
    variables = ", ".join(f"$f{place}: ThreadFilterInput" for place in range(count))
    lists = " ".join(
        f"a{place}: threads(first: 40, filter: $f{place}) {{ totalCount {'nodes { id }' if place < shown else ''} }}"
        for place in range(count)
    )
    return f"query ({variables}) {{ {lists} }}"


# ── mutations ───────────────────────────────────────────────────────────────────────────────

START = document("""mutation ($input: ThreadStartInput!) { threadStart(input: $input) {
  thread { id counterparty { ...Who } } message { id thread { id } } userErrors { ...Wrong }
} }""")
VENDOR_START = document("""mutation ($input: VendorThreadStartInput!) { vendorThreadStart(input: $input) {
  thread { id } message { id } userErrors { ...Wrong }
} }""")
SEND = document("""mutation ($input: MessageSendInput!) { messageSend(input: $input) {
  message { id thread { id } } messageEdge { node { id } } userErrors { ...Wrong }
} }""")
READ = document("""mutation ($input: ThreadMarkReadInput!) { threadMarkRead(input: $input) {
  thread { id unreadCount } viewer { ...Bell } userErrors { ...Wrong }
} }""")
UNREAD = document("""mutation ($input: ThreadMarkUnreadInput!) { threadMarkUnread(input: $input) {
  thread { id unreadCount } viewer { ...Bell } userErrors { ...Wrong }
} }""")
READ_MANY = document("""mutation ($input: ThreadsMarkInput!) { threadsMarkRead(input: $input) {
  count viewer { ...Bell } userErrors { ...Wrong }
} }""")
UNREAD_MANY = document("""mutation ($input: ThreadsMarkInput!) { threadsMarkUnread(input: $input) {
  count viewer { ...Bell } userErrors { ...Wrong }
} }""")
OPEN = document("""mutation ($input: DisputeOpenInput!) { disputeOpen(input: $input) {
  dispute { ...Dispute } thread { id } userErrors { ...Wrong }
} }""")
CLOSE = document("""mutation ($input: DisputeCloseInput!) { disputeClose(input: $input) {
  dispute { ...Dispute } thread { id } userErrors { ...Wrong }
} }""")
ANNOUNCE = document("""mutation ($input: AnnouncementSendInput!) { announcementSend(input: $input) {
  count threads { id } userErrors { ...Wrong }
} }""")
PREFER = document("""mutation ($input: NotificationPreferencesUpdateInput!) { notificationPreferencesUpdate(input: $input) {
  viewer { ...Bell } userErrors { ...Wrong }
} }""")
UPDATE = document("""mutation ($input: ViewerUpdateInput!) { viewerUpdate(input: $input) {
  viewer { ...Bell } userErrors { code field message }
} }""")
PLACE = """mutation ($input: OrderPlaceInput!) { orderPlace(input: $input) {
  orders { id } userErrors { code field message }
} }"""


def mutations(root: str, count: int, selection: str = "") -> str:
    """The same mutation ``count`` times, with $i0 as a0 and so on."""
    given = f"{root[0].upper()}{root[1:]}Input"
    given = {"ThreadsMarkReadInput": "ThreadsMarkInput", "ThreadsMarkUnreadInput": "ThreadsMarkInput"}.get(given, given)
    variables = ", ".join(f"$i{place}: {given}!" for place in range(count))
    fields = " ".join(
        f"a{place}: {root}(input: $i{place}) {{ {selection} userErrors {{ code }} }}" for place in range(count)
    )
    return f"mutation ({variables}) {{ {fields} }}"


# ── events ──────────────────────────────────────────────────────────────────────────────────

EVENTS = document("""subscription ($threadId: ID, $after: String) { messagingEvents(threadId: $threadId, after: $after) {
  __typename cursor
  ... on MessageSent { thread { id } message { id thread { id } author { ...Who } } viewer { ...Bell } }
  ... on ThreadMarked { thread { id } viewer { ...Bell } }
  ... on DisputeOpened { thread { id } dispute { ...Dispute } }
  ... on DisputeClosed { thread { id } dispute { ...Dispute } }
} }""")

ALL = [text for name, text in sorted(globals().items()) if name.isupper() and isinstance(text, str)]
