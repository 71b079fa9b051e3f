"""Bringing the differential of a vector into the form J*dx, and of a matrix into J*vec(dX).

As `pairing` does for numbers, `Jacobian.next` names the one rule that moves dx a step nearer to
the right end of a term of dF; `Stacking` does the same under vec.
"""

from __future__ import annotations

from typing import NamedTuple, final

from frechet.derivations.pairing import Pairing
from frechet.derivations.terms import (
    Finder,
    Rewrite,
    Split,
    distribute,
    parts,
    terms_of,
    thin_stretch,
    unwrap,
)
from frechet.expressions.nodes import Apply, Expr, Hadamard, Identity, Kronecker, Number, Product, Sum
from frechet.functions.indexing import DIAGONAL, SUM_COLUMNS, SUM_ROWS, VEC, vec
from frechet.rewriting.rules import Application, MatrixMN, Scalar, Sides, rule
from frechet.rewriting.symmetry import transposed
from frechet.simplification import hadamard, sums, vectorization
from frechet.simplification.vectorization import stacked


@rule("")
def a_number_commutes(s: Scalar, A: MatrixMN) -> Sides:
    """A number may stand on either side of a factor: the one with the differential goes last."""
    return A * s, s * A


class NumberFactor(NamedTuple):
    """weight · column · core: a number `core` with the differential inside, times a column."""

    weight: tuple[Expr, ...]
    column: tuple[Expr, ...]
    core: Expr


def number_factor(finder: Finder, term: Expr) -> NumberFactor | None:
    """Find the number that holds the differential: a scalar factor or a 1×1 stretch of the chain."""
    coefficient, scalars, chain = parts(term)
    weight = [Number.of(coefficient)] if coefficient != 1 else []
    for place, scalar in enumerate(scalars):
        if finder.inside(scalar):
            return NumberFactor((*weight, *scalars[:place], *scalars[place + 1 :]), chain, scalar)
    place = next(i for i, f in enumerate(chain) if finder.inside(f))
    low, high = thin_stretch(chain, place)
    if chain[low].shape[0] == 1 and chain[high - 1].shape[1] == 1:
        return NumberFactor((*weight, *scalars), (*chain[:low], *chain[high:]), Product.of(chain[low:high]))
    return None


@final
class Jacobian:
    """The rules for column-shaped terms and the differential of a vector."""

    __slots__ = ("_pairing", "finder")

    def __init__(self, finder: Finder) -> None:
        self.finder = finder
        self._pairing = Pairing(finder)

    def done(self, term: Expr) -> bool:
        _, scalars, chain = parts(term)
        last = chain[-1] if chain else term
        return last is self.finder.differential and not any(map(self.finder.inside, scalars))

    def next(self, term: Expr) -> Rewrite | None:
        """Return the next rule for this term, None when it is done or no rule applies."""
        if self.done(term):
            return None
        number = number_factor(self.finder, term)
        if number is not None:
            return self._number(term, number)
        split = self.finder.split(term)
        if isinstance(split.factor, Sum):
            return distribute(split)
        application = self._factor(split)
        return None if application is None else Rewrite(application, terms_of(spread(split, application)))

    def _number(self, term: Expr, number: NumberFactor) -> Rewrite | None:
        """Bring the number into the form g'*dx, then move it to the end."""
        if isinstance(number.core, Sum):
            terms = tuple(
                Product.of((*number.weight, t, Product.of(number.column))) for t in number.core.terms
            )
            return Rewrite(Application(sums.multiply_out, terms, term, Sum.of(terms)), terms)
        inner = self._pairing.next(number.core)
        if inner is not None:
            column = Product.of(number.column)
            return Rewrite(
                inner.application, tuple(Product.of((*number.weight, t, column)) for t in inner.terms)
            )
        if not self._pairing.done(number.core):
            return None
        coefficient, scalars, chain = parts(number.core)
        after = Product.of(
            (Number.of(coefficient), *number.weight, *scalars, Product.of((*number.column, *chain)))
        )
        application = Application(a_number_commutes, (number.core, Product.of(number.column)), term, after)
        return Rewrite(application, (after,))

    def _factor(self, split: Split) -> Application | None:
        factor, right = split.factor, split.right
        if right and factor.shape[1] == 1:
            number = Product.of(right)
            return Application(
                a_number_commutes, (number, factor), Product.of((factor, *right)), number * factor
            )
        unwrapped = unwrap(self.finder, factor)
        if unwrapped is not None:
            return unwrapped
        match factor:
            case Hadamard(factors) if factor.shape[1] == 1:
                rest, moving = self.finder.divide(factors)
                return hadamard.elementwise_product_as_a_diagonal_matrix.at(Hadamard.of(rest), moving[0])
            case Apply(function, (operand,)) if function in (SUM_ROWS, SUM_COLUMNS):
                chosen = (
                    hadamard.row_sums_as_a_product
                    if function is SUM_ROWS
                    else hadamard.column_sums_as_a_product
                )
                return chosen.at(operand)
            case Apply(function, (operand,)) if function is VEC:
                return vec_rule(self.finder, operand)
            case Kronecker(a, b) if a.shape[1] == 1 and b.shape[1] == 1:
                return vectorization.kronecker_product_of_vectors.at(a, b)
            case Apply(function, (operand,)) if function is DIAGONAL and operand.shape[1] == 1 and right:
                return hadamard.diagonal_matrix_times_vector.at(operand, Product.of(right))
            case Apply(function, (operand,)) if function is DIAGONAL:
                return self._diagonal(operand)
        return None

    def _diagonal(self, operand: Expr) -> Application | None:
        """The diagonal of an outer product, or of a product around a diagonal matrix."""
        chain = operand.chain if isinstance(operand, Product) else (operand,)
        cut = next((i for i in range(1, len(chain)) if chain[i].shape[0] == 1), None)
        if cut is not None:
            column, row = Product.of(chain[:cut]), Product.of(chain[cut:])
            return hadamard.diagonal_of_an_outer_product.at(column, transposed(row))
        place = next(i for i, f in enumerate(chain) if self.finder.inside(f))
        match chain[place]:
            case Apply(function, (inner,)) if function is DIAGONAL and inner.shape[1] == 1:
                size = inner.shape[0]
                left = Product.of(chain[:place]) if chain[:place] else Identity.of(size)
                right = Product.of(chain[place + 1 :]) if chain[place + 1 :] else Identity.of(size)
                return hadamard.diagonal_of_a_product_with_a_diagonal_matrix.at(left, inner, right)
        return None


