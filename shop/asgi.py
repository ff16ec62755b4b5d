"""The ASGI application: HTTP through Django and all of its middleware, WebSockets beside it."""

import os
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
django_application = get_asgi_application()

from shop.graphql.transport import websocket  # noqa: E402 - the models must be ready first

at_graphql: Any = websocket.application
elsewhere: Any = websocket.refuse

application = ProtocolTypeRouter(
    {
        "http": django_application,
        "websocket": URLRouter([path("graphql/", at_graphql), re_path("", elsewhere)]),
    }
)
