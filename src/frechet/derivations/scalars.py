"""The differential of a scalar variable comes out of everything: dF = F'(t)*dt."""

from __future__ import annotations

from typing import final

from frechet.derivations.terms import Finder, Rewrite, parts, terms_of, unwrap
from frechet.expressions.nodes import Expr, Kronecker, Number, Product, Sum
from frechet.expressions.traversal import substitute
from frechet.rewriting.rules import Application, MatrixMN, Scalar, Sides, rule
from frechet.simplification.collecting import common_factor_out


@rule("")
def scalar_out_of_a_sum(t: Scalar, A: MatrixMN, B: MatrixMN) -> Sides:
    """The scalar {t} is a common factor of the sum."""
    return t * A + t * B, t * Sum.of((A, B))


@rule("")
def scalar_out_of_a_kronecker_product(c: Scalar, A: MatrixMN, B: MatrixMN) -> Sides:
    """A scalar comes out of the Kronecker product."""
    return Kronecker.of(c * A, B), c * Kronecker.of(A, B)


@final
class PullingOut:
    """The rules that move the differential of a scalar to the front of a term."""

    __slots__ = ("finder",)

    def __init__(self, finder: Finder) -> None:
        self.finder = finder

    def done(self, term: Expr) -> bool:
        return self.finder.differential in parts(term)[1]

    def next(self, term: Expr) -> Rewrite | None:
        """Take the differential out of the innermost operation around it."""
        if self.done(term):
            return None
        node = self._innermost(term)
        application = self._out_of(node)
        if application is None:
            return None
        return Rewrite(application, terms_of(substitute(term, {node: application.after})))

    def _innermost(self, term: Expr) -> Expr:
        """Return the deepest node around the differential that is not a product."""
        node = found = term
        while node is not self.finder.differential:
            if not isinstance(node, Product):
                found = node
            inside = [c for c in node.children if self.finder.inside(c)]
            waiting = [c for c in inside if not self.done(c)] if isinstance(node, Sum) else inside
            if not waiting:
                return node
            node = waiting[0]
        return found

    def _out_of(self, node: Expr) -> Application | None:
        t = self.finder.differential
        if isinstance(node, Sum):
            if not all(self.done(term) for term in node.terms):
                return None
            after = t * common_factor_out([without_factor(term, t) for term in node.terms])
            return Application(scalar_out_of_a_sum, (t, *node.terms), node, after)
        if isinstance(node, Kronecker):
            return self._kronecker(node)
        return unwrap(self.finder, node)

    def _kronecker(self, node: Kronecker) -> Application:
        t = self.finder.differential
        left = self.finder.inside(node.left)
        other = without_factor(node.left if left else node.right, t)
        inner = Kronecker.of(other, node.right) if left else Kronecker.of(node.left, other)
        return Application(scalar_out_of_a_kronecker_product, (t, other, inner), node, t * inner)


def without_factor(term: Expr, factor: Expr) -> Expr:
    """Divide a term by one of its scalar factors."""
    coefficient, scalars, chain = parts(term)
    rest = list(scalars)
    rest.remove(factor)
    return Product.of((Number.of(coefficient), *rest, *([Product.of(chain)] if chain else [])))
