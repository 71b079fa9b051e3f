"""A minimization on two worker processes, one of which is killed in the middle; prints the optimum.

It is a program of its own: `python lost_worker.py FOLDER KILL`, run by `test_cluster.py`.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

import dask
import dask.array as da
import numpy as np
from distributed import Client, LocalCluster

import frechet as fr

ROWS, CHUNK, READS_BEFORE_THE_END = 6_000, 1_000, 20


def rows(start: int, count: int) -> Any:
    """Return rows made from their numbers: a constant, and two waves."""
    t = np.arange(start, start + count)[:, None] / ROWS
    return np.hstack([np.ones((count, 1)), np.sin(7 * t), np.cos(11 * t)])


def read(place: Any, folder: str) -> Any:
    """Read a chunk; the read of a certain number, once, takes the worker down with it."""
    start = int(place[0, 0]) * CHUNK
    with Path(folder, "reads").open("a") as log:
        log.write(f"{os.getpid()}\n")
    count = len(Path(folder, "reads").read_text().split())
    if count >= READS_BEFORE_THE_END and Path(folder, "kill").exists():
        Path(folder, "kill").unlink(missing_ok=True)
        os.kill(os.getpid(), signal.SIGKILL)
    return rows(start, CHUNK)


def main(folder: str) -> None:
    """Solve a logistic regression whose rows are read anew in every pass."""
    places = da.from_array(np.arange(ROWS // CHUNK)[:, None], chunks=(1, 1))
    X = places.map_blocks(read, folder, chunks=((CHUNK,) * (ROWS // CHUNK), (3,)), meta=np.empty((0, 0)))
    signs = np.where(np.arange(ROWS) * 37 % 100 < 60, 1.0, -1.0)
    f = fr.parse(
        "sum(softplus(-y.*(X*w))) + c*w'*w", {"X": "matrix(m, 3)", "y": "vector(m)", "w": "vector(3)"}
    )
    found = fr.minimize(f, over="w", data={"X": X, "y": signs, "c": 0.5}, method="newton")
    pids = set(Path(folder, "reads").read_text().split())
    print(json.dumps({"w": found.x["w"].tolist(), "status": str(found.status), "processes": len(pids)}))


if __name__ == "__main__":
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with (
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"}),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster),
    ):
        main(sys.argv[1])
