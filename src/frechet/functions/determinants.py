"""Determinants: d det X = det(X) tr(X⁻¹ dX), d log det X = tr(X⁻¹ dX) (Jacobi's formula)."""

from __future__ import annotations

from typing import final

from frechet.expressions.function import (
    AbstractDefined,
    AbstractFunction,
    Code,
    Curvature,
    Domain,
    Matrix,
)
from frechet.expressions.nodes import Apply, Expr
from frechet.functions.indexing import tr
from frechet.functions.inverses import inv
from frechet.functions.linear_algebra import adjugate, determinant, log_determinant
from frechet.functions.shape_rules import square
from frechet.shapes import SCALAR, Shape


@final
class Determinant(AbstractFunction):
    """The determinant; its differential is written for a nonsingular X."""

    name, latex = "det", r"\det"
    citation = "Cookbook (46), (49); Magnus & Neudecker §8.3"
    exact = True
    code = Code("np.linalg.det({0})")

    def shape_of(self, *shapes: Shape) -> Shape:
        square("det", shapes[0])
        return SCALAR

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        x, dx = arguments[0], differentials[0]
        return det(x) * tr(inv(x) @ dx)

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return [[determinant(arguments[0])]]


@final
class LogDet(AbstractFunction):
    """The logarithm of a positive determinant: d log det X = tr(X⁻¹ dX)."""

    name, latex = "logdet", r"\log\det"
    domain, curvature = Domain.POSITIVE_DETERMINANT, Curvature.CONCAVE
    citation = "Cookbook (43); Boyd & Vandenberghe §A.4.1"
    code = Code("np.linalg.slogdet({0})[1]")

    def shape_of(self, *shapes: Shape) -> Shape:
        square("logdet", shapes[0])
        return SCALAR

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        return tr(inv(arguments[0]) @ differentials[0])

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return [[log_determinant(arguments[0])]]


@final
class Adjugate(AbstractDefined):
    """The adjugate, det(X) X⁻¹ for a nonsingular X."""

    name, synonyms, latex = "adj", ("adjugate",), r"\operatorname{adj}"
    citation = "Cookbook (145)"
    preserves_symmetry = True
    exact = True
    code = Code("np.linalg.det({0}) * np.linalg.inv({0})")

    def shape_of(self, *shapes: Shape) -> Shape:
        square("adj", shapes[0])
        return shapes[0]

    def definition(self, *arguments: Expr) -> Expr:
        return det(arguments[0]) * inv(arguments[0])

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        x, dx = arguments[0], differentials[0]
        return tr(Apply.of(self, x) @ dx) * inv(x) - Apply.of(self, x) @ dx @ inv(x)

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return adjugate(arguments[0])


DET, LOGDET, ADJUGATE = Determinant(), LogDet(), Adjugate()

DETERMINANTS: tuple[AbstractFunction, ...] = (DET, LOGDET, ADJUGATE)


def det(x: Expr) -> Expr:
    return Apply.of(DET, x)


def logdet(x: Expr) -> Expr:
    return Apply.of(LOGDET, x)


def adj(x: Expr) -> Expr:
    return Apply.of(ADJUGATE, x)
