"""Follows a thread and writes into it; neither misses nor doubles a message, whatever happens to the connection.

pip install "gql[httpx,websockets]"
export SHOP_URL=http://127.0.0.1:8000/graphql/ SHOP_TOKEN=shp_…
python follow.py follow THREAD FILE        # until Ctrl-C; FILE keeps what was seen, so that it can go on from there
python follow.py send THREAD TEXT [KEY]
"""

import asyncio
import json
import os
import random
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
from gql import Client, GraphQLRequest
from gql.client import AsyncClientSession
from gql.transport.exceptions import TransportError, TransportQueryError, TransportServerError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport
from websockets.exceptions import ConnectionClosed

SAID = "fragment Said on Message { number body author { name } }"
CATCH_UP = """query ($thread: ID!, $before: String) {
  viewer { messaging { eventCursor } }
  thread(id: $thread) { messages(last: 100, before: $before) { nodes { ...Said } pageInfo { hasPreviousPage startCursor } } }
}"""
FOLLOW = """subscription ($thread: ID!, $after: String!) {
  messagingEvents(threadId: $thread, after: $after) { __typename cursor ... on MessageSent { message { ...Said } } } }"""
SEND = """mutation ($input: MessageSendInput!) {
  messageSend(input: $input) { message { ...Said } userErrors { code message } } }"""
PASSING = {"INTERNAL", "RATE_LIMITED"}  # codes worth another try; with all others it would be refused again
FINAL = {4400, 4401, 4403, 4406}  # so are sockets that end with these: a revoked token, say


class Journal:
    """What was seen: a line for each message with the cursor of its event; torn by a crash, it is no line."""

    def __init__(self, path: Path) -> None:
        self.path, self.cursor, self.number = path, None, 0
        text = path.read_text() if path.exists() else ""
        whole = text[: text.rfind("\n") + 1]
        path.write_text(whole)
        for line in map(json.loads, whole.splitlines()):
            self.cursor = line["cursor"] or self.cursor
            self.number = max(self.number, line.get("number", 0))

    def add(self, message: dict[str, Any] | None = None, *, cursor: str | None = None) -> None:
        with self.path.open("a") as file:
            file.write(json.dumps({"cursor": cursor, **(message or {})}) + "\n")
        self.cursor = cursor or self.cursor
        if message:
            self.number = message["number"]
            print(f"{message['number']} {message['author']['name']}: {message['body']}", flush=True)


async def follow(url: str, token: str, thread: str, journal: Journal) -> None:
    socket = WebsocketsTransport(
        "ws" + url.removeprefix("http"),
        init_payload={"Authorization": f"Bearer {token}"},
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        ping_interval=10,  # a connection that has died silently is noticed within 15 seconds
    )
    async with Client(transport=socket) as session:
        if journal.cursor is None:
            await catch_up(session, thread, journal)
        async for answer in session.subscribe(asked(FOLLOW, thread=thread, after=journal.cursor)):
            await take(session, thread, journal, answer["messagingEvents"])
    raise ConnectionError("The shop has ended the subscription.")


async def take(session: AsyncClientSession, thread: str, journal: Journal, event: dict[str, Any]) -> None:
    message = event.get("message")
    ahead = message["number"] - journal.number if message else 0
    if event["__typename"] == "ResyncRequired" or ahead > 1:  # numbers have no gaps
        await catch_up(session, thread, journal, cursor=event["cursor"])
    elif event["cursor"] != journal.cursor:  # else a double
        journal.add(message if ahead == 1 else None, cursor=event["cursor"])


async def catch_up(session: AsyncClientSession, thread: str, journal: Journal, *, cursor: str | None = None) -> None:
    """Asks for what came after the last message seen. The cursor is older than the answer: events may tell it again."""
    missed: list[dict[str, Any]] = []
    before = None
    while True:
        answer = await session.execute(asked(CATCH_UP, thread=thread, before=before))
        if answer["thread"] is None:
            sys.exit("There is no such thread.")
        page = answer["thread"]["messages"]
        cursor = cursor or answer["viewer"]["messaging"]["eventCursor"]
        missed = [message for message in page["nodes"] if message["number"] > journal.number] + missed
        if not page["pageInfo"]["hasPreviousPage"] or page["nodes"][0]["number"] <= journal.number + 1:
            break
        before = page["pageInfo"]["startCursor"]
    for message in missed:
        journal.add(message)
    journal.add(cursor=cursor)  # last: whoever is stopped before it catches up again


async def send(url: str, token: str, thread: str, body: str, key: str) -> dict[str, Any]:
    """The message, which is sent once however often it is tried with the same key."""
    http = HTTPXAsyncTransport(url, headers={"Authorization": f"Bearer {token}"}, timeout=10)
    async with Client(transport=http) as session:
        asking = asked(SEND, input={"threadId": thread, "body": body, "idempotencyKey": key})
        payload = (await session.execute(asking))["messageSend"]
    if refusals := payload["userErrors"]:
        raise TransportQueryError(str(refusals), errors=[{"extensions": one} for one in refusals])
    return payload["message"]


def asked(document: str, **variables: Any) -> GraphQLRequest:
    return GraphQLRequest(document + SAID, variable_values=variables)


async def insist(attempt: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
    """Tries again until it succeeds, later each time, and no two clients at one moment. Raises what is final."""
    tries = 0
    while True:
        begun = time.monotonic()
        try:
            return await attempt(*arguments)
        except (TransportError, httpx.TransportError, OSError) as error:
            if is_final(error):
                raise
        tries = 1 if time.monotonic() - begun > 10 else min(tries + 1, 6)
        await asyncio.sleep(random.uniform(0, 0.2 * 2**tries))


def is_final(error: Exception) -> bool:
    if isinstance(error, TransportQueryError):
        return any(one["extensions"]["code"] not in PASSING for one in error.errors or [])
    if isinstance(error, TransportServerError) and error.code is not None:
        return error.code < 500
    return isinstance(error.__cause__, ConnectionClosed) and getattr(error.__cause__.rcvd, "code", None) in FINAL


if __name__ == "__main__":
    shop, bearer = os.environ.get("SHOP_URL", "http://127.0.0.1:8000/graphql/"), os.environ["SHOP_TOKEN"]
    match sys.argv[1:]:
        case ["follow", thread_id, file]:
            asyncio.run(insist(follow, shop, bearer, thread_id, Journal(Path(file))))
        case ["send", thread_id, text, *given]:
            print(asyncio.run(insist(send, shop, bearer, thread_id, text, *(given or [uuid.uuid4().hex])))["number"])
        case _:
            sys.exit(__doc__)
