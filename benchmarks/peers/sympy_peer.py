"""SymPy's matrix expressions, in four formulations of which the best counts.

A product that is 1 × 1 is no scalar for SymPy: it is stated as a trace, as the entry [0, 0], or
left as a 1 × 1 matrix, and differentiated by `diff`; or the trace is turned into an array
expression and differentiated by `array_derive`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add, mul
from typing import Any, Final

import sympy as sp
from sympy.matrices.expressions.hadamard import hadamard_power
from sympy.tensor.array.expressions.arrayexpr_derivatives import array_derive
from sympy.tensor.array.expressions.from_matrix_to_array import convert_matrix_to_array

from benchmarks.peers.peer import AbstractPeer, UnsupportedProblemError
from benchmarks.peers.sympy_values import value_of
from frechet.expressions.function import AbstractDefined, Axis
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
from frechet.expressions.traversal import fold, symbols_of
from frechet.shapes import Dimension, factors_of

SCALAR_FUNCTIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "exp": sp.exp,
    "log": sp.log,
    "sqrt": sp.sqrt,
    "abs": sp.Abs,
    "sign": sp.sign,
    "sin": sp.sin,
    "cos": sp.cos,
    "tan": sp.tan,
    "arcsin": sp.asin,
    "arccos": sp.acos,
    "arctan": sp.atan,
    "sinh": sp.sinh,
    "cosh": sp.cosh,
    "tanh": sp.tanh,
    "relu": lambda x: sp.Max(x, 0),
    "sigmoid": lambda x: 1 / (1 + sp.exp(-x)),
    "softplus": lambda x: sp.log(1 + sp.exp(x)),
}
SCALARS: Final[dict[str, Callable[[Any], Any]]] = {
    "trace": sp.Trace,
    "entry": lambda m: m[0, 0],
    "matrix": lambda m: m,
    "array": sp.Trace,
}


@dataclass(frozen=True)
class Problem:
    """A formula with its symbols, and how to differentiate it."""

    formula: Any
    symbols: dict[str, Any]
    names: tuple[str, ...]
    with_arrays: bool


def size(dimension: Dimension) -> Any:
    """Return a size as SymPy has it: a number, a positive integer symbol, or a product of those."""
    factors = [
        f if isinstance(f, int) else sp.Symbol(f, integer=True, positive=True) for f in factors_of(dimension)
    ]
    return sp.Mul(*factors)


class SymPy(AbstractPeer):
    """SymPy 1.14 matrix expressions."""

    name = "SymPy"

    def formulations(self) -> Sequence[str]:
        return tuple(SCALARS)

    def build(self, formula: Expr, names: Sequence[str], formulation: str) -> Problem:
        scalar_of = SCALARS[formulation]
        symbols = {name: symbol_of(s) for name, s in symbols_of(formula).items()}
        if any(name not in symbols for name in names):
            raise UnsupportedProblemError("a variable that does not occur")
        converted = fold(formula, lambda node, done: convert(node, done, symbols, scalar_of))
        if formulation == "array":
            converted = convert_matrix_to_array(converted)
        return Problem(converted, symbols, tuple(names), formulation == "array")

    def differentiate(self, problem: Problem) -> Any:
        result = problem.formula
        for name in problem.names:
            symbol = problem.symbols[name]
            result = array_derive(result, symbol) if problem.with_arrays else result.diff(symbol)
        return result.doit() if hasattr(result, "doit") else result

    def evaluate(
        self, problem: Problem, derivative: Any, inputs: Mapping[str, Any], sizes: Mapping[str, int]
    ) -> Any:
        return value_of(derivative, problem.symbols, inputs, sizes)


def symbol_of(symbol: Symbol) -> Any:
    if symbol.is_scalar:
        return sp.Symbol(symbol.name, real=True)
    return sp.MatrixSymbol(symbol.name, size(symbol.shape[0]), size(symbol.shape[1]))


def convert(
    node: Expr, done: Mapping[Expr, Any], symbols: Mapping[str, Any], scalar_of: Callable[[Any], Any]
) -> Any:
    match node:
        case Symbol(name, _):
            return symbols[name]
        case Number(value):
            return sp.Rational(value.numerator, value.denominator)
        case Constant("pi"):
            return sp.pi
        case Identity():
            return sp.Identity(size(node.shape[0]))
        case Ones():
            return sp.OneMatrix(size(node.shape[0]), size(node.shape[1]))
        case Zero():
            return sp.S.Zero if node.is_scalar else sp.ZeroMatrix(size(node.shape[0]), size(node.shape[1]))
        case Sum(terms):
            return reduce(add, (done[t] for t in terms))
        case Transpose(operand):
            return done[operand].T
        case Hadamard(factors):
            return sp.HadamardProduct(*(done[f] for f in factors))
        case Kronecker(left, right):
            return sp.KroneckerProduct(done[left], done[right])
        case Product(coefficient, scalars, chain):
            scale = reduce(
                mul, (done[s] for s in scalars), sp.Rational(coefficient.numerator, coefficient.denominator)
            )
            if not chain:
                return scale
            product = sp.MatMul(*(done[f] for f in chain)) if len(chain) > 1 else done[chain[0]]
            return scale * (scalar_of(product) if node.is_scalar else product)
        case Power(base, power):
            return done[base] ** done[power]
        case ElementwisePower(base, power):
            return hadamard_power(done[base], done[power])
        case Apply():
            return apply(node, done, symbols, scalar_of)
    raise UnsupportedProblemError(type(node).__name__)


def apply(
    node: Apply, done: Mapping[Expr, Any], symbols: Mapping[str, Any], scalar_of: Callable[[Any], Any]
) -> Any:
    function, argument = node.function, node.arguments[0]
    inner = done[argument]
    if function.key == "norm2":
        return sp.sqrt(scalar_of(inner.T * inner) if argument.shape[1] == 1 else sp.Trace(inner.T * inner))
    if isinstance(function, AbstractDefined):
        definition = function.definition(*node.arguments)
        return fold(definition, lambda n, d: done[n] if n in done else convert(n, d, symbols, scalar_of))
    if function.name in SCALAR_FUNCTIONS:
        f = SCALAR_FUNCTIONS[function.name]
        x = sp.Dummy("x")
        return f(inner) if argument.is_scalar else inner.applyfunc(sp.Lambda(x, f(x)))
    match function.name:
        case "tr":
            return sp.Trace(inner)
        case "det":
            return sp.Determinant(inner)
        case "logdet":
            return sp.log(sp.Determinant(inner))
        case "inv":
            return sp.Inverse(inner)
        case "diag":
            return sp.DiagMatrix(inner) if argument.shape[1] == 1 else sp.DiagonalMatrix(inner)
        case "sum":
            return summed(inner, function.axis, scalar_of)
        case "logsumexp":
            total = summed(inner.applyfunc(sp.exp), function.axis, scalar_of)
            return sp.log(total) if function.axis is Axis.ALL else total.applyfunc(sp.log)
        case "softmax" if function.axis is Axis.ALL:
            powers = inner.applyfunc(sp.exp)
            return powers / summed(powers, Axis.ALL, scalar_of)
    raise UnsupportedProblemError(function.key)


def summed(matrix: Any, axis: Axis, scalar_of: Callable[[Any], Any]) -> Any:
    """Sum by products with vectors of ones."""
    rows, columns = matrix.shape
    if axis is Axis.ROWS:
        return matrix * sp.OneMatrix(columns, 1)
    if axis is Axis.COLUMNS:
        return matrix.T * sp.OneMatrix(rows, 1)
    return scalar_of(sp.OneMatrix(1, rows) * matrix * sp.OneMatrix(columns, 1))
