"""Run a command on a PostgreSQL server of its own, in a temporary folder, that is gone afterwards.

    python scripts/postgres.py python -m pytest tests/site

The command finds the server in DATABASE_URL. PostgreSQL refuses to run as root; root runs it as the
user `postgres`, which Debian's package makes.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

DEBIAN: Final = Path("/usr/lib/postgresql")
ADVICE: Final = "PostgreSQL's initdb is not found. Install it: apt-get install postgresql"


def programs() -> Path:
    """Return the folder of initdb and pg_ctl."""
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    if on_path:
        return Path(on_path).resolve().parent
    sys.exit(ADVICE)


def as_servant(*command: str) -> None:
    """Run a program of PostgreSQL, as `postgres` when we are root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*prefix, *command], capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def main(command: list[str]) -> int:
    """Start the server, run the command, stop the server; return the command's exit status."""
    folder, port, bin_ = Path(tempfile.mkdtemp(prefix="frechet-postgres-")), free_port(), programs()
    cluster = folder / "cluster"
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off"
    control = (str(bin_ / "pg_ctl"), "-D", str(cluster), "-w")
    try:
        options = ("-U", "frechet", "-A", "trust", "-E", "UTF8", "--locale=C")
        as_servant(str(bin_ / "initdb"), "-D", str(cluster), *options)
        as_servant(*control, "-l", str(folder / "log"), "-o", settings, "start")
        try:
            url = f"postgres://frechet@127.0.0.1:{port}/postgres"
            return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode
        finally:
            as_servant(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
