"""The shop's settings, for tests: a fast password hasher, and the example plugin installed beside the real one."""

import os
from typing import TYPE_CHECKING

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("PLUGINS", "tests.example_plugin")

if TYPE_CHECKING:
    from shop.settings import PASSWORD_HASHERS
else:
    from shop.settings import *  # noqa: F403

    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    LOGGING["root"]["level"] = "WARNING"  # noqa: F405
