"""The engine's own process: requests on standard input, answers on standard output, a line each.

    {"id": 7, "operation": "derive", "payload": "{...}", "seconds": 10}   ->   {"id": 7, "answer": "{...}"}

It knows no password and no database. Pebble keeps the pool: a worker that runs over its time is
killed and replaced, and nobody else notices. It ends when its standard input ends.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import threading
from concurrent.futures import CancelledError, Future, TimeoutError
from functools import partial
from typing import Final, TextIO, final

from pebble import ProcessExpired, ProcessPool

from frechet_site.lib.engine_protocol import failure
from frechet_site.lib.engine_worker import confine, run

TASKS_OF_A_WORKER: Final = 500
FIRST_SECONDS: Final = 10


@final
class Answers:
    """Writes answers as they come, one at a time, whichever thread brings them."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.lock = threading.Lock()

    def write(self, number: int, answer: str) -> None:
        """Write one answer."""
        with self.lock:
            self.stream.write(json.dumps({"id": number, "answer": answer}) + "\n")
            self.stream.flush()


def outcome(future: Future[str], seconds: float) -> str:
    """Return the answer of a worker, or in kind words what became of the worker."""
    try:
        return future.result()
    except TimeoutError:
        return failure("time", f"This takes longer than {seconds:g} s, so it was stopped.")
    except (ProcessExpired, CancelledError):
        return failure("crash", "The engine had to give up on this formula.")


def serve(workers: int, memory_mb: int) -> None:
    """Answer until the input ends."""
    answers = Answers(os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8"))
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["frechet_site.lib.engine_preload"])
    pool = ProcessPool(
        max_workers=workers,
        max_tasks=TASKS_OF_A_WORKER,
        context=context,
        initializer=confine,
        initargs=(memory_mb,),
    )
    # The workers start now, not when the first person asks.
    pool.schedule(run, args=("preview", '{"text": "x"}', FIRST_SECONDS))
    for line in sys.stdin:
        request = json.loads(line)
        number, seconds = request["id"], request["seconds"]
        future = pool.schedule(run, args=(request["operation"], request["payload"], seconds), timeout=seconds)
        future.add_done_callback(partial(_answer, answers, number, seconds))

    pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it untyped

    pool.join()


def _answer(answers: Answers, number: int, seconds: float, future: Future[str]) -> None:
    answers.write(number, outcome(future, seconds))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--memory-mb", type=int, required=True)
    chosen = parser.parse_args()
    serve(chosen.workers, chosen.memory_mb)
