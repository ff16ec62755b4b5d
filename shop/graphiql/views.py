"""The GraphiQL page, which the view of the GraphQL address shows to a browser."""

from dataclasses import asdict
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from shop.graphiql.tabs import prepared_tabs

#: Unsafe styles only: the editor sets some while it runs.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; "
    "font-src 'self' data:; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def graphiql(request: HttpRequest) -> HttpResponse:
    """The page, for staff or in DEBUG; it talks to the address it was served from. Anyone else gets the usual 404.

    Its queries carry the session and the CSRF token, or the bearer token of its Headers tab.
    """
    if not may_see_graphiql(request):
        raise Http404
    get_token(request)  # sends the cookie that the page reads; ensure_csrf_cookie would send it with the 404, too
    page = {
        "tabs": [asdict(tab) for tab in prepared_tabs()],
        "csrfCookie": settings.CSRF_COOKIE_NAME,
        "user": request.user.get_username() if request.user.is_authenticated else None,
        "signIn": f"{reverse('admin:login')}?{urlencode({'next': request.path})}",
    }
    response = render(request, "shop/graphiql.html", {"page": page})
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    add_never_cache_headers(response)  # it names the user
    patch_vary_headers(response, ["Accept"])
    return response


def may_see_graphiql(request: HttpRequest) -> bool:
    return settings.DEBUG or request.user.is_staff
