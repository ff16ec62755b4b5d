"""Questions that share a look share nothing else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from graphql import Executor

from messaging_plugin import log
from messaging_plugin.graphql.subscriptions import Events
from shop.authentication import Credential
from shop.graphql.composition import full_schema
from shop.graphql.context import Context
from shop.graphql.limits import parsed
from shop.graphql.streams import pumps
from shop.graphql.streams.questions import Question
from shop.models import Token
from tests.asking import listen
from tests.messaging import asks
from tests.messaging.live.stage import Stage, as_, send

pytestmark = pytest.mark.django_db(transaction=True)

LAST = """subscription ($last: Int!) {
  messagingEvents { ... on MessageSent { message { thread { messages(last: $last) { nodes { number } } } } } }
}"""


async def test_a_document_with_other_variables_gets_another_answer_from_the_same_rows(stage: Stage) -> None:
    async with listen(await as_(stage.anna)) as socket:
        for last in (1, 2):
            await socket.subscribe(LAST, key=str(last), last=last)
        assert await socket.silent()
        await send(stage.carla, stage.thread_id)
        heard = {frame["id"]: numbers_in(frame) for frame in [await socket.receive() for _ in range(2)]}
        assert heard == {"1": [2], "2": [1, 2]}


def numbers_in(frame: dict[str, Any]) -> list[int]:
    thread = frame["payload"]["data"]["messagingEvents"]["message"]["thread"]
    return [message["number"] for message in thread["messages"]["nodes"]]


# ── one look, whatever happens in the middle of it ──────────────────────────────────────────


def test_who_signs_out_in_the_middle_ends_nobody_else(stage: Stage) -> None:
    credentials = [a_token_of(stage) for _ in range(2)]

    def sign_out(sql: str, *_: Any) -> None:
        if "SHOP_TOKEN" in sql.upper() and not Token.objects.filter(revoked_at__isnull=False).exists():
            Token.objects.filter(pk=credentials[0].token_id or 0).update(revoked_at=timezone.now())

    found = look_at_one_event(stage, credentials, after_each=sign_out)
    assert [len(answers) for answers in found.answers] == [1]
    assert list(found.void) == credentials[:1]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite cannot go away.")
def test_an_event_is_not_lost_when_the_database_goes_away_before_it_is_answered(stage: Stage) -> None:
    def go_away(sql: str, *_: Any) -> None:
        if sql.startswith('SELECT "messaging_thread"'):  # the last that is read before the event is answered
            connection.connection.close()

    with pytest.raises(OperationalError):
        look_at_one_event(stage, [a_token_of(stage)], after_each=go_away)
    connection.close()


def a_token_of(stage: Stage) -> Credential:
    number = Token.objects.count()
    token = Token.objects.create(user=stage.anna, key_hash=str(number), expires_at=timezone.now() + timedelta(days=1))
    return Credential("token", stage.anna.pk, token_id=token.pk)


def look_at_one_event(stage: Stage, credentials: list[Credential], after_each: Callable[..., None]) -> pumps.Look:
    """``after_each`` is called after each statement, with it."""
    position = log.newest()
    asks.sent(stage.carla, stage.thread_id)
    text = "subscription { messagingEvents { ... on MessageSent { viewer { messaging { unreadMessageCount } } } } }"
    executor = Executor.build(full_schema()._schema, parsed(text), context_value=Context())
    assert isinstance(executor, Executor)
    doing: list[str] = []

    def wrap(execute: Any, sql: str, *rest: Any) -> Any:
        result = execute(sql, *rest)
        if not doing:
            doing.append(sql)
            after_each(sql)
            doing.clear()
        return result

    with connection.execute_wrapper(wrap):
        return pumps.look(Events(thread_id=None, after=None), position, credentials, [Question("", executor)])
