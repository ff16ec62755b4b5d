"""A background worker that gives up a dead colleague's parcels, and a mail server's absence, in seconds, not minutes."""

import os
import threading
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

import django

django.setup()

from messaging_plugin import attempts  # noqa: E402 - Django must be set up first
from shop import worker  # noqa: E402

if __name__ == "__main__":
    attempts.LEASE = timedelta(seconds=5)
    attempts.PAUSE, attempts.AWAY_PAUSE, attempts.AWAY_LONGEST = 0.5, 0.2, 1.0
    worker.INTERVAL = 0.2
    worker.run(threading.Event())
