"""The measure: ``websockets.broadcast`` of a text of the same length, one for each line of input."""

import asyncio
import sys
import time

from websockets import Subprotocol
from websockets.asyncio.server import ServerConnection, broadcast, serve


async def main() -> None:
    connections: set[ServerConnection] = set()

    async def keep(connection: ServerConnection) -> None:
        connections.add(connection)
        await connection.wait_closed()

    protocols = [Subprotocol("graphql-transport-ws")]
    async with serve(keep, "127.0.0.1", 0, compression=None, ping_interval=None, subprotocols=protocols) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(time.monotonic(), flush=True)
            broadcast(connections, line.strip())


asyncio.run(main())
