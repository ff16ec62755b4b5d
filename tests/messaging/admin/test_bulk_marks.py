"""Many threads marked at once in the admin, one's own marks only."""

import pytest

from messaging_plugin.models import ReadState
from shop.models import User
from shop.vocabulary import Permission
from tests import world
from tests.messaging import asks
from tests.messaging.admin import stage
from tests.messaging.admin.stage import THREADS, a_market, a_thread, browser, desk, support

pytestmark = pytest.mark.django_db


def marks() -> list[tuple[object, ...]]:
    return list(
        ReadState.objects.order_by("pk").values_list("user_id", "thread_id", "last_read_number", "unread_count")
    )


def unread_of(user: User) -> list[int]:
    states = ReadState.objects.filter(user=user, unread_count__gt=0)
    return list(states.order_by("thread_id").values_list("thread_id", flat=True))


def test_a72_a73_selected_threads_and_all_that_match_are_marked() -> None:
    sven, ada = support(), support()
    carla = world.a_customer()
    pks = [a_thread(carla, order=world.an_order(carla), body="wobbly" if n % 2 else "fine").pk for n in range(52)]
    client = browser(sven)

    def mark(action: str, *selected: int, across: bool = False, query: str = "") -> list[str]:
        data = {
            "action": action,
            "select_across": "1" if across else "0",
            "_selected_action": [str(pk) for pk in selected],
        }
        answer = client.post(f"{THREADS}{query}", data)
        assert answer.status_code == 302
        return stage.said(client, THREADS)

    assert mark("mark_read", *pks[:2]) == ["Marked as read: 2 threads."]
    assert unread_of(sven) == pks[2:]
    assert mark("mark_unread", pks[0]) == ["Marked as unread: 1 thread."]
    assert mark("mark_read", pks[0], across=True, query="?q=fine") == ["Marked as read: 26 threads."]
    assert unread_of(sven) == pks[3::2]
    assert mark("mark_read", pks[0], across=True) == ["Marked as read: 25 threads."]
    assert unread_of(sven) == []
    assert mark("mark_unread", pks[0], across=True, query="?q=wobbly") == ["Marked as unread: 26 threads."]
    assert unread_of(sven) == pks[1::2]
    assert unread_of(ada) == pks


@pytest.mark.parametrize("action", ["mark_read", "mark_unread"])
@pytest.mark.parametrize("across", ["0", "1"])
def test_nobody_marks_what_they_may_not_see(action: str, across: str) -> None:
    threads = a_market()
    olga, seller, shop = desk(), support(), world.staff(Permission.MANAGE_SHOP)
    asks.start(threads["contact"].customer, store=True, body="Hello?")
    asks.start(threads["store order"].customer, order=threads["store order"].order, body="Hello?")
    browser(seller).post(THREADS, {"action": "mark_read", "select_across": "1", "_selected_action": ["1"]})
    data = {"action": action, "select_across": across, "_selected_action": [str(threads["contact"].pk)]}
    before = marks()
    for client, status in (
        (browser(shop), 403),
        (browser(threads["contact"].customer or shop), 302),
        (stage.visitor(), 302),
        (browser(olga, csrf=True), 403),
    ):
        assert client.post(THREADS, data).status_code == status
        assert marks() == before
    world.enabled("messaging", on=False)
    assert browser(seller).post(THREADS, data).status_code == 404
    assert marks() == before
    world.enabled("messaging")
    assert browser(olga).post(THREADS, data).status_code == 302
    assert [row for row in marks() if row[0] != olga.pk] == [row for row in before if row[0] != olga.pk]
    assert not ReadState.objects.filter(user=olga, thread=threads["contact"]).exists()
