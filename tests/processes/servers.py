"""Real server processes on a database of their own, for tests of what only several processes show."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psycopg

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def a_database(name: str) -> Iterator[str]:
    """The address of a new database on the server of DATABASE_URL; dropped afterwards."""
    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield f"{address.rpartition('/')[0]}/{name}"
    finally:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def environment(database: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "DEBUG": "0",
        "SECRET_KEY": "for-tests-of-processes-only",
        "ALLOWED_HOSTS": "127.0.0.1",
        "PLUGINS": "",
        "LOG_LEVEL": "WARNING",
    }


def manage(database: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment(database), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def a_server(database: str, log: Path) -> Iterator[str]:
    """The address of a uvicorn process, once it answers."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "uvicorn", "shop.asgi:application", "--port", str(port), "--ws", "wsproto"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(database), stdout=out, stderr=out)
        try:
            _wait_for(address, process, log)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


@contextmanager
def servers(count: int, folder: Path, database: str) -> Iterator[list[str]]:
    with ExitStack() as stack:
        yield [stack.enter_context(a_server(database, folder / f"server{one}.log")) for one in range(count)]


def _wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            if httpx.get(f"{address}/healthz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"No answer from {address}:\n{log.read_text()}")


def signed_in(address: str, email: str) -> httpx.Client:
    """A client with a fresh bearer token of a demo user."""
    query = "mutation ($input: TokenCreateInput!) { tokenCreate(input: $input) { token } }"
    body = {"query": query, "variables": {"input": {"email": email, "password": "demo"}}}
    token = httpx.post(f"{address}/graphql/", json=body, timeout=20).json()["data"]["tokenCreate"]["token"]
    return httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=20)
