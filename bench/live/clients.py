"""Many light clients of one server in one process, steered by lines on its input; counts what they are told.

``python -m bench.live.clients PORT COUNT TOKEN QUERY``; with an empty TOKEN they only listen, as to a raw broadcast.
They do not answer pings: the servers send none.
"""

import asyncio
import json
import os
import struct
import sys
import time

TOLD = b'"type":"next"'


class Client:
    """Speaks just enough WebSocket to be told; it does not parse what it is told."""

    told: list[float] = []

    async def connect(self, port: int) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        self._writer.write(
            f"GET /graphql/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
        )
        await self._reader.readuntil(b"\r\n\r\n")

    async def say(self, frame: dict[str, object]) -> None:
        text, mask = json.dumps(frame).encode(), os.urandom(4)
        length = (
            struct.pack("!BBH", 0x81, 0x80 | 126, len(text)) if len(text) > 125 else bytes([0x81, 0x80 | len(text)])
        )
        self._writer.write(length + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(text)))
        await self._writer.drain()

    async def init(self, token: str) -> None:
        await self.say({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}})
        assert b"connection_ack" in await self._reader.read(1000)

    async def listen(self) -> None:
        while data := await self._reader.read(65536):
            now = time.monotonic()
            Client.told += [now] * data.count(TOLD)


async def main() -> None:
    port, count, token, query = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
    clients = [Client() for _ in range(count)]
    for begin in range(0, count, 50):
        await asyncio.gather(*(client.connect(port) for client in clients[begin : begin + 50]))
        if token:
            await asyncio.gather(*(client.init(token) for client in clients[begin : begin + 50]))
    listening = [asyncio.ensure_future(client.listen()) for client in clients]
    print("open", flush=True)
    while line := (await asyncio.to_thread(sys.stdin.readline)).split():
        match line:
            case ["subscribe"]:
                for begin in range(0, count, 50):
                    payload = {"query": query}
                    said = [
                        client.say({"id": "1", "type": "subscribe", "payload": payload})
                        for client in clients[begin : begin + 50]
                    ]
                    await asyncio.gather(*said)
                print("said", flush=True)
            case ["told", wanted, seconds]:
                until = time.monotonic() + float(seconds)
                while len(Client.told) < int(wanted) and time.monotonic() < until:  # noqa: ASYNC110 - wakes nobody
                    await asyncio.sleep(0.01)
                print(json.dumps(Client.told), flush=True)
                Client.told.clear()
    for task in listening:
        task.cancel()


asyncio.run(main())
