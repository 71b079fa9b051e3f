"""Newton's method for f′ = 0 in one dimension, safeguarded by bisection.

f′ < 0 at the left end and f′ > 0 at the right end: a Newton step that leaves the bracket is
replaced by the midpoint, so that the root of f′ found has a sign change from fall to rise.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from frechet.optimize.objective import Objective, Point
from frechet.optimize.status import Status
from frechet.optimize.stopping import Outcome, Stopping, Trace, ended_without_progress

BRACKETINGS: Final = 200


def minimize_in_one_dimension(objective: Objective, start: Point, stopping: Stopping) -> Outcome:
    """Find a bracket downhill, then take Newton steps inside it."""
    trace = stopping.new_trace()
    trace.add(start)
    if stopping.is_met(start):
        return Outcome(start, Status.CONVERGED, trace)
    point, width = start, max(0.1, 0.1 * abs(float(start.x[0])))
    low = high = start
    for _ in range(BRACKETINGS):
        reached = objective.point(point.x - np.sign(point.gradient) * width)
        if not (np.isfinite(reached.value) and np.isfinite(reached.gradient).all()):
            if reached.value == -np.inf:
                return Outcome(point, Status.UNBOUNDED, trace)
            width /= 4
            continue
        trace.add(reached, width)
        low, high = (point, reached) if point.x[0] < reached.x[0] else (reached, point)
        if low.gradient[0] <= 0 <= high.gradient[0]:
            break
        if stopping.is_unbounded(reached):
            return Outcome(reached, Status.UNBOUNDED, trace)
        point, width = reached, 2 * width
    else:
        return ended_without_progress(point, stopping, trace)
    return _within(objective, low, high, stopping, trace)


def _within(objective: Objective, low: Point, high: Point, stopping: Stopping, trace: Trace) -> Outcome:
    point = low if abs(low.gradient[0]) < abs(high.gradient[0]) else high
    for _ in range(stopping.max_iterations):
        if stopping.is_met(point):
            return Outcome(point, Status.CONVERGED, trace)
        second = float(objective.hessian(point.x)[0, 0])
        proposed = point.x - point.gradient / second if second > 0 else point.x
        if not low.x[0] < proposed[0] < high.x[0]:
            proposed = (low.x + high.x) / 2
        if not low.x[0] < proposed[0] < high.x[0]:
            return ended_without_progress(point, stopping, trace)
        reached = objective.point(proposed)
        if not np.isfinite(reached.gradient).all():
            return ended_without_progress(point, stopping, trace)
        low, high = (reached, high) if reached.gradient[0] < 0 else (low, reached)
        trace.add(reached, float(np.abs(reached.x - point.x)[0]))
        point = reached
    return Outcome(point, Status.ITERATION_LIMIT, trace)
