"""Questions that share a look share nothing else."""

from typing import Any

import pytest

from tests.asking import listen
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
