"""`minimize`: a formula, or a Python function, and the name of a method in; a `Result` out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from frechet.errors import EvaluationError, FrechetError, UnsupportedError, quoted
from frechet.expressions.nodes import Symbol
from frechet.formula import Formula
from frechet.optimize.blocks.blocks import NAME as TURNS
from frechet.optimize.blocks.blocks import REASON as REASON_FOR_TURNS
from frechet.optimize.blocks.blocks import blocks_for
from frechet.optimize.blocks.descent import Block, minimize_in_turns_first
from frechet.optimize.composite import NAME as PROXIMAL_NEWTON
from frechet.optimize.composite import minimize_composite
from frechet.optimize.constrained.constraints import read_constraints
from frechet.optimize.constrained.minimize import minimize_constrained
from frechet.optimize.constrained.projection import Box
from frechet.optimize.functions import objective_of_function
from frechet.optimize.large_data import data_for
from frechet.optimize.methods.choice import (
    DEFAULT_STEP_LENGTH,
    LARGEST_FOR_NEWTON,
    METHODS,
    Choice,
    Options,
    method_named,
    run,
)
from frechet.optimize.methods.line_search import minimize_along_lines
from frechet.optimize.methods.searches import Wolfe
from frechet.optimize.methods.stochastic import Sampling
from frechet.optimize.objective import Array
from frechet.optimize.problem import Problem
from frechet.optimize.progress import progress_line
from frechet.optimize.report import result_of
from frechet.optimize.result import Result
from frechet.optimize.start import finite_point, given_values, starting_point
from frechet.optimize.stopping import Stopping
from frechet.optimize.variables import needed_data, sizes_of, variables_of

FOR_QUADRATICS: Final = ("auto", "quadratic", "conjugate-gradient", "cg")

Over = str | Formula | Sequence[str | Formula] | None


def minimize(
    function: Formula | Callable[..., Any],
    over: Over = None,
    data: Mapping[str, Any] | None = None,
    subject_to: str | Sequence[str] = (),
    method: str = "auto",
    start: Any = None,
    *,
    gradient: Callable[[Array], Any] | None = None,
    hessian: Callable[[Array], Any] | None = None,
    tolerance: float = 1e-8,
    max_iterations: int = 1_000,
    step_length: float | None = None,
    batch_size: int = 256,
    seed: int = 0,
    schedule: str = "halving",
    momentum: float = 0.0,
    backend: str = "auto",
    progress: bool = False,
) -> Result:
    """Minimize a scalar formula over some of its names; the others are data.

    `subject_to` holds texts such as "x >= 0", "sum(x) == 1". A Python function takes one flat
    array, with its `gradient` and `hessian` where they are known. `progress=True` shows a search that
    takes longer than a second on the terminal. `batch_size`, `seed`, `schedule` and `momentum` are for
    the methods that sample rows. Dask arrays and memory maps are read chunk by chunk; `backend="dask"`
    treats NumPy arrays so.

    >>> from frechet import parse
    >>> r = minimize(parse("(a - 3)^2", {"a": "scalar"}), over="a")
    >>> round(r.x["a"], 9), str(r.status)
    (3.0, 'converged')

    Raises:
        FrechetError: the data, the start, the method or a constraint is refused.
    """
    length = None if step_length is None else _positive("step_length", step_length)
    sampling = Sampling(_whole("batch_size", batch_size), seed, schedule, momentum, length)
    options = Options(DEFAULT_STEP_LENGTH if length is None else length, sampling=sampling)
    constraints = [subject_to] if isinstance(subject_to, str) else list(subject_to)
    limits = _positive("tolerance", tolerance), _whole("max_iterations", max_iterations)
    with progress_line(progress) as observer:
        stopping = Stopping(*limits, observer=observer)
        if isinstance(function, Formula):
            values = data_for(backend, function, data)
            return _minimize_formula(function, over, values, constraints, method, start, stopping, options)
        _check_function(function, constraints)
        return _minimize_function(function, over, start, method, stopping, options, gradient, hessian)


def _check_function(function: object, constraints: Sequence[str]) -> None:
    if not callable(function):
        raise FrechetError(
            f"a {type(function).__name__} cannot be minimized",
            hint="Pass a formula, fr.parse(text, declarations), or a Python function of an array.",
        )
    if constraints:
        raise UnsupportedError(
            "constraints need a formula, and this is a Python function",
            hint="State the function as a formula, or add a penalty.",
        )


def _minimize_formula(
    function: Formula,
    over: Over,
    data: Mapping[str, Any] | None,
    constraints: Sequence[str],
    method: str,
    start: Any,
    stopping: Stopping,
    options: Options,
) -> Result:
    if not function.expression.is_scalar:
        raise UnsupportedError("only a scalar can be minimized", hint="Sum the entries, or take a norm.")
    symbols = _variables(function, over)
    names = tuple(symbol.name for symbol in symbols)
    given = given_values(start, names)
    restricted = read_constraints(constraints, function, symbols)
    values = _data(data, function, names, restricted.declarations)
    declared = [*function.declarations.values(), *restricted.declarations.values()]
    variables = variables_of(symbols, sizes_of(declared, {**values, **given}))
    if restricted.constraints:
        return minimize_constrained(function, variables, values, restricted, method, given, stopping, options)
    problem = Problem(function, variables, needed_data(function, names, values))
    return _minimize_freely(problem, method, given, stopping, options)


def _minimize_freely(
    problem: Problem, method: str, given: Mapping[str, Any], stopping: Stopping, options: Options
) -> Result:
    if method in ("auto", PROXIMAL_NEWTON):
        found = minimize_composite(problem, given, stopping)
        if found is not None:
            return found
    if method == PROXIMAL_NEWTON:
        raise UnsupportedError(
            f"{PROXIMAL_NEWTON} is for a smooth function plus 1-norms of variables",
            hint="Write the terms as c*norm1(x) with c ≥ 0, or choose another method.",
        )
    if method == TURNS or problem.variables.size > LARGEST_FOR_NEWTON:
        everything = np.full(problem.variables.size, np.inf)
        box = Box(-everything, everything)
        blocks = blocks_for(method, problem, box)
        if blocks is not None:
            return _minimize_in_turns(problem, blocks, box, given, stopping)
    if method == TURNS:
        raise UnsupportedError(
            f"{TURNS} is for functions that are quadratic in each of several variables by itself, with "
            "rows or columns that do not depend on each other",
            hint="Choose another method, or auto.",
        )
    objective = problem.objective()
    quadratic = problem.is_quadratic if method in FOR_QUADRATICS else False
    choice = method_named(
        method,
        objective,
        smooth=problem.is_smooth,
        quadratic=quadratic,
        work=problem.work,
        matrices=any(min(block.rows, block.columns) > 1 for block in problem.variables.blocks),
    )
    if METHODS[choice.name].hessian_first:
        problem.expect_hessians()
    z = starting_point(problem.variables, given, objective)
    problem.check(z)
    outcome = run(choice, objective, finite_point(objective, z), stopping, options)
    return result_of(objective, problem.variables, outcome, choice)


def _minimize_in_turns(
    problem: Problem,
    blocks: Sequence[Block],
    box: Box,
    given: Mapping[str, Any],
    stopping: Stopping,
) -> Result:
    objective = problem.objective()
    z = starting_point(problem.variables, given, objective)
    problem.check(z)
    with np.errstate(all="ignore"):
        outcome = minimize_in_turns_first(
            objective,
            finite_point(objective, z),
            blocks,
            box,
            stopping,
            lambda point, rest, memory: minimize_along_lines(objective, point, rest, memory, Wolfe()),
        )
    return result_of(objective, problem.variables, outcome, Choice(TURNS, REASON_FOR_TURNS))


def _minimize_function(
    function: Callable[..., Any],
    over: Over,
    start: Any,
    method: str,
    stopping: Stopping,
    options: Options,
    gradient: Callable[[Array], Any] | None,
    hessian: Callable[[Array], Any] | None,
) -> Result:
    names = ("x",) if over is None else tuple(_name(part) for part in _listed(over))
    given = given_values(start, names)
    if len(names) != 1 or not given:
        raise FrechetError("a Python function needs one start", hint="Pass start=, an array of numbers.")
    length = int(np.size(given[names[0]]))
    variables = variables_of([Symbol.of(names[0], ("n", 1))], {"n": length})
    z = variables.flat(given)
    objective = objective_of_function(function, length, gradient, hessian)
    choice = method_named(method, objective, smooth=True, quadratic=False)
    outcome = run(choice, objective, finite_point(objective, z), stopping, options)
    return result_of(objective, variables, outcome, choice)


def _listed(over: Over) -> list[Any]:
    if over is None:
        return []
    if isinstance(over, str | Formula):
        return [over]
    if not isinstance(over, Iterable):
        raise FrechetError(
            f"{quoted(str(over))} is not a name", hint='Name the variable: minimize(f, over="x").'
        )
    return list(over)


def _name(part: object) -> str:
    if isinstance(part, Formula) and isinstance(part.expression, Symbol):
        return part.expression.name
    return str(part)


def _variables(function: Formula, over: Over) -> list[Symbol]:
    names = [_name(part) for part in _listed(over)]
    if not names:
        raise FrechetError("no variable to minimize over", hint='Name it: minimize(f, over="x").')
    for name in names:
        if name not in function.declarations:
            known = ", ".join(function.declarations) or "none"
            raise FrechetError(f"{quoted(name)} is not in the formula", hint=f"Its names: {known}.")
    return [function.declarations[name] for name in dict.fromkeys(names)]


def _data(
    data: object, function: Formula, names: Sequence[str], more: Mapping[str, Symbol]
) -> dict[str, Any]:
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise EvaluationError(
            f"the data are a dictionary from names to arrays, not a {type(data).__name__}",
            hint='Pass data={"A": …, "b": …}.',
        )
    known = {**more, **function.declarations}
    for name in data:
        if name not in known:
            raise EvaluationError(
                f"the data name {quoted(str(name))}, which is not in the formula",
                hint=f"The formula has: {', '.join(known)}.",
            )
        if name in names:
            raise EvaluationError(
                f"{name} is both data and a variable",
                hint=f'Pass start={{"{name}": …}} to start from a value.',
            )
    return dict(data)


def _positive(what: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise FrechetError(f"{what} is {quoted(str(value))}", hint="It is a positive number.")
    return float(value)


def _whole(what: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise FrechetError(f"{what} is {quoted(str(value))}", hint="It is a whole number from 1.")
    return value
