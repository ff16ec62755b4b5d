"""The two kinds of hook, and no third.

A **Hook** asks: its listeners answer, inside the transaction and in the order of INSTALLED_APPS; what one raises ends
the question. An **Event** tells: its listeners run after commit, and what one raises is logged and harms nobody.
Listeners of a plugin that is disabled are not called.
"""

import logging
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from django.db import transaction

from shop.plugins import registry, state

logger = logging.getLogger(__name__)

Said = TypeVar("Said")
Answer = TypeVar("Answer")
Listener = TypeVar("Listener", bound=Callable[..., object])


class _Wire(Generic[Said]):
    """What the two have in common: a name, a text for docs/hooks.md, and listeners that know their plugin."""

    def __init__(self, name: str, doc: str) -> None:
        self.name = name
        self.doc = doc
        self._listeners: list[tuple[Callable[..., object], str]] = []

    def _add(self, listener: Listener) -> Listener:
        self._listeners.append((listener, listener.__module__))
        return listener

    def _awake(self) -> Iterator[Callable[..., object]]:
        owned = [(listener, registry.owner_of(module)) for listener, module in self._listeners]
        if not any(owner for _, owner in owned):
            yield from (listener for listener, _ in owned)
            return
        enabled = state.current().enabled
        yield from (listener for listener, owner in owned if owner is None or owner in enabled)


class Hook(_Wire[Said], Generic[Said, Answer]):
    """Asks every listener about one thing and collects the answers."""

    def answer(self, listener: Callable[[Said], Answer]) -> Callable[[Said], Answer]:
        """Decorates a listener."""
        return self._add(listener)

    def ask(self, about: Said) -> list[Answer]:
        return [listener(about) for listener in self._awake()]  # type: ignore[misc]


class Event(_Wire[Said]):
    """Tells every listener what has happened, once it is committed."""

    def listen(self, listener: Callable[[Said], None]) -> Callable[[Said], None]:
        """Decorates a listener."""
        return self._add(listener)

    def publish(self, fact: Said) -> None:
        transaction.on_commit(lambda: self._tell(fact))

    def _tell(self, fact: Said) -> None:
        for listener in self._awake():
            try:
                listener(fact)
            except Exception:
                logger.exception("A listener of %s failed: %s", self.name, listener)
