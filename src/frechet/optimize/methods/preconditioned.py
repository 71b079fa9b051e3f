"""L-BFGS that starts from a Hessian (Nocedal & Wright, §7.2, with a factorized H for H₀).

A Hessian costs as much as several gradients, and changes little from step to step. It is computed
every few steps, and not as long as these are fast; in between, the steps themselves correct it. Newton's
method needs three times as many Hessians for about the same number of steps.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from frechet.optimize.methods.descents import LimitedMemory
from frechet.optimize.methods.line_search import minimize_along_lines
from frechet.optimize.methods.searches import Wolfe
from frechet.optimize.methods.trust_region import exact_model, inverse_of_positive, minimize_in_trust_region
from frechet.optimize.objective import Objective, Point, Product
from frechet.optimize.status import Status
from frechet.optimize.stopping import Outcome, Stopping, joined

STEPS_OF_A_HESSIAN: Final = 3
FAST: Final = 0.1


def minimize_preconditioned(objective: Objective, start: Point, stopping: Stopping) -> Outcome:
    """Minimize in rounds of a few steps; without a clearly positive Hessian a trust region goes on."""
    path = Outcome(start, Status.ITERATION_LIMIT, stopping.new_trace())
    path.trace.add(start)
    if stopping.is_met(start):
        return minimize_in_trust_region(objective, start, stopping, exact_model)
    while path.status is Status.ITERATION_LIMIT:
        if stopping.is_met(path.point) and not stopping.is_generous(path.point):
            return replace(path, status=Status.CONVERGED)
        if _left(path, stopping) <= 0:
            break
        inverse = inverse_of_positive(objective.hessian(path.point.x))
        if inverse is None:
            rest = replace(stopping, max_iterations=_left(path, stopping))
            return joined(path, minimize_in_trust_region(objective, path.point, rest, exact_model))
        rest = replace(stopping, max_iterations=_left(path, stopping))
        path = joined(path, _round(objective, path.point, inverse, rest))
    return path


def _left(path: Outcome, stopping: Stopping) -> int:
    return stopping.max_iterations - len(path.trace.iterates) + 1


def _round(objective: Objective, start: Point, inverse: Product, stopping: Stopping) -> Outcome:
    """Return where a few steps lead; stuck after the first, they were stuck by an old Hessian."""
    memory = LimitedMemory(initial=inverse, is_scaled=False)
    steps = replace(stopping, max_iterations=min(STEPS_OF_A_HESSIAN, stopping.max_iterations))
    found = minimize_along_lines(objective, start, steps, memory, Wolfe())
    while found.status is Status.ITERATION_LIMIT and _left(found, stopping) > 0 and _is_fast(found):
        step = replace(stopping, max_iterations=1)
        found = joined(found, minimize_along_lines(objective, found.point, step, memory, Wolfe()))
    if found.status is Status.STALLED and len(found.trace.iterates) > 1:
        return replace(found, status=Status.ITERATION_LIMIT)
    return found


def _is_fast(path: Outcome) -> bool:
    """Tell whether the last step took most of the gradient away."""
    before, last = path.trace.iterates[-2:]
    return last.gradient_norm <= FAST * before.gradient_norm
