"""The closed set of nodes that a formula is made of.

A node is immutable and interned: `is` decides structural equality, and shared parts are stored
once. Every node knows its shape, a content `digest` (the same in every process) and the `size` of
its written tree, counted with saturation because a small graph may stand for a tree of a billion
nodes. Functions (`exp`, `det`, …) are open-ended and live in `frechet.functions`; here they appear
as `Apply(function, arguments)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, final

from frechet.expressions.algebra import (
    ElementwisePower,
    Expr,
    Hadamard,
    Identity,
    Number,
    Ones,
    Power,
    Product,
    Scalar,
    Sum,
    Symbol,
    Transpose,
    Zero,
    expression,
    is_integer,
    is_zero,
)
from frechet.expressions.interning import SATURATED, digest_of_text, intern
from frechet.expressions.misfits import mend_of_product, mend_of_sum
from frechet.shapes import SCALAR, times

if TYPE_CHECKING:
    from frechet.expressions.function import AbstractFunction

__all__ = [
    "SATURATED",
    "Apply",
    "Constant",
    "ElementwisePower",
    "Expr",
    "Hadamard",
    "Identity",
    "Kronecker",
    "Node",
    "Number",
    "Ones",
    "Power",
    "Product",
    "Scalar",
    "Sum",
    "Symbol",
    "Transpose",
    "Zero",
    "digest_of_text",
    "expression",
    "is_integer",
    "is_zero",
    "mend_of_product",
    "mend_of_sum",
]


@final
class Constant(Expr):
    """A named number: `pi`."""

    __slots__ = ("name",)
    __match_args__ = ("name",)
    name: str

    @classmethod
    def of(cls, name: str) -> Constant:
        return intern(cls, SCALAR, name=name)


@final
class Kronecker(Expr):
    """The Kronecker product of two matrices."""

    __slots__ = ("left", "right")
    __match_args__ = ("left", "right")
    left: Expr
    right: Expr

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.left, self.right)

    @classmethod
    def of(cls, left: Expr, right: Expr) -> Expr:
        if left.is_scalar or right.is_scalar:
            return Product.of((left, right))
        (a, b), (c, d) = left.shape, right.shape
        if isinstance(left, Identity) and isinstance(right, Identity):
            return Identity.of(times(a, c))
        return intern(cls, (times(a, c), times(b, d)), left=left, right=right)


@final
class Apply(Expr):
    """A function of the table applied to its arguments."""

    __slots__ = ("arguments", "function")
    __match_args__ = ("function", "arguments")
    function: AbstractFunction
    arguments: tuple[Expr, ...]

    @property
    def children(self) -> tuple[Expr, ...]:
        return self.arguments

    @classmethod
    def of(cls, function: AbstractFunction, *arguments: Expr) -> Expr:
        shape = function.shape_of(*(a.shape for a in arguments))
        return intern(cls, shape, function=function, arguments=arguments)


Node: TypeAlias = (
    Number
    | Constant
    | Symbol
    | Identity
    | Ones
    | Zero
    | Sum
    | Product
    | Hadamard
    | Power
    | ElementwisePower
    | Transpose
    | Kronecker
    | Apply
)
