"""Bringing the differential of a scalar into the form tr(G'*dX), or g'*dx for a vector.

Each term of df is a number and linear in dX. `Pairing.next` names the one rule that brings dX a
step nearer to the end of a trace (or of an inner product): a scalar is transposed, a trace is
rotated, an elementwise factor changes sides, until nothing stands around dX.
"""

from __future__ import annotations

from typing import final

from frechet.derivations.terms import Finder, Rewrite, Split, distribute, terms_of, unwrap
from frechet.expressions.nodes import (
    Apply,
    Expr,
    Hadamard,
    Identity,
    Kronecker,
    Product,
    Sum,
    Symbol,
    Transpose,
)
from frechet.functions.indexing import DIAGONAL, SUM, SUM_COLUMNS, SUM_ROWS, TRACE, VEC, tr
from frechet.functions.inverses import INVERSE
from frechet.functions.primary import DEXPM, DPOWER
from frechet.rewriting.rules import Application
from frechet.rewriting.symmetry import transposed
from frechet.simplification import hadamard, traces, transposes, vectorization
from frechet.simplification.traces import product_or_identity


@final
class Pairing:
    """The rules for scalar terms, for one differential."""

    __slots__ = ("finder",)

    def __init__(self, finder: Finder) -> None:
        self.finder = finder

    @property
    def differential(self) -> Symbol:
        return self.finder.differential

    def done(self, term: Expr) -> bool:
        """Tell whether the term is weight·tr(…*dX), weight·…*dx, or weight·dx."""
        split = self.finder.split(term)
        if split.factor is self.differential:
            thin = 1 in self.differential.shape
            return thin and not split.right if self.differential.shape[0] != 1 else True
        match split.factor:
            case Apply(function, (operand,)) if function is TRACE and 1 not in self.differential.shape:
                last = operand.chain[-1] if isinstance(operand, Product) else operand
                plain = not isinstance(operand, Product) or (operand.coefficient == 1 and not operand.scalars)
                return plain and last is self.differential
        return False

    def next(self, term: Expr) -> Rewrite | None:
        """Return the next rule for this term, None when it is done or no rule applies."""
        if self.done(term):
            return None
        split = self.finder.split(term)
        if isinstance(split.factor, Sum):
            return distribute(split)
        application = self._scalar(split) if split.factor.is_scalar else self._chain(split)
        if application is None:
            return None
        return Rewrite(application, terms_of(_scaled(split, application.after)))

    def _scalar(self, split: Split) -> Application | None:
        unwrapped = unwrap(self.finder, split.factor)
        if unwrapped is not None:
            return unwrapped
        match split.factor:
            case Apply(function, (operand,)) if function is TRACE:
                return self._trace(operand)
            case Apply(function, (operand,)) if function is SUM:
                return self._sum(operand)
        return None

    def _sum(self, operand: Expr) -> Application:
        if isinstance(operand, Hadamard):
            rest, moving = self.finder.divide(operand.factors)
            return _replacing(
                tr_of(operand), traces.sum_of_an_elementwise_product.at(Hadamard.of(rest), moving[0])
            )
        return traces.sum_as_an_inner_product.at(operand)

    def _chain(self, split: Split) -> Application | None:
        """Handle left*factor*right, a number."""
        left, factor, right = split.left, split.factor, split.right
        unwrapped = unwrap(self.finder, factor)
        if unwrapped is not None and not isinstance(factor, Transpose):
            return _around(split, unwrapped)
        if isinstance(factor, Transpose) or (factor.shape[0] == 1 and not left):
            return _turned(split)
        row = Product.of(left) if left else None
        match factor:
            case Apply(function, (operand,)) if function in (SUM_ROWS, SUM_COLUMNS):
                rule = (
                    hadamard.row_sums_as_a_product
                    if function is SUM_ROWS
                    else hadamard.column_sums_as_a_product
                )
                return _around(split, rule.at(operand))
            case Kronecker(a, b) if a.shape[1] == 1 and b.shape[1] == 1:
                return _around(split, vectorization.kronecker_product_of_vectors.at(a, b))
            case Apply(function, (operand,)) if function is VEC:
                return self._vec(split, operand)
            case Hadamard(factors) if factor.shape[1] == 1 and row is not None:
                rest, moving = self.finder.divide(factors)
                return hadamard.elementwise_factor_to_the_left.at(
                    transposed(row), Hadamard.of(rest), moving[0]
                )
            case Apply(function, (operand,)) if function is DIAGONAL and row is not None:
                if operand.shape[1] != 1:
                    return hadamard.diagonal_of_a_matrix_in_an_inner_product.at(transposed(row), operand)
                return hadamard.diagonal_matrix_between_vectors.at(
                    transposed(row), operand, Product.of(right)
                )
        if row is not None and right:
            return traces.a_number_is_its_own_trace.at(row, factor, Product.of(right))
        return None

    def _vec(self, split: Split, operand: Expr) -> Application | None:
        match split.left:
            case (*_, Kronecker(a, b)):
                inner = vectorization.kronecker_product_times_vec.at(b, transposed(a), operand)
                after = Product.of((*split.left[:-1], inner.after))
                return Application(inner.rule, inner.values, split.core, after)
            case (Transpose(Apply(function, (other,))),) if function is VEC:
                return vectorization.inner_product_of_vecs.at(other, operand)
        return None

    def _trace(self, operand: Expr) -> Application | None:
        """Handle tr(left*factor*right)."""
        if isinstance(operand, Kronecker):
            return traces.trace_of_a_kronecker_product.at(operand.left, operand.right)
        chain = operand.chain if isinstance(operand, Product) else (operand,)
        place = next(i for i, f in enumerate(chain) if self.finder.inside(f))
        factor, before, after = chain[place], chain[:place], chain[place + 1 :]
        if isinstance(factor, Sum):
            pieces = [Product.of((*before, t, *after)) for t in factor.terms]
            return Application(
                traces.trace_of_a_sum, tuple(pieces), tr(operand), Sum.of(tr(p) for p in pieces)
            )
        unwrapped = unwrap(self.finder, factor)
        if unwrapped is not None and not isinstance(factor, Transpose):
            inner = Product.of((*before, unwrapped.after, *after))
            return Application(unwrapped.rule, unwrapped.values, tr(operand), tr(inner))
        thin = self._thin(chain, place)
        if thin is not None:
            return Application(
                traces.trace_of_an_outer_product, (operand, operand, operand), tr(operand), thin
            )
        if isinstance(factor, Transpose):
            return traces.trace_of_a_transpose.at(operand)
        joined = self._kroneckers(chain, place)
        if joined is not None:
            return joined
        if after:
            return traces.cyclic_property_of_the_trace.at(Product.of((*before, factor)), Product.of(after))
        return self._end_of_trace(before, factor)

    def _kroneckers(self, chain: tuple[Expr, ...], place: int) -> Application | None:
        """Multiply a Kronecker product with the neighbor in front of it, if that is one too."""
        factor = chain[place]
        if not isinstance(factor, Kronecker) or place == 0:
            return None
        neighbor = chain[place - 1]
        match neighbor:
            case Kronecker(a, b) if (a.shape[1], b.shape[1]) == (factor.left.shape[0], factor.right.shape[0]):
                inner = vectorization.mixed_product_of_kronecker_products.at(a, b, factor.left, factor.right)
                new = Product.of((*chain[: place - 1], inner.after, *chain[place + 1 :]))
            case Apply(function, (Kronecker(a, b),)) if function is INVERSE and a.shape[0] == a.shape[1]:
                inner = vectorization.inverse_of_a_kronecker_product.at(a, b)
                new = Product.of((*chain[: place - 1], inner.after, *chain[place:]))
            case _:
                return None
        return Application(inner.rule, inner.values, tr(Product.of(chain)), tr(new))

    def _thin(self, chain: tuple[Expr, ...], place: int) -> Expr | None:
        """Return the number that a trace with a vector next to the differential is."""
        factor = chain[place]
        if factor.shape[1] == 1:
            return Product.of((*chain[place + 1 :], *chain[: place + 1]))
        if factor.shape[0] == 1:
            return Product.of((*chain[place:], *chain[:place]))
        return None

    def _end_of_trace(self, before: tuple[Expr, ...], factor: Expr) -> Application | None:
        """Handle tr(C*factor), the factor at the end."""
        match factor:
            case Hadamard(factors):
                rest, moving = self.finder.divide(factors)
                constant = product_or_identity(before, factor)
                return traces.elementwise_product_out_of_the_trace.at(constant, Hadamard.of(rest), moving[0])
            case Apply(function, (operand,)) if function is DIAGONAL:
                if not before:
                    return traces.trace_of_a_diagonal_matrix.at(operand)
                return traces.trace_with_a_diagonal_matrix.at(Product.of(before), operand)
            case Apply(function, (base, direction)) if function is DEXPM:
                if not before:
                    return traces.trace_of_the_exponentials_differential.at(base, direction)
                return traces.adjoint_of_the_exponentials_differential.at(Product.of(before), base, direction)
            case Apply(function, (base, exponent, direction)) if function is DPOWER:
                if not before:
                    return traces.trace_of_the_powers_differential.at(base, exponent, direction)
                return traces.adjoint_of_the_powers_differential.at(
                    Product.of(before), base, exponent, direction
                )
        return None


def tr_of(operand: Expr) -> Expr:
    """Return sum(operand), the formula that the inner-product rule replaces."""
    return Apply.of(SUM, operand)


def _replacing(before: Expr, application: Application) -> Application:
    return Application(application.rule, application.values, before, application.after)


def _around(split: Split, application: Application) -> Application:
    """Apply a rule to the factor, the neighbors staying."""
    after = Product.of((*split.left, application.after, *split.right))
    return Application(application.rule, application.values, split.core, after)


def _turned(split: Split) -> Application:
    core = split.core
    values = (core, Identity.of(1), core)
    return Application(transposes.a_scalar_equals_its_transpose, values, core, transposed(core))


def _scaled(split: Split, core: Expr) -> Expr:
    if isinstance(core, Sum) and split.weight:
        return Sum.of(split.with_core(t) for t in core.terms)
    return split.with_core(core)
