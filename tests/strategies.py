"""Random well-shaped expressions over every node and every function of the table."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import product
from typing import Final

from hypothesis import strategies as st

from frechet.errors import FrechetError
from frechet.expressions.function import AbstractFunction
from frechet.expressions.nodes import (
    Apply,
    Constant,
    ElementwisePower,
    Expr,
    Hadamard,
    Identity,
    Kronecker,
    Number,
    Ones,
    Power,
    Product,
    Sum,
    Symbol,
    Transpose,
    Zero,
)
from frechet.functions import FUNCTIONS
from frechet.functions.primary import DPOWER
from frechet.language.declarations import declare
from frechet.shapes import SCALAR, Dimension, Shape

DECLARATIONS: Final[dict[str, str]] = {
    "a": "scalar",
    "b": "scalar",
    "p": "positive",
    "k": "integer",
    "x": "vector(n)",
    "y": "vector(n)",
    "u": "vector(m)",
    "A": "matrix(m, n)",
    "B": "matrix(n, m)",
    "C": "matrix(n, n)",
    "S": "symmetric(n)",
    "P": "psd(n)",
    "D": "diagonal(n)",
    "W": "skew(n)",
    "Q": "orthogonal(n)",
    "L": "lower(n)",
}
SYMBOLS: Final[dict[str, Symbol]] = declare(DECLARATIONS)

_SIZES: Final[tuple[Dimension, ...]] = (1, "m", "n")
SHAPES: Final[tuple[Shape, ...]] = tuple(product(_SIZES, _SIZES))
_NUMBERS: Final = (-2, -1, 2, 3, Fraction(1, 2), Fraction(-1, 3), Fraction(1, 10))
_EXPONENTS: Final = (-2, -1, 2, 3, Fraction(1, 2), Fraction(-1, 2))


def leaves(shape: Shape) -> st.SearchStrategy[Expr]:
    """Symbols and constants of a shape."""
    nodes: list[Expr] = [s for s in SYMBOLS.values() if s.shape == shape]
    if shape == SCALAR:
        nodes += [Constant.of("pi"), *(Number.of(value) for value in _NUMBERS)]
    else:
        nodes += [Ones.of(shape), Zero.of(shape)]
        nodes += [Identity.of(shape[0])] if shape[0] == shape[1] else []
    return st.sampled_from(nodes)


@cache
def applications(shape: Shape) -> tuple[tuple[AbstractFunction, tuple[Shape, ...]], ...]:
    """Every function of the table with argument shapes that give a value of this shape."""
    found = []
    for function in FUNCTIONS:
        for arguments in product(SHAPES, repeat=function.arity[0]):
            try:
                if function.shape_of(*arguments) == shape:
                    found.append((function, arguments))
            except FrechetError:
                continue
    return tuple(found)


@st.composite
def expressions(draw: st.DrawFn, shape: Shape | None = None, depth: int = 3) -> Expr:
    """Draw a well-shaped expression, of the given shape or of any."""
    if shape is None:
        shape = draw(st.sampled_from(SHAPES))
    if depth == 0:
        return draw(leaves(shape))
    inner = depth - 1
    kind = draw(st.sampled_from(_KINDS))
    rows, columns = shape
    match kind:
        case "apply" if applications(shape):
            return _application(draw, shape, inner)
        case "sum":
            return Sum.of(draw(st.lists(expressions(shape, inner), min_size=2, max_size=3)))
        case "scale":
            return Product.of((draw(expressions(SCALAR, inner)), draw(expressions(shape, inner))))
        case "product":
            middle = draw(st.sampled_from(_SIZES))
            return Product.of(
                (draw(expressions((rows, middle), inner)), draw(expressions((middle, columns), inner)))
            )
        case "hadamard":
            return Hadamard.of((draw(expressions(shape, inner)), draw(expressions(shape, inner))))
        case "transpose":
            return Transpose.of(draw(expressions((columns, rows), inner)))
        case "kronecker":
            left, right = draw(st.sampled_from([((rows, 1), (1, columns)), ((1, columns), (rows, 1))]))
            return Kronecker.of(draw(expressions(left, inner)), draw(expressions(right, inner)))
        case "power" if rows == columns:
            exponent = draw(st.sampled_from((Number.of(-2), Number.of(2), Number.of(3), SYMBOLS["k"])))
            return Power.of(draw(_nonzero(shape, inner)), exponent)
        case "elementwise power":
            exponent = draw(st.sampled_from([Number.of(e) for e in _EXPONENTS]) | leaves(shape))
            return ElementwisePower.of(draw(_nonzero(shape, inner)), exponent)
        case _:
            return draw(leaves(shape))


_KINDS: Final = (
    "apply", "apply", "sum", "scale", "product", "product", "hadamard", "transpose", "kronecker", "power",
    "elementwise power", "leaf",
)  # fmt: skip


def _nonzero(shape: Shape, depth: int) -> st.SearchStrategy[Expr]:
    return expressions(shape, depth).filter(
        lambda e: not isinstance(e, Zero) and not (isinstance(e, Number) and e.value == 0)
    )


def _application(draw: st.DrawFn, shape: Shape, depth: int) -> Expr:
    function, shapes = draw(st.sampled_from(applications(shape)))
    arguments = [draw(expressions(argument, depth)) for argument in shapes]
    if function is DPOWER:
        arguments[1] = draw(st.sampled_from((Number.of(2), SYMBOLS["k"])))
    return Apply.of(function, *arguments)
