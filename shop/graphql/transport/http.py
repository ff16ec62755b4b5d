"""GraphQL over HTTP: queries and mutations by POST, queries by GET, streams as server-sent events.

Cookies count only where a page of another site cannot have made the browser send them: a POST with the CSRF token, a
GET with a header that needs a preflight. A bearer token needs neither.
"""

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.csrf import csrf_failure as html_csrf_failure
from django.views.decorators.csrf import csrf_exempt
from graphql import GraphQLError, OperationType

from shop.authentication import recognise
from shop.errors import RequestError, Unauthenticated
from shop.graphiql.views import graphiql
from shop.graphql import answers, door
from shop.graphql.context import Context
from shop.graphql.transport import origins, sse, wire
from shop.graphql.transport.accept import EVENT_STREAM, GRAPHQL_JSON, HTML, JSON, preferred

logger = logging.getLogger(__name__)

#: For a document that cannot be run, under application/graphql-response+json. The draft of August 2026 wants 422, the
#: public audit suite 400.
REQUEST_ERROR_STATUS = 400
#: Under application/json such an answer is an ordinary one: old clients read ``errors`` from a 200 only.
REQUEST_ERROR_STATUS_OF_JSON = 200

#: Any of these shows that the browser has asked before, or that it is no browser.
PREFLIGHT_HEADERS = ("X-Requested-With", "GraphQL-Require-Preflight", "Apollo-Require-Preflight", "X-CSRFToken")


class _RefusedError(RequestError):
    """Refused by the rules of HTTP: with a status and headers."""

    def __init__(self, status: int, message: str, *, code: str | None = None, **headers: str) -> None:
        super().__init__(message, code=code)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@csrf_exempt  # checked below, where it is known whether a cookie counts
def graphql(request: HttpRequest) -> HttpResponseBase:
    """The one address. Whatever comes in, the answer is GraphQL's JSON and never a page of Django's."""
    media_type = preferred(request, JSON, GRAPHQL_JSON, EVENT_STREAM, HTML)
    if request.method == "GET" and media_type == HTML:
        return graphiql(request)  # also with ``?query=``: a link must not run anything in somebody's name
    response: HttpResponseBase
    try:
        response = _respond(request, media_type)
    except _RefusedError as error:
        response = _json(answers.refusal(error), media_type, error.status)
        for name, value in error.headers.items():
            response[name] = value
    except RequestError as error:
        response = _json(answers.refusal(error), media_type, 400)
    except GraphQLError as error:
        refusal = answers.refusal(error)
        response = sse.refusal(refusal) if media_type == EVENT_STREAM else _request_error(refusal, media_type)
    except Exception:
        logger.exception("An unexpected error at %s", request.path)
        response = _json(answers.refusal(answers.INTERNAL), media_type, 500)
    origins.allow(request, response)
    patch_vary_headers(response, ["Accept", "Authorization", "Cookie"])
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _respond(request: HttpRequest, media_type: str | None) -> HttpResponseBase:
    """Raises ``RequestError`` and ``GraphQLError`` for what is not run."""
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": "GET, POST, OPTIONS"})
    if request.method not in {"GET", "POST"}:
        raise _RefusedError(405, "GraphQL is sent by POST, queries by GET, too.", Allow="GET, POST, OPTIONS")
    if media_type in {None, HTML}:
        raise _RefusedError(406, f"Answers are sent as {GRAPHQL_JSON}, {JSON} or {EVENT_STREAM}.")
    if request.method == "POST" and request.content_type != JSON:
        raise _RefusedError(415, f"Send the request as {JSON}.", Accept=JSON)
    context = _context(request)
    operation = wire.operation_from(wire.request_from(_members(request)))
    if request.method == "GET" and operation.kind is OperationType.MUTATION:
        raise _RefusedError(405, "Mutations are sent by POST.", Allow="POST")
    if media_type == EVENT_STREAM:
        if not isinstance(request, ASGIRequest):
            raise _RefusedError(406, "This server is run without ASGI and cannot stream.")
        return sse.response(operation, context)
    if operation.kind is OperationType.SUBSCRIPTION:
        raise RequestError(f"Subscribe over a WebSocket at this address, or by a POST that accepts {EVENT_STREAM}.")
    result = door.execute_sync(operation, context)
    answer = answers.answer(result)
    return _request_error(answer, media_type) if answers.is_request_error(result) else _json(answer, media_type, 200)


def _context(request: HttpRequest) -> Context:
    """Who asks, where a cookie can be trusted."""
    try:
        credential, actor = recognise(request)
    except Unauthenticated as error:
        raise _RefusedError(401, error.message, code=error.code, WWW_Authenticate="Bearer") from error
    if credential.kind == "session":
        if request.method == "POST":
            check = _Check(lambda _: HttpResponse())
            check.process_request(request)
            check.process_view(request, _respond, (), {})
        elif not any(name in request.headers for name in PREFLIGHT_HEADERS):
            raise _RefusedError(403, "With a cookie, a GET needs the header X-Requested-With.", code="FORBIDDEN")
    # A proxy's X-Forwarded-For is the server's business: uvicorn's --proxy-headers puts it in the place of the peer.
    return Context(actor=actor, credential=credential, request=request, address=request.META.get("REMOTE_ADDR", ""))


class _Check(CsrfViewMiddleware):
    """Django's own check, for a view that decides by itself whether to make it."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:  # noqa: ARG002 - Django's signature
        raise _RefusedError(403, f"{reason} Send the CSRF cookie's value as X-CSRFToken.", code="FORBIDDEN")


def _members(request: HttpRequest) -> object:
    """The request's members, of whatever shape."""
    if request.method == "POST":
        return wire.decode(_body(request))
    members: dict[str, object] = dict(request.GET.items())
    for name in ("variables", "extensions"):
        if name in request.GET:
            members[name] = wire.decode(request.GET[name]) if request.GET[name] else None
    return members


def _body(request: HttpRequest) -> bytes:
    limit = wire.body_limit()
    try:
        body = request.read(limit + 1)
    except RequestDataTooBig as error:
        raise _RefusedError(413, f"A request has at most {limit} bytes.") from error
    except UnreadablePostError as error:
        raise RequestError("The request broke off.") from error
    if len(body) > limit:
        raise _RefusedError(413, f"A request has at most {limit} bytes.")
    return body


def _request_error(body: dict[str, Any], media_type: str | None) -> HttpResponse:
    """For a document that cannot be run."""
    status = REQUEST_ERROR_STATUS if media_type == GRAPHQL_JSON else REQUEST_ERROR_STATUS_OF_JSON
    return _json(body, media_type, status)


def _json(body: dict[str, Any], media_type: str | None, status: int) -> HttpResponse:
    shown = GRAPHQL_JSON if media_type == GRAPHQL_JSON else JSON
    return HttpResponse(answers.encode(body), status=status, content_type=f"{shown}; charset=utf-8")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The setting CSRF_FAILURE_VIEW: JSON at the GraphQL address, Django's page elsewhere."""
    if request.path == reverse("graphql"):
        return _json(answers.refusal(RequestError(reason, code="FORBIDDEN")), JSON, 403)
    return html_csrf_failure(request, reason=reason)
