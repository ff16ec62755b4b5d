"""Random operations of everyone through GraphQL, each also done to the reference, and both compared."""

from typing import Any

from hypothesis.stateful import initialize, rule

from tests.messaging.model.comparing import MOST_THREADS
from tests.messaging.model.mix import operations
from tests.messaging.model.records import About
from tests.messaging.model.scenes import Scenes


class Conversations(Scenes):
    @initialize()
    def begin(self) -> None:
        """Something to go on with; every later step may change it."""
        if self.is_over():
            return
        for person, order in (("carla", "plain"), ("guest", "guest's"), ("mixed", "member's")):
            self.start(person, About("order", order), None, 0, None)

    @rule(operation=operations)
    def operate(self, operation: tuple[str, dict[str, Any]] | None) -> None:
        """One rule, since of several Hypothesis leaves some out of each example."""
        self.steps += 1
        if operation is None or self.is_over():
            return
        name, given = operation
        if len(self.reference.threads) < MOST_THREADS - 1 or name not in {"start", "start_with_store", "announce"}:
            try:
                getattr(self, name)(**given)
            except BaseException:
                type(self).differs = True
                raise
