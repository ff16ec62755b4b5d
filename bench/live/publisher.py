"""Fills the database of DATABASE_URL, then writes a message for each line of input and prints when it was committed."""

import json
import sys
import time

import django

django.setup()

from messaging_plugin import messages, threads  # noqa: E402 - Django must be set up first
from shop.authentication import actor_of_user  # noqa: E402
from shop.plugins.api import one_state  # noqa: E402
from shop.realtime import _messenger  # noqa: E402
from shop.tokens import issue_token  # noqa: E402
from tests import world  # noqa: E402

BODY = "Where is my table? " * 8


def main() -> None:
    world.enabled("messaging", emailNotifications=False)
    vendor, customer = world.a_vendor(), world.a_customer()
    member = world.a_member(vendor)
    order = world.an_order(customer, vendor=vendor)
    actor = actor_of_user(customer)
    with one_state():
        thread = threads.start_thread(actor=actor, about=order, body="The first.").thread
    print(json.dumps(issue_token(user=member)), flush=True)
    for _ in sys.stdin:
        with one_state():
            messages.send_message(actor=actor, thread=thread, body=BODY)
        print(time.monotonic(), flush=True)
        _messenger.finish(5)


main()
