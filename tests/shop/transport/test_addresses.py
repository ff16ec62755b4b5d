"""The other addresses: health, and the pages that plugins bring."""

import pytest
from channels.layers import InMemoryChannelLayer
from django.conf import LazySettings
from django.db import DatabaseError, connection
from django.test import Client

from tests.world import enabled

pytestmark = pytest.mark.django_db


def test_health_is_ok(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "channelLayer": "ok"}


class LayerAway(InMemoryChannelLayer):  # type: ignore[misc]
    async def group_send(self, *_: object) -> None:
        raise ConnectionError


def test_without_the_channel_layer_the_shop_is_degraded_and_up(client: Client, settings: LazySettings) -> None:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": f"{__name__}.LayerAway"}}
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "degraded", "database": "ok", "channelLayer": "degraded"}


def test_without_the_database_it_is_down(client: Client) -> None:
    def away(*_: object) -> None:
        raise DatabaseError("secret.host.example")

    with connection.execute_wrapper(away):
        response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "down", "database": "down", "channelLayer": "ok"}


def test_a_plugin_s_page_is_there_while_the_plugin_is_enabled(client: Client) -> None:
    enabled("giftnotes")
    assert client.get("/plugins/giftnotes/card/").content == b"A card."
    enabled("giftnotes", on=False)
    assert client.get("/plugins/giftnotes/card/").status_code == 404
    assert client.get("/plugins/giftnotes/").status_code == 404
    assert client.get("/plugins/nothing/card/").status_code == 404
