"""The differential method: take d of both sides, push it in, gather dX, read the derivative off.

A scalar function of a matrix ends as df = tr(G'*dX), of a vector as df = g'*dx; a vector function
of a vector as dF = J*dx; anything of a scalar as dF = F'*dt. A matrix function of a matrix (or
with a matrix in it somewhere) ends as vec(dF) = J*vec(dX) where Kronecker products can say it,
and otherwise as the differential itself. (Magnus & Neudecker, chapter 9: identification.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import final

from frechet.derivations.identification import GATHERINGS, Gathering, identify, structured_gradient
from frechet.derivations.jacobians import Jacobian, Stacking
from frechet.derivations.pairing import Pairing
from frechet.derivations.scalars import PullingOut
from frechet.derivations.terms import Rewrite, terms_of
from frechet.derivations.workbench import FineStep, Theme, Workbench
from frechet.expressions.nodes import Expr, Sum, Symbol, Zero, is_zero
from frechet.rewriting.rules import listed
from frechet.rewriting.symmetry import symmetric_parts_transposed, without_needless_transposes
from frechet.simplification import transposes
from frechet.simplification.collecting import common_factor_out, like_terms_added, powers_joined
from frechet.simplification.vectorization import stacked


class Form(Enum):
    """What the derivation ends with."""

    GRADIENT = "gradient"
    JACOBIAN = "jacobian"
    DERIVATIVE = "derivative"
    VEC_JACOBIAN = "vec jacobian"
    DIFFERENTIAL = "differential"


@final
@dataclass(frozen=True, slots=True)
class Outcome:
    """The fine steps, the derivative that they reach, and its form; no derivative if stuck."""

    steps: tuple[FineStep, ...]
    derivative: Expr | None
    form: Form
    method: str = "differential"


def form_of(function: Expr, variable: Symbol) -> Form:
    """Return the form that fits the shapes."""
    if variable.is_scalar:
        return Form.DERIVATIVE
    if function.is_scalar:
        return Form.GRADIENT
    if variable.shape[1] == 1 and 1 in function.shape:
        return Form.JACOBIAN
    return Form.VEC_JACOBIAN


def differential_steps(function: Expr, variable: Symbol, structured: str = "project") -> Outcome:
    """Derive the derivative of a function by a variable with the differential method."""
    bench = Workbench(function, variable)
    form = form_of(function, variable)
    bench.push_all()
    if is_zero(bench.line):
        return _constant(bench, form)
    match form:
        case Form.DERIVATIVE:
            derivative = _gathered(bench, PullingOut(bench.finder).next, GATHERINGS["scalar"])
        case Form.GRADIENT:
            kind = "matrix" if 1 not in variable.shape else "vector"
            derivative = _gathered(bench, Pairing(bench.finder).next, GATHERINGS[kind])
            if derivative is not None:
                derivative = structured_gradient(bench, derivative, structured)
        case _:
            return _columns(bench, form)
    bench.recheck()
    return Outcome(tuple(bench.steps), derivative, form)


def _constant(bench: Workbench, form: Form) -> Outcome:
    shape = bench.variable.shape if form is Form.GRADIENT else bench.function.shape
    if form is Form.JACOBIAN:
        shape = (stacked(bench.function).shape[0], bench.variable.shape[0])
    return Outcome(tuple(bench.steps), Zero.of(shape), form)


def _columns(bench: Workbench, form: Form) -> Outcome:
    """Derive a Jacobian; where no Kronecker form is found, the differential is the answer."""
    kept = (tuple(bench.steps), bench.line)
    function = bench.function
    if function.shape[0] == 1:
        bench.stack(
            stacked(bench.line), "transpose both sides", ("Transpose both sides, so that both are columns.",)
        )
    elif function.shape[1] != 1:
        words = ("Stack the columns of both sides into one vector.",)
        bench.stack(stacked(bench.line), "vec of both sides", words)
    rules = Jacobian(bench.finder).next if form is Form.JACOBIAN else Stacking(bench.finder).next
    derivative = _gathered(bench, rules, GATHERINGS["jacobian" if form is Form.JACOBIAN else "stacked"])
    bench.recheck()
    if derivative is None and form is Form.VEC_JACOBIAN:
        return Outcome(kept[0], kept[1], Form.DIFFERENTIAL)
    return Outcome(tuple(bench.steps), derivative, form)


def _gathered(
    bench: Workbench, next_rewrite: Callable[[Expr], Rewrite | None], gathering: Gathering
) -> Expr | None:
    """Rewrite the terms until dX stands at the end of each, collect them, read the derivative off."""
    bench.rewrite_terms(next_rewrite)
    finder = bench.finder
    taken = [gathering.coefficient(finder, t) for t in terms_of(bench.line)]
    coefficients = tuple(c for c in taken if c is not None)
    if len(coefficients) < len(taken):
        return None
    coefficients = _symmetric(bench, coefficients, gathering)
    total = common_factor_out(like_terms_added(tuple(powers_joined(c) for c in coefficients)))
    after = gathering.assemble(bench.finder, total)
    bench.add(
        Theme.COLLECT, after, "collect terms", (f"Collect what stands with {bench.differential.name}.",)
    )
    return identify(bench, total, gathering)


def _symmetric(bench: Workbench, coefficients: tuple[Expr, ...], gathering: Gathering) -> tuple[Expr, ...]:
    """Drop the transposes of symmetric matrices, naming them."""
    parts = symmetric_parts_transposed(Sum.of(coefficients)) if coefficients else ()
    if not parts:
        return coefficients
    dropped = tuple(without_needless_transposes(c) for c in coefficients)
    after = Sum.of(gathering.assemble(bench.finder, c) for c in dropped)
    rule = transposes.a_symmetric_matrix_equals_its_transpose
    verb = " is symmetric" if len(parts) == 1 else " are symmetric"
    words = (*listed(parts), f"{verb}: the transpose may be dropped.")
    bench.add(Theme.COLLECT, after, rule.name, words, rule.reference)
    return dropped
