"""A customer, a vendor and their conversation, and sockets that listen to it."""

from typing import Any

from asgiref.sync import sync_to_async

from shop.models import Order, User
from tests import world
from tests.asking import Socket, bearer
from tests.messaging import asks

send = sync_to_async(asks.sent)


class Stage:
    def __init__(self) -> None:
        self.vendor = world.a_vendor("Oakline Furniture")
        self.carla = world.a_customer("Carla Customer")
        self.anna = world.a_member(self.vendor, "Anna Vendor")
        self.order: Order = world.an_order(self.carla, vendor=self.vendor)
        self.thread_id = asks.started(self.carla, order=self.order)


async def events_of(socket: Socket, **variables: Any) -> None:
    """Subscribed, and known to be so: the first look at the log is done."""
    await socket.subscribe(asks.EVENTS, **variables)
    assert await socket.silent(seconds=0.3)


async def as_(asker: User | Order) -> str:
    return await sync_to_async(bearer)(asker)


async def next_body(socket: Socket) -> str:
    body: str = (await socket.next(timeout=10))["messagingEvents"]["message"]["body"]
    return body
