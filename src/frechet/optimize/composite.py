"""A formula as a smooth part plus weighted 1-norms of its variables: f + Σ a‖x‖₁.

The kinks of such a function lie where entries are zero, and nowhere else; methods that know them
need no smoothing and no splitting x = p − q.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, final

import numpy as np

from frechet.backends.compile import compile
from frechet.backends.inputs import read_inputs
from frechet.expressions.nodes import Apply, Expr, Number, Product, Sum, Symbol
from frechet.expressions.traversal import substitute, symbols_of
from frechet.formula import Formula
from frechet.functions.elementwise import ABS
from frechet.functions.indexing import SUM
from frechet.functions.norms import NORM1
from frechet.optimize.methods.choice import Choice
from frechet.optimize.methods.penalty import Penalty
from frechet.optimize.methods.proximal_newton import minimize_penalized
from frechet.optimize.objective import Array, Objective
from frechet.optimize.problem import Problem
from frechet.optimize.report import named_test, result_of
from frechet.optimize.result import Result
from frechet.optimize.second_derivative import SecondDerivativeTest, judge
from frechet.optimize.start import starting_point
from frechet.optimize.stopping import Stopping
from frechet.optimize.variables import Variables

NAME: Final = "proximal-newton"
REASON: Final = "smooth but for the 1-norm of a variable: Newton steps on the entries that are not zero"


@final
@dataclass(frozen=True, slots=True)
class Composite:
    """The smooth part, and the weight of each variable's 1-norm, free of variables."""

    smooth: Formula
    weights: tuple[tuple[Symbol, Formula], ...]


def composite(formula: Formula, variables: Sequence[Symbol]) -> Composite | None:
    """Return the parts, or None when no 1-norm of a variable is a term."""
    if not has_1_norms(formula, variables):
        return None
    smooth: list[Expr] = []
    weights: dict[Symbol, Expr] = {}
    for factors, term in _terms(formula.expression, ()):
        symbol = _penalized(factors, term, variables)
        if symbol is None:
            smooth.append(Product.of((*factors, term)))
        else:
            factor = Product.of(factors)
            weights[symbol] = weights[symbol] + factor if symbol in weights else factor
    rest = Sum.of(smooth) if smooth else Number.of(0)
    declared = formula.declarations
    return Composite(Formula(rest, declared), tuple((s, Formula(w, declared)) for s, w in weights.items()))


def has_1_norms(formula: Formula, variables: Sequence[Symbol]) -> bool:
    """Tell whether a 1-norm of a variable is a term."""
    return any(_penalized(*part, variables) is not None for part in _terms(formula.expression, ()))


def _penalized(factors: Sequence[Expr], term: Expr, variables: Sequence[Symbol]) -> Symbol | None:
    """Return the variable of which a term is the 1-norm, with factors that stay the same."""
    symbol = _in_norm(term)
    return symbol if symbol in variables and not any(_depends(f, variables) for f in factors) else None


def _terms(expression: Expr, factors: tuple[Expr, ...]) -> Iterator[tuple[tuple[Expr, ...], Expr]]:
    """Yield the scalar terms, those in brackets too, with what multiplies them."""
    match expression:
        case Sum(terms):
            for term in terms:
                yield from _terms(term, factors)
        case Product(coefficient, scalars, chain) if scalars or coefficient != 1:
            inner = [s for s in scalars if isinstance(s, Sum) or _in_norm(s) is not None]
            if chain or len(inner) != 1:
                yield factors, expression
                return
            others = [s for s in scalars if s is not inner[0]]
            yield from _terms(inner[0], (*factors, Number.of(coefficient), *others))
        case _:
            yield factors, expression


def _in_norm(term: Expr) -> Symbol | None:
    match term:
        case Apply(function, (Symbol() as symbol,)) if function is NORM1:
            return symbol
        case Apply(function, (Apply(inner, (Symbol() as symbol,)),)) if function is SUM and inner is ABS:
            return symbol
        case _:
            return None


def _depends(factor: Expr, variables: Sequence[Symbol]) -> bool:
    return any(v in variables for v in symbols_of(factor).values())


def on_nonnegative(formula: Formula, symbols: Sequence[Symbol]) -> Formula:
    """Return the formula where these variables are nonnegative: ‖x‖₁ is their sum, |x| is x."""
    known: dict[Expr, Expr] = {}
    for symbol in symbols:
        known[Apply.of(NORM1, symbol)] = symbol if symbol.is_scalar else Apply.of(SUM, symbol)
        known[Apply.of(ABS, symbol)] = symbol
    return Formula(substitute(formula.expression, known), formula.declarations)


def entry_weights(found: Composite, variables: Variables, data: Mapping[str, Any]) -> Array:
    """Return the weight of each free entry; an entry that stands in two places counts for both.

    Raises:
        EvaluationError: a weight has no value.
    """
    weights = np.zeros(variables.size)
    named = dict(found.weights)
    for block in variables.blocks:
        if block.symbol in named:
            weight = _number(named[block.symbol], data)
            weights[block.place] = weight if block.free is None else weight * block.free.sizes
    return weights


def _number(weight: Formula, data: Mapping[str, Any]) -> float:
    match weight.expression:
        case Number(value):
            return float(value)
        # A plain number needs no reading.
        case Symbol(name) if type(data.get(name)) is float and 0.0 < data[name] < np.inf:
            return float(data[name])
        case Symbol(name) as symbol:
            return float(read_inputs([symbol], (), data)[0][name][0, 0])
        case _:
            return float(compile([weight])(**data)[0])


def minimize_composite(problem: Problem, given: Mapping[str, Any], stopping: Stopping) -> Result | None:
    """Minimize by proximal Newton steps, or return None when the formula is not of this kind."""
    symbols = [block.symbol for block in problem.variables.blocks]
    found = composite(problem.formula, symbols)
    if found is None:
        return None
    smooth = Problem(found.smooth, problem.variables, problem.data)
    weights = entry_weights(found, problem.variables, problem.data)
    if not smooth.has_continuous_gradient or np.any(weights < 0):
        return None
    objective = smooth.objective()
    z = starting_point(problem.variables, given, objective)
    smooth.check(z)
    with np.errstate(all="ignore"):
        outcome = minimize_penalized(
            objective, z, Penalty(weights), stopping, quadratic=lambda: smooth.is_quadratic
        )
    whole = replace(problem.objective(), evaluations=objective.evaluations)
    result = result_of(whole, problem.variables, outcome, Choice(NAME, REASON))
    x = outcome.point.x
    return replace(result, test=lambda: named_test(_test_of_nonzeros(objective, x), problem.variables))


def _test_of_nonzeros(objective: Objective, x: Array) -> SecondDerivativeTest:
    """Test where the function is smooth: along the entries that are not zero."""
    used = np.flatnonzero(x)
    test = judge(objective.curvature(x).block(used))
    if test.descent_direction is None:
        return test
    direction = np.zeros_like(x)
    direction[used] = test.descent_direction
    return replace(test, descent_direction=direction)
