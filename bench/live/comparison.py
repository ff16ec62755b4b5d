"""What an event costs that many clients are told of, beside a raw broadcast of the same bytes in the same run.

One web process holds the sockets, on the PostgreSQL and Redis of DATABASE_URL and REDIS_URL; another process writes the
messages, so that writing them is not counted. CPU is that of the web process alone, all of its threads.
"""

import asyncio
import json
import os
import resource
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import httpx

from tests.processes.servers import ROOT, a_database, environment, manage

COUNTS = (1, 100, 1_000, 4_000)
MESSAGES = 20
QUERY = """subscription { messagingEvents { __typename cursor
  ... on MessageSent { thread { id unreadCount } message { number body author { name } } viewer { messaging { unreadMessageCount } } }
} }"""


class Process:
    """A child with which one speaks in lines; its CPU and memory can be read."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, *command: str, env: dict[str, str] | None = None) -> "Process":
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, cwd=ROOT, env=env, limit=2**26,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        return cls(process)

    async def hear(self) -> str:
        assert self.process.stdout is not None
        line = (await self.process.stdout.readline()).decode().strip()
        assert line, "The process has ended."
        return line

    async def ask(self, line: str) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        await self.process.stdin.drain()
        return await self.hear()

    def cpu(self) -> float:
        """Seconds so far: clock_getcpuclockid(3), of another process."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def memory(self) -> int:
        """Bytes that are its own."""
        for line in Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
        raise LookupError("Pss")

    async def settled(self) -> float:
        """CPU so far, when it has come to rest for a second: less than what a watch's looks take."""
        quiet = 0
        while quiet < 2:
            before = self.cpu()
            await asyncio.sleep(0.5)
            quiet = quiet + 1 if self.cpu() - before < 0.02 else 0
        return self.cpu()

    async def end(self) -> None:
        self.process.kill()
        await self.process.wait()


@dataclass
class Figures:
    """Of one server with one number of clients: medians of ``MESSAGES``."""

    cpu: float
    p50: float
    p99: float
    memory: float = 0.0
    subscribing: float = 0.0
    executions: float = 0.0


async def tell(server: Process, speaker: Process, line: str, clients: Process, count: int) -> Figures:
    await speaker.ask(line)
    json.loads(await clients.ask(f"told {count} 20"))  # once to warm up
    cpu, delays = [], []
    for _ in range(MESSAGES):
        before = await server.settled() if count >= 100 else server.cpu()
        sent = float(await speaker.ask(line))
        told = json.loads(await clients.ask(f"told {count} 20"))
        assert len(told) == count, f"{len(told)} of {count} were told."
        await asyncio.sleep(0.05)
        cpu.append((server.cpu() - before) / count)
        delays += [at - sent for at in told]
    cuts = quantiles(delays, n=100) if len(delays) > 1 else delays * 99
    return Figures(median(cpu), median(delays), cuts[98])


async def raw(count: int, text: str) -> Figures:
    server = await Process.start("-m", "bench.live.raw")
    clients = await Process.start("-m", "bench.live.clients", await server.hear(), str(count), "", "")
    await clients.hear()
    try:
        return await tell(server, server, text, clients, count)
    finally:
        await clients.end()
        await server.end()


async def ours(count: int, database: str, publisher: Process, token: str, ws: str) -> Figures:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    server = await Process.start(
        "-m", "uvicorn", "shop.asgi:application", "--port", str(port), "--ws", ws, "--ws-per-message-deflate", "false",
        "--lifespan", "off", "--log-level", "error", "--backlog", "4096", "--ws-ping-interval", "3600",
        env=environment(database) | {"SOCKETS_PER_USER": "100000"},
    )  # fmt: skip
    try:
        async with httpx.AsyncClient() as client:
            while True:
                try:
                    await client.get(f"http://127.0.0.1:{port}/healthz", timeout=5)
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
        one = await Process.start("-m", "bench.live.clients", str(port), "1", token, QUERY)
        await one.hear()
        await one.ask("subscribe")  # the schema is composed, the document known
        await server.settled()
        empty = server.memory()
        clients = await Process.start("-m", "bench.live.clients", str(port), str(count), token, QUERY)
        await clients.hear()
        await one.end()
        before = await server.settled()
        await clients.ask("subscribe")
        subscribing = (await server.settled() - before) / count
        memory = (server.memory() - empty) / count
        figures = await tell(server, publisher, "send", clients, count)
        await clients.end()
        figures.memory, figures.subscribing = memory, subscribing
        return figures
    finally:
        await server.end()


async def main() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if not os.environ.get("REDIS_URL"):
        raise SystemExit("Run it by `make bench`: it needs PostgreSQL and Redis.")
    with a_database("bench_live") as database:
        manage(database, "migrate", "--verbosity=0")
        publisher = await Process.start("-m", "bench.live.publisher", env=environment(database))
        token = json.loads(await publisher.hear())
        example = json.dumps({"id": "1", "type": "next", "payload": {"data": "x" * 420}}, separators=(",", ":"))
        print("An event to N clients who listen alike: CPU of the web process for each delivery, and latency.")
        print(
            "      N   raw µs   p50 ms   p99 ms |  server             µs   times   p50 ms   p99 ms   KiB idle   ms to subscribe"
        )
        for count in COUNTS:
            bare = await raw(count, example)
            left = f"{count:7} {bare.cpu * 1e6:8.1f} {bare.p50 * 1e3:8.1f} {bare.p99 * 1e3:8.1f} |"
            for ws in ("wsproto", "websockets-sansio"):
                found = await ours(count, database, publisher, token, ws)
                print(
                    f"{left}  {ws:<17} {found.cpu * 1e6:6.1f} {found.cpu / bare.cpu:7.2f} {found.p50 * 1e3:8.1f} "
                    f"{found.p99 * 1e3:8.1f} {found.memory / 1024:10.1f} {found.subscribing * 1e3:17.2f}",
                    flush=True,
                )
        await publisher.end()
