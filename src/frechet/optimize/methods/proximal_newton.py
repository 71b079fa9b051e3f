"""Minimize f(x) + ψ(x), ψ with kinks, by proximal Newton steps on a working set (Lee, Sun & Saunders, 2014).

Entries that are zero and want to stay are left out. On the others the quadratic model of f plus ψ is
minimized; then the step is shortened until the function falls. Only the working set's block of the
Hessian is formed, or it is applied where products are cheap.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from frechet.optimize.curvature import ConstantCurvature
from frechet.optimize.methods.penalty import Penalty
from frechet.optimize.methods.quadratic_model import AppliedHessian, FormedHessian, Model, ModelHessian
from frechet.optimize.methods.shrinkage import MOST_STEPS, Place, place_of, shrink, worthwhile_steps
from frechet.optimize.objective import Array, Curvature, Indices, Objective, Point, largest_entry
from frechet.optimize.status import Status
from frechet.optimize.stopping import ROUNDING, Outcome, Stopping, Trace, ended_without_progress

SUFFICIENT_DECREASE: Final = 1e-4
SHORTENED: Final = 0.5
MAX_TRIALS: Final = 40
FIRST_SET: Final = 2.0
LARGEST_FIRST_SET: Final = 5.0
SMALLEST_SET: Final = 80
HARD: Final = 0.1
CLOSE: Final = 0.1


def minimize_penalized(
    objective: Objective,
    x: Array,
    penalty: Penalty,
    stopping: Stopping,
    *,
    quadratic: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Minimize; the points of the path carry the whole value and the smallest subgradient.

    `quadratic` tells, when it matters, whether the smooth part is.
    """
    trace = stopping.new_trace()
    start = place_of(objective, penalty, penalty.allowed(x))
    stopping = stopping.from_start(start.point)
    trace.add(start.point)
    place = _after_shrinkage(objective, start, penalty, stopping, trace, quadratic=quadratic)
    largest = largest_entry(start.gradient)
    for _ in range(stopping.max_iterations + 1 - len(trace.iterates)):
        if stopping.is_met(place.point):
            return Outcome(place.point, Status.CONVERGED, trace)
        if stopping.is_unbounded(place.point):
            return Outcome(place.point, Status.UNBOUNDED, trace)
        largest = max(largest, largest_entry(place.gradient))
        found = _next(objective, place, penalty, stopping, largest)
        if found is None:
            return ended_without_progress(place.point, stopping, trace)
        place, length = found
        trace.add(place.point, length)
    status = Status.CONVERGED if stopping.is_met(place.point) else Status.ITERATION_LIMIT
    return Outcome(place.point, status, trace)


def _after_shrinkage(
    objective: Objective,
    start: Place,
    penalty: Penalty,
    stopping: Stopping,
    trace: Trace,
    *,
    quadratic: Callable[[], bool],
) -> Place:
    """Return where Newton steps begin. Gradients may do; nonnegative solutions are not that sparse."""
    nonnegative = penalty.nonnegative is not None
    most = MOST_STEPS if nonnegative else worthwhile_steps(objective, quadratic=quadratic)
    if not most:
        return start
    place = shrink(objective, start, penalty, stopping, trace, most)
    is_sparse = nonnegative and np.count_nonzero(place.point.x) <= _room(start.point)
    is_close = place.point.gradient_norm <= CLOSE * start.point.gradient_norm
    if is_sparse or is_close or stopping.is_met(place.point):
        return place
    del trace.iterates[1:]
    return start


