"""The plugin's prepared tabs of GraphiQL: an inbox for each role, and what happens live."""

from shop.hooks import GraphiQLTab

CUSTOMER_INBOX = GraphiQLTab(
    title="CustomerInbox",
    query="""\
# A customer's conversations.
# To ask as one, open Headers:
# {"Authorization": "Bearer <token>"}
query CustomerInbox {
  viewer {
    user { name }
    messaging {
      unreadMessageCount
      unreadThreadCount
    }
  }
  threads(
    filter: { side: CUSTOMER }
    first: 10
  ) {
    totalCount
    nodes {
      id
      subject
      unreadCount
      counterparty { side name }
      dispute { reason openedAt }
      viewerCanReply
      messages(last: 5) {
        nodes {
          number
          body
          isUnread
          createdAt
          author { side name }
        }
      }
    }
  }
}
""",
)

VENDOR_INBOX = GraphiQLTab(
    title="VendorInbox",
    query="""\
# What customers and the store
# have written to a vendor.
query VendorInbox($filter: ThreadFilterInput) {
  viewer {
    vendors { name }
    messaging { unreadMessageCount }
  }
  threads(filter: $filter, first: 10) {
    totalCount
    nodes {
      id
      kind
      subject
      unreadCount
      customer { name }
      context {
        __typename
        ... on Order {
          number
          status
          lines { sku productName quantity }
        }
        ... on Product { sku name }
      }
      lastMessage {
        body
        createdAt
        author { side name }
      }
    }
  }
}
""",
    variables='{"filter": {"side": "VENDOR", "unread": true}}',
)

STAFF_INBOX = GraphiQLTab(
    title="StaffInbox",
    query="""\
# For staff: what is unread, and
# the disputes that are open.
query StaffInbox {
  viewer {
    messaging {
      unreadMessageCount
      openDisputeCount
    }
  }
  threads(filter: { unread: true }, first: 10) {
    totalCount
    nodes {
      id
      kind
      subject
      unreadCount
      customer { name }
      counterparty { side name }
      lastMessage { body author { side name } }
    }
  }
  disputes(filter: { status: OPEN }, first: 10) {
    totalCount
    nodes {
      id
      reason
      openedAt
      openedBy { side name }
      thread { id subject }
    }
  }
}
""",
)

LIVE = GraphiQLTab(
    title="LiveMessages",
    query="""\
# Runs until you stop it: everything
# that concerns you, as it happens.
subscription LiveMessages {
  messagingEvents {
    __typename
    cursor
    ... on MessageSent {
      thread { id subject unreadCount }
      message {
        number
        body
        author { side name }
      }
    }
    ... on ThreadMarked {
      thread { id unreadCount }
    }
    ... on DisputeOpened {
      dispute { reason thread { subject } }
    }
    ... on DisputeClosed {
      dispute { closedAt thread { subject } }
    }
  }
}
""",
)

TABS = (CUSTOMER_INBOX, VENDOR_INBOX, STAFF_INBOX, LIVE)
