"""Bounds by projection (Bertsekas, 1982): the entries at a bound whose gradient points outward stay,
the others take a Newton or L-BFGS step, and the path is bent at the bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from frechet.optimize.methods.descents import LimitedMemory, solve_modified
from frechet.optimize.methods.searches import MAX_TRIALS
from frechet.optimize.objective import Array, Mask, Objective, Point
from frechet.optimize.status import Status
from frechet.optimize.stopping import LOOSER, ROUNDING, Outcome, Stopping

SUFFICIENT_DECREASE: Final = 1e-4
NEAR_A_BOUND: Final = 1e-6
CONTRACTION: Final = 0.3
EXPANSION: Final = 10.0
STEEP: Final = 0.9


@final
@dataclass(frozen=True, slots=True)
class Box:
    """l ≤ x ≤ u; a bound may be infinite."""

    lower: Array
    upper: Array

    def project(self, x: Array) -> Array:
        return np.asarray(np.clip(x, self.lower, self.upper))

    def is_everything(self) -> bool:
        return bool(np.isinf(self.lower).all() and np.isinf(self.upper).all())

    def residual(self, point: Point) -> float:
        """Return the largest entry of x − P(x − ∇f), zero exactly at a stationary point."""
        kept = np.clip(point.gradient, point.x - self.upper, point.x - self.lower)
        return float(np.max(np.abs(kept), initial=0.0))

    def held(self, point: Point, margin: float) -> Mask:
        """Return the entries that stay at a bound because the gradient points outward."""
        low = (point.x <= self.lower + margin) & (point.gradient > 0)
        return np.asarray(low | ((point.x >= self.upper - margin) & (point.gradient < 0)))


def minimize_in_box(
    objective: Objective,
    start: Point,
    box: Box,
    stopping: Stopping,
    *,
    second_order: bool,
    memory: LimitedMemory | None = None,
) -> Outcome:
    """Minimize within bounds, by Newton steps or by L-BFGS steps on the entries that are free."""
    memory = LimitedMemory() if memory is None else memory
    point, trace, stopping = start, stopping.new_trace(), stopping.from_start(start)
    trace.add(point)
    for _ in range(stopping.max_iterations):
        residual = box.residual(point)
        if residual <= stopping.allowed(point.value):
            return Outcome(point, Status.CONVERGED, trace)
        if stopping.is_unbounded(point):
            return Outcome(point, Status.UNBOUNDED, trace)
        free = ~box.held(point, min(NEAR_A_BOUND, residual))
        direction = _direction(objective, point, free, memory if not second_order else None)
        reached = _along(objective, point, direction, box)
        if reached is None:
            reached = _along(objective, point, -point.gradient, box)
        if reached is None:
            within = residual <= LOOSER * stopping.allowed(point.value)
            return Outcome(point, Status.CONVERGED if within else Status.STALLED, trace)
        memory.learn(point, reached)
        trace.add(reached, float(np.linalg.norm(reached.x - point.x)))
        point = reached
    return Outcome(point, Status.ITERATION_LIMIT, trace)


def _direction(objective: Objective, point: Point, free: Mask, memory: LimitedMemory | None) -> Array:
    direction = -point.gradient
    if memory is None:
        hessian = objective.hessian(point.x)
        if np.isfinite(hessian).all():
            direction[free] = -solve_modified(hessian[np.ix_(free, free)], point.gradient[free])
    elif memory.pairs:
        direction[free] = -memory.solved(np.where(free, point.gradient, 0.0))[free]
    if not float(point.gradient[free] @ direction[free]) < 0:
        direction = -point.gradient
    return direction


def _along(objective: Objective, point: Point, direction: Array, box: Box) -> Point | None:
    """Backtrack along the path that is bent at the bounds."""
    length = 1.0
    for _ in range(MAX_TRIALS):
        x = box.project(point.x + length * direction)
        slope = float(point.gradient @ (x - point.x))
        value = objective.value(x)
        if value < point.value and value <= point.value + SUFFICIENT_DECREASE * slope:
            reached = objective.point(x, value)
            if length == 1.0:
                reached = _farther(objective, point, reached, direction, box)
            return reached if np.isfinite(reached.gradient).all() else None
        if np.isfinite(value) and abs(slope) <= ROUNDING * abs(point.value):
            return None
        length *= CONTRACTION
    return None


def _farther(objective: Objective, point: Point, reached: Point, direction: Array, box: Box) -> Point:
    """Go ten times as far for as long as the function falls as steeply as at the start of the line."""
    length = 1.0
    for _ in range(MAX_TRIALS):
        step = reached.x - point.x
        if not float(reached.gradient @ step) < STEEP * float(point.gradient @ step) < 0:
            break
        length *= EXPANSION
        x = box.project(point.x + length * direction)
        value = objective.value(x)
        if not value < reached.value or np.array_equal(x, reached.x):
            break
        reached = objective.point(x, value)
    return reached
