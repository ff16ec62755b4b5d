"""A background worker as a process of its own."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from shop import worker
from shop.graphql.composition import full_schema


class Command(BaseCommand):
    help = "Run background tasks until stopped by SIGTERM or Ctrl-C. Any number of workers may run."

    def handle(self, *_args: Any, **_options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        full_schema()  # what does not fit into it is left out here, too
        self.stdout.write("Working. Stop with Ctrl-C.")
        worker.run(stop)
