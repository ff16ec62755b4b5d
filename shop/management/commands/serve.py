"""What ``make run`` starts: everything in one process, on a fresh machine, too."""

import os
import socket
import warnings
from contextlib import suppress
from typing import Any

import uvicorn
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop import checks, demo, demo_data, worker
from shop.models import Order, User
from shop.tokens import create_guest_token, issue_token


class Command(BaseCommand):
    help = "Migrate, fill in demo data if the shop is empty, and serve it. For trying out; see docs/operations.md."
    requires_system_checks = ()  # a broken plugin is told and left out; the shop runs

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000, help="8000 unless given; 0: any that is free")

    def handle(self, *_args: Any, host: str, port: int, **_options: Any) -> None:
        with _listening(host, port) as listener:
            call_command("migrate", verbosity=0, interactive=False)
            for name, found in checks.every_problem().items():
                self.stderr.write(f"The plugin {name} is left out. {' '.join(found)}")
            demo.fill_if_empty()
            config = uvicorn.Config(
                "shop.asgi:application",
                ws="wsproto",
                ws_per_message_deflate=False,
                lifespan="off",
                log_config=None,
                timeout_graceful_shutdown=3,
            )
            warnings.filterwarnings(
                "ignore", message="StreamingHttpResponse must consume"
            )  # static files, read at once
            shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - only told
            address = f"http://{shown}:{listener.getsockname()[1]}"
            if "SHOP_URL" not in os.environ:
                settings.SHOP_URL = address  # where links in e-mails lead
            self._welcome(address)
            worker.start_in_thread()
            with suppress(KeyboardInterrupt):
                uvicorn.Server(config).run(sockets=[listener])

    def _welcome(self, address: str) -> None:
        self.stdout.write(f"\nGraphQL and GraphiQL   {address}/graphql/\nAdmin                  {address}/admin/\n")
        if tokens := _demo_tokens():
            self.stdout.write(f'Demo logins, password "{demo_data.PASSWORD}", each with a fresh bearer token:\n')
            for who, role, token in tokens:
                self.stdout.write(f"  {who:<22} {role}\n    {token}")
        self.stdout.write("\nStop with Ctrl-C.\n")
        self.stdout.flush()


def _listening(host: str, port: int) -> socket.socket:
    """First of all, so that a port that is taken is told before anything is done."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        why = (error.strerror or str(error)).partition(" (")[0]
        raise CommandError(f"Cannot listen at {host}:{port}: {why}. Choose another --port.") from None


def _demo_tokens() -> list[tuple[str, str, str]]:
    """For those only who still have the demo's password: everybody knows that anyway."""
    users = {user.email: user for user in User.objects.filter(is_active=True)}
    open_to_all = {
        hashed: check_password(demo_data.PASSWORD, hashed)
        for hashed in {users[row.email].password for row in demo_data.USERS if row.email in users}
    }
    tokens = [
        (row.email, row.role, issue_token(user=user))
        for row in demo_data.USERS
        if (user := users.get(row.email)) is not None and open_to_all[user.password]
    ]
    guest = Order.objects.filter(number="1005", customer=None, guest_email=demo_data.GUEST).first()
    if tokens and guest is not None:
        tokens.append(("order #1005", "a guest, who has no login", create_guest_token(order=guest)))
    return tokens
