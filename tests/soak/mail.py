"""Is any e-mail lost or doubled while workers are killed and the mail server goes away? ``make soak-mail``.

python -m tests.soak.mail [--messages 3000 --kills 40 --outages 8 --workers 2]

On the database of DATABASE_URL if that is PostgreSQL's, else on an SQLite of its own.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path

from tests.messaging.notifications.postbox import Mail, Postbox
from tests.processes.servers import ROOT, a_database, environment, manage

THREADS = 50


class Workers:
    """Processes that deliver, of which one is killed and replaced now and then."""

    def __init__(self, settings: dict[str, str], log: Path, count: int) -> None:
        self.settings, self.log = settings, log
        self.running = [self.start() for _ in range(count)]

    def start(self) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as out:
            command = [sys.executable, "-m", "tests.soak.mail_worker"]
            return subprocess.Popen(command, cwd=ROOT, env=self.settings, stdout=out, stderr=out)

    def kill_one(self) -> None:
        place = random.randrange(len(self.running))
        self.running[place].kill()
        self.running[place].wait()
        self.running[place] = self.start()

    def end(self) -> None:
        for process in self.running:
            process.kill()
            process.wait()


def write(count: int) -> threading.Thread:
    """Every message is a thread of its own, so that every one is an e-mail: a question of some customer's."""
    from messaging_plugin.threads import start_thread
    from shop.authentication import actor_of_user
    from shop.plugins.api import one_state
    from tests import world

    world.enabled("messaging", emailWaitSeconds=0, emailHourlyLimit=0)
    vendor = world.a_vendor()
    world.a_member(vendor)
    products = [world.a_product(vendor=vendor) for _ in range(-(-count // THREADS))]
    actors = [actor_of_user(world.a_customer()) for _ in range(THREADS)]

    def run() -> None:
        for number in range(count):
            with one_state():
                product = products[number // THREADS]
                start_thread(actor=actors[number % THREADS], about=product, body=f"This is number {number}.")

    return threading.Thread(target=run)


def pending() -> int:
    from messaging_plugin.models import Notification

    return Notification.objects.filter(channel="EMAIL", state="PENDING").count()


def trouble(options: argparse.Namespace, workers: Workers, box: Postbox, writing: threading.Thread) -> int:
    """As many kills and outages as were asked for, spread over the work; returns the number of outages under which mail waited."""
    deeds = ["kill"] * options.kills + ["outage"] * options.outages
    random.shuffle(deeds)
    worth = 0
    for place, deed in enumerate(deeds):
        share = (place + 1) * options.messages // (len(deeds) + 1)
        while len(box.mails) < share and (writing.is_alive() or pending()):
            time.sleep(0.02)
        if deed == "kill":
            workers.kill_one()
            continue
        box.close()
        time.sleep(random.uniform(0.3, 1.5))
        worth += bool(pending())
        box.open()
    return worth


def told(mails: list[Mail], count: int) -> tuple[int, int, int]:
    """How many messages came in no e-mail, in several with one id, and in several with different ids."""
    found: dict[int, list[str]] = defaultdict(list)
    for mail in mails:
        for number in re.findall(r"This is number (\d+)\.", mail.text):
            found[int(number)].append(mail.header("Message-ID") or "")
    doubled = [ids for ids in found.values() if len(ids) > 1]
    return count - len(found), sum(len(set(ids)) == 1 for ids in doubled), sum(len(set(ids)) > 1 for ids in doubled)


def soak(options: argparse.Namespace, database: str, folder: Path) -> bool:
    box = Postbox()
    box.open()
    settings = environment(database) | {"EMAIL_URL": box.url}
    manage(database, "migrate", "--verbosity=0")
    os.environ.update(settings)
    import django

    django.setup()
    writing = write(options.messages)
    begun = time.monotonic()
    workers = Workers(settings, folder / "workers.log", options.workers)
    try:
        writing.start()
        outages = trouble(options, workers, box, writing)
        writing.join()
        until = time.monotonic() + 120
        while pending() and time.monotonic() < until:
            time.sleep(0.1)
    finally:
        workers.end()
        box.close()
    lost, doubled, differing = told(box.mails, options.messages)
    print(
        f"{options.messages} messages in {len(box.mails)} e-mails in {time.monotonic() - begun:.0f} s by {options.workers} "
        f"workers; {options.kills} killed, {options.outages} outages of the mail server ({outages} with mail waiting): "
        f"{lost} lost, {doubled} doubled with one Message-ID, {differing} with different ones."
    )
    from django.db import connections

    connections.close_all()
    return lost == 0 and differing == 0 and doubled <= max(0, options.kills - 1)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=3_000)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--outages", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        database = f"sqlite:///{name}/soak.sqlite3"
        if os.environ.get("DATABASE_URL", "").startswith("postgres"):
            database = stack.enter_context(a_database(f"soak_mail_{os.getpid()}"))
        return 0 if soak(options, database, Path(name)) else 1


if __name__ == "__main__":
    sys.exit(main())
