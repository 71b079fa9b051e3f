"""Syntax tree and shapes to an expression.

Left-leaning chains (`a + b + c`, `A*B*x`) become one node at once: their parts gather in a `_Chain`
while the walk goes up, so that a sum of a thousand terms costs a thousand steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from frechet.errors import FrechetError, LimitError
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
    Transpose,
)
from frechet.functions.inverses import inv
from frechet.functions.norms import norm2
from frechet.language.constants import walk_values
from frechet.language.inference import Inferred
from frechet.language.parser import Program
from frechet.language.syntax import Binary, Call, Name, Num, Postfix, Tree, Unary

_CHAINS: Final[dict[str, type[Sum] | type[Product] | type[Hadamard]]] = {
    "+": Sum, "-": Sum, "*": Product, "/": Product, ".*": Hadamard, "./": Hadamard,
}  # fmt: skip
_MINUS_ONE: Final = Number.of(-1)
_TWO: Final = Number.of(2)
_HALF: Final = Number.of(Fraction(1, 2))


@dataclass(slots=True)
class _Chain:
    """The parts of a sum or product that may still grow to the right."""

    kind: type[Sum] | type[Product] | type[Hadamard]
    parts: list[Expr]


def build(program: Program, inferred: Inferred, source: str) -> Expr:
    """Return the expression of a program whose shapes are known.

    Raises:
        FrechetError: a constant is out of range, or an exponent is not whole where it must be.
    """
    builder = _Builder(inferred, source)
    for binding in inferred.order:
        builder.bound[binding.name.text] = builder.tree(binding.value)
    return builder.tree(program.formula)


class _Builder:
    __slots__ = ("bound", "inferred", "made", "source")

    def __init__(self, inferred: Inferred, source: str) -> None:
        self.inferred, self.source = inferred, source
        self.bound: dict[str, Expr] = {}
        self.made: dict[Tree, Expr | _Chain] = {}

    def tree(self, root: Tree) -> Expr:
        for node in walk_values(root):
            try:
                self.made[node] = self.node(node)
            except FrechetError as error:
                if error.position is None:
                    error.position, error.source = (node.start, node.end), self.source
                raise
        return self.take(root)

    def take(self, tree: Tree) -> Expr:
        """Return what was made of an operand, a chain closed."""
        made = self.made.pop(tree)
        return made.kind.of(made.parts) if isinstance(made, _Chain) else made

    def node(self, node: Tree) -> Expr | _Chain:
        match node:
            case Num(value):
                return Number.of(value)
            case Name(text):
                return self.name(text)
            case Unary("-"):
                return Product.of((_MINUS_ONE, self.take(node.operand)))
            case Unary():
                return self.take(node.operand)
            case Postfix():
                return Transpose.of(self.take(node.operand))
            case Binary():
                return self.binary(node)
            case Call():
                return self.call(node)

    def name(self, text: str) -> Expr:
        if text in self.inferred.symbols:
            return self.inferred.symbols[text]
        return self.bound[text] if text in self.bound else Constant.of(text)

    def binary(self, node: Binary) -> Expr | _Chain:
        right = self.take(node.right)
        if node.op == "^":
            return _power(self.take(node.left), right)
        if node.op == ".^":
            return _checked(ElementwisePower.of(self.take(node.left), right))
        match node.op:
            case "-":
                right = Product.of((_MINUS_ONE, right))
            case "/" | "./":
                right = _reciprocal(right)
        kind = _CHAINS[node.op]
        left = self.made[node.left]
        if isinstance(left, _Chain) and left.kind is kind:
            del self.made[node.left]
            left.parts.append(right)
            return left
        return _Chain(kind, [self.take(node.left), right])

    def call(self, node: Call) -> Expr:
        shape = self.inferred.shape(node)
        match node.function:
            case "eye":
                return Identity.of(shape[0])
            case "vector" | "matrix":
                return Product.of((self.take(node.arguments[0]), Ones.of(shape)))
            case "kron":
                return Kronecker.of(self.take(node.arguments[0]), self.take(node.arguments[1]))
            case "sumsq":
                return Power.of(norm2(self.take(node.arguments[0])), _TWO)
            case "sym":
                part = self.take(node.arguments[0])
                return Product.of((_HALF, Sum.of((part, Transpose.of(part)))))
            case "transpose":
                return Transpose.of(self.take(node.arguments[0]))
            case _:
                return Apply.of(self.inferred.functions[node], *map(self.take, node.arguments))


def _reciprocal(divisor: Expr) -> Expr:
    """Return 1 ./ divisor; a product of scalars factor by factor: 1/(2*a*b^2) is 1/2 · 1/a · b^-2."""
    match divisor:
        case Product(coefficient, scalars, chain) if divisor.is_scalar:
            tail = (Product.of(chain),) if chain else ()
            return Product.of(_reciprocal_factor(f) for f in (Number.of(coefficient), *scalars, *tail))
        case _:
            return _reciprocal_factor(divisor)


def _reciprocal_factor(factor: Expr) -> Expr:
    match factor:
        case Power(base, Number(exponent)) if base.is_scalar:
            return Power.of(base, Number.of(-exponent))
        case ElementwisePower(base, Number(exponent)):
            return ElementwisePower.of(base, Number.of(-exponent))
        case _:
            return ElementwisePower.of(factor, _MINUS_ONE)


def _power(base: Expr, exponent: Expr) -> Expr:
    if exponent is _MINUS_ONE and not base.is_scalar:
        return inv(base)
    return _checked(Power.of(base, exponent))


def _checked(power: Expr) -> Expr:
    """Refuse a power of two numbers that is too large to be computed exactly."""
    match power:
        case Power(Number(), Number(exponent)) if exponent.denominator == 1:
            raise LimitError(
                "this power of numbers is too large or too small to be computed exactly",
                hint="Write a symbol for it, or a smaller exponent.",
            )
        case _:
            return power
