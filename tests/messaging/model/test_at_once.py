"""Eight threads at once: afterwards every number is what the messages themselves come to."""

import random
import threading
from typing import Any

import pytest
from django.db import connection

from shop.models import Order, User
from tests.asking import Asker, ask
from tests.messaging.model import documents
from tests.messaging.model.comparing import ALL
from tests.messaging.model.market import Market, a_market

WRITERS: list[tuple[str, tuple[str, ...]]] = [
    ("carla", ("plain",)), ("guest", ("guest's",)), ("mixed", ("member's",)),
    ("anna", ("plain", "guest's", "member's")), ("anna", ("plain", "guest's", "member's")), ("clara", ("hers",)),
    ("sam", ("plain", "hers", "guest's", "member's")), ("dora", ("plain", "hers", "guest's", "member's")),
]  # fmt: skip
#: They only ever look; olga is staff, whom a dispute begins to concern.
SILENT = ["abel", "olga"]
#: May dispute, by turns.
DISPUTING = {"carla", "clara", "guest", "mixed", "sam", "dora"}
TURNS = 12


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time.")
@pytest.mark.django_db(transaction=True)
def test_counts_are_exact_after_eight_threads_at_once() -> None:
    market = a_market()
    threads = {
        name: _ok(market.asker(who), documents.START, about={"orderId": market.id_of("order", name)}, body=f"{name} 0")
        for who, name in (("carla", "plain"), ("clara", "hers"), ("guest", "guest's"), ("mixed", "member's"))
    }
    ids = {name: str(payload["thread"]["id"]) for name, payload in threads.items()}
    for person in {who for who, _ in WRITERS} | set(SILENT):
        assert ask("{ viewer { isStaff } }", market.asker(person)).data  # its token, before all need it at once
    sent: list[list[tuple[str, str]]] = [[] for _ in WRITERS]
    failures: list[BaseException] = []

    def work(place: int) -> None:
        try:
            sent[place] = _talk(market, place, ids)
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(place,)) for place in range(len(WRITERS))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    everything = {person: _seen(market.asker(person)) for person in {who for who, _ in WRITERS} | set(SILENT)}
    _check_messages(everything["sam"], [one for part in sent for one in part], list(ids))
    for person, data in everything.items():
        _check_counts(data, person)
    for person in SILENT:
        _check_silent(everything[person], of_staff=person == "olga")


def _talk(market: Market, place: int, ids: dict[str, str]) -> list[tuple[str, str]]:
    """Random sends, marks and disputes of one; what was sent, as (order, body)."""
    person, names = WRITERS[place]
    asker, chance = market.asker(person), random.Random(place)
    sent: list[tuple[str, str]] = []
    for turn in range(TURNS):
        name = chance.choice(names)
        given: dict[str, Any] = {"threadId": ids[name]}
        body = f"{place} {turn}"
        for _ in range(chance.choice([1, 1, 2])):  # twice: a retry after a lost answer
            _ok(asker, documents.SEND, **given, body=body, idempotencyKey=body)
        sent.append((name, body))
        match chance.randrange(6):
            case 0:
                _ok(asker, documents.READ, **given)
            case 1:
                _ok(asker, documents.UNREAD, **given)
            case 2:
                _ok(asker, chance.choice([documents.ALL_READ, documents.ALL_UNREAD]), threads={"filter": {}})
            case _ if person in DISPUTING:
                _dispute(asker, given)
    return sent


def _dispute(asker: Asker, given: dict[str, Any]) -> None:
    """Open one, or close the one that is open; another may have been faster."""
    found = ask("query ($threadId: ID!) { thread(id: $threadId) { dispute { id } } }", asker, **given)
    dispute = found.data["thread"]["dispute"]
    if dispute is None:
        _ok(asker, documents.OPEN, "DISPUTE_ALREADY_OPEN", **given, reason="Broken.")
    else:
        _ok(asker, documents.CLOSE, "DISPUTE_NOT_OPEN", disputeId=dispute["id"])


def _ok(asker: User | Order | None, document: str, or_else: str | None = None, **given: Any) -> dict[str, Any]:
    payload: dict[str, Any] = next(iter(ask(document, asker, input=given).data.values()))
    assert [error["code"] for error in payload["userErrors"]] in ([], [or_else]), payload
    return payload


def _seen(asker: Asker) -> dict[str, Any]:
    found: dict[str, Any] = ask(ALL.replace("last: 70", "first: 100"), asker).data
    return found


def _check_messages(data: dict[str, Any], sent: list[tuple[str, str]], names: list[str]) -> None:
    """Each number once, each message once, and openings and closings by turns."""
    stored: list[str] = []
    disputes = 0
    for thread in data["threads"]["nodes"]:
        messages = thread["messages"]["nodes"]
        assert [one["number"] for one in messages] == list(range(1, thread["messageCount"] + 1))
        stored += [one["body"] for one in messages if one["kind"] == "REGULAR"]
        marks = [one["kind"] for one in messages if one["kind"] != "REGULAR"]
        assert marks == [["DISPUTE_OPENED", "DISPUTE_CLOSED"][place % 2] for place in range(len(marks))]
        statuses = [one["status"] for one in thread["disputes"]]
        assert statuses == ["OPEN"] * (len(marks) % 2) + ["CLOSED"] * (len(marks) // 2)
        disputes += len(statuses)
    assert sorted(stored) == sorted([body for _, body in sent] + [f"{name} 0" for name in names])
    assert disputes  # or this would show little


def _check_counts(data: dict[str, Any], person: str) -> None:
    """The bell and every list agree with the messages that are marked as new."""
    threads = data["threads"]["nodes"]
    new = {one["id"]: [message for message in one["messages"]["nodes"] if message["isUnread"]] for one in threads}
    assert not any(message["author"]["isViewer"] for messages in new.values() for message in messages), person
    assert {one["id"]: one["unreadCount"] for one in threads} == {key: len(found) for key, found in new.items()}, person
    assert list(data["viewer"]["messaging"].values()) == [
        sum(len(found) for found in new.values()),
        sum(bool(found) for found in new.values()),
        sum(one["dispute"] is not None for one in threads),
    ], person
    for one in threads:  # whoever has read up to somewhere has read everything before, too
        others = [message for message in one["messages"]["nodes"] if not message["author"]["isViewer"]]
        assert new[one["id"]] == others[len(others) - len(new[one["id"]]) :], person
    assert {one["id"] for one in data["unread"]["nodes"]} == {key for key, found in new.items() if found}, person


def _check_silent(data: dict[str, Any], *, of_staff: bool) -> None:
    """Who never marks anything has unread whatever came since it first concerned them."""
    assert data["threads"]["nodes"]
    for thread in data["threads"]["nodes"]:
        kinds = [one["kind"] for one in thread["messages"]["nodes"]]
        before = kinds.index("DISPUTE_OPENED") if of_staff and "DISPUTE_OPENED" in kinds else len(kinds) * of_staff
        assert thread["unreadCount"] == len(kinds) - before
