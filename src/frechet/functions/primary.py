"""Primary matrix functions whose differential is an object of its own: expm and X^k.

`dexpm(X, E)` is the Fréchet derivative of the matrix exponential at X in the direction E;
`dexpm(X, E, F)` the second one, symmetric and linear in the directions, and so on.
`dpower(X, k, E)` is Σᵣ Xʳ E Xᵏ⁻¹⁻ʳ, the same for the whole power X^k. Both are read off a block
triangular matrix (Higham, Functions of Matrices, §3.2 and §10.6).
"""

from __future__ import annotations

from typing import final

from frechet.errors import ShapeError
from frechet.expressions.function import AbstractFunction, Code, Matrix
from frechet.expressions.nodes import Apply, Expr, Sum, Zero, is_zero
from frechet.functions.linear_algebra import whole
from frechet.functions.multilinear import exponential_derivative, power_derivative
from frechet.functions.shape_rules import square
from frechet.limits import MAX_ORDER
from frechet.shapes import SCALAR, Shape, describe


@final
class MatrixExponential(AbstractFunction):
    """The matrix exponential Σ Xᵏ/k!."""

    name, latex = "expm", r"\operatorname{expm}"
    preserves_symmetry = True
    citation = "Higham, Functions of Matrices, §10"
    code = Code("scipy.linalg.expm({0})", "jax.scipy.linalg.expm({0})", "torch.linalg.matrix_exp({0})")

    def shape_of(self, *shapes: Shape) -> Shape:
        square("expm", shapes[0], hint="exp applies the exponential to every entry.")
        return shapes[0]

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        return Apply.of(DEXPM, arguments[0], differentials[0])

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return exponential_derivative(arguments[0], ())


@final
class ExponentialFrechet(AbstractFunction):
    """The Fréchet derivative of expm at X in the given directions, linear in each."""

    name, latex, arity = "dexpm", r"\operatorname{dexpm}", (2, 1 + MAX_ORDER)
    citation = "Higham, Functions of Matrices, §10.6"
    code = Code("expm_frechet({*})")

    def shape_of(self, *shapes: Shape) -> Shape:
        square("dexpm", shapes[0])
        _directions("dexpm", shapes[0], shapes[1:])
        return shapes[0]

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        return _multilinear(self, arguments, differentials, 1)

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return exponential_derivative(arguments[0], arguments[1:])


@final
class PowerFrechet(AbstractFunction):
    """The Fréchet derivative of X^k at X in the given directions, linear in each."""

    name, latex, arity = "dpower", r"\operatorname{dpower}", (3, 2 + MAX_ORDER)
    citation = "Cookbook (90)"
    exact = True
    code = Code("power_frechet({*})")

    def shape_of(self, *shapes: Shape) -> Shape:
        square("dpower", shapes[0])
        if shapes[1] != SCALAR:
            raise ShapeError(
                f"dpower needs a whole exponent second, not a {describe(shapes[1])}", hint="dpower(X, k, E)"
            )
        _directions("dpower", shapes[0], shapes[2:])
        return shapes[0]

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        return _multilinear(self, arguments, differentials, 2)

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return power_derivative(arguments[0], whole(arguments[1][0][0]), arguments[2:])


def _directions(name: str, base: Shape, directions: tuple[Shape, ...]) -> None:
    for shape in directions:
        if shape != base:
            raise ShapeError(
                f"{name} needs directions shaped like its matrix, {describe(base)}, not {describe(shape)}",
                hint="A direction is a change of the matrix.",
            )


def _multilinear(
    function: AbstractFunction, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...], fixed: int
) -> Expr:
    """Differentiate in the matrix (one more direction) and in each direction (linear)."""
    terms = [Zero.of(arguments[0].shape)]
    if not is_zero(differentials[0]):
        terms.append(Apply.of(function, *arguments, differentials[0]))
    for place in range(fixed, len(arguments)):
        if not is_zero(differentials[place]):
            changed = list(arguments)
            changed[place] = differentials[place]
            terms.append(Apply.of(function, *changed))
    return Sum.of(terms)


EXPM, DEXPM, DPOWER = MatrixExponential(), ExponentialFrechet(), PowerFrechet()

PRIMARY: tuple[AbstractFunction, ...] = (EXPM, DEXPM, DPOWER)


def expm(x: Expr) -> Expr:
    return Apply.of(EXPM, x)


def dpower(x: Expr, k: Expr, dx: Expr) -> Expr:
    return Apply.of(DPOWER, x, k, dx)
