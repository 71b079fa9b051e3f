"""Numbers for SymPy's matrix and array expressions: a small evaluator on NumPy.

Axes of length one are kept until the end; the caller compares after squeezing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, Final

import numpy as np
import sympy as sp
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.tensor.array.expressions import array_expressions as arrays

from benchmarks.peers.peer import UnsupportedProblemError


def value_of(
    expression: Any, symbols: Mapping[str, Any], inputs: Mapping[str, Any], sizes: Mapping[str, int]
) -> np.ndarray[Any, Any]:
    """Return the value at a point."""
    known: dict[Any, Any] = {
        sp.Symbol(n, integer=True, positive=True): np.asarray(float(v)) for n, v in sizes.items()
    }
    for name, symbol in symbols.items():
        value = np.asarray(inputs[name], dtype=float)
        known[symbol] = value.reshape(-1, 1) if value.ndim == 1 else value
    return Evaluator(known, sizes).value(expression)


class Evaluator:
    """Evaluates bottom-up, each distinct expression once."""

    def __init__(self, known: dict[Any, Any], sizes: Mapping[str, int]) -> None:
        self.known = known
        self.sizes = sizes

    def value(self, node: Any) -> Any:
        if node not in self.known:
            self.known[node] = self._value(node)
        return self.known[node]

    def number(self, size: Any) -> int:
        return int(sp.sympify(size).subs({s: self.sizes[s.name] for s in sp.sympify(size).free_symbols}))

    def _value(self, node: Any) -> Any:
        if isinstance(node, sp.Number | sp.NumberSymbol):
            return np.asarray(float(node))
        if isinstance(node, sp.KroneckerDelta):
            return np.asarray(float(node.args[0] == node.args[1]))
        for kind, rule in RULES.items():
            if isinstance(node, kind):
                return rule(self, node)
        if isinstance(node, sp.Function) and type(node).__name__ in NUMPY_NAMES:
            return getattr(np, NUMPY_NAMES[type(node).__name__])(self.value(node.args[0]))
        raise UnsupportedProblemError(type(node).__name__)

    def values(self, node: Any) -> list[Any]:
        return [self.value(a) for a in node.args]

    def applied(self, function: Any, argument: Any) -> Any:
        """Apply a `Lambda` of one variable to an array."""
        (variable,) = function.variables
        return Evaluator({variable: argument}, self.sizes).value(function.expr) + np.zeros_like(argument)

    def filled(self, node: Any, number: float) -> Any:
        return np.full([self.number(s) for s in node.shape], number)


def scaled_product(evaluator: Evaluator, node: Any) -> Any:
    result = None
    for value in evaluator.values(node):
        if result is None or result.size == 1 or value.size == 1:
            result = value if result is None else result * value
        else:
            result = result @ value
    return result


def outer(evaluator: Evaluator, node: Any) -> Any:
    return reduce(np.multiply.outer, evaluator.values(node))


def contraction(evaluator: Evaluator, node: Any) -> Any:
    array = evaluator.value(node.expr)
    labels = list(range(array.ndim))
    for group in node.contraction_indices:
        for axis in group:
            labels[axis] = group[0]
    summed = {group[0] for group in node.contraction_indices}
    return np.einsum(array, labels, [label for label in labels if label not in summed])


def diagonal(evaluator: Evaluator, node: Any) -> Any:
    array = evaluator.value(node.expr)
    labels = list(range(array.ndim))
    for group in node.diagonal_indices:
        for axis in group:
            labels[axis] = group[0]
    grouped = [group[0] for group in node.diagonal_indices]
    return np.einsum(array, labels, [label for label in labels if label not in grouped] + grouped)


def element(evaluator: Evaluator, node: Any) -> Any:
    if not all(index.is_Integer for index in node.args[1:]):
        raise UnsupportedProblemError("entries with symbolic indices")
    return evaluator.value(node.args[0])[tuple(int(index) for index in node.args[1:])]


RULES: Final[dict[Any, Callable[[Evaluator, Any], Any]]] = {
    sp.MatAdd: lambda e, n: sum(e.values(n)),
    sp.MatMul: scaled_product,
    sp.Add: lambda e, n: sum(e.values(n)),
    sp.Mul: scaled_product,
    sp.Transpose: lambda e, n: e.value(n.arg).T,
    sp.Inverse: lambda e, n: np.linalg.inv(e.value(n.arg)),
    sp.MatPow: lambda e, n: np.linalg.matrix_power(e.value(n.base), int(e.value(n.exp))),
    sp.Pow: lambda e, n: e.value(n.base) ** e.value(n.exp),
    sp.Trace: lambda e, n: np.asarray(np.trace(e.value(n.arg))),
    sp.Determinant: lambda e, n: np.asarray(np.linalg.det(e.value(n.arg))),
    sp.HadamardProduct: lambda e, n: reduce(np.multiply, e.values(n)),
    sp.HadamardPower: lambda e, n: e.value(n.base) ** e.value(n.exp),
    sp.KroneckerProduct: lambda e, n: reduce(np.kron, e.values(n)),
    sp.Identity: lambda e, n: np.eye(e.number(n.shape[0])),
    sp.OneMatrix: lambda e, n: e.filled(n, 1.0),
    sp.ZeroMatrix: lambda e, n: e.filled(n, 0.0),
    sp.DiagMatrix: lambda e, n: np.diag(e.value(n.args[0]).ravel()),
    sp.DiagonalMatrix: lambda e, n: np.diag(np.diag(e.value(n.args[0]))),
    ElementwiseApplyFunction: lambda e, n: e.applied(n.function, e.value(n.expr)),
    MatrixElement: element,
    sp.Max: lambda e, n: reduce(np.maximum, e.values(n)),
    sp.Heaviside: lambda e, n: np.heaviside(e.value(n.args[0]), 0.5),
    arrays.ArrayTensorProduct: outer,
    arrays.ArrayContraction: contraction,
    arrays.ArrayDiagonal: diagonal,
    arrays.ArrayAdd: lambda e, n: sum(e.values(n)),
    arrays.PermuteDims: lambda e, n: np.transpose(e.value(n.expr), n.permutation.array_form),
    arrays.ZeroArray: lambda e, n: e.filled(n, 0.0),
    arrays.OneArray: lambda e, n: e.filled(n, 1.0),
    arrays.ArrayElementwiseApplyFunc: lambda e, n: e.applied(n.function, e.value(n.expr)),
    arrays.Reshape: lambda e, n: e.value(n.expr).reshape([e.number(s) for s in n.shape]),
}
NUMPY_NAMES: Final = {
    "exp": "exp",
    "log": "log",
    "Abs": "abs",
    "sign": "sign",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "sinh": "sinh",
    "cosh": "cosh",
    "tanh": "tanh",
}
