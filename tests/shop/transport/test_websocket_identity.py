"""In whose name an operation on a socket is run, and which pages may open one."""

import pytest
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from shop.graphql.executor import in_thread
from shop.models import Token, User
from shop.realtime import hint
from tests.asking import bearer
from tests.shop.transport.clients import HERE, LIVE, RawSocket, begun, run, send
from tests.world import a_customer

pytestmark = pytest.mark.django_db(transaction=True)

WHO = "{ viewer { user { email } } }"


async def email_over(socket: RawSocket) -> str | None:
    (answer, _) = await run(socket, WHO)
    viewer = answer["payload"]["data"]["viewer"]
    return str(viewer["user"]["email"]) if viewer else None


async def carla_with_token() -> tuple[User, str]:
    carla = await in_thread(a_customer)
    return carla, await in_thread(bearer, carla)


async def carla_with_cookie() -> tuple[User, tuple[bytes, bytes]]:
    carla = await in_thread(a_customer)
    client = Client()
    await in_thread(client.force_login, carla)
    key = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    return carla, (b"cookie", f"{django_settings.SESSION_COOKIE_NAME}={key}".encode())


async def test_a_token_of_connection_init_says_who_asks() -> None:
    carla, token = await carla_with_token()
    async with begun({"Authorization": token}) as socket:
        assert await email_over(socket) == carla.email


async def test_a_cookie_says_who_asks_on_a_page_of_this_host() -> None:
    carla, cookie = await carla_with_cookie()
    async with begun(headers=[*HERE, cookie]) as socket:
        assert await email_over(socket) == carla.email


@pytest.mark.parametrize("origin", [None, "https://shop.example"])
async def test_elsewhere_a_cookie_does_not_count_and_a_token_does(settings: LazySettings, origin: str | None) -> None:
    settings.STOREFRONT_ORIGINS = ["https://shop.example"]
    _, cookie = await carla_with_cookie()
    other, token = await carla_with_token()
    headers = [(b"host", b"testserver"), cookie, *([(b"origin", origin.encode())] if origin else [])]
    async with begun(headers=headers) as socket:
        assert await email_over(socket) is None
    async with begun({"Authorization": token}, headers) as socket:
        assert await email_over(socket) == other.email


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://testserver:8000", "null", "", "http://[", "http://testserver.evil.example"],
)
async def test_a_page_of_another_site_opens_no_socket(origin: str) -> None:
    connected, _ = await RawSocket([(b"host", b"testserver"), (b"origin", origin.encode())]).connect()
    assert not connected


@pytest.mark.parametrize("host", ["evil.example", ""])
async def test_a_host_that_is_not_ours_opens_no_socket(host: str) -> None:
    connected, _ = await RawSocket([(b"host", host.encode()), (b"origin", f"http://{host}".encode())]).connect()
    assert not connected


@pytest.mark.parametrize("header", ["Bearer shp_unknown", "Bearer", 1, [], {}, "Bearer \0"])
async def test_a_bad_token_closes_the_socket(header: object) -> None:
    _, cookie = await carla_with_cookie()
    socket = RawSocket([*HERE, cookie])
    await socket.connect()
    await socket.say({"type": "connection_init", "payload": {"Authorization": header}})
    code, reason = await socket.closed()
    assert code == 4403
    assert reason


async def test_a_revoked_token_closes_its_open_sockets() -> None:
    _, token = await carla_with_token()
    async with begun({"Authorization": token}) as socket:
        await send(socket, LIVE)
        await socket.told_of_a_name("1")

        def revoke() -> None:
            row = Token.objects.get()
            Token.objects.update(revoked_at=timezone.now())
            hint([f"token:{row.pk}"])

        await in_thread(revoke)
        frames = [await socket.app.receive_output(5)]
        if frames[0]["type"] == "websocket.send":  # the subscription may notice first, and end by itself
            frames.append(await socket.app.receive_output(5))
        assert frames[-1]["type"] == "websocket.close"
        assert frames[-1]["code"] == 4403


async def test_who_asks_is_read_again_for_each_operation() -> None:
    carla, cookie = await carla_with_cookie()
    async with begun(headers=[*HERE, cookie]) as socket:
        assert await email_over(socket) == carla.email
        await in_thread(
            lambda: User.objects.filter(pk=carla.pk).update(is_active=False)
        )  # no hint, so no socket closes
        (answer,) = await run(socket, WHO)
        assert answer["payload"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


async def test_the_sockets_of_somebody_deactivated_close_at_once() -> None:
    carla, cookie = await carla_with_cookie()
    async with begun(headers=[*HERE, cookie]) as socket:
        carla.is_active = False
        await in_thread(carla.save)
        assert (await socket.closed())[0] == 4403
