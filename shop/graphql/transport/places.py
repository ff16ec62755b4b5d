"""How many connections somebody may have open in one process: WebSockets, and event streams.

Not how many a visitor may have, of whom nothing is known but an address: that is the proxy's business.
"""

import os
from collections import Counter

from shop.authentication import Credential

#: Of one user, or of the guest of one order.
SOCKETS_PER_USER = int(os.environ.get("SOCKETS_PER_USER", "100"))

_taken: Counter[tuple[int | None, int | None]] = Counter()


def take(credential: Credential) -> bool:
    """Whether there is one more for its bearer; give it back once."""
    if credential.kind == "none":
        return True
    if _taken[_who(credential)] >= SOCKETS_PER_USER:
        return False
    _taken[_who(credential)] += 1
    return True


def give_back(credential: Credential) -> None:
    if credential.kind == "none":
        return
    _taken[_who(credential)] -= 1
    if not _taken[_who(credential)]:
        del _taken[_who(credential)]


def _who(credential: Credential) -> tuple[int | None, int | None]:
    return credential.user_id, credential.token_id if credential.user_id is None else None
