"""The shop and the two clients. The one in TypeScript is built in a folder of its own, where node is there."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.examples.stage import Follower, Shop, thread_of_order_1001, token_of
from tests.processes.servers import ROOT, a_database, manage

TYPESCRIPT = ROOT / "examples/typescript"


@pytest.fixture(scope="session")
def typescript(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, with its packages as package-lock.json has them, compiled."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("Left out: the TypeScript client needs node and npm. Install Node 20 or newer.")
    folder = tmp_path_factory.mktemp("typescript") / "example"
    shutil.copytree(TYPESCRIPT, folder, ignore=shutil.ignore_patterns("node_modules", "dist"))
    installed = subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True, check=False
    )
    if "EUSAGE" in installed.stderr:
        pytest.fail(f"package-lock.json does not fit package.json: run `npm install` there.\n{installed.stderr}")
    if installed.returncode != 0:
        pytest.skip("Left out: `npm ci` could not fetch the packages of the TypeScript client.")
    built = npm_run(folder, "build")
    assert built.returncode == 0, built.stdout
    return folder


def npm_run(folder: Path, script: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["npm", "run", script], cwd=folder, capture_output=True, text=True, check=False,
        env=os.environ | {"SCHEMA": str(ROOT / "schema.graphql")},
    )  # fmt: skip


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """SQLite, or in the second pass of `make test` PostgreSQL; with the demo shop."""
    with ExitStack() as stack:
        if os.environ.get("DATABASE_URL", "").startswith("postgres"):
            address = stack.enter_context(a_database(f"examples-{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"))
        else:
            address = f"sqlite:///{tmp_path_factory.mktemp('database') / 'shop.sqlite3'}"
        manage(address, "migrate", "--verbosity=0")
        manage(address, "demo")
        yield address


@pytest.fixture(scope="session")
def _shop(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop(database, tmp_path_factory.mktemp("shop") / "log")
    yield shop
    shop.kill()


@pytest.fixture
def shop(_shop: Shop) -> Shop:
    """Shared by these tests, since it takes long to set up; each finds it alive."""
    _shop.start()
    return _shop


@pytest.fixture(params=["python", "typescript"])
def follower(request: pytest.FixtureRequest, shop: Shop, tmp_path: Path) -> Iterator[Follower]:
    """One of the two clients, not yet started, as the vendor's Anna in the thread about order 1001."""
    command = [sys.executable, str(ROOT / "examples/python/follow.py")]
    if request.param == "typescript":
        command = ["node", str(request.getfixturevalue("typescript") / "dist/follow.js")]
    thread, _ = thread_of_order_1001(shop)
    follower = Follower(command, shop, token_of(shop, "anna@example.com"), thread, tmp_path)
    try:
        yield follower
    finally:
        follower.end()
