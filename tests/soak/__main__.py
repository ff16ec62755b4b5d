"""The soak itself, on the PostgreSQL of DATABASE_URL and with a Redis of its own, which it restarts.

python tests/with_services.py python -m tests.soak [--messages 10000 --subscribers 50 --kills 20 --reconnects 200
--redis-restarts 10]
"""

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from tests.processes.servers import ROOT, a_database, environment, manage
from tests.soak.people import Sender, Subscriber
from tests.with_services import Services

SENDERS = 20


class Server:
    """A web process that is killed and begun anew on the same port."""

    def __init__(self, database: str, redis: str, log: Path) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{found.getsockname()[1]}"
        self.environment = environment(database) | {"REDIS_URL": redis}
        self.log = log
        self.is_up = False

    def start(self) -> None:
        port = self.address.partition(":")[2]
        command = [sys.executable, "-m", "uvicorn", "shop.asgi:application", "--port", port, "--ws", "wsproto"]
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=out, stderr=out)

    async def wait(self) -> None:
        async with httpx.AsyncClient() as client:
            while True:
                try:
                    if (await client.get(f"http://{self.address}/healthz", timeout=5)).status_code == 200:
                        self.is_up = True
                        return
                except httpx.HTTPError:
                    await asyncio.sleep(0.1)

    async def kill(self) -> None:
        self.is_up = False
        self.process.kill()
        self.process.wait()
        self.start()
        await self.wait()


async def soak(options: argparse.Namespace, database: str, folder: Path, services: Services) -> bool:
    manage(database, "migrate", "--verbosity=0")
    made = subprocess.run(
        [sys.executable, "-m", "tests.soak.world"],
        cwd=ROOT, env=environment(database), capture_output=True, text=True, check=True,
    )  # fmt: skip
    cast = json.loads(made.stdout)
    redis = services.start_valkey()
    servers = [Server(database, redis, folder / f"server{number}.log") for number in range(2)]
    for server in servers:
        server.start()
    await asyncio.gather(*(server.wait() for server in servers))

    def addresses() -> list[str]:
        return [server.address for server in servers if server.is_up] or [servers[0].address]

    each = options.messages // SENDERS
    senders = [
        Sender(token, part["thread"], f"{place}.{side}", each)
        for place, part in enumerate(cast["threads"])
        for side, token in enumerate(part["tokens"])
    ]
    every = frozenset(part["thread"] for part in cast["threads"])
    own = [(token, frozenset({part["thread"]})) for part in cast["threads"] for token in part["tokens"]]
    listening = (own + [(cast["support"], every)] * 5) * (options.subscribers // 25 + 1)
    subscribers = [Subscriber(token, threads) for token, threads in listening[: options.subscribers]]
    last = dict.fromkeys(every, 1 + 2 * each)

    begun = time.monotonic()
    hearing = [asyncio.create_task(one.run(addresses)) for one in subscribers]
    sending = asyncio.gather(*(one.run(addresses) for one in senders))
    await trouble(options, servers, subscribers, services, sending)
    await sending
    sent = time.monotonic() - begun
    until = time.monotonic() + 60
    while not all(one.is_done(last) for one in subscribers) and time.monotonic() < until:
        await asyncio.sleep(0.2)
    for task in hearing:
        task.cancel()
    await asyncio.gather(*hearing, return_exceptions=True)
    for server in servers:
        server.process.terminate()
        server.process.wait()

    lost = sum(
        len(set(range(1, last[thread] + 1)) - set(one.seen.get(thread, [])))
        for one in subscribers
        for thread in one.entitled
    )
    faults = [fault for one in subscribers for fault in one.faults]
    print(
        f"{each * SENDERS} messages in {sent:.0f} s by {SENDERS} senders with {sum(one.retries for one in senders)} retries; "
        f"{len(subscribers)} subscribers over {sum(one.connections for one in subscribers)} connections: "
        f"{sum(len(numbers) for one in subscribers for numbers in one.seen.values())} events, "
        f"{sum(one.doubles for one in subscribers)} doubles, {lost} lost, {len(faults)} faults; "
        f"{options.kills} processes killed, {options.redis_restarts} restarts of Redis."
    )
    for fault in sorted(set(faults))[:5]:
        print(fault)
    return lost == 0 and not faults


async def trouble(
    options: argparse.Namespace,
    servers: list[Server],
    subscribers: list[Subscriber],
    services: Services,
    sending: "asyncio.Future[list[None]]",
) -> None:
    """Everything that was asked for, spread at random, however long the sending takes."""
    deeds = ["kill"] * options.kills + ["redis"] * options.redis_restarts + ["leave"] * options.reconnects
    random.shuffle(deeds)
    for deed in deeds:
        await asyncio.sleep(0.05)
        if deed == "kill":
            await random.choice(servers).kill()
        elif deed == "leave":
            random.choice(subscribers).leave.set()
        else:
            await asyncio.to_thread(restart_redis, services)
    if sending.done():
        print("The senders were done before the trouble was over: send more.")


def restart_redis(services: Services) -> None:
    server, _ = services.servers.pop()
    server.kill()
    server.wait()
    services.start_valkey()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--subscribers", type=int, default=50)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--reconnects", type=int, default=200)
    parser.add_argument("--redis-restarts", type=int, default=10)
    options = parser.parse_args()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        parser.error("run it under tests/with_services.py")
    with tempfile.TemporaryDirectory() as folder, a_database("soak") as database, Services(durable=False) as services:
        return 0 if asyncio.run(soak(options, database, Path(folder), services)) else 1


if __name__ == "__main__":
    sys.exit(main())
