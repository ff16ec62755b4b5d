"""What everyone may do, in every mode: as the table says; and what is refused leaves nothing behind."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet

from messaging_plugin.models import ReadState
from shop.models import Order, User
from tests.asking import Asker, global_id
from tests.messaging.matrix import documents, table
from tests.messaging.matrix.cast import Cast, left_behind, switch_to

pytestmark = pytest.mark.django_db

STATES = {name: cells[4] for name, cells in table.rows(table.THREADS)}
REFUSALS = {name: set(cells[0].split()) for name, cells in table.rows(table.REFUSALS)}
OK = "may"


class Deeds:
    def __init__(self, cast: Cast, mode: str, actor: str) -> None:
        switch_to(mode)
        self.cast, self.mode, self.actor = cast, mode, actor
        self.sees = table.whose(table.SEES, mode, actor)
        self.wrong: list[str] = []

    def outcomes(self, root: str, inputs: dict[str, dict[str, Any]]) -> dict[str, str]:
        """By the names of ``inputs``: OK, or the code of the refusal."""
        given = {f"i{place}": one for place, one in enumerate(inputs.values())}
        answer = self.cast.ask(self.actor, documents.mutations(root, len(given)), **given)
        denied = {path[0]: code for code, path in answer.errors if path}
        assert answer.partial is not None, answer.body
        found = {}
        for place, name in enumerate(inputs):
            payload = answer.partial[f"a{place}"]
            errors = payload["userErrors"] if payload else [{"code": denied[f"a{place}"]}]
            found[name] = errors[0]["code"] if errors else OK
        return found

    def check(self, what: str, name: str, found: object, *expected: object) -> None:
        if found not in expected:
            told = " or ".join(map(str, expected))
            self.wrong.append(f"{self.actor} in {self.mode}, {what}, {name}: {found}, not {told}")


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(params=list(itertools.product(table.PLAYED, table.ACTORS)), ids="-".join)
def deeds(request: pytest.FixtureRequest, cast: Cast, db: None) -> Iterator[Deeds]:
    found = Deeds(cast, *request.param)
    yield found
    assert not found.wrong, "\n".join(found.wrong)


def test_who_posts(deeds: Deeds) -> None:
    may = table.whose(table.POSTS, deeds.mode, deeds.actor)
    exceptions = {name: cells[-1] for name, cells in table.rows(table.POSTS)}
    before = left_behind()
    inputs = {name: {"threadId": thread_id, "body": "Hello"} for name, thread_id in deeds.cast.threads.items()}
    with taken_back():
        for name, found in deeds.outcomes("messageSend", inputs).items():
            if name in may:
                expected = OK
            elif name not in deeds.sees:
                expected = "NOT_FOUND"
            else:
                expected = told_instead(exceptions[name], deeds.mode, deeds.actor)
            deeds.check("messageSend", name, found, expected)
        threads, messages, *rest = left_behind()
        deeds.check("messageSend", "messages written", messages - before[1], len(may))
        assert (threads, *rest) == (before[0], *before[2:])


def told_instead(exceptions: str, mode: str, actor: str) -> str:
    for one in exceptions.split(","):
        *whom, code = one.split() or [""]
        if {mode, actor} & set(whom):
            return code
    return "FORBIDDEN"


@pytest.mark.parametrize("root", ["threadMarkRead", "threadMarkUnread"])
def test_who_marks(deeds: Deeds, root: str) -> None:
    """Whoever sees it, and their own mark only."""
    others = marks_of_others(deeds.cast.actors[deeds.actor])
    before = sorted(others.values_list("pk", "last_read_number", "unread_count"))
    with taken_back():
        inputs = {name: {"threadId": thread_id} for name, thread_id in deeds.cast.threads.items()}
        for name, found in deeds.outcomes(root, inputs).items():
            deeds.check(root, name, found, OK if name in deeds.sees else "NOT_FOUND")
        many = root.replace("thread", "threads")
        for name, found in deeds.outcomes(many, {n: chosen(t) for n, t in deeds.cast.threads.items()}).items():
            expected = OK if name in deeds.sees else "UNAUTHENTICATED" if deeds.actor == "An" else "NOT_FOUND"
            deeds.check(many, name, found, expected)
        everything = deeds.outcomes(many, {"all": {"threads": {"filter": {}}}})["all"]
        deeds.check(many, "all", everything, "UNAUTHENTICATED" if deeds.actor == "An" else OK)
        assert sorted(others.values_list("pk", "last_read_number", "unread_count")) == before


def marks_of_others(actor: Asker) -> QuerySet[ReadState]:
    match actor:
        case User():
            return ReadState.objects.exclude(user=actor)
        case Order():
            return ReadState.objects.exclude(user=None, thread__order=actor)
    return ReadState.objects.all()


def chosen(*thread_ids: str) -> dict[str, Any]:
    return {"threads": {"ids": list(thread_ids)}}


def test_who_opens_and_closes_disputes(deeds: Deeds) -> None:
    may = table.whose(table.DISPUTES, deeds.mode, deeds.actor)
    before = left_behind()
    inputs = {name: {"threadId": one, "reason": "Broken"} for name, one in deeds.cast.threads.items()}
    with taken_back():
        for name, found in deeds.outcomes("disputeOpen", inputs).items():
            refused = "FORBIDDEN" if name in deeds.sees else "NOT_FOUND"
            opens = "DISPUTE_ALREADY_OPEN" if STATES[name] == "open" else OK
            deeds.check("disputeOpen", name, found, opens if name in may else refused)
        opened = sum(STATES[name] != "open" for name in may)
        deeds.check("disputeOpen", "disputes written", left_behind()[3] - before[3], opened)
    disputes = {name: one for one, name in deeds.cast.names.items() if name.startswith("dispute ")}
    with taken_back():
        closing = {name: {"disputeId": one} for name, one in disputes.items()}
        for name, found in deeds.outcomes("disputeClose", closing).items():
            thread = name.split(" of ", 1)[1]
            closes = OK if STATES[thread] == "open" else "DISPUTE_NOT_OPEN"
            refused = "FORBIDDEN" if thread in deeds.sees else "NOT_FOUND"
            deeds.check("disputeClose", thread, found, closes if thread in may else refused)
        closed = sum(STATES[name] == "open" for name in may)
        deeds.check("disputeClose", "disputes closed", before[2] - left_behind()[2], closed)
    with taken_back():
        orders = {name: {"orderId": global_id(one), "reason": "Broken"} for name, one in deeds.cast.orders.items()}
        beside = set(orders) if deeds.actor == "Sc" else table.whose(table.ORDERS, deeds.mode, deeds.actor)
        for name, found in deeds.outcomes("disputeOpen", orders).items():
            refused = "FORBIDDEN" if name in beside else "NOT_FOUND"
            deeds.check(
                "disputeOpen(orderId)", name, found, *((OK, "DISPUTE_ALREADY_OPEN") if name in may else (refused,))
            )


def test_who_begins(deeds: Deeds) -> None:
    cast = deeds.cast
    starts = table.named(table.STARTS, deeds.mode)
    beside = set(cast.orders) if deeds.actor == "Sc" else table.whose(table.ORDERS, deeds.mode, deeds.actor)
    abouts = {
        **{name: {"orderId": global_id(cast.orders[name])} for name in starts if name in cast.orders},
        "question": {"productId": global_id(cast.things["table"])},
        "question, at the store": {"productId": global_id(cast.things["book"])},
        "contact": {"vendorId": global_id(cast.oakline)},
        "contact, with the store": {"store": True},
    }
    inputs: dict[str, dict[str, Any]] = {name: {"about": about, "body": "Hello"} for name, about in abouts.items()}
    choosing = {n for n, actors in table.named(table.CHOOSES, deeds.mode).items() if deeds.actor in actors}
    with taken_back():
        found = deeds.outcomes("threadStart", inputs)
        for name in choosing:
            deeds.check("threadStart without a recipient", name, found.pop(name), "RECIPIENT_REQUIRED")
            inputs[name]["recipient"] = {"store": True}
        if choosing:
            found |= deeds.outcomes("threadStart", {name: inputs[name] for name in choosing})
    with taken_back():
        about_store = {"subject": "Hello", "body": "Hello", "vendorId": global_id(cast.oakline)}
        found |= deeds.outcomes("vendorThreadStart", {"vendor and store": about_store})
        news = {"subject": "News", "body": "Hello", "vendors": {"ids": [global_id(cast.oakline)]}}
        found |= deeds.outcomes("announcementSend", {"announcement": news})
    assert set(found) == set(starts)
    for name, outcome in found.items():
        if deeds.actor in starts[name]:
            deeds.check("start", name, outcome, OK)
        elif name in cast.orders and name not in beside:
            deeds.check("start", name, outcome, "NOT_FOUND")
        else:
            deeds.check("start", name, outcome, *REFUSALS[name], *(["UNAUTHENTICATED"] if deeds.actor == "An" else []))


def test_what_is_refused_leaves_nothing_behind(deeds: Deeds) -> None:
    """All at once, each in the threads that the actor may not see."""
    hidden = {name: one for name, one in deeds.cast.threads.items() if name not in deeds.sees}
    if not hidden:
        return
    marks = ReadState.objects.order_by("pk").values_list("pk", "last_read_number", "unread_count")
    before = left_behind(), list(marks)
    deeds.outcomes("messageSend", {name: {"threadId": one, "body": "Hello"} for name, one in hidden.items()})
    deeds.outcomes("disputeOpen", {name: {"threadId": one, "reason": "Broken"} for name, one in hidden.items()})
    deeds.outcomes("threadMarkRead", {name: {"threadId": one} for name, one in hidden.items()})
    deeds.outcomes("threadMarkUnread", {name: {"threadId": one} for name, one in hidden.items()})
    assert (left_behind(), list(marks.all())) == before
