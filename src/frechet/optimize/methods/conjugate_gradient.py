"""Conjugate gradients for a convex quadratic (Nocedal & Wright, Algorithm 5.2), from gradients alone.

The Hessian is constant, so ∇f(x+p) − ∇f(x) = Hp exactly: a step needs one gradient at a trial point
and no program for second derivatives. Value and gradient at the iterates follow without another
evaluation. A Hessian costs as much as some number of steps; where more are still to come than that,
it is formed and one linear system finishes the work.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, final

import numpy as np

from frechet.optimize.methods.quadratic import minimize_quadratic
from frechet.optimize.objective import Array, Objective, Point, largest_entry
from frechet.optimize.status import Status
from frechet.optimize.stopping import Outcome, Stopping, ended_without_progress, joined

COLUMNS_PER_STEP: Final = 25
LARGEST_FORMED: Final = 5_000
FLAT: Final = 1e-12


def steps_of_a_hessian(size: int, work: int) -> float:
    """Return how many gradients cost as much as forming and factorizing a Hessian.

    A gradient is bound by memory, and reads the data twice; a Hessian of about work·n
    multiplications and n³/3 more to factorize is bound by arithmetic, which is much faster.
    """
    return (size + size**3 / (3 * max(work, size))) / COLUMNS_PER_STEP


def minimize_by_conjugate_gradients(objective: Objective, start: Point, stopping: Stopping) -> Outcome:
    """Go down along conjugate directions; what they cannot settle is left to one linear system."""
    path = Outcome(start, Status.ITERATION_LIMIT, stopping.new_trace())
    path.trace.add(start)
    allowance = steps_of_a_hessian(objective.size, objective.work)
    steps = _ConjugateSteps(objective, start)
    for count in range(stopping.max_iterations):
        if stopping.is_met(steps.point):
            return _checked(objective, steps, stopping, path)
        if count >= allowance / 2 and _left(steps, stopping, count) > allowance:
            return _solved(objective, steps.point, stopping, path)
        length = steps.go()
        if length is None:
            return _solved(objective, steps.point, stopping, path)
        path.trace.add(steps.point, length)
    return Outcome(steps.point, path.status, path.trace)


@final
@dataclass(slots=True)
class _ConjugateSteps:
    objective: Objective
    start: Point
    point: Point = field(init=False)
    direction: Array = field(init=False)

    def __post_init__(self) -> None:
        self.point, self.direction = self.start, -self.start.gradient

    def go(self) -> float | None:
        """Take a step and return its length; None where there is no positive curvature along it."""
        gradient, direction = self.point.gradient, self.direction
        applied = self._applied(direction)
        curvature, squared = float(direction @ applied), float(gradient @ gradient)
        if not curvature > FLAT * float(np.linalg.norm(direction) * np.linalg.norm(applied)):
            return None
        length = squared / curvature
        after = gradient + length * applied
        step = self.point.x + length * direction - self.start.x
        value = self.start.value + float(step @ (self.start.gradient + after)) / 2
        self.point = Point(self.start.x + step, value, after)
        self.direction = float(after @ after) / squared * direction - after
        return length

    def _applied(self, direction: Array) -> Array:
        """Return H times a direction; as long as the way so far, the trial loses no digits to the start."""
        way = float(np.linalg.norm(self.point.x - self.start.x) + np.linalg.norm(self.start.x))
        length = (way or 1.0) / float(np.linalg.norm(direction))
        trial = self.objective.point(self.start.x + length * direction)
        return (trial.gradient - self.start.gradient) / length


def _left(steps: _ConjugateSteps, stopping: Stopping, count: int) -> float:
    """Return how many steps are still to come at the mean rate so far."""
    first, now = float(np.linalg.norm(steps.start.gradient)), float(np.linalg.norm(steps.point.gradient))
    if not 0 < now < first:
        return np.inf
    wanted = np.log(steps.point.gradient_norm / stopping.allowed(steps.point.value))
    return float(wanted / np.log(first / now) * count)


def _checked(objective: Objective, steps: _ConjugateSteps, stopping: Stopping, path: Outcome) -> Outcome:
    """Return the outcome, evaluated once more where the tolerance or the value is near to rounding."""
    point, start = steps.point, steps.start
    if stopping.is_clear_of_rounding(point, start, largest_entry(start.gradient)):
        return Outcome(point, Status.CONVERGED, path.trace)
    point = objective.point(point.x)
    if stopping.is_met(point):
        return Outcome(point, Status.CONVERGED, path.trace)
    return _solved(objective, point, stopping, path)


def _solved(objective: Objective, point: Point, stopping: Stopping, path: Outcome) -> Outcome:
    if objective.size > LARGEST_FORMED:
        return ended_without_progress(objective.point(point.x), stopping, path.trace)
    return joined(path, minimize_quadratic(objective, point, stopping))
