"""Reading the derivative off: df = tr(G'*dX) has the gradient G, dF = J*dx the Jacobian J.

A `Gathering` says, for one form, what stands with the differential in a finished term and how the
collected line is written. (Magnus & Neudecker, chapter 9: the first identification theorem.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, final

from frechet.assumptions import Structure
from frechet.derivations.scalars import without_factor
from frechet.derivations.terms import Finder, parts
from frechet.derivations.workbench import Theme, Workbench
from frechet.expressions.nodes import Apply, Expr, Identity, Number, Product, Sum
from frechet.functions.indexing import TRACE, diag, tr
from frechet.rewriting.rules import Words
from frechet.rewriting.steps import Phase, Step
from frechet.rewriting.symmetry import transposed, without_needless_transposes
from frechet.simplification.vectorization import stacked

REFERENCE: Final = "Magnus & Neudecker, ch. 9 (identification)"


@final
@dataclass(frozen=True, slots=True)
class Gathering:
    """How the terms of one form are collected and read."""

    coefficient: Callable[[Finder, Expr], Expr | None]
    assemble: Callable[[Finder, Expr], Expr]
    read: Callable[[Expr], Expr]
    rule: str
    words: Callable[[Expr], Words]


def _scalar_coefficient(finder: Finder, term: Expr) -> Expr | None:
    return without_factor(term, finder.differential) if finder.differential in parts(term)[1] else None


def _last_coefficient(finder: Finder, term: Expr) -> Expr | None:
    """Return what stands in front of dx at the end of a term."""
    coefficient, scalars, chain = parts(term)
    last = stacked(finder.differential)
    if not chain or chain[-1] is not last or any(map(finder.inside, (*scalars, *chain[:-1]))):
        return None
    rest = Product.of(chain[:-1]) if chain[:-1] else Identity.of(last.shape[0])
    return Product.of((Number.of(coefficient), *scalars, rest))


def _vector_coefficient(finder: Finder, term: Expr) -> Expr | None:
    """Return the row in front of dx (for a row variable, the transposed column behind it)."""
    coefficient, scalars, chain = parts(term)
    if chain and chain[0] is finder.differential and not any(map(finder.inside, (*scalars, *chain[1:]))):
        return Product.of((Number.of(coefficient), *scalars, transposed(Product.of(chain[1:]))))
    split = finder.split(term)
    if split.factor is not finder.differential or split.right or split.factor.shape[1] != 1:
        return None
    rest = Product.of(split.left) if split.left else Identity.of(split.factor.shape[0])
    return Product.of((*split.weight, rest))


def _trace_coefficient(finder: Finder, term: Expr) -> Expr | None:
    """Return weight*C for weight*tr(C*dX)."""
    coefficient, scalars, chain = parts(term)
    if chain and any(map(finder.inside, chain)):
        return None
    rest = [Product.of(chain)] if chain else []
    found: Expr | None = None
    for scalar in scalars:
        if finder.inside(scalar):
            found = _inside_trace(finder, scalar)
            if found is None:
                return None
        else:
            rest.append(scalar)
    return None if found is None else Product.of((Number.of(coefficient), *rest, found))


def _inside_trace(finder: Finder, scalar: Expr) -> Expr | None:
    match scalar:
        case Apply(function, (operand,)) if function is TRACE:
            _, scalars, chain = parts(operand)
            if (
                chain
                and not scalars
                and chain[-1] is finder.differential
                and not any(map(finder.inside, chain[:-1]))
            ):
                return Product.of(chain[:-1]) if chain[:-1] else Identity.of(finder.differential.shape[0])
    return None


def _with_scalar(finder: Finder, total: Expr) -> Expr:
    return Product.of((finder.differential, total))


def _with_vector(finder: Finder, total: Expr) -> Expr:
    if finder.differential.shape[0] == 1:
        return finder.differential @ transposed(total)
    return total @ finder.differential


def _with_trace(finder: Finder, total: Expr) -> Expr:
    coefficient, scalars, chain = parts(total)
    if not chain:
        return Product.of((total, tr(finder.differential)))
    return Product.of((Number.of(coefficient), *scalars, tr(Product.of(chain) @ finder.differential)))


def _with_stacked(finder: Finder, total: Expr) -> Expr:
    return total @ stacked(finder.differential)


def _turned(total: Expr) -> Expr:
    """Return the transpose; that of a sum of rows term by term if that is shorter."""
    whole = without_needless_transposes(transposed(total))
    coefficient, scalars, chain = parts(total)
    if len(chain) != 1 or not isinstance(chain[0], Sum):
        return whole
    column = Sum.of(without_needless_transposes(transposed(t)) for t in chain[0].terms)
    termwise = Product.of((Number.of(coefficient), *scalars, column))
    return termwise if termwise.size < whole.size else whole


def _same(total: Expr) -> Expr:
    return total


def _read_scalar(differential: Expr) -> Words:
    return ("The derivative is what multiplies ", differential, ".")


def _read_gradient(differential: Expr) -> Words:
    return (
        "This is g'*",
        differential,
        ": the gradient g is the transpose of the row in front of ",
        differential,
        ".",
    )


def _read_trace(differential: Expr) -> Words:
    return (
        "This is tr(G'*",
        differential,
        "): the gradient G is the transpose of what multiplies ",
        differential,
        ".",
    )


def _read_jacobian(differential: Expr) -> Words:
    return ("This is J*", differential, ": the Jacobian J is the matrix in front of ", differential, ".")


def _read_stacked(differential: Expr) -> Words:
    return ("The matrix in front of vec(", differential, ") is the Jacobian of the stacked columns.")


GATHERINGS: Final = {
    "scalar": Gathering(_scalar_coefficient, _with_scalar, _same, "identify the derivative", _read_scalar),
    "vector": Gathering(_vector_coefficient, _with_vector, _turned, "identify the gradient", _read_gradient),
    "matrix": Gathering(_trace_coefficient, _with_trace, _turned, "identify the gradient", _read_trace),
    "jacobian": Gathering(_last_coefficient, _with_stacked, _same, "identify the Jacobian", _read_jacobian),
    "stacked": Gathering(_last_coefficient, _with_stacked, _same, "identify the Jacobian", _read_stacked),
}


def identify(bench: Workbench, total: Expr, gathering: Gathering) -> Expr:
    """Read the derivative off the collected line; the step says how."""
    derivative = gathering.read(total)
    bench.claim = gathering.assemble(bench.finder, gathering.read(derivative))
    checked = bench.agree(bench.line, bench.claim)
    words = gathering.words(bench.differential)
    step = Step(
        gathering.rule, bench.line, derivative, words, REFERENCE, Phase.IDENTIFICATION, checked=checked
    )
    bench.conclude(Theme.IDENTIFY, step)
    return derivative


def structured_gradient(bench: Workbench, gradient: Expr, structured: str) -> Expr:
    """Take the structure of the variable into account, as asked for."""
    kind = bench.variable.structure
    after: Expr | None = None
    if structured == "project":
        after = _projected(gradient, kind)
        words: Words = (
            bench.variable,
            f" varies among {_PLURAL.get(kind, 'all')} matrices: the gradient is projected on them.",
        )
    elif structured == "entries" and kind.symmetric and kind is not Structure.DIAGONAL:
        after = gradient + transposed(gradient) - gradient * Identity.of(gradient.shape[0])
        words = ("Every entry off the diagonal of ", bench.variable, " occurs twice: G + G' - diag(G).")
    if after is None or after is gradient:
        return gradient
    differential = bench.differential
    checked = bench.agree(tr(gradient.T @ differential), tr(after.T @ differential))
    if structured == "entries":
        checked = True
    step = Step(
        "structure of the variable",
        gradient,
        after,
        words,
        "Cookbook §2.8",
        Phase.DERIVATIVE,
        checked=checked,
    )
    bench.conclude(Theme.SIMPLIFY, step)
    return after


_PLURAL: Final = {
    Structure.SYMMETRIC: "symmetric",
    Structure.PSD: "symmetric",
    Structure.DIAGONAL: "diagonal",
    Structure.SKEW: "skew-symmetric",
}


def _projected(gradient: Expr, kind: Structure) -> Expr | None:
    """Project on a linear space of matrices, in the trace inner product."""
    turned = without_needless_transposes(transposed(gradient))
    if turned is gradient and kind is not Structure.DIAGONAL and kind is not Structure.SKEW:
        return gradient
    match kind:
        case Structure.SYMMETRIC | Structure.PSD:
            return Fraction(1, 2) * (gradient + turned)
        case Structure.SKEW:
            return Fraction(1, 2) * (gradient - turned)
        case Structure.DIAGONAL:
            return diag(diag(gradient))
    return None
