"""Inverses: d X⁻¹ = −X⁻¹ dX X⁻¹, and the pseudoinverse at constant rank (Golub & Pereyra 1973)."""

from __future__ import annotations

from typing import final

from frechet.expressions.function import AbstractFunction, Code, Domain, Matrix
from frechet.expressions.nodes import Apply, Expr, Identity
from frechet.functions.linear_algebra import inverse, pseudoinverse
from frechet.functions.shape_rules import square
from frechet.shapes import Shape


@final
class Inverse(AbstractFunction):
    """The inverse of a nonsingular matrix."""

    name, synonyms, latex = "inv", ("inverse",), r"{0:base}^{-1}"
    domain, preserves_symmetry = Domain.NONSINGULAR, True
    citation = "Cookbook (59); Magnus & Neudecker §8.4"
    exact = True
    code = Code("np.linalg.inv({0})")

    def shape_of(self, *shapes: Shape) -> Shape:
        square(
            "inv",
            shapes[0],
            hint="pinv is the pseudoinverse of a rectangular matrix; 1./x inverts entry by entry.",
        )
        return shapes[0]

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        x, dx = arguments[0], differentials[0]
        return -(inv(x) @ dx @ inv(x))

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return inverse(arguments[0])


@final
class Pseudoinverse(AbstractFunction):
    """The Moore–Penrose pseudoinverse, differentiated where the rank is constant."""

    name, synonyms, latex = "pinv", ("pseudoinverse",), r"{0:base}^{+}"
    domain, preserves_symmetry = Domain.FULL_RANK, True
    citation = "Golub & Pereyra (1973); Magnus & Neudecker §8.5"
    exact = True
    code = Code("np.linalg.pinv({0})")

    def shape_of(self, *shapes: Shape) -> Shape:
        return (shapes[0][1], shapes[0][0])

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        x, dx = arguments[0], differentials[0]
        p = pinv(x)
        m, n = x.shape
        left = p @ p.T @ dx.T @ (Identity.of(m) - x @ p)
        right = (Identity.of(n) - p @ x) @ dx.T @ p.T @ p
        return -(p @ dx @ p) + left + right

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return pseudoinverse(arguments[0])


INVERSE, PSEUDOINVERSE = Inverse(), Pseudoinverse()

INVERSES: tuple[AbstractFunction, ...] = (INVERSE, PSEUDOINVERSE)


def inv(x: Expr) -> Expr:
    return Apply.of(INVERSE, x)


def pinv(x: Expr) -> Expr:
    return Apply.of(PSEUDOINVERSE, x)
