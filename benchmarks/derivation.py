"""Time to derive, against SymPy and tensorgrad, on the public corpus.

One run; the systems take turns case by case, each case once, in a process that is warm. Of Fréchet
everything is timed: parse, derive, print. Of the others only differentiation and simplification,
not building the formula nor printing. Ratios are over the cases that both get right.

All of this favors the others, SymPy most: of its four formulations the fastest right one counts,
its caches stay warm from one formulation to the next, and the fastest is often an array expression
that SymPy neither simplifies nor writes as a matrix formula. Nobody knows beforehand which of the
four is right (often one, often none): the second row counts the time of trying all four.
"""

from __future__ import annotations

import resource
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

import frechet as fr
from benchmarks.corpus import STRUCTURED, agrees, cases
from benchmarks.measure import OverTimeError, limit, median, percentile, table, timed
from benchmarks.peers.peer import AbstractPeer, UnsupportedProblemError
from benchmarks.peers.sympy_peer import SymPy
from benchmarks.peers.tensorgrad_peer import Tensorgrad

SECONDS: Final = 20.0
MEMORY: Final = 8 * 2**30
WARM_UP: Final = 8


@dataclass
class Score:
    """One system's outcomes and its times on the cases it gets right."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, identity: str, outcome: str, seconds: float) -> None:
        self.outcomes[outcome] += 1
        if outcome == "right":
            self.seconds[identity] = seconds


def _say(text: str) -> None:
    print(text, end="\r", file=sys.stderr)


def run(progress: Callable[[str], None] = _say) -> str:
    """Measure every system on every case and return the report."""
    corpus = cases()
    peers: list[AbstractPeer] = [SymPy(), Tensorgrad()]
    for case in corpus[:WARM_UP]:
        ours(case)
        for peer in peers:
            theirs(peer, case)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    scores = {name: Score() for name in ("Fréchet", *(peer.name for peer in peers))}
    scores |= {all_of(peer): Score() for peer in peers if len(peer.formulations()) > 1}
    for number, case in enumerate(corpus):
        progress(f"{number + 1} of {len(corpus)}")
        scores["Fréchet"].add(case["id"], *ours(case))
        for peer in peers:
            outcome, fastest, total = theirs(peer, case)
            scores[peer.name].add(case["id"], outcome, fastest)
            if all_of(peer) in scores:
                scores[all_of(peer)].add(case["id"], outcome, total)
    return report(scores, len(corpus))


def all_of(peer: AbstractPeer) -> str:
    """Name the row that counts every formulation of a peer."""
    return f"{peer.name}, all formulations"


def ours(case: dict[str, Any]) -> tuple[str, float]:
    """Parse, derive and print; then check the values."""
    options = {"structured": STRUCTURED[case["convention"]]} if case.get("convention") else {}

    def derive() -> Any:
        derivative = fr.derivative(fr.parse(case["expr"], case["declare"]), *case["wrt"], **options)
        str(derivative)
        return derivative

    try:
        with limit(SECONDS):
            derivative, seconds = timed(derive)
            program = fr.compile([derivative], backend="numpy")
            return all_agree(case, lambda point: program(**inputs_of(point))[0]), seconds
    except OverTimeError:
        return "over time", SECONDS
    except fr.FrechetError:
        return "unsupported", 0.0


def theirs(peer: AbstractPeer, case: dict[str, Any]) -> tuple[str, float, float]:
    """Try every formulation: the outcome of the fastest right one, its time, the time of all."""
    results = [formulated(peer, case, formulation) for formulation in peer.formulations()]
    ranks = ("right", "over time", "unsupported", "wrong")
    if all(outcome != "right" for outcome, _ in results) and any(
        outcome == "wrong" for outcome, _ in results
    ):
        return "wrong", 0.0, 0.0
    outcome, fastest = min(results, key=lambda result: (ranks.index(result[0]), result[1]))
    return outcome, fastest, sum(seconds for _, seconds in results)


def formulated(peer: AbstractPeer, case: dict[str, Any], formulation: str) -> tuple[str, float]:
    """Differentiate one formulation; whatever the peer raises means that it cannot."""
    if case.get("convention") not in (None, "unconstrained"):
        return "unsupported", 0.0
    seconds = 0.0
    try:
        formula = fr.parse(case["expr"], case["declare"]).expression
        with limit(SECONDS):
            problem = peer.build(formula, case["wrt"], formulation)
            derivative, seconds = timed(lambda: peer.differentiate(problem))
            outcome = all_agree(
                case, lambda point: peer.evaluate(problem, derivative, inputs_of(point), point["sizes"])
            )
            return outcome, seconds
    except OverTimeError:
        return "over time", SECONDS
    except (UnsupportedProblemError, fr.FrechetError):
        return "unsupported", seconds
    except Exception:  # a peer may fail in any way; it then has no answer
        return "unsupported", seconds


def all_agree(case: dict[str, Any], value_at: Callable[[dict[str, Any]], Any]) -> str:
    """Compare the values at every point with the references."""
    for point in case["points"]:
        with np.errstate(all="ignore"):
            value = value_at(point)
        if not agrees(value, point["derivative"], np.ndim(point["value"])):
            return "wrong"
    return "right"


def inputs_of(point: dict[str, Any]) -> dict[str, Any]:
    """Return a point's inputs as arrays; whole numbers stay whole."""
    return {n: v if isinstance(v, int) else np.asarray(v, float) for n, v in point["inputs"].items()}


def report(scores: dict[str, Score], total: int) -> str:
    """Write outcomes, times and ratios."""
    ours_, others = scores["Fréchet"], {n: s for n, s in scores.items() if n != "Fréchet"}
    outcomes = table(
        ["system", "right", "wrong", "unsupported", "over 20 s", "median ms", "p95 ms"],
        [
            [
                name,
                score.outcomes["right"],
                score.outcomes["wrong"],
                score.outcomes["unsupported"],
                score.outcomes["over time"],
                f"{1e3 * median(score.seconds.values()):.1f}",
                f"{1e3 * percentile(score.seconds.values(), 0.95):.1f}",
            ]
            for name, score in scores.items()
        ],
    )
    rows = []
    everyone = set.intersection(*(set(score.seconds) for score in scores.values()))
    for name, score in others.items():
        both = set(ours_.seconds) & set(score.seconds)
        rows.append(
            [
                name,
                len(both),
                f"{ratio(score, ours_, both):.1f}",
                f"{median(score.seconds[i] / ours_.seconds[i] for i in both):.1f}",
                f"{ratio(score, ours_, everyone):.1f}",
            ]
        )
    ratios = table(
        [
            "Fréchet is faster than",
            "cases both get right",
            "ratio of medians",
            "median of ratios",
            f"ratio of medians, the {len(everyone)} that all get right",
        ],
        rows,
    )
    return f"{total} cases; CPU time of one derivation.\n\n{outcomes}\n\n{ratios}"


def ratio(theirs_: Score, ours_: Score, identities: set[str]) -> float:
    """Return the ratio of the median times."""
    return median(theirs_.seconds[i] for i in identities) / median(ours_.seconds[i] for i in identities)


if __name__ == "__main__":
    print(run(lambda text: print(text, end="\r", file=sys.stderr)))
