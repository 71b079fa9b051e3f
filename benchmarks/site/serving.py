"""The site under measurement: started as an operator starts it, with data in a temporary folder."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, final

WORKERS: Final = 2
SECONDS_TO_START: Final = 300


@final
@dataclass(frozen=True)
class Site:
    """A site that runs."""

    address: str
    folder: Path
    process: subprocess.Popen[bytes]
    first_start: float
    later_start: float
    later_start_work: float
    people: dict[str, Any]


@contextmanager
def serving(learners: int) -> Iterator[Site]:
    """Start the site twice, the first time on an empty folder; with people in between."""
    with tempfile.TemporaryDirectory(prefix="frechet-bench-") as name:
        folder = Path(name)
        process, _, first = start(folder)
        stop(process)
        people = made_people(folder, learners)
        process, address, later = start(folder)
        work = processor_seconds(process.pid)
        try:
            yield Site(address, folder, process, first, later, work, people)
        finally:
            stop(process)


def environment(folder: Path) -> dict[str, str]:
    """Return the variables by which a process finds the data of the site."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("FRECHET_", "DATABASE"))}
    return {**own, "FRECHET_DATA": str(folder)}


def start(folder: Path) -> tuple[subprocess.Popen[bytes], str, float]:
    """Start the site; return its process, its address, and the seconds until it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).parent / "frechet"
    command = [str(program), "serve", f"--port={port}", f"--workers={WORKERS}"]
    started = time.perf_counter()
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, env=environment(folder), stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    while time.perf_counter() - started < SECONDS_TO_START and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/course/", timeout=5).close()
            return process, address, time.perf_counter() - started
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise RuntimeError(f"the site did not start: {(folder / 'log').read_text()[-2000:]}")


def kill_a_worker(site: Site) -> None:
    """End one of the server processes as the kernel does when memory runs out, with all it is doing."""
    children = Path(f"/proc/{site.process.pid}/task/{site.process.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the site."""
    process.terminate()
    process.wait(60)


def made_people(folder: Path, learners: int) -> dict[str, Any]:
    """Have the people made and return what is known of them."""
    command = [sys.executable, "-m", "benchmarks.site.people", str(learners)]
    done = subprocess.run(command, env=environment(folder), check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
