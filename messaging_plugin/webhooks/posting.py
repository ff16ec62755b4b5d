"""One request of a webhook: to an address that was checked, with an end to all waiting, and no redirect followed."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from messaging_plugin.webhooks.addresses import Place, place_of
from shop.texts import in_one_line

#: Seconds for all of it, however slowly the other end speaks.
TIMEOUT = 10.0
#: Bytes of an answer that are read.
MOST = 300


class EndpointAway(Exception):
    """There was no answer."""


@dataclass(frozen=True)
class Answer:
    """``text`` is the beginning of what was answered, in one line."""

    status: int
    text: str


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Raises ``AddressRefused`` or ``EndpointAway``. No proxy of the environment is used: it would connect elsewhere."""
    end = time.monotonic() + TIMEOUT
    try:
        place = place_of(url)
        with _connected(place, end) as sock:
            return _exchanged(place, sock, body, headers)
    except (OSError, http.client.HTTPException) as error:
        if time.monotonic() >= end or isinstance(error, TimeoutError):
            raise EndpointAway(f"There was no answer within {TIMEOUT:g} seconds.") from error
        raise EndpointAway(in_one_line(f"{type(error).__name__}: {error}")[:MOST]) from error


@contextmanager
def _connected(place: Place, end: float) -> Iterator[socket.socket]:
    """A socket that is hung up at ``end``, whatever goes on on it."""
    sock = _dialled(place, end)
    try:
        if place.tls:
            context = ssl.create_default_context()
            sock = context.wrap_socket(sock, server_hostname=place.host, do_handshake_on_connect=False)
        guard = threading.Timer(max(0.0, end - time.monotonic()), _hang_up, [sock])
        guard.daemon = True
        guard.start()
        try:
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            yield sock
        finally:
            guard.cancel()
    finally:
        sock.close()


def _dialled(place: Place, end: float) -> socket.socket:
    trouble: OSError = TimeoutError()
    for family, address in place.ends:
        if (left := end - time.monotonic()) <= 0:
            break
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.settimeout(left)
        try:
            sock.connect(address)
        except OSError as error:
            sock.close()
            trouble = error
        else:
            return sock
    raise trouble


def _hang_up(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _exchanged(place: Place, sock: socket.socket, body: bytes, headers: Mapping[str, str]) -> Answer:
    kind = http.client.HTTPSConnection if place.tls else http.client.HTTPConnection
    connection = kind(place.host, place.port)
    connection.sock = sock  # so it does not connect by itself, and the Host header has the name, not the address
    connection.request("POST", place.target, body, {"Connection": "close", **headers})
    response = connection.getresponse()
    text = b""
    with suppress(OSError, http.client.HTTPException):  # the status is what counts
        text = response.read(MOST)
    response.close()
    return Answer(response.status, in_one_line(text.decode(errors="replace")))