@final
class Stacking:
    """The rules for terms under vec: weight·vec(M), with the differential inside M."""

    __slots__ = ("_pairing", "finder")

    def __init__(self, finder: Finder) -> None:
        self.finder = finder
        self._pairing = Pairing(finder)

    def done(self, term: Expr) -> bool:
        last = parts(term)[2][-1:]
        return last == (stacked(self.finder.differential),)

    def next(self, term: Expr) -> Rewrite | None:
        if self.done(term):
            return None
        split = self.finder.split(term)
        if isinstance(split.factor, Sum):
            return distribute(split)
        if split.factor.is_scalar:
            return self._number(split)
        match split.factor:
            case Apply(function, (operand,)) if function is VEC:
                application = unwrap(self.finder, split.factor) or vec_rule(self.finder, operand)
            case _:
                application = unwrap(self.finder, split.factor)
        if application is None or (split.right and not split.left):
            return None
        return Rewrite(application, terms_of(spread(split, application)))

    def _number(self, split: Split) -> Rewrite | None:
        """A scalar factor: s(dX)·v becomes v·vec(G)'·vec(dX)."""
        inner = self._pairing.next(split.factor)
        if inner is not None:
            return Rewrite(inner.application, tuple(split.with_core(t) for t in inner.terms))
        match split.factor:
            case Apply(_, (Product() as operand,)) if self._pairing.done(split.factor):
                gradient = transposed(Product.of(operand.chain[:-1]))
                inner_vec = vectorization.trace_as_an_inner_product_of_vecs.at(
                    gradient, self.finder.differential
                )
                weight = [w for w in split.weight if w.is_scalar]
                column = [w for w in split.weight if not w.is_scalar]
                after = Product.of((*weight, Product.of((*column, *parts(inner_vec.after)[2]))))
                return Rewrite(inner_vec, (after,))
        return None


def vec_rule(finder: Finder, operand: Expr) -> Application | None:
    """Return the rule for vec(operand), the differential inside."""
    if 1 in operand.shape:
        return Application(vectorization.vec_of_a_sum, (operand,), vec(operand), stacked(operand))
    match operand:
        case Product(_, _, chain):
            place = next(i for i, f in enumerate(chain) if finder.inside(f))
            left = Product.of(chain[:place]) if chain[:place] else Identity.of(chain[0].shape[0])
            right = Product.of(chain[place + 1 :]) if chain[place + 1 :] else Identity.of(chain[-1].shape[1])
            return vectorization.vec_of_a_product.at(left, chain[place], right)
        case Hadamard(factors):
            rest, moving = finder.divide(factors)
            return vectorization.vec_of_an_elementwise_product.at(Hadamard.of(rest), moving[0])
    return None


def spread(split: Split, application: Application) -> Expr:
    """Put the rule's right side in the place of what it replaced, a sum multiplied out."""
    consumes_right = application.rule in (hadamard.diagonal_matrix_times_vector, a_number_commutes)
    place = split._replace(right=()) if consumes_right else split
    if isinstance(application.after, Sum):
        return Sum.of(place.with_factor(t) for t in application.after.terms)
    return place.with_factor(application.after)
