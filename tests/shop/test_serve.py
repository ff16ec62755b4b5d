"""``manage.py serve``: from an empty folder to an answer."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

ROOT = Path(__file__).parent.parent.parent

pytestmark = pytest.mark.processes


class Server:
    def __init__(self, folder: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "PLUGINS"}}
        environment = kept | {
            "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "shop.settings",
            "PYTHONUNBUFFERED": "1",
        }
        self.log = folder / "log"
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), "serve", "--port", "0"],
                cwd=folder,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + 60
        while "Stop with Ctrl-C." not in self.printed:
            assert self.process.poll() is None, self.printed
            assert time.monotonic() < deadline, self.printed
            time.sleep(0.05)
        [self.address] = re.findall(r"(http://127\.0\.0\.1:\d+)/graphql/", self.printed)

    @property
    def printed(self) -> str:
        return self.log.read_text()

    def ask(self, query: str, token: str | None = None) -> Any:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        request = Request(f"{self.address}/graphql/", json.dumps({"query": query}).encode(), headers)  # noqa: S310
        with urlopen(request, timeout=30) as response:  # noqa: S310 - its own server
            return json.load(response)["data"]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = Server(tmp_path)
    yield started
    started.process.kill()
    started.process.wait()


def tokens(printed: str) -> dict[str, str]:
    return dict(re.findall(r"^  (\S+@\S+|order #1005) .*\n    (sh[pg]_\w+)$", printed, re.MULTILINE))


def test_a_fresh_machine_answers_everybody(server: Server, tmp_path: Path) -> None:
    assert server.ask("{ shop { name } viewer { isStaff } }") == {"shop": {"name": "Nordwind Market"}, "viewer": None}
    printed = tokens(server.printed)
    seen = {who: server.ask("{ orders(first: 10) { totalCount } }", token) for who, token in printed.items()}
    assert {who: answer["orders"]["totalCount"] for who, answer in seen.items()} == {
        "admin@example.com": 6,
        "support@example.com": 0,
        "orders@example.com": 6,
        "carla@example.com": 3,
        "chris@example.com": 2,
        "anna@example.com": 3,
        "arno@example.com": 3,
        "bela@example.com": 1,
        "order #1005": 1,
    }
    assert server.stop() == 0
    assert "Traceback" not in server.printed

    server.log.unlink()
    again = Server(tmp_path)  # what is there stays there
    try:
        assert again.ask("{ orders(first: 10) { totalCount } }", tokens(again.printed)["admin@example.com"]) == {
            "orders": {"totalCount": 6}
        }
    finally:
        again.process.kill()
        again.process.wait()


def test_a_taken_port_is_told_before_anything_is_done(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)],
            env=os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == (
        f"CommandError: Cannot listen at 127.0.0.1:{port}: Address already in use. Choose another --port.\n"
    )
    assert not (tmp_path / "db.sqlite3").exists()
