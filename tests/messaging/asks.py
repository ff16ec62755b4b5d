"""Operations that tests of the plugin send again and again."""

from typing import Any

from tests.asking import Answer, Asker, ask, global_id

START = """
mutation ($input: ThreadStartInput!) {
  threadStart(input: $input) {
    thread { id kind subject messageCount unreadCount counterparty { side name } customer { name } }
    message { id number body kind author { side name isViewer } }
    userErrors { code field message }
  }
}
"""
SEND = """
mutation ($input: MessageSendInput!) {
  messageSend(input: $input) {
    message { id number body }
    messageEdge { cursor node { number } }
    userErrors { code field message }
  }
}
"""
THREAD = """
query ($id: ID!) {
  thread(id: $id) {
    id unreadCount messageCount viewerCanReply viewerCanOpenDispute
    messages(first: 100) { nodes { number body isUnread author { side name isViewer } } }
    lastMessage { number }
  }
}
"""
THREADS = """
query ($first: Int = 50, $after: String, $filter: ThreadFilterInput, $orderBy: ThreadOrderInput) {
  threads(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    totalCount
    nodes { id subject unreadCount lastMessage { body } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
READ = """
mutation ($input: ThreadMarkReadInput!) {
  threadMarkRead(input: $input) {
    thread { unreadCount } viewer { messaging { unreadMessageCount unreadThreadCount } } userErrors { code field }
  }
}
"""
UNREAD = READ.replace("threadMarkRead", "threadMarkUnread").replace("ThreadMarkReadInput", "ThreadMarkUnreadInput")
BELL = "{ viewer { messaging { unreadMessageCount unreadThreadCount openDisputeCount } } }"
EVENTS = """
subscription ($threadId: ID, $after: String) {
  messagingEvents(threadId: $threadId, after: $after) {
    __typename cursor
    ... on MessageSent { thread { id unreadCount } message { number body author { name } } viewer { messaging { unreadMessageCount } } }
    ... on ThreadMarked { thread { id unreadCount } }
    ... on DisputeOpened { dispute { reason } }
  }
}
"""


def start(by: Asker, *, body: str = "Hello", recipient: Any = None, key: str | None = None, **about: Any) -> Answer:
    """``order=``, ``product=`` or ``vendor=`` a row, or ``store=True``."""
    named = {
        name if name == "store" else f"{name}Id": value if name == "store" else global_id(value)
        for name, value in about.items()
    }
    given: dict[str, Any] = {"about": named, "body": body, "idempotencyKey": key}
    if recipient is not None:
        given["recipient"] = {"store": True} if recipient == "store" else {"vendorId": global_id(recipient)}
    return ask(START, by, input=given)


def started(by: Asker, **about: Any) -> str:
    """The id of the thread."""
    payload = start(by, **about).data["threadStart"]
    assert payload["userErrors"] == [], payload
    return str(payload["thread"]["id"])


def send(by: Asker, thread_id: str, body: str = "Hello again", key: str | None = None) -> Answer:
    return ask(SEND, by, input={"threadId": thread_id, "body": body, "idempotencyKey": key})


def sent(by: Asker, thread_id: str, body: str = "Hello again") -> str:
    """The id of the message."""
    payload = send(by, thread_id, body).data["messageSend"]
    assert payload["userErrors"] == [], payload
    return str(payload["message"]["id"])


def unread(by: Asker, thread_id: str) -> int:
    return int(ask(THREAD, by, id=thread_id).data["thread"]["unreadCount"])


def bell(by: Asker) -> tuple[int, int, int]:
    """Unread messages, unread threads, open disputes."""
    counts = ask(BELL, by).data["viewer"]["messaging"]
    return counts["unreadMessageCount"], counts["unreadThreadCount"], counts["openDisputeCount"]


def refusals(answer: Answer, mutation: str) -> list[tuple[str, list[str] | None]]:
    return [(error["code"], error["field"]) for error in answer.data[mutation]["userErrors"]]
