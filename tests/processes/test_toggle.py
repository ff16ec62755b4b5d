"""A plugin switched on and off while two processes answer many clients."""

import os
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.processes.servers import a_database, manage, servers, signed_in

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(
        not os.environ.get("DATABASE_URL", "").startswith("postgres"),
        reason="several processes need PostgreSQL: `make test-services` has it",
    ),
]

TOGGLES = 100
QUERY = """{
  shop { name }
  orders(first: 5) { nodes { number messaging { messageCount threads(first: 1) { nodes { subject } } } } }
  threads(first: 2) { nodes { subject lastMessage { body } } }
  viewer { user { name } messaging { unreadMessageCount } }
}"""
SWITCH = "mutation ($input: Plugin%sInput!) { plugin%s(input: $input) { plugin { enabled } userErrors { code } } }"


def seen(client: httpx.Client) -> str:
    """Whether an answer is whole, with the plugin or without it; anything else is returned as it is."""
    response = client.post("/graphql/", json={"query": QUERY})
    body: Any = response.json()
    if response.status_code != 200 or not body.get("data"):
        return f"{response.status_code} {response.text}"
    data, codes = body["data"], [error["extensions"]["code"] for error in body.get("errors", [])]
    of_core = data["shop"]["name"] == "Nordwind Market" and len(data["orders"]["nodes"]) > 0
    parts = [data["threads"], data["viewer"]["messaging"], *(node["messaging"] for node in data["orders"]["nodes"])]
    if of_core and not codes and all(part is not None for part in parts):
        return "whole"
    if of_core and codes == ["PLUGIN_DISABLED"] * 3 and all(part is None for part in parts):
        return "disabled"
    return response.text


def test_every_answer_is_whole_or_disabled_in_both_processes_through_100_toggles(tmp_path: Path) -> None:
    with a_database("toggles") as database:
        manage(database, "migrate", "--verbosity=0")
        manage(database, "demo")
        with servers(2, tmp_path, database) as addresses:
            stop, found, lock = threading.Event(), Counter[str](), threading.Lock()

            def load(address: str) -> None:
                with signed_in(address, "carla@example.com") as client:
                    while not stop.is_set():
                        one = seen(client)
                        with lock:
                            found[one] += 1

            loads = [threading.Thread(target=load, args=(address,)) for address in addresses * 2]
            admins = [signed_in(address, "admin@example.com") for address in addresses]
            carlas = [signed_in(address, "carla@example.com") for address in addresses]
            for thread in loads:
                thread.start()
            try:
                for number in range(TOGGLES):
                    word, expected = (("Disable", "disabled"), ("Enable", "whole"))[number % 2]
                    body = {"query": SWITCH % (word, word), "variables": {"input": {"name": "messaging"}}}
                    answer = admins[number % 2].post("/graphql/", json=body).json()
                    assert answer["data"][f"plugin{word}"]["userErrors"] == []
                    # At the very next request, in the process that was asked and in the other one.
                    assert [seen(client) for client in carlas] == [expected, expected]
            finally:
                stop.set()
                for thread in loads:
                    thread.join()
                for client in (*admins, *carlas):
                    client.close()
            assert set(found) == {"whole", "disabled"}, found
            assert "Traceback" not in "".join(log.read_text() for log in tmp_path.glob("server*.log"))
