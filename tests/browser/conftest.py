"""A real server on a database of its own, and a real Chromium that watches what the page does."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.graphiql_page import GraphiQLPage

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "tests/browser/screenshots"
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
INSTALL = (
    f"There is no Chromium at {CHROMIUM}. Install it (Debian: apt-get install chromium), "
    "or name another one in the environment variable CHROMIUM."
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 30


@pytest.fixture(scope="module")
def chromium(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """For one module only: while it is open, its event loop is in the way of every asynchronous test."""
    if not CHROMIUM.exists():
        if request.config.getoption("markexpr") == "browser":
            pytest.fail(INSTALL)
        pytest.skip(f"Left out: {INSTALL}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def live_server_address(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server as in production, DEBUG off, with the demo shop on a fresh SQLite file."""
    folder = tmp_path_factory.mktemp("server")
    environment = {name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "PLUGINS"}} | {
        "DATABASE_URL": f"sqlite:///{folder / 'shop.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECRET_KEY": "only for this test",
        "SECURE_COOKIES": "0",
        "DEBUG": "0",
    }
    for command in (["migrate", "--verbosity", "0"], ["demo"]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment | {"DEBUG": "1"},
            check=True,
            stdout=subprocess.DEVNULL,
        )
    address = f"127.0.0.1:{free_port()}"
    host, port = address.split(":")
    server = [
        sys.executable,
        "-m",
        "uvicorn",
        "shop.asgi:application",
        "--host",
        host,
        "--port",
        port,
        "--ws",
        "wsproto",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(server, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            wait_for(process, f"http://{address}/static/shop/graphiql/favicon.svg", folder / "log")
            yield f"http://{address}"
        finally:
            process.terminate()
            process.wait(10)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def wait_for(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Raises what the server has to say if it does not answer in time."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(url, timeout=1):  # noqa: S310 (our own address)
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"The server did not answer at {url}. It said:\n{log.read_text('utf-8')[-4000:]}")


@pytest.fixture
def graphiql(chromium: Browser, live_server_address: str, request: pytest.FixtureRequest) -> Iterator[GraphiQLPage]:
    """GraphiQL after signing in as the administrator. At the end: nothing left this machine, and nobody complained."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    page = GraphiQLPage(context.new_page(), live_server_address)
    page.sign_in("admin@example.com", "demo")
    yield page
    page.screenshot(SCREENSHOTS / f"{request.node.name}.png")
    complaints, elsewhere = page.complaints(), page.requests_elsewhere()
    context.close()
    assert (complaints, elsewhere) == ([], [])
