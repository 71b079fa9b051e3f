"""tensorgrad: the derivative as a simplified tensor network.

A matrix has the edges `i` (rows) and `j` (columns); an axis of length one has no edge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import sympy
import tensorgrad as tg
import tensorgrad.functions as tgf
import torch
from tensorgrad.compiler.runtime import compile_to_callable

from benchmarks.peers.peer import AbstractPeer, UnsupportedProblemError
from frechet.expressions.function import AbstractDefined, Axis
from frechet.expressions.nodes import (
    Apply,
    ElementwisePower,
    Expr,
    Hadamard,
    Identity,
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
from frechet.shapes import Dimension, Shape

ELEMENTWISE: Final[dict[str, Callable[[Any], Any]]] = {
    "exp": tgf.exp,
    "log": tgf.log,
    "sqrt": tgf.sqrt,
    "abs": tgf.abs,
    "sign": tgf.sign,
    "relu": tgf.relu,
    "tanh": tgf.tanh,
    "sigmoid": tgf.sigmoid,
    "softplus": lambda t: tgf.log(tgf.exp(t) + tg.Ones(**t.shape)),
    "sinh": lambda t: (tgf.exp(t) - tgf.exp(-t)) / 2,
    "cosh": lambda t: (tgf.exp(t) + tgf.exp(-t)) / 2,
}


@dataclass(frozen=True)
class Problem:
    """A formula with its variables, and the names of the derivative's axes in order."""

    tensor: Any
    variables: dict[str, Any]
    names: tuple[str, ...]
    function_shape: Shape
    shapes: dict[str, Shape]


def size(dimension: Dimension) -> Any:
    """Return the symbol of a size; a literal size is a symbol with a known value."""
    text = str(dimension)
    if "*" in text:
        raise UnsupportedProblemError("sizes that are products")
    return sympy.Symbol(text if not text.isdigit() else f"d{text}")


def edges_of(shape: Shape) -> dict[str, Any]:
    """Return the edges of a value: `i` for rows and `j` for columns, none for length one."""
    return {edge: size(d) for edge, d in zip("ij", shape, strict=True) if d != 1}


class Tensorgrad(AbstractPeer):
    """tensorgrad's `grad` and `full_simplify`."""

    name = "tensorgrad"

    def formulations(self) -> Sequence[str]:
        return ("network",)

    def build(self, formula: Expr, names: Sequence[str], formulation: str) -> Problem:
        symbols = symbols_of(formula)
        if any(name not in symbols for name in names):
            raise UnsupportedProblemError("a variable that does not occur")
        variables = {name: tg.Variable(name, **edges_of(s.shape)) for name, s in symbols.items()}
        tensor = fold(formula, lambda node, done: convert(node, done, variables))
        return Problem(tensor, variables, tuple(names), formula.shape, {n: symbols[n].shape for n in names})

    def differentiate(self, problem: Problem) -> Any:
        result = problem.tensor
        for place, name in enumerate(problem.names):
            variable = problem.variables[name]
            result = result.grad(
                variable, {edge: f"{edge}{place}" for edge in variable.edges}
            ).full_simplify()
        return result

    def evaluate(
        self, problem: Problem, derivative: Any, inputs: Mapping[str, Any], sizes: Mapping[str, int]
    ) -> Any:
        return self.compiled(problem, derivative, inputs, sizes)().numpy()

    def compiled(
        self, problem: Problem, derivative: Any, inputs: Mapping[str, Any], sizes: Mapping[str, int]
    ) -> Callable[[], Any]:
        """Return the compiled network; recent PyTorch has no named axes, so its public door is shut."""
        dims = {sympy.Symbol(name): value for name, value in sizes.items()}
        dims |= {sympy.Symbol(f"d{value}"): value for value in range(1, 12)}
        program = compile_to_callable(derivative)
        values = [
            torch.tensor(inputs[variable.name], dtype=torch.float64).reshape(shape_in(variable, sizes))
            for variable in program.vars
        ]
        function = program.codegen.specialize(
            {symbol: dims[symbol] for symbol in program.symbols}, dtype=torch.float64
        )
        edges = list(program.outputs[0][1])
        order = [edges.index(axis) for axis in axes_of(problem)]
        return lambda: function(*values)[0].permute(order)


