#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    # People type manage.py; servers start shop.asgi, where DEBUG is off unless asked for.
    os.environ.setdefault("DEBUG", "1")
    execute_from_command_line(sys.argv)
