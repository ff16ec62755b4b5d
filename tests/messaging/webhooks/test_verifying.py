"""The examples of docs/webhooks.md verify what is really sent, and refuse everything else."""

import base64
import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from messaging_plugin.webhooks.delivery import deliver_due
from tests.messaging.behaviours.market import Market
from tests.messaging.webhooks.receiver import SECRET, Receiver

pytestmark = pytest.mark.django_db
PAGE = (Path(__file__).parent.parent.parent.parent / "docs" / "webhooks.md").read_text()

Verify = Callable[[str, dict[str, str], bytes], bool]

JS = """
import { verified } from "./example.mjs";
let text = "";
for await (const part of process.stdin) text += part;
const { secret, headers, body } = JSON.parse(text);
console.log(JSON.stringify(verified(secret, headers, Buffer.from(body, "base64"))));
"""


def example(language: str) -> str:
    [found] = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture(params=["python", "js"])
def verify(request: pytest.FixtureRequest, tmp_path: Path) -> Verify:
    if request.param == "python":
        names: dict[str, Any] = {}
        exec(example("python"), names)  # noqa: S102 - our own page
        return lambda secret, headers, body: bool(names["verified"](secret, headers, body))
    if shutil.which("node") is None:
        pytest.skip("Left out: node, which runs the example in JavaScript, is not installed.")
    (tmp_path / "example.mjs").write_text(example("js"))
    (tmp_path / "run.mjs").write_text(JS)

    def run(secret: str, headers: dict[str, str], body: bytes) -> bool:
        given = {
            "secret": secret,
            "headers": {name.lower(): value for name, value in headers.items()},
            "body": base64.b64encode(body).decode(),
        }
        command = ["node", str(tmp_path / "run.mjs")]
        done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=True, timeout=30)
        return bool(json.loads(done.stdout))

    return run


def test_the_example_verifies_what_is_sent_and_refuses_the_rest(
    market: Market, receiver: Receiver, verify: Verify
) -> None:
    market.asked(body="Ünïcode 🎉")
    deliver_due()
    [told] = receiver.told
    assert verify(SECRET, told.headers, told.raw)
    signatures = {**told.headers, "Webhook-Signature": f"v1,other {told.headers['Webhook-Signature']}"}
    assert verify(SECRET, signatures, told.raw)
    late = {**told.headers, "Webhook-Timestamp": str(int(time.time()) - 301)}
    assert not verify(SECRET, late, told.raw)
    assert not verify(SECRET, told.headers, told.raw + b" ")
    assert not verify(SECRET, {**told.headers, "Webhook-Id": "msg_other"}, told.raw)
    assert not verify(SECRET.replace("M", "N"), told.headers, told.raw)
    assert not verify(SECRET, {**told.headers, "Webhook-Signature": "v1,"}, told.raw)


def test_the_payload_on_the_page_has_the_fields_of_one_that_is_sent(market: Market, receiver: Receiver) -> None:
    market.asked()
    deliver_due()

    def shape(value: Any) -> Any:
        return {name: shape(one) for name, one in value.items()} if isinstance(value, dict) else type(value)

    assert shape(json.loads(example("json"))) == shape(receiver.told[0].payload)


def test_the_page_names_every_header_of_the_standard(market: Market, receiver: Receiver) -> None:
    market.asked()
    deliver_due()
    named = set(re.findall(r"^\| `(Webhook-\w+)` \|", PAGE, re.MULTILINE))
    assert named == {name for name in receiver.told[0].headers if name.startswith("Webhook-")}
