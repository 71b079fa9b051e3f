"""Thresholded gradient steps (Wright, Nowak & Figueiredo, 2009), then L-BFGS steps that keep the signs.

The first step is of Barzilai and Borwein's length; what it showed of the curvature serves the next ones,
over the entries that may move (Andrew & Gao, 2007). Where the Hessian is well conditioned on the entries
that count, a dozen gradients reach the minimum, and no second derivative is ever needed. Whether they
will shows by how fast the subgradient falls, at first and lately; where they will not, a method of second
order is better.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple, final

import numpy as np

from frechet.optimize.methods.conjugate_gradient import steps_of_a_hessian
from frechet.optimize.methods.descents import LimitedMemory
from frechet.optimize.methods.penalty import Penalty
from frechet.optimize.objective import Array, Mask, Objective, Point
from frechet.optimize.stopping import Stopping, Trace

SUFFICIENT_DECREASE: Final = 1e-4
MEMORY: Final = 5
REMEMBERED: Final = 10
TRIED: Final = 2
LONG: Final = 10
WEAK: Final = 0.15
MOST_STEPS: Final = 25
MANY_DATA: Final = 1.5
# A search takes about so many Hessians; what else it takes costs as much as a gradient of so many data.
HESSIANS: Final = 10
OVERHEAD: Final = 3e6
MOST_FAILURES: Final = 4
LARGER: Final = 4.0


@final
class Place(NamedTuple):
    """A point with the whole value and the smallest subgradient, and the gradient of the smooth part."""

    point: Point
    gradient: Array


def place_of(objective: Objective, penalty: Penalty, z: Array, value: float | None = None) -> Place:
    """Return the place at z; the smooth part's value is not computed again if it is known."""
    smooth = objective.point(z, value)
    point = Point(z, smooth.value + penalty.value(z), penalty.slope(z, smooth.gradient))
    return Place(point, smooth.gradient)


def worthwhile_steps(objective: Objective, *, quadratic: Callable[[], bool]) -> int:
    """Return how many gradients cost no more than second derivatives will; 0 for few data on each entry."""
    work = max(1, objective.work)
    if work < MANY_DATA * objective.size**2:
        return 0
    steps, more = steps_of_a_hessian(objective.size, work), OVERHEAD / work
    if steps + more < MOST_STEPS and not quadratic():
        steps *= HESSIANS
    return min(MOST_STEPS, int(steps + more))


def shrink(
    objective: Objective, start: Place, penalty: Penalty, stopping: Stopping, trace: Trace, most: int
) -> Place:
    """Return where thresholded steps end: at the minimum, after `most`, or where they promise too little."""
    place, recent, first = start, deque([start.point.value], MEMORY), start.point.gradient_norm
    curvature = first / max(1.0, float(np.max(np.abs(start.point.x), initial=0.0)))
    least, failures, most = [first], 0, min(most, stopping.max_iterations)
    seen_steps: deque[tuple[Array, Array]] = deque(maxlen=REMEMBERED)
    weak = WEAK if penalty.nonnegative is None else 0.0
    while not stopping.is_met(place.point) and len(least) <= most and failures < MOST_FAILURES:
        if not _is_promising(least, stopping.allowed(place.point.value), most):
            break
        x, gradient, moving = place.point.x, place.gradient, _moving(place.point, weak)
        z = _keeping_signs(place.point, moving, seen_steps) if seen_steps else None
        if z is None:
            z = np.where(moving, penalty.proximal(x - gradient / curvature, curvature), x)
        step, reached = z - x, place_of(objective, penalty, z)
        squared = float(step @ step)
        wanted = max(recent) - SUFFICIENT_DECREASE * curvature / 2 * squared
        if not reached.point.value <= wanted:
            rise = reached.point.value - penalty.value(z) - place.point.value + penalty.value(x)
            seen = 2 * (rise - float(gradient @ step)) / squared if squared > 0 else np.inf
            curvature = max(2 * curvature, seen) if np.isfinite(seen) else LARGER * curvature
            failures += 1
            seen_steps.clear()
            continue
        place = reached
        change = place.gradient - gradient
        seen_steps.append((step, change))
        curvature = float(step @ change) / squared if squared > 0 else 0.0
        trace.add(place.point, 1.0)
        recent.append(place.point.value)
        least.append(min(least[-1], place.point.gradient_norm))
        if not curvature > 0:
            break
    return place


def _moving(point: Point, weak: float) -> Mask:
    """Tell which entries move: a zero that is pulled weakly waits, for it will mostly stay zero."""
    pull = np.abs(point.gradient)
    return np.asarray((pull > weak * point.gradient_norm) | ((point.x != 0) & (pull > 0)))


def _keeping_signs(point: Point, mask: Mask, seen: Iterable[tuple[Array, Array]]) -> Array | None:
    """Return the end of an L-BFGS step over the entries that move; one that would change sign is zero."""
    moving = mask.nonzero()[0]
    memory = LimitedMemory()
    for step, change in seen:
        memory.remember(step[moving], change[moving])
    if not memory.pairs:
        return None
    x, slope = point.x[moving], point.gradient[moving]
    after = x + memory.solved(-slope)
    signs = np.where(x != 0, x, -slope)
    z = point.x.copy()
    z[moving] = np.where(after * signs > 0, after, 0.0)
    return z


def _is_promising(least: Sequence[float], wanted: float, most: int) -> bool:
    """Tell whether at the rate so far, and at that of the later half, the steps will be few enough."""
    steps = len(least) - 1
    if steps < TRIED:
        return True
    for since in (0, steps // 2) if steps >= LONG else (0,):
        fallen, missing = np.log(least[since] / least[-1]), np.log(least[-1] / wanted)
        if not missing * (steps - since) <= (most - steps) * fallen:
            return False
    return True
