"""Where a webhook may go, and that it goes to the very address that was judged."""

import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from messaging_plugin.webhooks.addresses import AddressRefused, is_public, place_of
from messaging_plugin.webhooks.delivery import deliver_due
from messaging_plugin.webhooks.posting import EndpointAway, post
from tests import world
from tests.messaging.behaviours.market import Market
from tests.messaging.webhooks.receiver import SECRET, Receiver
from tests.messaging.webhooks.stage import rows

NAME = "hooks.example.test"


def resolve(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """A name server that answers with each address in turn, the last one again and again; returns what was asked."""
    asked: list[str] = []
    left = list(answers)

    def look_up(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        address = left.pop(0) if len(left) > 1 else left[0]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.10", "0.1.2.3", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "ff0e::1", "fec0::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "2001:0:4136:e378:8000:63bf:80ff:fffe", "2002:101:101::", "64:ff9b:1::101:101",
    ],
)  # fmt: skip
def test_what_is_not_on_the_internet_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_public(ip_address(address))
    resolve(monkeypatch, address)
    with pytest.raises(AddressRefused, match="which is not on the internet: see WEBHOOK_ALLOW_PRIVATE"):
        post(f"https://{NAME}/", b"{}", {})


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"]
)
def test_what_is_on_the_internet_is_not(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"])
def test_ways_to_write_this_machine_are_refused(host: str) -> None:
    with pytest.raises(AddressRefused, match="not on the internet"):
        place_of(f"https://{host}/")


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1"):
        place_of(f"https://{NAME}/")


def test_http_is_refused_unless_the_setting_allows_it(settings: Any) -> None:
    with pytest.raises(AddressRefused, match="Only https is allowed here"):
        place_of("http://1.1.1.1/")
    settings.WEBHOOK_ALLOW_PRIVATE = True
    assert place_of("http://127.0.0.1/").ends == ((socket.AF_INET, ("127.0.0.1", 80)),)


@pytest.mark.django_db
def test_a_refusal_is_kept_as_the_reason_and_nothing_is_sent(market: Market, receiver: Receiver, settings: Any) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = False
    world.enabled("messaging", webhookUrl=receiver.url.replace("http:", "https:"), webhookSecret=SECRET)
    market.asked()
    deliver_due()
    reason = '"127.0.0.1" is 127.0.0.1, which is not on the internet: see WEBHOOK_ALLOW_PRIVATE.'
    assert rows() == [("PENDING", 1, None, reason)]
    assert receiver.told == []


def test_a_name_is_looked_up_once_and_what_was_judged_is_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that is public when it is judged and private a moment later leads nowhere else."""
    asked = resolve(monkeypatch, "1.1.1.1", "127.0.0.1")
    dialled: list[Any] = []

    def connect(_socket: socket.socket, address: Any) -> None:
        dialled.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(EndpointAway, match="ConnectionRefusedError"):
        post(f"https://{NAME}:8443/", b"{}", {})
    assert asked == [NAME]
    assert dialled == [("1.1.1.1", 8443)]


def test_a_name_that_nobody_knows_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(EndpointAway, match="Name or service not known"):
        post(f"https://{NAME}/", b"{}", {})


# ── TLS ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    if shutil.which("openssl") is None:
        pytest.skip("Left out: openssl, which makes a certificate, is not installed.")
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
         "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True,
    )  # fmt: skip
    return key, cert


@pytest.fixture
def secure(certificate: tuple[Path, Path], settings: Any) -> Iterator[tuple[Receiver, list[str | None]]]:
    """With the names that were asked for in the handshake."""
    settings.WEBHOOK_ALLOW_PRIVATE = True
    key, cert = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    names: list[str | None] = []
    context.sni_callback = lambda _sock, name, _context: names.append(name)
    made = Receiver(context)
    yield made, names
    made.close()


def test_certificate_and_host_are_those_of_the_name_though_the_address_is_given(
    secure: tuple[Receiver, list[str | None]], certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver, names = secure
    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(certificate[1]))
    resolve(monkeypatch, "127.0.0.1")
    assert post(f"https://{NAME}:{receiver.port}/x", b"{}", {}).status == 204
    assert names == [NAME]
    assert receiver.told[0].headers["Host"] == f"{NAME}:{receiver.port}"


def test_a_certificate_of_nobody_we_trust_or_of_another_name_is_refused(
    secure: tuple[Receiver, list[str | None]], certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver, _ = secure
    resolve(monkeypatch, "127.0.0.1")
    with pytest.raises(EndpointAway, match="CERTIFICATE_VERIFY_FAILED"):
        post(f"https://{NAME}:{receiver.port}/", b"{}", {})
    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(certificate[1]))
    with pytest.raises(EndpointAway, match="Hostname mismatch"):
        post(f"https://other.example.test:{receiver.port}/", b"{}", {})
    assert receiver.told == []
