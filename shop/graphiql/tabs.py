"""The prepared tabs: a useful first query for each role. A tab bears the name of its operation."""

from shop.hooks import GraphiQLPage, GraphiQLTab, graphiql_tabs

VISITOR = GraphiQLTab(
    title="Visitor",
    query="""\
# What anyone may see.
# Ctrl-Enter runs it.
query Visitor {
  shop {
    name
    multivendorMode
    plugins { name title version }
  }
  vendors(first: 5) {
    totalCount
    nodes { id name slug }
  }
  products(first: 5) {
    totalCount
    nodes {
      id
      sku
      name
      price { amount currency }
      vendor { name }
    }
  }
}
""",
)

CUSTOMER = GraphiQLTab(
    title="Customer",
    query="""\
# What customers and vendors may see.
# To ask as one of them, open Headers:
# {"Authorization": "Bearer <token>"}
query Customer {
  viewer {
    user { id name email }
    vendors { id name }
    isStaff
  }
  orders(first: 5) {
    totalCount
    nodes {
      id
      number
      status
      placedAt
      total { amount currency }
      vendor { name }
      lines { sku productName quantity }
    }
  }
}
""",
)

STAFF = GraphiQLTab(
    title="Staff",
    query="""\
# For staff: MANAGE_ORDERS shows every
# order, MANAGE_PLUGINS every plugin.
query Staff($filter: OrderFilterInput) {
  viewer { user { name } permissions }
  orders(filter: $filter, first: 10) {
    totalCount
    nodes {
      id
      number
      status
      placedAt
      customer { name email }
      vendor { name }
      total { amount currency }
    }
  }
  shop {
    name
    plugins {
      name
      title
      version
      enabled
      problems
      settings
    }
  }
}
""",
    variables='{"filter": {"status": ["PLACED", "PROCESSING"]}}',
)


def prepared_tabs() -> list[GraphiQLTab]:
    """The core's, then those of every enabled plugin. Asks ``graphiql_tabs``."""
    answers = graphiql_tabs.ask(GraphiQLPage())
    return [VISITOR, CUSTOMER, STAFF, *(tab for answer in answers for tab in answer)]
