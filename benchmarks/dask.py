"""Data in chunks: gradient and Hessian of a logistic regression, 2,000,000 × 50 in double precision.

The same formula in five ways, in turn, in one process on all its cores; the results are compared
first; a wall time is the shortest of five. "By hand" is NumPy in blocks of 2,048 rows, once with one
thread per core over shares of the rows, once in a plain loop that leaves threads to BLAS; the faster
one is the measure. "dask.array" is the formula as one writes it with Dask arrays, on the same chunks
of 100,000 rows, BLAS held to one thread (else its threads and Dask's hinder each other tenfold). The
memory is the largest that a worker process of a cluster of two needed above what it had before, in
chunks of 40 MB, when every chunk is read from a file during the pass.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final, NamedTuple

import numpy as np

import frechet as fr
from benchmarks.measure import median, table

ROWS: Final = 2_000_000
COLUMNS: Final = 50
CHUNK: Final = 100_000
BLOCK: Final = 2_048
ROUNDS: Final = 5
FORMULA: Final = "sum(softplus(-y.*(X*w)))"
Pair = tuple[Any, Any]


class Times(NamedTuple):
    """The seconds of a call: the shortest by the clock, the median of the processors."""

    wall: float
    cpu: float


def run() -> str:
    """Return the table of times and the memory below it."""
    import dask.array as da

    random = np.random.default_rng(0)
    X = random.standard_normal((ROWS, COLUMNS))
    y, w = np.sign(random.standard_normal(ROWS)), random.standard_normal(COLUMNS) / COLUMNS**0.5
    chunked = {"X": da.from_array(X, chunks=(CHUNK, COLUMNS)), "y": da.from_array(y, chunks=CHUNK), "w": w}
    program, other = (fr.compile(_outputs(), backend="dask") for _ in range(2))
    ways: dict[str, Callable[[], Pair]] = {
        "by hand, a loop over blocks": lambda: _in_blocks(X, y, w, 0, ROWS),
        "by hand, a thread per core": lambda: _in_threads(X, y, w),
        "dask.array": lambda: _in_dask_arrays(**chunked),
        "Fréchet, Dask arrays": lambda: _pair(program(**chunked)),
        "Fréchet, NumPy arrays": lambda: _pair(other(X=X, y=y, w=w)),
    }
    times = _interleaved(ways)
    hand = min(t.wall for name, t in times.items() if name.startswith("by hand"))
    rows = [
        [name, f"{1e3 * t.wall:.0f}", f"{t.wall / hand:.2f}", f"{1e3 * t.cpu:.0f}"]
        for name, t in times.items()
    ]
    found = table(["gradient and Hessian", "wall ms", "over the faster by hand", "CPU ms"], rows)
    ratio = times["dask.array"].wall / times["Fréchet, Dask arrays"].wall
    return (
        f"{found}\n\n{ratio:.1f} times as fast as dask.array; "
        f"at most {_peak_memory(X, y, w):.1f} chunks of memory per worker; {os.cpu_count()} cores."
    )


def _outputs() -> list[Any]:
    f = fr.parse(FORMULA, {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)"})
    return [fr.derivative(f, "w"), fr.derivative(f, "w", "w")]


def _pair(found: list[Any]) -> Pair:
    gradient, hessian = found
    return gradient, hessian


def _by_hand(X: Any, y: Any, w: Any) -> Pair:
    s = 1 / (1 + np.exp(y * (X @ w)))
    scaled = X * np.sqrt(s * (1 - s))[:, None]
    return -((y * s) @ X), scaled.T @ scaled


def _in_blocks(X: Any, y: Any, w: Any, start: int, stop: int) -> Pair:
    gradient, hessian = np.zeros(COLUMNS), np.zeros((COLUMNS, COLUMNS))
    for first in range(start, stop, BLOCK):
        rows = slice(first, min(first + BLOCK, stop))
        g, h = _by_hand(X[rows], y[rows], w)
        gradient += g
        hessian += h
    return gradient, hessian


def _in_threads(X: Any, y: Any, w: Any) -> Pair:
    from threadpoolctl import threadpool_limits

    cores = os.cpu_count() or 1
    ends = [round(k * len(X) / cores) for k in range(cores + 1)]
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(cores) as pool:
        parts = list(pool.map(lambda k: _in_blocks(X, y, w, ends[k], ends[k + 1]), range(cores)))
    return sum(g for g, _ in parts), sum(h for _, h in parts)


def _in_dask_arrays(X: Any, y: Any, w: Any) -> Pair:
    import dask
    import dask.array as da

    s = 1 / (1 + da.exp(y * (X @ w)))
    gradient, hessian = dask.base.compute(-(X.T @ (y * s)), X.T @ ((s * (1 - s))[:, None] * X))
    return gradient, hessian


def _interleaved(ways: dict[str, Callable[[], Pair]]) -> dict[str, Times]:
    """Return the times of every way, after comparing what they give."""
    results = [call() for call in ways.values()]
    for pair in results[1:]:
        for found, expected in zip(pair, results[0], strict=True):
            if not np.allclose(found, expected, rtol=1e-9, atol=1e-9 * np.max(np.abs(expected))):
                raise AssertionError("the results differ")
    walls: dict[str, list[float]] = {name: [] for name in ways}
    processors: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, call in ways.items():
            wall, processor = perf_counter(), process_time()
            call()
            walls[name].append(perf_counter() - wall)
            processors[name].append(process_time() - processor)
    return {name: Times(min(walls[name]), median(processors[name])) for name in ways}


def _peak_memory(X: Any, y: Any, w: Any) -> float:
    """Return the most chunks that a worker held, the chunks being read from a file."""
    import dask.array as da
    from distributed import Client, LocalCluster

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "X.bin"
        X.tofile(file)
        starts = da.from_array(np.arange(0, ROWS, CHUNK)[:, None], chunks=(1, 1))
        chunks = ((CHUNK,) * (ROWS // CHUNK), (COLUMNS,))
        rows = starts.map_blocks(_read, str(file), chunks=chunks, meta=np.empty((0, 0)))
        with (
            LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
            Client(cluster) as client,
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore", UserWarning)
            program = fr.compile(_outputs(), backend="dask")
            program(X=da.from_array(X[:1_000], chunks=(100, COLUMNS)), y=y[:1_000], w=w)
            before = client.run(_largest_memory)
            program(X=rows, y=da.from_array(y, chunks=CHUNK), w=w)
            after = client.run(_largest_memory)
    grown: int = max(after[worker] - before[worker] for worker in before)
    return grown / (CHUNK * COLUMNS * 8)


def _read(place: Any, file: str) -> Any:
    count = CHUNK * COLUMNS
    return np.fromfile(file, count=count, offset=8 * COLUMNS * int(place[0, 0])).reshape(CHUNK, COLUMNS)


def _largest_memory() -> int:
    """Return the most bytes that this process ever held (of Linux, not of what started it)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    print(run())
