"""Taking terms apart: where the differential sits in a product, and unwrapping what encloses it.

A term is linear in dX. `split` finds the one factor that contains it; `unwrap` simplifies that
factor when it is a transpose, an elementwise or Kronecker product, or a linear function of a
sum, of a multiple, or of something that simplifies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, final

from frechet.expressions.function import AbstractIndexing
from frechet.expressions.nodes import (
    Apply,
    Expr,
    Hadamard,
    Kronecker,
    Number,
    Product,
    Sum,
    Symbol,
    Transpose,
)
from frechet.expressions.traversal import postorder
from frechet.functions.indexing import DIAGONAL, SUM, SUM_COLUMNS, SUM_ROWS, TRACE, VEC
from frechet.functions.primary import DEXPM, DPOWER
from frechet.rewriting.rules import Application
from frechet.rewriting.symmetry import transposed
from frechet.simplification import hadamard, sums, traces, transposes, vectorization


@final
@dataclass(frozen=True, slots=True)
class Rewrite:
    """A rule applied inside a term, which becomes one or several terms."""

    application: Application
    terms: tuple[Expr, ...]


class Split(NamedTuple):
    """`weight · left · factor · right`, the factor containing the differential."""

    weight: tuple[Expr, ...]
    left: tuple[Expr, ...]
    factor: Expr
    right: tuple[Expr, ...]

    def with_factor(self, factor: Expr) -> Expr:
        """Put another factor in the place of the differential's."""
        return Product.of((*self.weight, Product.of((*self.left, factor, *self.right))))

    def with_core(self, core: Expr) -> Expr:
        """Put another core in the place of `left · factor · right`."""
        return Product.of((*self.weight, core))

    @property
    def core(self) -> Expr:
        return Product.of((*self.left, self.factor, *self.right))


@final
class Finder:
    """Knows which formulas contain the differential."""

    __slots__ = ("_known", "differential")

    def __init__(self, differential: Symbol) -> None:
        self.differential = differential
        self._known: dict[Expr, bool] = {}

    def inside(self, node: Expr) -> bool:
        if node not in self._known:
            for part in postorder(node):
                if part not in self._known:
                    found = any(self._known[c] for c in part.children)
                    self._known[part] = part is self.differential or found
        return self._known[node]

    def split(self, term: Expr) -> Split:
        """Find the factor with the differential and the smallest product around it.

        In a chain such as a'*v*dx'*A*x, the scalar a'*v is part of the weight.
        """
        coefficient, scalars, chain = parts(term)
        weight: list[Expr] = [Number.of(coefficient)] if coefficient != 1 else []
        for place, scalar in enumerate(scalars):
            if self.inside(scalar):
                rest = [*scalars[:place], *scalars[place + 1 :], *([Product.of(chain)] if chain else [])]
                if not isinstance(scalar, Product):
                    return Split((*weight, *rest), (), scalar, ())
                inner = self.split(scalar)
                return inner._replace(weight=(*weight, *rest, *inner.weight))
        place = next(i for i, f in enumerate(chain) if self.inside(f))
        low, high = thin_stretch(chain, place)
        if term.is_scalar or (chain[low].shape[0] == 1 and chain[high - 1].shape[1] == 1):
            outer = [Product.of(p) for p in (chain[:low], chain[high:]) if p]
            if all(o.is_scalar for o in outer):
                return Split(
                    (*weight, *scalars, *outer), chain[low:place], chain[place], chain[place + 1 : high]
                )
        return Split((*weight, *scalars), chain[:place], chain[place], chain[place + 1 :])

    def divide(self, factors: Sequence[Expr]) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
        """Return the factors without and with the differential."""
        return tuple(f for f in factors if not self.inside(f)), tuple(f for f in factors if self.inside(f))


def parts(term: Expr) -> tuple[Fraction, tuple[Expr, ...], tuple[Expr, ...]]:
    """Return coefficient, scalar factors and matrix factors of a term."""
    match term:
        case Number(value):
            return value, (), ()
        case Product(coefficient, scalars, chain):
            return coefficient, scalars, chain
        case _ if term.is_scalar:
            return Fraction(1), (term,), ()
        case _:
            return Fraction(1), (), (term,)


def thin_stretch(chain: Sequence[Expr], place: int) -> tuple[int, int]:
    """Return the smallest stretch around a factor that begins with one row and ends with one
    column, as far as the chain allows.
    """
    low, high = place, place + 1
    while low > 0 and chain[low].shape[0] != 1:
        low -= 1
    while high < len(chain) and chain[high - 1].shape[1] != 1:
        high += 1
    return low, high


def terms_of(node: Expr) -> tuple[Expr, ...]:
    return node.terms if isinstance(node, Sum) else (node,)


def distribute(split: Split) -> Rewrite:
    """Multiply out the sum that holds the differential."""
    terms = terms_of(split.factor)
    after = tuple(split.with_factor(t) for t in terms)
    before = split.with_factor(split.factor)
    return Rewrite(Application(sums.multiply_out, terms, before, Sum.of(after)), after)


