"""Where a webhook may go: to the internet, by https; elsewhere only if WEBHOOK_ALLOW_PRIVATE lets it.

What a name resolves to is looked up once, judged, and connected to: a name that resolves otherwise a moment later
changes nothing.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

#: IPv4 inside of IPv6, for networks that have the latter only.
_NAT64 = IPv6Network("64:ff9b::/96")
#: All of IPv6 that is given out for single machines on the internet.
_GIVEN_OUT = IPv6Network("2000::/3")


class AddressRefused(Exception):
    """Nothing was sent; the text says why."""


@dataclass(frozen=True)
class Place:
    """``ends`` are those that may be connected to, in the order in which to try them: family and address."""

    tls: bool
    host: str
    port: int
    target: str
    ends: tuple[tuple[int, Any], ...]


def place_of(url: str) -> Place:
    """Looks the name up. Raises ``AddressRefused``, or ``OSError`` if there is no answer."""
    parts = urlsplit(url)
    tls, host = parts.scheme == "https", parts.hostname or ""
    port = parts.port or (443 if tls else 80)
    if not tls and not settings.WEBHOOK_ALLOW_PRIVATE:
        raise AddressRefused("Only https is allowed here: see WEBHOOK_ALLOW_PRIVATE.")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise AddressRefused(f'"{host}" is no name of a host.') from error
    if not settings.WEBHOOK_ALLOW_PRIVATE:
        for address in (str(one[4][0]) for one in found):
            if not is_public(ip_address(address)):
                raise AddressRefused(f'"{host}" is {address}, which is not on the internet: see WEBHOOK_ALLOW_PRIVATE.')
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(tls, host, port, target, tuple((int(one[0]), one[4]) for one in found))


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it is somebody's on the internet: not private, loopback, link-local, multicast, reserved or shared.

    An address that stands for one of IPv4 is judged as that one; those of the old tunnels (6to4, Teredo) are not public.
    """
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None or address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _GIVEN_OUT or address.sixtofour is not None or address.teredo is not None:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)
