"""What every resolver can ask about the operation under way."""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import strawberry
from django.http import HttpRequest

from shop.actors import ANONYMOUS, Actor
from shop.authentication import Credential, actor_of


@dataclass
class Context:
    """``credential`` is what the client has shown, ``actor`` whom it makes it: read anew for each operation."""

    actor: Actor = ANONYMOUS
    credential: Credential = field(default_factory=Credential)
    request: HttpRequest | None = None
    #: Strawberry's views put things of their own here.
    response: Any = None
    #: Where the client is, for throttling.
    address: str = ""

    def refresh(self) -> None:
        """Read anew who asks: what was true when a socket was opened need not be now. Raises ``Unauthenticated``."""
        self.actor = actor_of(self.credential)


Info: TypeAlias = strawberry.Info[Context, None]
