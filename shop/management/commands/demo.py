"""Fill an empty shop with something to look at."""

from typing import Any

from django.core.management.base import BaseCommand

from shop import checks, demo, demo_data


class Command(BaseCommand):
    help = "Fill the shop with demo data, if it is empty; every demo user has the same password. Twice does no harm."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        checks.every_problem()  # a plugin that does not fit must be known before it is switched on
        if demo.fill_if_empty():
            self.stdout.write(f"{demo_data.SHOP_NAME} is open. The password of everybody is: {demo_data.PASSWORD}")
        else:
            self.stdout.write("The shop has data already: nothing was done.")
