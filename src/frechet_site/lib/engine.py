"""The engine as the views call it: `call("derive", {"text": "x'*A*x", "wrt": ["x"]})`.

The work is done in worker processes that are killed at their limits of time and memory
(`engine_daemon.py`, `engine_worker.py`); text goes there and back as JSON. The answer is the data
of the operation, or `{"error": {"kind", "message", "hint", "position", "caret"}}`: an error of the
user and a formula that is too hard look the same to a template.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from importlib.util import find_spec
from typing import Final, final

from django.conf import settings
from django.core.cache import caches

from frechet_site.lib.engine_protocol import MODULES_VARIABLE, failure
from frechet_site.lib.turns import turn

logger = logging.getLogger("frechet.engine")
PASSED_ON: Final = ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV", "TMPDIR")
MOST_WAITING: Final = 64
PATIENCE_SECONDS: Final = 30
REMEMBERED_SECONDS: Final = 24 * 3600
# Hundreds of answers are remembered by each process of the server: none of them may be a burden.
MOST_REMEMBERED: Final = 128 * 1024
MOST_LOGGED: Final = 2000
BUSY: Final = ("busy", "The engine is busy.", "Try again in a few seconds.")
STOPPED: Final = ("crash", "The engine stopped.", "It starts again by itself: try again in a second.")
PASSING: Final = frozenset({"time", "memory", "busy", "turn", "crash"})


@final
class Engine:
    """A daemon and the requests that wait for it; a daemon that died is replaced at the next call."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.numbers = itertools.count()
        self.waiting: dict[int, Future[str]] = {}
        self.daemon: subprocess.Popen[str] | None = None

    def ask(self, operation: str, payload: str, seconds: float) -> str:
        """Return the answer as JSON text."""
        future: Future[str] = Future()
        with self.lock:
            if len(self.waiting) >= MOST_WAITING:
                return failure(*BUSY)
            number = next(self.numbers)
            self.waiting[number] = future
            request = {"id": number, "operation": operation, "payload": payload, "seconds": seconds}
            try:
                self._send(json.dumps(request))
            except OSError:
                del self.waiting[number]
                return failure(*STOPPED)
        try:
            return future.result(seconds + PATIENCE_SECONDS)
        except FutureTimeout:
            return failure(*BUSY)
        finally:
            with self.lock:
                self.waiting.pop(number, None)

    def start(self) -> None:
        """Start the daemon before the first request needs it."""
        with self.lock:
            self._running()

    def stop(self) -> None:
        """End the daemon."""
        with self.lock:
            daemon, self.daemon = self.daemon, None
        if daemon is not None:
            close(daemon)
            daemon.wait(PATIENCE_SECONDS)

    def _send(self, line: str) -> None:
        stream = self._running().stdin
        assert stream is not None
        stream.write(line + "\n")
        stream.flush()

    def _running(self) -> subprocess.Popen[str]:
        if self.daemon is not None and self.daemon.poll() is not None:
            close(self.daemon)
            self.daemon = None
        if self.daemon is None:
            self.daemon = started()
            threading.Thread(target=self._listen, args=(self.daemon,), daemon=True).start()
        return self.daemon

    def _listen(self, daemon: subprocess.Popen[str]) -> None:
        assert daemon.stdout is not None
        with daemon.stdout as answers:
            for line in answers:
                answer = json.loads(line)
                self._settle(answer["id"], answer["answer"])
        with self.lock:
            orphans = list(self.waiting) if self.daemon in (daemon, None) else []
        for number in orphans:
            self._settle(number, failure(*STOPPED))

    def _settle(self, number: int, answer: str) -> None:
        with self.lock:
            future = self.waiting.pop(number, None)
        if future is not None and not future.done():
            future.set_result(answer)


def close(daemon: subprocess.Popen[str]) -> None:
    """Close the way to a daemon; what it did not read any more is lost."""
    assert daemon.stdin is not None
    with suppress(BrokenPipeError):
        daemon.stdin.close()


def started() -> subprocess.Popen[str]:
    """Start a daemon with nothing of our environment but what finds Python, the library and the course."""
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    # It works in a folder where nothing lies: what is found from here must be found from there.
    paths = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    environment["PYTHONPATH"] = os.pathsep.join(os.path.abspath(path) for path in paths)
    if course := os.environ.get("FRECHET_COURSE"):
        environment["FRECHET_COURSE"] = os.path.abspath(course)
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "frechet_site.lib.engine_daemon",
            f"--workers={settings.ENGINE_WORKERS}",
            f"--memory-mb={settings.ENGINE_MEMORY_MB}",
        ],
        env={
            **environment,
            **threads,
            "PYTHONSAFEPATH": "1",
            MODULES_VARIABLE: ",".join(operation_modules()),
        },
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def operation_modules() -> list[str]:
    """Return the modules named `operations` of all features, the shared one first."""
    named = ["frechet_site.lib", *(app for app in settings.INSTALLED_APPS if app.startswith("frechet_site."))]
    modules = [f"{app}.operations" for app in dict.fromkeys(named)]
    return [module for module in modules if find_spec(module) is not None]


ENGINE: Final = Engine()


def call(operation: str, payload: Mapping[str, object], seconds: float | None = None) -> dict[str, object]:
    """Return what the operation answers; an answer that was given today is not computed again."""
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True)
    key = hashlib.blake2b(f"{operation}\n{text}".encode(), digest_size=24).hexdigest()
    cache = caches["engine"]
    known: dict[str, object] | None = cache.get(key)
    if known is not None:
        return known
    with turn() as refused:
        told = (
            ENGINE.ask(operation, text, seconds or settings.ENGINE_SECONDS)
            if refused is None
            else failure(*refused.refusal)
        )
    answer: dict[str, object] = json.loads(told)
    error = answer.get("error")
    if isinstance(error, dict):
        if traceback := error.pop("traceback", ""):
            extra = {"payload": text[:MOST_LOGGED], "traceback": traceback}
            logger.error("the operation %s failed", operation, extra=extra)
        if error["kind"] in PASSING:
            return answer
    if len(told) <= MOST_REMEMBERED:
        cache.set(key, answer, REMEMBERED_SECONDS)
    return answer
