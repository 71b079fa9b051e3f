"""The barrier method for convex problems (Boyd & Vandenberghe §11.3): t·f − Σ log(−g), t growing.

The centering problems are formulas too, minimized by Newton's method; affine equalities are
eliminated first. Along the path the multipliers are −1/(t·g), and m/t bounds the gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from frechet.expressions.nodes import Apply, Expr, Number, Ones, Symbol
from frechet.formula import Formula
from frechet.functions.elementwise import LOG, RELU
from frechet.optimize.constrained.augmented_lagrangian import Solved, infeasible
from frechet.optimize.constrained.constraints import Constraint, added, fresh_name, squared
from frechet.optimize.constrained.elimination import Elimination
from frechet.optimize.constrained.system import System, least_squares_multipliers
from frechet.optimize.methods.descents import Newton
from frechet.optimize.methods.line_search import minimize_along_lines
from frechet.optimize.methods.searches import Backtracking
from frechet.optimize.methods.trust_region import exact_model, minimize_in_trust_region
from frechet.optimize.objective import Array, Objective
from frechet.optimize.problem import Problem
from frechet.optimize.status import Status
from frechet.optimize.stopping import Outcome, Stopping

BARRIER_GROWTH: Final = 20.0
MARGINS: Final = (1.0, 1e-1, 1e-2, 1e-4)
CENTERINGS: Final = 40


def minimize_by_barrier(
    problem: Problem, system: System, elimination: Elimination, start: Array, stopping: Stopping
) -> Solved:
    """Follow the central path from a strictly feasible point."""
    inequalities = [c for c in system.constraints if not c.equality]
    inside = _strictly_feasible(problem, system, inequalities, elimination, start, stopping)
    if inside is None:
        return infeasible(problem, system, start)
    formula, weight = _centering(problem.formula, inequalities)
    data: dict[str, Any] = dict(problem.data)
    centering = Problem(formula, problem.variables, data)
    objective, trace = centering.objective(), stopping.new_trace()
    count = sum(
        len(v) for c, v in zip(system.constraints, system.values(inside), strict=True) if not c.equality
    )
    z, t, status = inside, 1.0, Status.ITERATION_LIMIT
    for _ in range(CENTERINGS):
        centering.change({weight.name: t})
        solved = _centered(objective, elimination, z, stopping)
        z = elimination.full(solved.point.x)
        trace.iterates.extend(elimination.lifted(solved.trace))
        if solved.status is Status.UNBOUNDED:
            status = Status.UNBOUNDED
            break
        value = problem.objective().value(z)
        if count / t <= stopping.tolerance * max(1.0, abs(value)):
            status = Status.CONVERGED
            break
        t *= BARRIER_GROWTH
    multipliers = _multipliers(problem, system, z, t)
    return Solved(Outcome(problem.objective().point(z), status, trace), multipliers, objective.evaluations)


def _centering(function: Formula, inequalities: Sequence[Constraint]) -> tuple[Formula, Symbol]:
    declared = dict(function.declarations)
    for constraint in inequalities:
        declared.update(constraint.formula.declarations)
    weight = Symbol.of(fresh_name("t", declared))
    declared[weight.name] = weight
    total = weight * function.expression
    for constraint in inequalities:
        total = total - added(Apply.of(LOG, -constraint.formula.expression))
    return Formula(total, declared), weight


def _centered(objective: Objective, elimination: Elimination, z: Array, stopping: Stopping) -> Outcome:
    """Minimize by damped Newton steps; the tolerance is relative to the weighted value."""
    reduced = elimination.reduced(objective)
    start = reduced.point(elimination.coordinates(z))
    return minimize_along_lines(reduced, start, stopping, Newton(), Backtracking())


def _strictly_feasible(
    problem: Problem,
    system: System,
    inequalities: Sequence[Constraint],
    elimination: Elimination,
    start: Array,
    stopping: Stopping,
) -> Array | None:
    """Return a point with g < 0: the start, or a minimizer of Σ max(g + margin, 0)² (phase I)."""

    def is_inside(z: Array) -> bool:
        values = zip(system.constraints, system.values(z), strict=True)
        return all(c.equality or bool(np.all(v < 0)) for c, v in values) and np.isfinite(
            problem.objective().value(z)
        )

    begun = elimination.full(elimination.coordinates(start))
    if is_inside(begun):
        return begun
    taken = {name: s for c in inequalities for name, s in c.formula.declarations.items()}
    margin = Symbol.of(fresh_name("margin", taken))
    declared = {margin.name: margin}
    total: Expr = Number.of(0)
    for constraint in inequalities:
        expression = constraint.formula.expression
        shift = margin * Ones.of(expression.shape)
        declared.update(constraint.formula.declarations)
        total = total + squared(Formula(Apply.of(RELU, expression + shift), declared)).expression
    for size in MARGINS:
        phase = Problem(Formula(total, declared), problem.variables, {**problem.data, margin.name: size})
        reduced = elimination.reduced(phase.objective())
        first = reduced.point(elimination.coordinates(start))
        found = elimination.full(minimize_in_trust_region(reduced, first, stopping, exact_model).point.x)
        if is_inside(found):
            return found
    return None


def _multipliers(problem: Problem, system: System, z: Array, t: float) -> list[Array]:
    """Return the multipliers of the equalities, and of the g whose −1/(t·g) exceeds their slack."""
    active = [
        np.ones(len(v), dtype=np.bool_) if c.equality else t * v * v < 1
        for c, v in zip(system.constraints, system.values(z), strict=True)
    ]
    return least_squares_multipliers(problem, system, z, active)
