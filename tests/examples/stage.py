"""A shop that can be killed, and the example clients beside it."""

import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE
from typing import Any, Self

import httpx

from tests.processes.servers import ROOT, environment, signed_in

#: Seconds after which something will not happen any more, on a busy machine, too.
PATIENCE = 180.0


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
        """Nothing, if it is alive."""
        if self._process is not None and self._process.poll() is None:
            return
        listen = ["--port", str(self.port), "--ws", "wsproto"]
        command = [sys.executable, "-m", "uvicorn", "shop.asgi:application", *listen]
        with self._log.open("ab") as out:
            process = subprocess.Popen(command, cwd=ROOT, env=environment(self._database), stdout=out, stderr=out)
        self._process = process
        eventually(lambda: process.poll() is not None or self._answers(), told=self.printed)
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


def eventually(is_so: Callable[[], bool], *, seconds: float = PATIENCE, told: Callable[[], str] = str) -> None:
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
    sendings: "list[subprocess.Popen[str]]" = field(default_factory=list, init=False)

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
        command = [*self.command, "send", self.thread, body, key]
        sending = subprocess.Popen(command, env=self.environment, stdout=PIPE, stderr=PIPE, text=True)
        self.sendings.append(sending)
        return sending

    def end(self) -> None:
        self.kill()
        for sending in self.sendings:
            sending.kill()
            sending.communicate()

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


class Speaker:
    """Somebody who says what they say for sure, by trying until it is answered, with one key."""

    def __init__(self, shop: Shop, email: str, thread: str) -> None:
        self._client, self._thread = signed_in(shop.address, email), thread

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def say(self, body: str) -> int:
        """The number of the message."""
        variables = {"input": {"threadId": self._thread, "body": body, "idempotencyKey": uuid.uuid4().hex}}
        while True:
            try:
                answer = self._client.post("/graphql/", json={"query": SEND, "variables": variables}).json()
            except httpx.TransportError:
                time.sleep(0.1)
                continue
            number: int = answer["data"]["messageSend"]["message"]["number"]
            return number