def axes_of(problem: Problem) -> list[str]:
    """Name the derivative's axes: the function's, then each variable's."""
    axes = list(edges_of(problem.function_shape))
    for place, name in enumerate(problem.names):
        axes += [f"{edge}{place}" for edge in edges_of(problem.shapes[name])]
    return axes


def shape_in(variable: Any, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """Return the numbers of a variable's sizes."""
    return tuple(int(str(s)[1:]) if str(s)[1:].isdigit() else sizes[str(s)] for s in variable.shape.values())


def convert(node: Expr, done: Mapping[Expr, Any], variables: Mapping[str, Any]) -> Any:
    match node:
        case Symbol(name, _):
            return variables[name]
        case Number(value):
            return tg.Product([]) * value
        case Identity():
            return tg.Delta(size(node.shape[0]), "i", "j")
        case Ones():
            return tg.Ones(**edges_of(node.shape))
        case Zero():
            return tg.Zero(**edges_of(node.shape))
        case Sum(terms):
            return tg.Sum([done[t] for t in terms])
        case Transpose(operand):
            return transpose(done[operand])
        case Hadamard(factors):
            return tgf.prod(*(done[f] for f in factors))
        case Product(coefficient, scalars, chain):
            return chain_product([done[f] for f in chain], [done[s] for s in scalars]) * coefficient
        case Power(base, Number(value)):
            return power(done[base], value, scalar=base.is_scalar)
        case ElementwisePower(base, Number(value)):
            return tgf.pow(done[base], exponent(value))
        case Apply():
            return apply(node, done, variables)
    raise UnsupportedProblemError(type(node).__name__)


def transpose(tensor: Any) -> Any:
    return tensor.rename(**{e: {"i": "j", "j": "i"}[e] for e in tensor.edges})


def inverse(tensor: Any) -> Any:
    """Return the inverse; tensorgrad's keeps each edge with its partner, which is the transpose."""
    return transpose(tgf.inverse(tensor))


def chain_product(chain: list[Any], scalars: list[Any]) -> Any:
    """Contract neighbors; the outer edges keep the names `i` and `j`."""
    last = len(chain) - 1
    factors = []
    for place, factor in enumerate(chain):
        left = "i" if place == 0 else f"k{place}"
        right = "j" if place == last else f"k{place + 1}"
        factors.append(factor.rename(**{e: {"i": left, "j": right}[e] for e in factor.edges}))
    return tg.Product([*scalars, *factors])


def exponent(value: Fraction) -> int | Fraction:
    return int(value) if value.denominator == 1 else value


def power(base: Any, value: Fraction, *, scalar: bool) -> Any:
    if scalar:
        return tgf.pow(base, exponent(value))
    if value.denominator != 1 or abs(value) > 6 or value == 0:
        raise UnsupportedProblemError("matrix power")
    if value < 0:
        base = inverse(base)
    return chain_product([base] * abs(int(value)), [])


def apply(node: Apply, done: Mapping[Expr, Any], variables: Mapping[str, Any]) -> Any:
    function, inner = node.function, done[node.arguments[0]]
    if isinstance(function, AbstractDefined):
        return fold(
            function.definition(*node.arguments),
            lambda n, d: done[n] if n in done else convert(n, d, variables),
        )
    if function.name in ELEMENTWISE:
        return ELEMENTWISE[function.name](inner)
    dims = {Axis.ALL: set(inner.edges), Axis.ROWS: {"j"}, Axis.COLUMNS: {"i"}}[function.axis]
    match function.name:
        case "sum" | "logsumexp":
            summed = tgf.sum(
                tgf.exp(inner) if function.name == "logsumexp" else inner, dims & set(inner.edges)
            )
            column = transpose(summed) if "j" in summed.edges else summed
            return tgf.log(column) if function.name == "logsumexp" else column
        case "softmax":
            return tgf.softmax(inner, dims & set(inner.edges))
        case "tr":
            return tgf.trace(inner)
        case "det":
            return tgf.det(inner)
        case "logdet":
            return tgf.log(tgf.det(inner))
        case "inv":
            return inverse(inner)
        case "diag":
            return tgf.diag(inner, ["i", "j"] if len(inner.edges) == 1 else ["i"])
    raise UnsupportedProblemError(function.name)
