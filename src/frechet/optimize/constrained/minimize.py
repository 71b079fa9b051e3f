"""Minimization under constraints: which method suits, and the result with its KKT residual."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

import numpy as np

from frechet.errors import UnsupportedError, quoted
from frechet.expressions.nodes import Symbol
from frechet.formula import Formula
from frechet.optimize.blocks.blocks import NAME as TURNS
from frechet.optimize.blocks.blocks import REASON as REASON_FOR_TURNS
from frechet.optimize.blocks.blocks import blocks_for
from frechet.optimize.blocks.descent import Block, minimize_in_turns_first
from frechet.optimize.composite import NAME as PROXIMAL_NEWTON
from frechet.optimize.composite import has_1_norms, on_nonnegative
from frechet.optimize.constrained.active_set import minimize_by_exchanges
from frechet.optimize.constrained.augmented_lagrangian import Solved, infeasible, minimize_augmented
from frechet.optimize.constrained.barrier import minimize_by_barrier
from frechet.optimize.constrained.constraints import Bound, Constraint, Restrictions, bound_of, lagrangian_of
from frechet.optimize.constrained.elimination import Elimination, eliminate, independent_rows
from frechet.optimize.constrained.interior_point import OnFaces, minimize_inside
from frechet.optimize.constrained.projection import Box, minimize_in_box
from frechet.optimize.constrained.splitting import split_norms
from frechet.optimize.constrained.system import (
    System,
    box_of,
    least_squares_multipliers,
    optimality,
    sides,
)
from frechet.optimize.landscape import Landscape
from frechet.optimize.methods.choice import METHODS, Choice, Options, method_named, run
from frechet.optimize.methods.descents import LimitedMemory
from frechet.optimize.methods.penalty import Penalty
from frechet.optimize.methods.proximal_newton import minimize_penalized
from frechet.optimize.objective import Array, Objective, Point
from frechet.optimize.problem import Problem
from frechet.optimize.report import copied, named_test, named_trace
from frechet.optimize.result import Result
from frechet.optimize.start import finite_point, starting_point
from frechet.optimize.status import Status
from frechet.optimize.stopping import Outcome, Stopping, Trace, ran_off
from frechet.optimize.variables import Variables, needed_data

NAMES: Final = (
    "projected-newton", "projected-l-bfgs", "null-space", "interior-point", "augmented-lagrangian", "barrier",
    "active-set", PROXIMAL_NEWTON, TURNS,
)  # fmt: skip
EXCHANGES: Final = "active-set"
INTERIOR: Final = "interior-point"
LARGEST_FOR_NEWTON: Final = 1_000
FEASIBLE: Final = 1e-8
LARGEST_RESIDUAL: Final = 1e-4
QuadraticMethod: TypeAlias = Callable[[Objective, Box, Array, Array, Array, Stopping], OnFaces | None]


def minimize_constrained(
    function: Formula,
    variables: Variables,
    data: dict[str, Any],
    restricted: Restrictions,
    method: str,
    given: Mapping[str, Any],
    stopping: Stopping,
    options: Options,
) -> Result:
    """Minimize a formula under constraints."""
    symbols = [block.symbol for block in variables.blocks]
    pairs = [(c, bound_of(c, symbols)) for c in restricted.constraints]
    if method == "barrier":
        pairs = [(c, None) for c in restricted.constraints]
    bounds = [bound for _, bound in pairs if bound is not None]
    others = tuple(c for c, bound in pairs if bound is None)
    names = tuple(s.name for s in symbols)
    declared = Formula(function.expression, {**function.declarations, **restricted.declarations})
    _need_data(others, bounds, names, data)
    known = needed_data(declared, names, data)
    box = box_of(bounds, variables, known)
    problem = Problem(declared, variables, known)
    smooth = _on_box(declared, variables, box)
    split = split_norms(smooth, variables, box) if method == "auto" else None
    if split is None or np.any(box.lower > box.upper):
        return _minimize_within(problem, smooth, others, box, method, given, stopping, options)
    parts = Problem(split.function, split.variables, known)
    smooth = _on_box(split.function, split.variables, split.box)
    constraints, start = split.constraints(others), split.start(given)
    found = _minimize_within(parts, smooth, constraints, split.box, method, start, stopping, options)
    system = System(others, variables, known)
    landscape = Landscape(problem.objective(), variables, lambda z: sides(system, box, z))
    return split.result(found, landscape, lagrangian_of(declared, others)[0])


def _on_box(function: Formula, variables: Variables, box: Box) -> Formula:
    """Return the function as it is where the variables that the box keeps nonnegative are so."""
    bounded = [b.symbol for b in variables.blocks if np.all(box.lower[b.place] >= 0)]
    return on_nonnegative(function, bounded) if bounded else function


def _minimize_within(
    problem: Problem,
    smooth: Formula,
    others: tuple[Constraint, ...],
    box: Box,
    method: str,
    given: Mapping[str, Any],
    stopping: Stopping,
    options: Options,
) -> Result:
    declared, variables = problem.formula, problem.variables
    symbols = [block.symbol for block in variables.blocks]
    system = System(others, variables, problem.data)
    lagrangian, multipliers = lagrangian_of(declared, others)
    if smooth.expression is not declared.expression:
        problem = Problem(smooth, variables, problem.data)
    z = starting_point(variables, given, problem.objective())
    blocks = None if others else blocks_for(method, problem, box)
    sparse = _is_nonnegative(box) and has_1_norms(declared, symbols)
    choice = _choice(method, problem, system, box, blocks, sparse=sparse)
    if np.any(box.lower > box.upper):
        solved = infeasible(problem, system, z)
    else:
        z = box.project(z)
        problem.check(z)
        with np.errstate(all="ignore"):
            if blocks is not None:
                solved = _in_turns(problem, box, blocks, z, stopping)
            else:
                solved, choice = _solve(choice, problem, system, box, multipliers, z, stopping, options)
    return _result(problem, system, box, choice, solved, multipliers, lagrangian, stopping.tolerance)


def _need_data(
    others: Sequence[Constraint], bounds: Sequence[Bound], names: Sequence[str], data: Mapping[str, Any]
) -> None:
    for formula in (*(c.formula for c in others), *(b.limit for b in bounds)):
        needed_data(formula, names, data)


def _is_nonnegative(box: Box) -> bool:
    """Tell whether the bounds are x ≥ 0, for some entries."""
    return bool(np.all(np.isinf(box.upper)) and np.all((box.lower == 0) | np.isinf(box.lower)))


def _choice(
    method: str, problem: Problem, system: System, box: Box, blocks: Sequence[Block] | None, *, sparse: bool
) -> Choice:
    size = problem.variables.size
    affine_equalities = (
        all(c.equality for c in system.constraints) and box.is_everything() and system.is_affine
    )
    if method == "auto":
        if blocks is not None:
            return Choice(TURNS, REASON_FOR_TURNS)
        if sparse and not system.constraints and problem.has_continuous_gradient:
            reason = "nonnegative, with a 1-norm: Newton steps on the entries that are not zero"
            return Choice(PROXIMAL_NEWTON, reason)
        if not system.constraints and size <= LARGEST_FOR_NEWTON and problem.is_quadratic:
            return Choice(EXCHANGES, "a quadratic under bounds, and there are few unknowns")
        if not system.constraints and size <= LARGEST_FOR_NEWTON:
            return Choice("projected-newton", "the constraints are bounds, and there are few unknowns")
        if not system.constraints:
            return Choice("projected-l-bfgs", "the constraints are bounds, and there are many unknowns")
        if affine_equalities:
            return Choice("null-space", "the constraints are affine equalities, which can be eliminated")
        if _is_interior(problem, system):
            return Choice(EXCHANGES, "a quadratic under bounds and affine equalities")
        return Choice("augmented-lagrangian", "the constraints are general")
    fits = {
        "projected-newton": not system.constraints,
        "projected-l-bfgs": not system.constraints,
        "null-space": affine_equalities,
        EXCHANGES: _is_interior(problem, system),
        INTERIOR: _is_interior(problem, system),
        TURNS: blocks is not None,
        PROXIMAL_NEWTON: not system.constraints and _is_nonnegative(box) and problem.has_continuous_gradient,
        "augmented-lagrangian": True,
        "barrier": any(not c.equality for c in system.constraints) and _equalities(system).is_affine,
    }
    if fits.get(method):
        return Choice(method, "as asked")
    if method in METHODS and fits["null-space"]:
        return Choice(method, "as asked, after eliminating the affine equalities")
    if method in fits:
        raise UnsupportedError(f"{method} does not apply to these constraints", hint='Choose method="auto".')
    raise UnsupportedError(
        f"there is no method {quoted(str(method))} for these constraints",
        hint=f"There are: auto, {', '.join(NAMES)}.",
    )


def _is_interior(problem: Problem, system: System) -> bool:
    return all(c.equality for c in system.constraints) and system.is_affine and problem.is_quadratic


def _equalities(system: System) -> System:
    return System(tuple(c for c in system.constraints if c.equality), system.variables, system.data)


def _solve(
    choice: Choice,
    problem: Problem,
    system: System,
    box: Box,
    multipliers: Sequence[Symbol],
    z: Array,
    stopping: Stopping,
    options: Options,
) -> tuple[Solved, Choice]:
    """Return the solution and what solved it: where no interior point is found, another method tries."""
    if choice.name == EXCHANGES:
        found = _by_faces(minimize_by_exchanges, problem, system, box, z, stopping)
        if found is not None:
            return found, choice
        next_one = INTERIOR if system.constraints else "projected-newton"
        choice = Choice(next_one, "the active set was not found, or is not of a convex problem")
    if choice.name == INTERIOR:
        found = _by_faces(minimize_inside, problem, system, box, z, stopping)
        if found is not None:
            return found, choice
        choice = Choice("augmented-lagrangian", "not convex, or nothing strictly inside the constraints")
    return _solve_by(choice, problem, system, box, multipliers, z, stopping, options), choice


def _solve_by(
    choice: Choice,
    problem: Problem,
    system: System,
    box: Box,
    multipliers: Sequence[Symbol],
    z: Array,
    stopping: Stopping,
    options: Options,
) -> Solved:
    objective = problem.objective()
    if choice.name == PROXIMAL_NEWTON:
        penalty = Penalty(np.zeros(len(z)), box.lower == 0)
        outcome = minimize_penalized(objective, z, penalty, stopping)
        point = objective.point(outcome.point.x)
        return Solved(replace(outcome, point=point), [], objective.evaluations)
    if choice.name.startswith("projected"):
        newton = choice.name == "projected-newton"
        outcome = minimize_in_box(objective, finite_point(objective, z), box, stopping, second_order=newton)
        return Solved(outcome, [], objective.evaluations)
    if choice.name == "augmented-lagrangian":
        return minimize_augmented(problem, system, box, multipliers, z, stopping)
    elimination = _elimination(system, z)
    if elimination is None:
        return infeasible(problem, system, z)
    if choice.name == "barrier":
        return minimize_by_barrier(problem, system, elimination, z, stopping)
    return _in_null_space(choice, problem, system, elimination, z, stopping, options)


def _in_turns(problem: Problem, box: Box, blocks: Sequence[Block], z: Array, stopping: Stopping) -> Solved:
    objective = problem.objective()

    def then(point: Point, rest: Stopping, memory: LimitedMemory) -> Outcome:
        return minimize_in_box(objective, point, box, rest, second_order=False, memory=memory)

    start = finite_point(objective, z)
    outcome = minimize_in_turns_first(objective, start, blocks, box, stopping, then)
    return Solved(outcome, [], objective.evaluations)


def _by_faces(
    method: QuadraticMethod, problem: Problem, system: System, box: Box, z: Array, stopping: Stopping
) -> Solved | None:
    """Minimize a quadratic under bounds and affine equalities; None comes without success."""
    objective, values = problem.objective(), system.values(z)
    matrix = np.vstack([np.zeros((0, len(z))), *system.jacobians(z)])
    right = matrix @ z - np.concatenate([np.zeros(0), *values])
    rows = independent_rows(matrix)
    found = method(objective, box, matrix[rows], right[rows], z, stopping)
    if found is None:
        return None
    point = objective.point(found.outcome.point.x)
    if system.violations(system.values(point.x)) > FEASIBLE * max(1.0, float(np.max(np.abs(point.x)))):
        return None
    multipliers = np.zeros(len(matrix))
    multipliers[rows] = found.multipliers
    weights = np.split(multipliers, np.cumsum([len(v) for v in values])[:-1]) if values else []
    outcome = Outcome(point, found.outcome.status, found.outcome.trace)
    return Solved(outcome, list(weights), objective.evaluations)


def _elimination(system: System, z: Array) -> Elimination | None:
    pairs = zip(system.constraints, system.jacobians(z), system.values(z), strict=True)
    rows = [(jacobian, value) for c, jacobian, value in pairs if c.equality]
    matrix = np.vstack([np.zeros((0, len(z))), *(jacobian for jacobian, _ in rows)])
    return eliminate(matrix, np.concatenate([np.zeros(0), *(value for _, value in rows)]), z, FEASIBLE)


def _in_null_space(
    choice: Choice,
    problem: Problem,
    system: System,
    elimination: Elimination,
    z: Array,
    stopping: Stopping,
    options: Options,
) -> Solved:
    objective = problem.objective()
    reduced = elimination.reduced(objective)
    name = "auto" if choice.name == "null-space" else choice.name
    inner = method_named(
        name, reduced, smooth=problem.is_smooth, quadratic=problem.is_quadratic, work=problem.work
    )
    start = finite_point(reduced, elimination.coordinates(z))
    outcome = run(inner, reduced, start, stopping, options)
    x = elimination.full(outcome.point.x)
    trace = Trace(elimination.lifted(outcome.trace))
    weights = least_squares_multipliers(
        problem, system, x, [np.ones(len(v), dtype=np.bool_) for v in system.values(x)]
    )
    return Solved(Outcome(objective.point(x), outcome.status, trace), weights, objective.evaluations)


def _judged(outcome: Outcome, residual: float, allowed: float) -> Status:
    """Return what a search that says it converged is worth by the residual of the optimality conditions.

    A value that ran off does not make every residual look small: it is measured by the start's too.
    """
    value, path = outcome.point.value, outcome.trace.iterates
    first = abs(path[0].value) if path else np.inf
    if residual <= allowed * max(1.0, min(abs(value), first)):
        return Status.CONVERGED
    return Status.UNBOUNDED if ran_off(value, first) else Status.STALLED


def _result(
    problem: Problem,
    system: System,
    box: Box,
    choice: Choice,
    solved: Solved,
    symbols: Sequence[Symbol],
    lagrangian: Formula,
    tolerance: float,
) -> Result:
    point, variables = solved.outcome.point, problem.variables
    evaluations = copied(solved.evaluations)
    shapes = system.shapes(point.x)
    named = {
        s.name: m.reshape(d) if d else float(m[0])
        for s, m, d in zip(symbols, solved.multipliers, shapes, strict=True)
    }
    whole = Problem(lagrangian, variables, {**problem.data, **named})
    found = optimality(problem, system, box, point, solved.multipliers, whole)
    status = solved.outcome.status
    if status is Status.CONVERGED:
        status = _judged(solved.outcome, found.residual, max(LARGEST_RESIDUAL, tolerance))
    return Result(
        x=variables.named(point.x),
        value=point.value,
        status=status,
        method=choice.name,
        reason=choice.reason,
        gradient_norm=found.stationarity,
        iterations=max(0, len(solved.outcome.trace.iterates) - 1),
        evaluations=evaluations,
        trace=named_trace(solved.outcome.trace, variables),
        test=lambda: named_test(found.test(), variables),
        landscape=Landscape(problem.objective(), variables, lambda z: sides(system, box, z)),
        kkt_residual=found.residual,
        multipliers={c.text: named[s.name] for c, s in zip(system.constraints, symbols, strict=True)},
        lagrangian=lagrangian,
    )
