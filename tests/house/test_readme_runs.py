"""The examples of the README, run against a real server as they stand there but for its address."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shop.test_serve import Server

pytestmark = pytest.mark.processes
README = (Path(__file__).parent.parent.parent / "README.md").read_text()
SUBJECT = "Order #1001"
COMMANDS = {"js": ["node", "--input-type=module", "-e"], "python": [sys.executable, "-c"], "sh": ["sh", "-c"]}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = Server(tmp_path_factory.mktemp("readme"))
    yield server.address
    server.process.kill()
    server.process.wait()


def example(language: str, containing: str) -> str:
    blocks = re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    [found] = [block for block in blocks if containing in block]
    return str(found)


@pytest.mark.parametrize(
    ("language", "containing", "printed"),
    [
        ("sh", "TOKEN=$(", SUBJECT),
        ("js", "async function ask", SUBJECT),
        ("python", "def ask", "'counterparty': {'name': 'Oakline Furniture'}}, 'userErrors': []"),
    ],
)
def test_an_example_of_the_readme_runs(address: str, language: str, containing: str, printed: str) -> None:
    if shutil.which(COMMANDS[language][0]) is None or (language == "sh" and shutil.which("curl") is None):
        pytest.skip(f"Left out: what runs the example in {language} is not installed.")
    text = example(language, containing).replace("http://127.0.0.1:8000", address)
    done = subprocess.run([*COMMANDS[language], text], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert printed in done.stdout
