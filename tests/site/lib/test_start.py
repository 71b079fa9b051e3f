"""`start` and `frechet serve`: one command, twice the same result, quick the second time."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from frechet.extras import installing

SECONDS_TO_START: Final = 60
SETTINGS: Final = "frechet_site.config.settings"
WITHOUT_GUNICORN: Final = """
import sys
sys.modules["gunicorn"] = None
sys.argv[1:] = ["serve"]
from frechet.cli import main
main()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def served(data: Path) -> Iterator[str]:
    """Run `frechet serve` on a data folder and yield its address when it answers."""
    port = free_port()
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = {
        **inherited,
        "FRECHET_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "frechet_site.config.settings",
    }
    command = [sys.executable, "-m", "frechet_site", "start", f"--port={port}", "--workers=1"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + SECONDS_TO_START
        while not answers(f"{address}/healthz"):
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=SECONDS_TO_START)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest.mark.slow
def test_an_empty_folder_becomes_a_site_and_serves_hashed_compressed_files(tmp_path: Path) -> None:
    with served(tmp_path) as address:
        with urllib.request.urlopen(f"{address}/about/", timeout=10) as response:
            page = response.read().decode()
        sheet = next(part for part in page.split('"') if "/base." in part)
        request = urllib.request.Request(address + sheet, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request, timeout=10) as response:
            assert "immutable" in response.headers["Cache-Control"]
            assert response.headers["Content-Encoding"] == "gzip"
    assert (tmp_path / "frechet.sqlite3").exists()
    started = time.monotonic()
    with served(tmp_path):
        assert time.monotonic() - started < 10


def test_a_site_that_is_not_installed_is_told_with_the_mend() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_GUNICORN], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "frechet: the site needs gunicorn",
        f"Install it with: {installing('site')}",
    ]


def test_a_setting_without_meaning_is_one_sentence_and_no_traceback(tmp_path: Path) -> None:
    environment = {**os.environ, "FRECHET_DATA": str(tmp_path), "FRECHET_DEBUG": "maybe"}
    environment["DJANGO_SETTINGS_MODULE"] = SETTINGS
    command = [sys.executable, "-m", "frechet_site", "start"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.strip() == "frechet: FRECHET_DEBUG is 'maybe'. Write 1 or 0."
