"""Fills the database of DATABASE_URL for a soak, and prints who takes part, as JSON."""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

import django

django.setup()

from messaging_plugin import threads  # noqa: E402 - Django must be set up first
from shop.actors import Actor  # noqa: E402
from shop.authentication import actor_of_user  # noqa: E402
from shop.tokens import issue_token  # noqa: E402
from shop.vocabulary import Permission  # noqa: E402
from tests import world  # noqa: E402
from tests.asking import global_id  # noqa: E402

THREADS = 10


def main() -> None:
    world.enabled("messaging")
    support = world.staff(Permission.MANAGE_MESSAGES)
    cast = []
    for _ in range(THREADS):
        vendor, customer = world.a_vendor(), world.a_customer()
        member = world.a_member(vendor)
        order = world.an_order(customer, vendor=vendor)
        actor: Actor = actor_of_user(customer)
        message = threads.start_thread(actor=actor, about=order, body="The first of many.")
        sides = [issue_token(user=user) for user in (customer, member)]
        cast.append({"thread": global_id(message.thread), "tokens": sides})
    json.dump({"threads": cast, "support": issue_token(user=support)}, sys.stdout)


if __name__ == "__main__":
    main()
