"""Gradient descent with a memory of the last step: heavy ball (Polyak) and Nesterov with restart."""

from __future__ import annotations

from typing import Final

import numpy as np

from frechet.optimize.methods.searches import Backtracking, FixedStep
from frechet.optimize.objective import Objective, Point
from frechet.optimize.status import Status
from frechet.optimize.stopping import Outcome, Stopping, ended_without_progress

HEAVY_BALL: Final = 0.9
GROWTH: Final = 2.0


def minimize_with_momentum(
    objective: Objective, start: Point, stopping: Stopping, step_length: float, weight: float = HEAVY_BALL
) -> Outcome:
    """Step along −α∇f plus a share of the last step; a value that is not finite halves α."""
    point, trace = start, stopping.new_trace()
    trace.add(point)
    velocity = np.zeros_like(point.x)
    best = point
    for _ in range(stopping.max_iterations):
        if stopping.is_met(point):
            return Outcome(point, Status.CONVERGED, trace)
        if stopping.is_unbounded(point):
            return Outcome(point, Status.UNBOUNDED, trace)
        velocity = weight * velocity - step_length * point.gradient
        reached = FixedStep(1.0).along(objective, point, velocity, 1.0)
        if reached is None or not np.isfinite(reached.point.gradient).all():
            return ended_without_progress(best, stopping, trace)
        if reached.step_length < 1.0:
            step_length *= reached.step_length
            velocity = np.zeros_like(point.x)
        point = reached.point
        best = point if point.value <= best.value else best
        trace.add(point, step_length)
    return Outcome(best, Status.ITERATION_LIMIT, trace)


def minimize_by_nesterov(objective: Objective, start: Point, stopping: Stopping) -> Outcome:
    """Extrapolate, then step; restart when the value rises (O'Donoghue & Candès)."""
    point, trace = start, stopping.new_trace()
    trace.add(point)
    previous, age = point, 0
    length = min(1.0, 1.0 / max(float(np.linalg.norm(point.gradient)), np.finfo(float).tiny))
    for _ in range(stopping.max_iterations):
        if stopping.is_met(point):
            return Outcome(point, Status.CONVERGED, trace)
        if stopping.is_unbounded(point):
            return Outcome(point, Status.UNBOUNDED, trace)
        ahead = point
        if age:
            ahead = objective.point(point.x + age / (age + 3) * (point.x - previous.x))
        if not np.isfinite(ahead.gradient).all() or not np.isfinite(ahead.value):
            ahead = point
        search = Backtracking(sufficient_decrease=0.5)
        reached = search.along(objective, ahead, -ahead.gradient, GROWTH * length)
        if reached is None or reached.point.value > point.value:
            if age == 0:
                return ended_without_progress(point, stopping, trace)
            previous, age = point, 0
            continue
        length = reached.step_length
        previous, point, age = point, reached.point, age + 1
        trace.add(point, length)
    return Outcome(point, Status.ITERATION_LIMIT, trace)
