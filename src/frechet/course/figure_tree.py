"""Formulas as small programs that a page can run on matrices of a few entries.

All formulas of a figure share one list of nodes, `{"op": …}`, each naming its operands by their
places earlier in the list (`of`); a formula is the place of its last node. Every value is a list of
rows: a number is `[[2]]`, a vector a column. The operations are

    number      value                       the 1×1 matrix of it
    symbol      name                        the present value of the symbol
    fill        value, rows, columns        a matrix of equal entries
    identity    rows
    sum         of                          the sum of matrices of one shape
    product     factor, scalars, chain      factor × 1×1 matrices × a matrix product; the chain may be empty
    hadamard    of                          entry by entry
    power       of: base, exponent          of a 1×1 matrix; of a larger one a whole power
    entrywise   of: base, exponent          a power entry by entry; the exponent may be 1×1
    transpose   of
    kronecker   of: left, right
    call        name, axis, of              a function; axis `all`, or `rows`, `columns`: within each

The functions are those of `FUNCTIONS`. `figure_values.py` says what each operation means.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, TypeAlias, final

from frechet.course.numbers import length_of
from frechet.errors import UnsupportedError
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
from frechet.expressions.traversal import postorder
from frechet.shapes import Dimension
from frechet.verification.arithmetic import FLOAT

Node: TypeAlias = dict[str, object]

ELEMENTWISE: Final = (
    "exp", "log", "sqrt", "abs", "sign", "sin", "cos", "tan", "arcsin", "arccos", "arctan",
    "sinh", "cosh", "tanh", "relu", "sigmoid", "softplus",
)  # fmt: skip
ALONG_AN_AXIS: Final = ("sum", "norm2", "logsumexp", "softmax")
OF_A_MATRIX: Final = (
    "tr", "diag", "vec", "norm1", "dot", "outer", "max", "min", "det", "logdet", "adj", "inv", "pinv", "tril",
)  # fmt: skip
FUNCTIONS: Final = (*ELEMENTWISE, *ALONG_AN_AXIS, *OF_A_MATRIX)


@final
class Compiler:
    """Gathers the nodes of several formulas; `sizes` are the numbers for the names of sizes."""

    def __init__(self, sizes: Mapping[str, int]) -> None:
        self.nodes: list[Node] = []
        self._sizes = dict(sizes)
        self._places: dict[Expr, int] = {}

    def place(self, formula: Expr) -> int:
        """Return the place of a formula, its nodes added where they are new.

        Raises:
            UnsupportedError: a function has no meaning on a page.
        """
        for node in postorder(formula):
            if node not in self._places:
                self.nodes.append(self._record(node))
                self._places[node] = len(self.nodes) - 1
        return self._places[formula]

    def _at(self, *operands: Expr) -> list[int]:
        return [self._places[operand] for operand in operands]

    def _length(self, dimension: Dimension) -> int:
        return length_of(dimension, self._sizes)

    def _record(self, node: Expr) -> Node:
        match node:
            case Number(value):
                return {"op": "number", "value": _float(value)}
            case Constant():
                assert FLOAT.pi is not None
                return {"op": "number", "value": FLOAT.pi()}
            case Symbol(name, _):
                return {"op": "symbol", "name": name}
            case Identity():
                return {"op": "identity", "rows": self._length(node.shape[0])}
            case Ones() | Zero():
                rows, columns = (self._length(dimension) for dimension in node.shape)
                return {
                    "op": "fill",
                    "value": float(isinstance(node, Ones)),
                    "rows": rows,
                    "columns": columns,
                }
            case Product(coefficient, scalars, chain):
                parts = {"scalars": self._at(*scalars), "chain": self._at(*chain)}
                return {"op": "product", "factor": _float(coefficient), **parts}
            case Sum(operands):
                return {"op": "sum", "of": self._at(*operands)}
            case Hadamard(operands):
                return {"op": "hadamard", "of": self._at(*operands)}
            case _:
                return self._operation(node)

    def _operation(self, node: Expr) -> Node:
        match node:
            case Power(base, exponent):
                return {"op": "power", "of": self._at(base, exponent)}
            case ElementwisePower(base, exponent):
                return {"op": "entrywise", "of": self._at(base, exponent)}
            case Transpose(operand):
                return {"op": "transpose", "of": self._at(operand)}
            case Kronecker(left, right):
                return {"op": "kronecker", "of": self._at(left, right)}
            case Apply(function, arguments):
                if function.name not in FUNCTIONS:
                    hint = f"A figure can use {', '.join(FUNCTIONS)}."
                    raise UnsupportedError(f"a page cannot compute {function.name}", hint=hint)
                call = {"name": function.name, "axis": function.axis.value}
                return {"op": "call", **call, "of": self._at(*arguments)}
        raise AssertionError(node)


def _float(value: Fraction) -> float:
    return value.numerator / value.denominator
