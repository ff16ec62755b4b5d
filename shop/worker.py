"""The background worker: runs tasks, keeps the house, and looks for what has fallen due. Any number of them may run."""

import logging
import threading
import uuid

from django.db import close_old_connections, connections
from django_tasks_db.management.commands.db_worker import Worker

from shop import hooks
from shop.tasks import keep_house

logger = logging.getLogger(__name__)

#: Seconds between two looks for tasks, and after something went wrong.
INTERVAL = 1.0
PAUSE = 5.0
#: Seconds between two rounds of housekeeping.
ROUND = 3600.0
#: Seconds that a look which is under way is given when the worker is told to stop.
GRACE = 30.0


def run(stop: threading.Event) -> None:
    """Works until ``stop`` is set, whatever happens to the database meanwhile."""
    threading.Thread(target=_rounds, args=(stop,), name="housekeeping", daemon=True).start()
    looking = threading.Thread(target=_looks, args=(stop,), name="looks", daemon=True)
    looking.start()
    while not stop.is_set():
        worker = _worker()
        threading.Thread(target=_stop, args=(stop, worker), daemon=True).start()
        try:
            worker.run()
        except Exception:
            logger.exception("The worker stumbled and begins anew.")
            stop.wait(PAUSE)
    looking.join(GRACE)
    connections.close_all()


def start_in_thread() -> threading.Event:
    """For one process that does everything. The worker stops when the event is set, or with the process."""
    stop = threading.Event()
    threading.Thread(target=run, args=(stop,), name="worker", daemon=True).start()
    return stop


def _worker() -> Worker:
    return Worker(
        queue_names=["*"],
        interval=INTERVAL,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=uuid.uuid4().hex,
        excluded_queue_names=[],
    )


def _stop(stop: threading.Event, worker: Worker) -> None:
    stop.wait()
    worker.running = False


def _rounds(stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            keep_house.enqueue()
        except Exception:
            logger.exception("No task could be enqueued.")
        finally:
            connections.close_all()
        stop.wait(ROUND)


def _looks(stop: threading.Event) -> None:
    """In a thread of its own: a mail server that is slow holds up no task."""
    while not stop.is_set():
        pause = INTERVAL
        try:
            close_old_connections()
            hooks.worker_look.publish(hooks.WorkerLook())
        except Exception:
            logger.exception("The worker could not look for what is due.")
            connections.close_all()
            pause = PAUSE
        stop.wait(pause)
    connections.close_all()
