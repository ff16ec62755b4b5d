"""The shop's settings, for tests: a fast hasher, a database file that threads can share, and the example plugin."""

import os
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("PLUGINS", "tests.example_plugin")
os.environ.setdefault("SOCKET_THREADS", "4")

from shop.settings import *  # noqa: F403 - Django's way to inherit settings

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING["root"] = {"handlers": ["console"], "level": "WARNING"}  # noqa: F405
WHITENOISE_AUTOREFRESH = True

_database: dict[str, Any] = DATABASES["default"]  # noqa: F405
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: threads of sockets open connections of their own. Power loss is not tested here.
    _folder = tempfile.mkdtemp(prefix="shop-tests-")
    _database["TEST"] = {"NAME": str(Path(_folder) / "test.sqlite3")}
    _database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
else:
    # Tests with threads of their own close their connections; a pool would keep the test database in use.
    _database["OPTIONS"].pop("pool", None)

if REDIS_URL:  # noqa: F405
    # Workers share one server: each has its own database in it, and its own name on the channel layer.
    _worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = f"tests-{_worker}"  # noqa: F405
    CACHES["default"]["LOCATION"] = REDIS_URL.replace("db=0", f"db={_worker}")  # noqa: F405
