"""One document with its variables, ready to be executed for event after event."""

import logging
import time
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

import orjson
from django.db import Error as DatabaseError
from django.db import connection
from graphql import Executor

from shop.graphql.answers import INTERNAL, answer, encode, fit, refusal
from shop.graphql.context import Context
from shop.graphql.errors import root_cause
from shop.graphql.limits import CACHED_DOCUMENTS, parsed
from shop.graphql.schema import ShopSchema
from shop.graphql.selections import variables_below_root

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is told of one event: JSON, encoded once for all who get it."""

    text: str
    #: Of the event, in its feed; 0 for what is not an event of one.
    position: int = 0
    #: When the rights it is told by were read, by ``time.monotonic``.
    read_at: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class Question:
    """Two of one feed that compare equal get the same answer to every event."""

    key: Hashable
    executor: Executor[Any] = field(compare=False, repr=False)
    #: Without which there is no answer.
    plugins: frozenset[str] = field(compare=False, default=frozenset())
    #: Executions in this process so far.
    executions: ClassVar[int] = 0

    def answer(self, event: object, position: int, *, schema: ShopSchema, context: Context, read_at: float) -> Answer:
        """Runs in a thread, by the rights in ``context``, with the plugins of ``schema``.

        Raises the ``DatabaseError`` if the database goes away meanwhile: an event is not to be lost by that.
        """
        Question.executions += 1
        try:
            text = self._executed(event, schema, context)
        except DatabaseError:
            raise
        except Exception:  # it is not the business of the other questions
            logger.exception("An unexpected error while answering a subscription")
            text = encode(refusal(INTERNAL)).decode()
        return Answer(text, position, read_at)

    def _executed(self, event: object, schema: ShopSchema, context: Context) -> str:
        executor = self.executor.build_per_event_executor(event)
        executor.schema = schema._schema
        executor.context_value = context
        result: Any = executor.execute_operation()
        for error in result.errors or ():
            if isinstance(cause := root_cause(error), DatabaseError) and not connection.is_usable():
                raise cause
        return encode(answer(fit(result))).decode()


def key_of(text: str, name: str | None, variables: dict[str, Any] | None) -> Hashable:
    """Variables that only say what to listen to, such as a cursor, are the feed's business."""
    needed = _needed(text, name)
    told = {name: value for name, value in (variables or {}).items() if name in needed}
    try:
        return text, name, orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # an integer beyond 64 bits
        return text, name, repr(sorted(told.items()))


@lru_cache(CACHED_DOCUMENTS)
def _needed(text: str, name: str | None) -> frozenset[str]:
    return variables_below_root(parsed(text), name)
