"""Stochastic gradient descent: steps along the gradient of a few rows at a time.

    x ← x + v,   v ← μ v − α g(x),   E g(x) = ∇f(x)

(Robbins & Monro 1951; Bottou, Curtis & Nocedal 2018). An iteration is a pass over all rows. At its
end the function and its whole gradient are computed, so that a result is judged by them and not by
estimates. With variance reduction (Johnson & Zhang 2013) the estimate at the point x̃ where the pass
began is replaced by the truth, g(x) − g(x̃) + ∇f(x̃): it then converges with a constant step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from frechet.errors import FrechetError, UnsupportedError, quoted
from frechet.optimize.objective import Array, Estimate, Objective, Point
from frechet.optimize.status import Status
from frechet.optimize.stopping import ROUNDING, Outcome, Stopping, Trace, ended_without_progress

SHARE_OF_STABLE: Final = 0.5
POWER_STEPS: Final = 5
MOST_HALVINGS: Final = 40
GROWTH: Final = 1.5
SLOW: Final = 0.5
SCHEDULES: Final[dict[str, Callable[[float], float]]] = {
    "halving": lambda _: 1.0,
    "constant": lambda _: 1.0,
    "inverse": lambda passes: 1.0 / (1.0 + passes),
    "inverse-root": lambda passes: (1.0 + passes) ** -0.5,
}


@final
@dataclass(frozen=True, slots=True)
class Sampling:
    """How minibatches are drawn, and how long their steps are.

    Without a `step_length` it is half of what is stable on the first minibatch.

    Raises:
        UnsupportedError: there is no such schedule.
        FrechetError: the seed or the momentum is out of range.
    """

    batch_size: int = 256
    seed: int = 0
    schedule: str = "halving"
    momentum: float = 0.0
    step_length: float | None = None

    def __post_init__(self) -> None:
        if self.schedule not in SCHEDULES:
            raise UnsupportedError(
                f"there is no schedule {quoted(str(self.schedule))}",
                hint=f"There are: {', '.join(SCHEDULES)}.",
            )
        seed: object = self.seed
        momentum: object = self.momentum
        if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
            raise FrechetError(f"the seed is {quoted(str(seed))}", hint="It is a whole number from 0.")
        if not isinstance(momentum, int | float) or not 0 <= momentum < 1:
            raise FrechetError(
                f"the momentum is {quoted(str(momentum))}", hint="It is a number from 0 to below 1."
            )


DEFAULT_SAMPLING: Final = Sampling()


def minimize_by_sampling(
    objective: Objective, start: Point, stopping: Stopping, sampling: Sampling, *, reduced: bool
) -> Outcome:
    """Go through the rows again and again; a pass that ends worse or nowhere halves the steps.

    Only with the schedule "halving" a finite value that rose is a reason; with variance reduction
    steps then grow where progress is slow, because their errors vanish by themselves.
    """
    assert objective.minibatches is not None
    random = np.random.default_rng(sampling.seed)
    point, trace, halvings = start, stopping.new_trace(), 0
    best = point
    trace.add(point)
    length = sampling.step_length or _stable_length(objective, start, sampling)
    for passes in range(stopping.max_iterations):
        if stopping.is_met(point):
            return Outcome(point, Status.CONVERGED, trace)
        if stopping.is_unbounded(point):
            return Outcome(point, Status.UNBOUNDED, trace)
        estimates = objective.minibatches(sampling.batch_size, random)
        if reduced:
            estimates = _corrected(estimates, point)
        x = _after_a_pass(point.x, estimates, sampling, length * SCHEDULES[sampling.schedule](passes))
        reached = objective.point(x) if x is not None else None
        if reached is None or not _is_accepted(reached, point, sampling):
            halvings += 1
            if halvings > MOST_HALVINGS:
                return _ended(best, objective, stopping, trace, sampling, reduced=reduced)
            length, point = length / 2, best
            continue
        trace.add(reached, length)
        if reduced and sampling.schedule == "halving" and _is_slow(reached, point):
            length, halvings = GROWTH * length, 0
        point = reached
        best = point if point.value <= best.value else best
    return Outcome(best, Status.CONVERGED if stopping.is_met(best) else Status.ITERATION_LIMIT, trace)


def _ended(
    best: Point, objective: Objective, stopping: Stopping, trace: Trace, sampling: Sampling, *, reduced: bool
) -> Outcome:
    """Return the outcome when steps became too short: where estimates do not err, rounding stops them."""
    assert objective.minibatches is not None
    estimate = next(objective.minibatches(sampling.batch_size, np.random.default_rng(sampling.seed)))
    error = float(np.max(np.abs(estimate(best.x) - best.gradient), initial=0.0))
    if reduced or error <= stopping.allowed(best.value):
        return ended_without_progress(best, stopping, trace)
    return Outcome(best, Status.CONVERGED if stopping.is_met(best) else Status.STALLED, trace)


def _is_slow(reached: Point, point: Point) -> bool:
    return reached.gradient_norm > SLOW * point.gradient_norm


def _is_accepted(reached: Point, point: Point, sampling: Sampling) -> bool:
    if not np.isfinite(reached.value) or not np.isfinite(reached.gradient).all():
        return False
    if sampling.schedule != "halving" or reached.value < point.value:
        return True
    equal = reached.value - point.value <= ROUNDING * abs(point.value)
    return equal and reached.gradient_norm < point.gradient_norm


def _after_a_pass(x: Array, estimates: Iterator[Estimate], sampling: Sampling, length: float) -> Array | None:
    """Return where one pass over the rows leads; None if it leads out of the finite numbers."""
    x, velocity = x.copy(), np.zeros_like(x)
    for gradient in estimates:
        velocity = sampling.momentum * velocity - length * gradient(x)
        x += velocity
        if not np.isfinite(x).all():
            return None
    return x


def _corrected(estimates: Iterator[Estimate], point: Point) -> Iterator[Estimate]:
    """Replace what a minibatch says at the beginning of the pass by the gradient there."""
    for gradient in estimates:
        yield _less(gradient, gradient(point.x) - point.gradient)


def _less(gradient: Estimate, error: Array) -> Estimate:
    return lambda x: gradient(x) - error


def _stable_length(objective: Objective, start: Point, sampling: Sampling) -> float:
    """Return a share of 1/λ for the largest eigenvalue λ of a minibatch's Hessian, by power iteration."""
    assert objective.minibatches is not None
    gradient = next(objective.minibatches(sampling.batch_size, np.random.default_rng(sampling.seed)))
    base = gradient(start.x)
    direction, curvature = base.copy(), 0.0
    for _ in range(POWER_STEPS):
        norm = float(np.linalg.norm(direction))
        if not 0 < norm < np.inf:
            break
        step = 1e-6 * max(1.0, float(np.linalg.norm(start.x))) / norm
        direction = (gradient(start.x + step * direction) - base) / (step * norm)
        curvature = max(curvature, float(np.linalg.norm(direction)))
    if not 0 < curvature < np.inf:
        curvature = max(float(np.linalg.norm(base)), float(np.finfo(float).tiny))
    return SHARE_OF_STABLE * (1.0 - sampling.momentum) / curvature
