"""The short form of ``make soak-mail``: real workers, killed, and a real mail server that goes away."""

import os
import subprocess
import sys

import pytest

from tests.processes.servers import ROOT


@pytest.mark.processes
def test_nothing_is_lost_while_workers_are_killed_and_the_mail_server_goes_away() -> None:
    command = [sys.executable, "-m", "tests.soak.mail", "--messages=120", "--kills=3", "--outages=1", "--workers=2"]
    done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 lost, " in done.stdout
