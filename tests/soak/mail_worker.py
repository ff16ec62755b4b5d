"""A background worker that gives up a dead colleague's parcels, and a mail server's absence, in seconds, not minutes."""

import os
import threading
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

import django

django.setup()

from messaging_plugin.notifications import claiming, delivery  # noqa: E402 - Django must be set up first
from shop import worker  # noqa: E402

if __name__ == "__main__":
    claiming.LEASE = timedelta(seconds=5)
    delivery.PAUSE, delivery.AWAY_PAUSE, delivery.AWAY_LONGEST = 0.5, 0.2, 1.0
    worker.INTERVAL = 0.2
    worker.run(threading.Event())
