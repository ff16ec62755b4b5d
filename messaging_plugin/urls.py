"""The plugin's one page: where the unsubscribe link of an e-mail leads, without a login."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from messaging_plugin.notifications.links import unsubscriber
from messaging_plugin.notifications.preferences import language_for, unsubscribe


@csrf_exempt  # a mail program posts it, by itself and without a cookie: the token is what counts
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, since scanners follow every link; POST does it. The same for whoever is gone meanwhile."""
    found = unsubscriber(token)
    if found is None:
        raise Http404
    actor, events = found
    if request.method == "POST":
        unsubscribe(actor=actor, events=events)
    with translation.override(language_for(actor)):
        response = render(
            request,
            "messaging/unsubscribe.html",
            {"events": [one.label for one in events], "done": request.method == "POST"},
        )
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


urlpatterns = [path("unsubscribe/<str:token>/", unsubscribe_page, name="unsubscribe")]
