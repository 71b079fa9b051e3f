"""The augmented Lagrangian (Nocedal & Wright §17.4), itself a formula.

σf + ρ/2·Σ‖h + λ/ρ‖² + ρ/2·Σ‖max(g + λ/ρ, 0)‖² is minimized within the bounds, then λ and, where
the violation did not fall enough, ρ are updated. The scale σ makes the first gradient moderate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, final

import numpy as np

from frechet.expressions.nodes import Apply, Symbol
from frechet.formula import Formula
from frechet.functions.elementwise import RELU
from frechet.optimize.constrained.constraints import Constraint, fresh_name, squared
from frechet.optimize.constrained.projection import Box, minimize_in_box
from frechet.optimize.constrained.system import System
from frechet.optimize.methods.trust_region import exact_model, minimize_in_trust_region
from frechet.optimize.objective import Array, Evaluations, Objective
from frechet.optimize.problem import Problem
from frechet.optimize.status import Status
from frechet.optimize.stopping import Outcome, Stopping, Trace, ran_off

OUTER_ITERATIONS: Final = 60
LEAST_OUTER: Final = 1
FIRST_TOLERANCE: Final = 1e-6
LARGEST_PENALTY: Final = 1e12
PENALTY_GROWTH: Final = 10.0
LARGEST_FIRST_PENALTY: Final = 1e3
MODERATE: Final = 100.0
FEASIBLE: Final = 1e-9
CLEARLY_INFEASIBLE: Final = 1e-5
ENOUGH: Final = 0.25
LARGEST_FOR_NEWTON: Final = 500


@final
@dataclass(frozen=True, slots=True)
class Solved:
    """The outcome, the multipliers of the constraints, and what it took."""

    outcome: Outcome
    multipliers: list[Array]
    evaluations: Evaluations


def infeasible(problem: Problem, system: System, z: Array) -> Solved:
    """Return that no point meets the constraints."""
    objective = problem.objective()
    nothing = [np.zeros_like(v) for v in system.values(z)]
    return Solved(Outcome(objective.point(z), Status.INFEASIBLE, Trace()), nothing, objective.evaluations)


def augmented(
    function: Formula, constraints: Sequence[Constraint], multipliers: Sequence[Symbol]
) -> tuple[Formula, Symbol, Symbol]:
    """Return the augmented Lagrangian as a formula, and the symbols of the penalty ρ and the scale σ."""
    declared = dict(function.declarations)
    for constraint in constraints:
        declared.update(constraint.formula.declarations)
    declared.update({m.name: m for m in multipliers})
    penalty = Symbol.of(fresh_name("rho", declared))
    declared[penalty.name] = penalty
    scale = Symbol.of(fresh_name("sigma", declared))
    declared[scale.name] = scale
    total = scale * function.expression
    for constraint, symbol in zip(constraints, multipliers, strict=True):
        shifted = constraint.formula.expression + symbol / penalty
        part = shifted if constraint.equality else Apply.of(RELU, shifted)
        total = total + penalty * squared(Formula(part, declared)).expression / 2
    return Formula(total, declared), penalty, scale


def minimize_augmented(
    problem: Problem, system: System, box: Box, symbols: Sequence[Symbol], start: Array, stopping: Stopping
) -> Solved:
    """Alternate between minimizing the augmented Lagrangian and updating λ and ρ."""
    formula, penalty_symbol, scale_symbol = augmented(problem.formula, system.constraints, symbols)
    data: dict[str, Any] = dict(problem.data)
    inner = Problem(formula, problem.variables, data)
    objective, trace = inner.objective(), stopping.new_trace()
    z = box.project(start)
    values, shapes = system.values(z), system.shapes(z)
    multipliers = [np.zeros_like(v) for v in values]
    first = problem.objective().point(z)
    trace.add(first)
    scale = min(1.0, MODERATE / max(first.gradient_norm, MODERATE))
    data[scale_symbol.name] = scale
    penalty = _first_penalty(scale * first.value, values)
    violation, status = np.inf, Status.ITERATION_LIMIT
    for outer in range(OUTER_ITERATIONS):
        named = {s.name: m.reshape(d) for s, m, d in zip(symbols, multipliers, shapes, strict=True)}
        inner.change({penalty_symbol.name: penalty, **named})
        tolerance = max(stopping.tolerance, FIRST_TOLERANCE * 10.0**-outer)
        solved = _inner(objective, z, box, replace(stopping, tolerance=tolerance))
        trace.iterates.extend(solved.trace.iterates[1:])
        endless = _without_end(solved)
        if endless and penalty < LARGEST_PENALTY and not _is_met(system, solved.point.x):
            penalty *= PENALTY_GROWTH
            continue
        z = solved.point.x
        if endless:
            status = Status.UNBOUNDED
            break
        values = system.values(z)
        multipliers = _updated(system, values, multipliers, penalty)
        before, violation = violation, system.violations(values)
        unmet = max(violation, _complementarity(system, values, multipliers))
        if unmet <= _tolerated(z) and outer >= LEAST_OUTER:
            status = solved.status
            if tolerance <= stopping.tolerance:
                break
        if violation > ENOUGH * before:
            if penalty >= LARGEST_PENALTY:
                break
            penalty *= PENALTY_GROWTH
    settled = status is not Status.UNBOUNDED and solved.status is not Status.ITERATION_LIMIT
    if settled and violation > CLEARLY_INFEASIBLE:
        status = Status.INFEASIBLE
    unscaled = [m / scale for m in multipliers]
    return Solved(Outcome(problem.objective().point(z), status, trace), unscaled, objective.evaluations)


def _updated(
    system: System, values: Sequence[Array], multipliers: Sequence[Array], penalty: float
) -> list[Array]:
    shifted = [m + penalty * v for m, v in zip(multipliers, values, strict=True)]
    return [s if c.equality else np.maximum(s, 0.0) for c, s in zip(system.constraints, shifted, strict=True)]


def _inner(objective: Objective, z: Array, box: Box, stopping: Stopping) -> Outcome:
    start = objective.point(z)
    second_order = objective.size <= LARGEST_FOR_NEWTON
    if box.is_everything() and second_order:
        return minimize_in_trust_region(objective, start, stopping.from_start(start), exact_model)
    return minimize_in_box(objective, start, box, stopping, second_order=second_order)


def _without_end(solved: Outcome) -> bool:
    """Tell whether the values fall without end; far out, rounding may stop such a search."""
    fell = ran_off(solved.point.value, solved.trace.iterates[0].value)
    return solved.status is Status.UNBOUNDED or (fell and solved.status is not Status.CONVERGED)


def _is_met(system: System, z: Array) -> bool:
    """Tell whether z meets the constraints for its size; where it does not, the penalty is too weak."""
    return system.violations(system.values(z)) <= _tolerated(z)


def _tolerated(z: Array) -> float:
    return FEASIBLE * (1 + float(np.max(np.abs(z), initial=0.0)))


def _first_penalty(value: float, values: Sequence[Array]) -> float:
    squares = sum(float(v @ v) for v in values)
    guess = 2 * max(1.0, abs(value)) / squares if squares > 0 else 10.0
    return float(np.clip(guess, 1.0, LARGEST_FIRST_PENALTY))


def _complementarity(system: System, values: Sequence[Array], multipliers: Sequence[Array]) -> float:
    gaps = [
        float(np.max(np.abs(np.minimum(-v, m)), initial=0.0))
        for c, v, m in zip(system.constraints, values, multipliers, strict=True)
        if not c.equality
    ]
    return max(gaps, default=0.0)
