"""Which pages may talk to the shop from a browser.

A page of this very host may, with the visitor's cookie. A storefront on another host (STOREFRONT_ORIGINS) may, with a
bearer token or as a visitor: no cookie of this host counts there. Nobody else may.
"""

from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers

_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def is_storefront(origin: str) -> bool:
    wanted = _parts(origin)
    return wanted is not None and any(wanted == _parts(known) for known in settings.STOREFRONT_ORIGINS)


def is_same_host(origin: str, host: str) -> bool:
    """Compares host and port; the scheme may differ where TLS ends at a proxy."""
    page, here = _split(origin), _split(f"//{host}")
    if page is None or here is None or not page.hostname:
        return False
    default = _DEFAULT_PORTS.get(page.scheme)
    return page.hostname == here.hostname and (page.port or default) == (here.port or default)


def _parts(origin: str) -> tuple[str, str, int | None] | None:
    split = _split(origin)
    if split is None or not split.scheme or not split.hostname:
        return None
    return split.scheme, split.hostname, split.port or _DEFAULT_PORTS.get(split.scheme)


def _split(address: str) -> SplitResult | None:
    try:
        split = urlsplit(address.strip())
        _ = split.port  # a port that is no number is found out only here
    except ValueError:
        return None
    return split


def allow(request: HttpRequest, response: HttpResponseBase) -> None:
    """Cross-origin resource sharing for the storefronts. Cookies are never allowed, so the answer is nobody's."""
    patch_vary_headers(response, ["Origin"])
    origin = request.headers.get("Origin", "")
    if not origin or not is_storefront(origin):
        return
    response["Access-Control-Allow-Origin"] = origin
    if request.method == "OPTIONS":
        response["Access-Control-Allow-Methods"] = "GET, POST"
        response["Access-Control-Allow-Headers"] = "accept, authorization, content-type, x-requested-with"
        response["Access-Control-Max-Age"] = "7200"