def _next(
    objective: Objective, place: Place, penalty: Penalty, stopping: Stopping, largest: float
) -> tuple[Place, float] | None:
    """Return the next place and the length of the step, or None without progress."""
    point, gradient = place
    curvature = objective.curvature(point.x)
    chosen = working_set(point, _wanted(point) if isinstance(curvature, ConstantCurvature) else 0)
    step = _step(curvature, place, chosen, penalty)
    if isinstance(curvature, ConstantCurvature):
        after = _whole_step(place, penalty, curvature.change(chosen, step[chosen]), step)
        if after is not None and stopping.is_clear_of_rounding(after.point, place.point, largest):
            return after, 1.0
    found = _along(objective, point, gradient, penalty, step)
    if found is None and not stopping.is_met_within_rounding(point):
        found = _along(objective, point, gradient, penalty, _thresholded(point, gradient, penalty))
    if found is None:
        return None
    z, value, length = found
    return place_of(objective, penalty, z, value), length


def _step(curvature: Curvature, place: Place, chosen: Indices, penalty: Penalty) -> Array:
    """Return the step to the minimizer of the model on the working set."""
    point, gradient = place
    hessian: ModelHessian = AppliedHessian(curvature.product, chosen, len(point.x))
    if len(chosen) <= curvature.largest_formed:
        hessian = FormedHessian(curvature.block(chosen))
    model = Model(hessian, gradient[chosen], point.x[chosen], penalty.restricted(chosen))
    step = np.zeros_like(point.x)
    step[chosen] = model.minimizer(hessian.accuracy * point.gradient_norm) - point.x[chosen]
    return step


def _whole_step(place: Place, penalty: Penalty, change: Array, step: Array) -> Place | None:
    """Return the place after a step on a quadratic if the function falls; nothing is evaluated."""
    point, gradient = place
    z, after = point.x + step, gradient + change
    before, penalized = penalty.value(point.x), penalty.value(z)
    value = point.value - before + float(step @ (gradient + after)) / 2 + penalized
    expected = float(gradient @ step) + penalized - before
    if not expected < 0 or not value <= point.value + SUFFICIENT_DECREASE * expected:
        return None
    if penalty.nonnegative is not None and not np.array_equal(z, penalty.allowed(z)):
        return None
    return Place(Point(z, value, penalty.slope(z, after)), after)


def _thresholded(point: Point, gradient: Array, penalty: Penalty) -> Array:
    """Return a thresholded gradient step, downhill whatever the Hessian is."""
    scale = max(1.0, float(np.max(np.abs(point.x)))) / point.gradient_norm
    return penalty.proximal(point.x - scale * gradient, 1 / scale) - point.x


def _room(point: Point) -> int:
    """Return how many entries may become nonzero in one step, or stay so."""
    return max(int(np.count_nonzero(point.x)), int(FIRST_SET * np.sqrt(len(point.x))), SMALLEST_SET)


def _wanted(point: Point) -> int:
    """Return how many zero entries pull hard: the model of a quadratic is right however many move."""
    pull = np.abs(point.gradient[point.x == 0])
    hard = int(np.count_nonzero(pull > HARD * largest_entry(pull)))
    return min(hard, int(LARGEST_FIRST_SET * np.sqrt(len(point.x))))


def working_set(point: Point, wanted: int = 0) -> Indices:
    """Return the entries that are not zero, and as many of the others as pull most."""
    used = point.x != 0
    room = max(_room(point), wanted)
    pull = np.where(used, 0.0, np.abs(point.gradient))
    pulled = np.flatnonzero(pull)
    if len(pulled) > room:
        pulled = pulled[np.argpartition(-pull[pulled], room)[:room]]
    return np.sort(np.concatenate([np.flatnonzero(used), pulled]))


def _along(
    objective: Objective, point: Point, gradient: Array, penalty: Penalty, step: Array
) -> tuple[Array, float, float] | None:
    """Return the next point, the smooth part's value there and the length, or None without progress."""
    length, before = 1.0, penalty.value(point.x)
    for _ in range(MAX_TRIALS):
        z = penalty.allowed(point.x + length * step)
        after = penalty.value(z)
        expected = float(length * (gradient @ step)) + after - before
        if not expected < 0 or -expected <= ROUNDING * abs(point.value) / 64:
            return None
        value = objective.value(z)
        if value + after <= point.value + SUFFICIENT_DECREASE * expected:
            return z, value, length
        length *= SHORTENED
    return None