_OF_SUM = {
    TRACE: traces.trace_of_a_sum,
    SUM: sums.sum_over_a_sum,
    DIAGONAL: sums.diagonal_of_a_sum,
    VEC: vectorization.vec_of_a_sum,
    SUM_ROWS: sums.row_sums_of_a_sum,
    SUM_COLUMNS: sums.column_sums_of_a_sum,
}
_OF_MULTIPLE = {
    TRACE: traces.scalar_out_of_the_trace,
    VEC: vectorization.scalar_out_of_vec,
    DIAGONAL: sums.scalar_out_of_diag,
}


def unwrap(finder: Finder, factor: Expr) -> Application | None:
    """Simplify the outermost operation of a factor that contains the differential, if it can be."""
    match factor:
        case Transpose(operand):
            return _unwrap_transpose(operand)
        case Hadamard(factors):
            return _unwrap_hadamard(finder, factors)
        case Kronecker(left, right):
            return _unwrap_kronecker(left, right)
        case Apply(function, (operand,)) if isinstance(function, AbstractIndexing):
            return _unwrap_linear(factor, function, operand)
        case Apply(function, _) if function in (DEXPM, DPOWER):
            return _unwrap_direction(factor)
    return None


def _unwrap_transpose(operand: Expr) -> Application | None:
    match operand:
        case Sum(terms):
            return transposes.transpose_of_a_sum.at(*terms)
        case Product():
            return Application(
                transposes.transpose_of_a_product,
                (operand, operand),
                Transpose.of(operand),
                transposed(operand),
            )
        case Hadamard(factors):
            return transposes.transpose_of_an_elementwise_product.at(*factors)
        case Kronecker(left, right):
            return transposes.transpose_of_a_kronecker_product.at(left, right)
        case Apply(function, (vector,)) if function is DIAGONAL and vector.shape[1] == 1:
            return transposes.a_diagonal_matrix_equals_its_transpose.at(vector)
    return None


def _unwrap_hadamard(finder: Finder, factors: tuple[Expr, ...]) -> Application | None:
    rest, (moving,) = finder.divide(factors)
    constant = Hadamard.of(rest)
    if isinstance(moving, Sum):
        after = Sum.of(Hadamard.of((constant, t)) for t in moving.terms)
        values = (constant, *moving.terms)
        return Application(sums.elementwise_product_with_a_sum, values, Hadamard.of(factors), after)
    if isinstance(moving, Product) and moving.shape[1] != 1 and moving.shape[0] != 1:
        chain = moving.chain
        cut = next((i for i in range(1, len(chain)) if chain[i].shape[0] == 1), None)
        if cut is not None:
            column, row = Product.of(chain[:cut]), Product.of(chain[cut:])
            application = hadamard.rank_one_elementwise_factor.at(constant, column, transposed(row))
            scale = Product.of((Number.of(moving.coefficient), *moving.scalars))
            after = scale * application.after
            return Application(application.rule, application.values, Hadamard.of(factors), after)
    return None


def _unwrap_kronecker(left: Expr, right: Expr) -> Application | None:
    for place, side in enumerate((left, right)):
        other = right if place == 0 else left
        if isinstance(side, Sum):
            pairs = [Kronecker.of(t, other) if place == 0 else Kronecker.of(other, t) for t in side.terms]
            values = (other, *side.terms)
            before = Kronecker.of(left, right)
            return Application(sums.kronecker_product_with_a_sum, values, before, Sum.of(pairs))
    return None


def _unwrap_linear(factor: Expr, function: AbstractIndexing, operand: Expr) -> Application | None:
    if operand.is_scalar:
        return Application(sums.trace_of_a_number, (operand,), factor, operand)
    match operand:
        case Sum(terms):
            after = Sum.of(Apply.of(function, t) for t in terms)
            return Application(_OF_SUM[function], terms, factor, after)
        case Product(coefficient, scalars, chain) if (scalars or coefficient != 1) and chain:
            scale = Product.of((Number.of(coefficient), *scalars))
            after = scale * Apply.of(function, Product.of(chain))
            found = _OF_MULTIPLE.get(function, sums.scalar_out_of_the_sum)
            return Application(found, (scale, Product.of(chain)), factor, after)
    return None


def _unwrap_direction(factor: Apply) -> Application | None:
    """Dexpm and dpower are linear in their direction: a multiple or a sum comes out."""
    *fixed, direction = factor.arguments
    match direction:
        case Sum(terms):
            after = Sum.of(Apply.of(factor.function, *fixed, t) for t in terms)
            return Application(sums.multiply_out, (direction,), factor, after)
        case Product(coefficient, scalars, chain) if (scalars or coefficient != 1) and chain:
            scale = Product.of((Number.of(coefficient), *scalars))
            after = scale * Apply.of(factor.function, *fixed, Product.of(chain))
            return Application(sums.scalar_out_of_the_sum, (scale, direction), factor, after)
    return None
