"""Is a line right? Asked of many lines of one function, so that what they share is computed once.

Two lines that agree to 25 of 50 digits at random points are equal wherever both are analytic. What
has kinks, or differs anywhere, goes to the full decision of `verification.equality`, which also
finds the counterexample.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, final

from frechet.errors import FrechetError
from frechet.expressions.function import Matrix
from frechet.expressions.nodes import Apply, ElementwisePower, Expr, Power, Symbol, is_integer
from frechet.expressions.traversal import postorder
from frechet.functions.elementwise import SQRT
from frechet.verification.arithmetic import PRECISE
from frechet.verification.equality import Verdict, equal_expressions
from frechet.verification.reference import evaluate_all
from frechet.verification.sampling import Point, points

POINTS: Final = 2
LARGEST_SIZE: Final = 3
AGREEMENT: Final = Decimal("1e-25")
NOTHING: Final = Decimal("1e-35")


@final
class Judge:
    """Compares the lines about one function at points drawn once."""

    __slots__ = ("_known", "_points")

    def __init__(self, roots: Sequence[Expr], symbols: Sequence[Symbol]) -> None:
        try:
            drawn = points(roots, POINTS, 1, PRECISE, largest=LARGEST_SIZE, also=symbols)
            self._points: tuple[Point, ...] = tuple(drawn)
        except FrechetError:
            self._points = ()
        self._known: tuple[dict[Expr, Matrix], ...] = tuple({} for _ in self._points)

    def verdict(self, said: Expr, right: Expr) -> Verdict:
        """Decide whether two formulas are equal."""
        if said is right:
            return Verdict(True, "symbolic", "Both are written alike.")
        if self._points and self._agree(said, right) and not _has_kinks(said, right):
            return Verdict(True, "numeric", f"Equal to 25 digits at {POINTS} random points.")
        return equal_expressions(said, right)

    def _agree(self, left: Expr, right: Expr) -> bool:
        try:
            return all(
                _close(*evaluate_all((left, right), point.values, point.sizes, PRECISE, known))
                for point, known in zip(self._points, self._known, strict=True)
            )
        except FrechetError:
            return False


def _close(left: Matrix, right: Matrix) -> bool:
    pairs = [(a, b) for p, q in zip(left, right, strict=True) for a, b in zip(p, q, strict=True)]
    scale = max(max(abs(a), abs(b)) for a, b in pairs)
    return all(abs(a - b) <= max(NOTHING, AGREEMENT * scale) for a, b in pairs)


def _has_kinks(*roots: Expr) -> bool:
    """Tell whether something is analytic only in pieces: abs, max, roots of numbers."""
    return any(_is_kinked(node) for node in postorder(*roots))


def _is_kinked(node: Expr) -> bool:
    match node:
        case Apply(function, (operand, *_)):
            length_of_a_vector = function.smooth_when_squared and not operand.is_scalar
            return not (function.smooth or length_of_a_vector) or function is SQRT
        case Power(base, exponent) if base.is_scalar:
            return not is_integer(exponent)
        case ElementwisePower(_, exponent):
            return not is_integer(exponent)
        case _:
            return False
