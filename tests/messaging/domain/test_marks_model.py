"""Random conversations against a model that keeps, for each reader, where they stopped."""

import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging_plugin import disputes, inbox, messages, reading
from messaging_plugin.models import Thread
from shop.plugins.api import one_state
from shop.vocabulary import Permission
from tests import world
from tests.messaging.domain import stage

PEOPLE = ("carla", "anna", "arno", "orders", "support")
STAFF = {"orders", "support"}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["say", "say", "say", "read", "read up to", "unread", "unread from", "all read", "all unread", "dispute"]
        ),
        st.sampled_from(PEOPLE),
        st.integers(0, 30),
    ),
    min_size=5,
    max_size=40,
)


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_unread_counts_are_exact(steps: list[tuple[str, str, int]]) -> None:  # noqa: C901, PLR0912, PLR0915 - a case for each step
    stage.switch_to("M1")
    Thread.objects.update(last_message=None, open_dispute=None)
    Thread.objects.all().delete()
    vendor = world.a_vendor()
    users = {
        "carla": world.a_customer(),
        "anna": world.a_member(vendor),
        "arno": world.a_member(vendor),
        "orders": world.staff(Permission.MANAGE_ORDERS),
        "support": world.staff(Permission.MANAGE_MESSAGES),
    }
    actors = {name: stage.acting(user) for name, user in users.items()}
    with one_state():
        thread = stage.started(actors["carla"], world.an_order(users["carla"], vendor=vendor))
        authors = ["carla"]
        stopped = dict.fromkeys(PEOPLE, 1) | {"anna": 0, "arno": 0}
        dispute = None

        def unread(name: str, since: int | None = None) -> int:
            later = authors[stopped[name] if since is None else since :]
            return sum(author != name for author in later)

        def written(author: str, *, staff: bool) -> None:
            concerned = {"carla", "anna", "arno"} | (STAFF if staff else set())
            backlog = {name for name in PEOPLE if unread(name)}
            authors.append(author)
            for name in PEOPLE:
                if name not in backlog:
                    stopped[name] = len(authors) - (name in concerned and name != author)

        for step, who, number in steps:
            actor, total = actors[who], len(authors)
            message = thread.messages.get(number=number % total + 1)
            match step:
                case "say":
                    messages.send_message(actor=actor, thread=thread, body="Text.")
                    written(who, staff=dispute is not None)
                case "read":
                    reading.mark_read(actor=actor, thread=thread)
                    stopped[who] = total
                case "read up to":
                    reading.mark_read(actor=actor, thread=thread, up_to=message)
                    if unread(who):
                        stopped[who] = max(stopped[who], message.number)
                case "unread from":
                    reading.mark_unread(actor=actor, thread=thread, since=message)
                    stopped[who] = message.number - 1
                case "unread":
                    reading.mark_unread(actor=actor, thread=thread)
                    others = [index for index, author in enumerate(authors) if author != who]
                    stopped[who] = others[-1] if others else stopped[who]
                case "all read":
                    reading.mark_threads_read(actor=actor, threads=Thread.objects.all())
                    stopped[who] = total
                case "all unread":
                    reading.mark_threads_unread(actor=actor, threads=Thread.objects.all())
                    others = [index for index, author in enumerate(authors) if author != who]
                    if not unread(who) and others:
                        stopped[who] = others[-1]
                case "dispute" if who not in {"anna", "arno"}:
                    if dispute is None:
                        dispute = disputes.open_dispute(actor=actor, thread=thread, reason="Broken.")
                    else:
                        disputes.close_dispute(actor=actor, dispute=dispute)
                        dispute = None
                    written(who, staff=True)
            for name in PEOPLE:
                if not unread(name):
                    stopped[name] = len(authors)
            expected = {name: unread(name) for name in PEOPLE}
            assert {name: stage.unread(user, thread) for name, user in users.items()} == expected, (step, who)
            assert inbox.unread_counts(actor).messages == expected[who]
        stage.check_marks()
        assert Thread.objects.filter(message_count=F("last_message__number")).count() == 1
