"""Which of the forms of an answer the client likes best."""

from django.http import HttpRequest

GRAPHQL_JSON = "application/graphql-response+json"
JSON = "application/json"
EVENT_STREAM = "text/event-stream"
HTML = "text/html"


def preferred(request: HttpRequest, *offered: str) -> str | None:
    """The best of ``offered``; among equals what the client names first, then the first offered.

    Parameters such as ``charset`` are passed over: there is one charset. None if the client takes none of them.
    """
    wishes = _wishes(request.headers.get("Accept", "") or "*/*")
    ranks = {media_type: _rank(media_type, wishes) for media_type in offered}
    best = max(offered, key=lambda media_type: ranks[media_type])
    return best if ranks[best][0] > 0 else None


def _wishes(header: str) -> dict[str, tuple[float, int]]:
    """Media type or range → its quality and its place in the header."""
    wishes: dict[str, tuple[float, int]] = {}
    for place, wish in enumerate(header.lower().split(",")):
        name, *parameters = (part.strip() for part in wish.split(";"))
        wishes.setdefault(name, (_quality(parameters), place))
    return wishes


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return min(max(float(parameter[2:]), 0.0), 1.0)
            except ValueError:
                return 1.0
    return 1.0


def _rank(media_type: str, wishes: dict[str, tuple[float, int]]) -> tuple[float, int, int]:
    """Quality, how precisely it was named, and how early; the most precise wish decides."""
    names = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    for vagueness, name in enumerate(names):
        if name in wishes:
            quality, place = wishes[name]
            return quality, -vagueness, -place
    return 0.0, 0, 0
