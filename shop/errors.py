"""Everything the shop refuses, each with a code that a client can act on."""


class ShopError(Exception):
    """A refusal that whoever asked can put right.

    ``code`` is a member name of the error enum of the mutation's payload, ``field`` the path from the mutation's
    arguments to the value at fault, in GraphQL's spelling.
    """

    code = "INVALID"

    def __init__(self, message: str, *, code: str | None = None, field: tuple[str, ...] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.field = field


class NotFound(ShopError):
    """What does not exist, or may not be seen: the two answer alike."""

    code = "NOT_FOUND"


class Forbidden(ShopError):
    """The actor sees the thing but may not do this to it."""

    code = "FORBIDDEN"


class Invalid(ShopError):
    """A value that no actor could have used here."""


class RateLimited(ShopError):
    """Too many tries; the message says when to come back."""

    code = "RATE_LIMITED"


class RequestError(Exception):
    """What no payload can carry: it ends the field, with ``extensions.code``."""

    code = "BAD_USER_INPUT"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code


class Unauthenticated(RequestError):
    code = "UNAUTHENTICATED"


class PluginDisabled(RequestError):
    """Asked for something of a plugin that is switched off."""

    code = "PLUGIN_DISABLED"

    def __init__(self, plugin: str) -> None:
        super().__init__(f'The plugin "{plugin}" is disabled in this shop.')
        self.plugin = plugin
