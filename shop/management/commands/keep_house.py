"""What the worker does every hour, now: for a shop that runs it by cron instead, and for whoever needs the room."""

from typing import Any

from django.core.management.base import BaseCommand

from shop.tasks import keep_house


class Command(BaseCommand):
    help = "Forget what is past its time: tokens that ran out, old events of live subscriptions, what plugins keep."

    def handle(self, *_args: Any, **_options: Any) -> None:
        keep_house.call()
        self.stdout.write("Done.")
