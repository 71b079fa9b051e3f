"""The race: every solver with the loosest tolerance that reaches the gap, timed in turn.

The gap is (f − f*)/max(1, |f*|) of the hand-written function, f* the best value that any solver
found. Times are CPU times, taken as `timeit` takes them: without collections of garbage, in which one
solver would pay for what the others left. Ours runs from the text of the formula to the result; every
time with new names, put in beforehand, so that nothing is remembered from the time before. "Again" is
another call with the same formula.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from statistics import median
from time import process_time
from typing import Final, final

import numpy as np

from frechet.errors import FrechetError
from frechet.language.reader import read
from frechet.optimize.benchmark.peers import Peer, peers_of, quietly
from frechet.optimize.benchmark.problems import LearningProblem
from frechet.optimize.minimization import minimize
from frechet.optimize.objective import Array
from frechet.optimize.result import Result

LADDER: Final = (*(c * 10.0**-k for k in range(1, 9) for c in (1.0, 0.3)), 1e-10)
ROUNDS: Final = 5
LONG: Final = 3.0
SETTLED: Final = 1e-4
STEADY: Final = 3
SAME: Final = 1e-10
OURS: Final = "Fréchet"
AGAIN: Final = "Fréchet, again"
# One count for all problems: several state the same formula.
_MARKS: Final = count()


@final
@dataclass(frozen=True)
class Standing:
    """How one problem went; times in milliseconds by solver, `None` where the gap was not reached."""

    title: str
    method: str
    reason: str
    ours: float | None
    again: float | None
    peers: Mapping[str, float | None]
    general: frozenset[str]
    gap: float

    @property
    def fastest(self) -> tuple[str, float]:
        """Return the fastest peer."""
        return _best(self.peers.items())

    @property
    def fastest_general(self) -> tuple[str, float]:
        return _best((n, t) for n, t in self.peers.items() if n in self.general)

    @property
    def modeled(self) -> float:
        """Return the time of CVXPY with its fastest solver."""
        return _best((n, t) for n, t in self.peers.items() if n.startswith("CVXPY"))[1]


def _best(times: Iterable[tuple[str, float | None]]) -> tuple[str, float]:
    return min(((n, t) for n, t in times if t is not None), key=lambda p: p[1], default=("", np.inf))


def renamed(problem: LearningProblem, mark: str) -> Callable[[], Callable[[float], Result]]:
    """Return how to read the problem with every name marked; what comes of it minimizes."""
    words = re.compile(rf"\b({'|'.join(sorted({*problem.data, *problem.over}))})\b")

    def marked(text: str) -> str:
        return words.sub(rf"\1{mark}", text)

    declared = {marked(name): shape for name, shape in problem.declarations.items()}
    data = {marked(name): value for name, value in problem.data.items()}
    start = None if problem.start is None else {marked(n): v for n, v in problem.start.items()}
    constraints, over = [marked(c) for c in problem.subject_to], [marked(n) for n in problem.over]

    def begin() -> Callable[[float], Result]:
        formula = read(marked(problem.formula), declared)
        return lambda tolerance: minimize(formula, over, data, constraints, start=start, tolerance=tolerance)

    return begin


def _anew(problem: LearningProblem) -> Callable[[], Callable[[float], Result]]:
    """Return how to read the problem with names that no problem has had so far."""
    return renamed(problem, f"_{next(_MARKS)}")


def _flat(result: Result) -> Array:
    return np.concatenate([np.ravel(value) for value in result.x.values()])


def race(problem: LearningProblem, rounds: int = ROUNDS, without: Collection[str] = ()) -> Standing:
    """Let every solver that takes the problem run."""
    again = renamed(problem, "")()
    runners = [Peer(OURS, lambda tol: _flat(_anew(problem)()(tol)))]
    runners += [peer for peer in peers_of(problem) if not any(word in peer.name for word in without)]
    tried = {peer.name: _tried(peer, problem) for peer in runners}
    best = min(value for found in tried.values() for _, value, _ in found)
    allowed = best + problem.gap * max(1.0, abs(best))
    chosen = {
        name: next((tol for tol, value, _ in found if value <= allowed), None)
        for name, found in tried.items()
    }
    begun = iter([_anew(problem) for _ in range(rounds)])
    ready: list[tuple[str, Callable[[float], Array], float | None]] = [
        (OURS, lambda tol: _flat(next(begun)()(tol)), chosen[OURS]),
        *((p.name, p.solve, chosen[p.name]) for p in runners[1:]),
        (AGAIN, lambda tol: _flat(again(tol)), chosen[OURS]),
    ]
    times = _timed(ready, rounds)
    shown = again(chosen[OURS] or LADDER[-1])
    return Standing(
        problem.title,
        shown.method,
        shown.reason,
        times.pop(OURS),
        times.pop(AGAIN),
        times,
        frozenset(p.name for p in runners if p.general),
        problem.gap,
    )


def _tried(peer: Peer, problem: LearningProblem) -> list[tuple[float, float, float]]:
    """Return tolerance, value reached and seconds, from loose to tight, while it is worth the time."""
    found: list[tuple[float, float, float]] = []
    for tolerance in LADDER:
        started = process_time()
        try:
            value = problem.value(quietly(lambda: peer.solve(tolerance)))  # noqa: B023 (called at once)
        except (FrechetError, ArithmeticError, ValueError, TypeError, np.linalg.LinAlgError):
            value = np.inf
        seconds = process_time() - started
        found.append((tolerance, float(value) if np.isfinite(value) else np.inf, seconds))
        before = found[-STEADY - 1][1] if len(found) > STEADY else np.inf
        settled = tolerance <= SETTLED and abs(value - before) <= SAME * abs(value)
        if seconds > LONG or settled:
            break
    return found


def _timed(
    ready: Sequence[tuple[str, Callable[[float], Array], float | None]], rounds: int
) -> dict[str, float | None]:
    """Return the median milliseconds; who takes long runs once."""
    samples: dict[str, list[float]] = {name: [] for name, _, _ in ready}
    for k in range(rounds):
        for name, solve, tolerance in ready:
            if tolerance is None or (k and samples[name][0] > 1e3 * LONG / rounds):
                continue
            with _no_collection():
                started = process_time()
                quietly(lambda: solve(tolerance))  # noqa: B023 (called at once)
                samples[name].append(1e3 * (process_time() - started))
    return {name: median(found) if found else None for name, found in samples.items()}


@contextmanager
def _no_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
