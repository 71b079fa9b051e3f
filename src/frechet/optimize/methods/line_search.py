"""Line search methods: a descent and a search, in turn."""

from __future__ import annotations

from typing import Final

import numpy as np

from frechet.optimize.methods.descents import AbstractDescent, SteepestDescent
from frechet.optimize.methods.searches import AbstractSearch
from frechet.optimize.objective import Objective, Point
from frechet.optimize.status import Status
from frechet.optimize.stopping import Outcome, Stopping, ended_without_progress

SHOWS: Final = 1e-6


def minimize_along_lines(
    objective: Objective, start: Point, stopping: Stopping, descent: AbstractDescent, search: AbstractSearch
) -> Outcome:
    """Go down along one line after the other."""
    point, trace = start, stopping.new_trace()
    trace.add(point)
    for _ in range(stopping.max_iterations):
        if stopping.is_unbounded(point):
            return Outcome(point, Status.UNBOUNDED, trace)
        if stopping.is_met(point) and not (stopping.is_generous(point) and _leads_far_down(objective, point)):
            return Outcome(point, Status.CONVERGED, trace)
        direction = descent.direction(objective, point)
        # The slope is finite only where the direction is.
        if not -np.inf < float(point.gradient @ direction) < 0:
            direction = -point.gradient
        reached = search.along(objective, point, direction, descent.first_length(point, direction))
        if reached is None:
            steepest = SteepestDescent()
            length = steepest.first_length(point, -point.gradient)
            reached = search.along(objective, point, -point.gradient, length)
        if reached is None:
            return ended_without_progress(point, stopping, trace)
        descent.learn(point, reached.point)
        point = reached.point
        trace.add(point, reached.step_length)
    return Outcome(point, Status.ITERATION_LIMIT, trace)


def _leads_far_down(objective: Objective, point: Point) -> bool:
    """Tell whether a step as long as the point itself still lowers a huge value by a part that shows."""
    length = max(1.0, float(np.linalg.norm(point.x))) / (float(np.linalg.norm(point.gradient)) or 1.0)
    value = objective.value(point.x - length * point.gradient)
    return value < point.value - SHOWS * abs(point.value)
