"""Run as a process of its own: what a shop with the plugins of the environment makes of them, as JSON."""

import json
import sys

import django
from graphql import OperationType

django.setup()

from django.core.management import call_command  # noqa: E402 - after the apps are loaded

from shop import administration, checks  # noqa: E402
from shop.errors import ShopError  # noqa: E402
from shop.graphql import door  # noqa: E402
from shop.graphql.context import Context  # noqa: E402
from shop.graphql.documents import Operation  # noqa: E402
from shop.models import Order  # noqa: E402
from shop.plugins import registry  # noqa: E402


def refused(name: str) -> str | None:
    try:
        administration.enable_plugin(actor=administration.OPERATOR, name=name)
    except ShopError as error:
        return error.code
    return None


call_command("migrate", verbosity=0)
Order.objects.create(number="1001")
QUERY = """{
  order: __type(name: "Order") { fields { name } }
  filter: __type(name: "OrderFilterInput") { inputFields { name } }
  node(id: "T3JkZXI6MQ") { id }
  shop { plugins { name } }
}"""
problems = {name: list(found) for name, found in checks.every_problem().items()}
codes = {plugin.label: refused(plugin.label) for plugin in registry.plugins()}
result = door.execute_sync(Operation(QUERY, OperationType.QUERY, None, None), Context())
sys.stdout.write(json.dumps({"problems": problems, "codes": codes, "data": result.data, "errors": str(result.errors)}))
