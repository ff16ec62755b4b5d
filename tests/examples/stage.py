"""A shop that can be killed, and the example clients beside it."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.processes.servers import ROOT, environment, signed_in

START_SECONDS = 60


class Shop:
    """One uvicorn process on one database, at one address for its whole life, however often it dies."""

    def __init__(self, database: str, log: Path) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port: int = found.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._database, self._log = database, log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "uvicorn",
            "shop.asgi:application",
            "--port",
            str(self.port),
            "--ws",
            "wsproto",
        ]
        with self._log.open("ab") as out:
            process = subprocess.Popen(command, cwd=ROOT, env=environment(self._database), stdout=out, stderr=out)
        self._process = process
        eventually(lambda: process.poll() is not None or self._answers(), seconds=START_SECONDS, told=self.printed)
        assert process.poll() is None, self.printed()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()  # SIGKILL: no goodbye to anybody
            self._process.wait()

    def printed(self) -> str:
        return self._log.read_text()

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/healthz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False


def eventually(is_so: Callable[[], bool], *, seconds: float = 60, told: Callable[[], str] = str) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, f"Not within {seconds} s. {told()}"
        time.sleep(0.05)


@dataclass
class Follower:
    """An example client in a process of its own, and the journal that it keeps."""

    command: list[str]
    shop: Shop
    token: str
    thread: str
    folder: Path
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [*self.command, "follow", self.thread, str(self.journal)], env=self.environment, stdout=out, stderr=out
            )

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def send(self, body: str, key: str) -> "subprocess.Popen[str]":
        """A process of the client that prints the number of the message that it has sent."""
        return subprocess.Popen(
            [*self.command, "send", self.thread, body, key],
            env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "SHOP_URL": f"{self.shop.address}/graphql/", "SHOP_TOKEN": self.token}

    @property
    def journal(self) -> Path:
        return self.folder / "journal"

    @property
    def log(self) -> Path:
        return self.folder / "follower.log"

    def seen(self) -> list[dict[str, Any]]:
        """The lines of messages, as far as they are whole."""
        text = self.journal.read_text() if self.journal.exists() else ""
        lines = [json.loads(line) for line in text.split("\n")[:-1]]
        return [line for line in lines if "number" in line]

    def has_seen(self, number: int) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        return any(line["number"] >= number for line in self.seen())

    def wait_for(self, number: int) -> None:
        eventually(lambda: self.has_seen(number), told=lambda: f"{self.log.read_text()}\n{self.seen()[-3:]}")


THREAD = '{ order(number: "1001") { messaging { threads(first: 1) { nodes { id messageCount } } } } }'
SEND = (
    "mutation ($input: MessageSendInput!) { messageSend(input: $input) { message { number } userErrors { message } } }"
)


def thread_of_order_1001(shop: Shop) -> tuple[str, int]:
    """Its id and the number of its last message."""
    with signed_in(shop.address, "carla@example.com") as carla:
        answer = carla.post("/graphql/", json={"query": THREAD}).json()
    [thread] = answer["data"]["order"]["messaging"]["threads"]["nodes"]
    return thread["id"], thread["messageCount"]


def token_of(shop: Shop, email: str) -> str:
    with signed_in(shop.address, email) as client:
        return client.headers["Authorization"].removeprefix("Bearer ")


def say(shop: Shop, token: str, thread: str, body: str) -> int:
    """Sends a message for sure, by trying until it is answered: its body is its key."""
    variables = {"input": {"threadId": thread, "body": body, "idempotencyKey": body}}
    headers = {"Authorization": f"Bearer {token}"}
    while True:
        try:
            request = {"query": SEND, "variables": variables}
            answer = httpx.post(f"{shop.address}/graphql/", json=request, headers=headers, timeout=20).json()
        except httpx.TransportError:
            time.sleep(0.1)
            continue
        number: int = answer["data"]["messageSend"]["message"]["number"]
        return number
