"""What the operations of a figure's formulas mean, in plain Python: the page computes the same."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Final, TypeAlias

from frechet.course.figure_tree import ELEMENTWISE, Node
from frechet.functions.linear_algebra import (
    add,
    adjugate,
    determinant,
    hadamard,
    inverse,
    kron,
    matmul,
    power,
    pseudoinverse,
    transpose,
)

Rows: TypeAlias = list[list[float]]


def values_of(nodes: Sequence[Node], symbols: Mapping[str, Rows]) -> list[Rows]:
    """Return the value of every node, each a list of rows."""
    known: list[Rows] = []
    for node in nodes:
        known.append(_MEANINGS[str(node["op"])](node, known, symbols))
    return known


def _of(node: Node, known: Sequence[Rows], key: str = "of") -> list[Rows]:
    places = node[key]
    assert isinstance(places, list)
    return [known[place] for place in places]


def _size(node: Node, key: str) -> int:
    value = node[key]
    assert isinstance(value, int)
    return value


def _number(node: Node, key: str) -> float:
    value = node[key]
    assert isinstance(value, float)
    return value


def _fill(node: Node, known: Sequence[Rows], symbols: Mapping[str, Rows]) -> Rows:
    return [[_number(node, "value")] * _size(node, "columns") for _ in range(_size(node, "rows"))]


def _identity(node: Node, known: Sequence[Rows], symbols: Mapping[str, Rows]) -> Rows:
    return _unit(_size(node, "rows"))


def _product(node: Node, known: Sequence[Rows], symbols: Mapping[str, Rows]) -> Rows:
    factor = math.prod([_number(node, "factor"), *(x[0][0] for x in _of(node, known, "scalars"))])
    chain = _of(node, known, "chain")
    if not chain:
        return [[factor]]
    return [[factor * x for x in row] for row in reduce(matmul, chain)]


def _power(node: Node, known: Sequence[Rows], symbols: Mapping[str, Rows]) -> Rows:
    base, exponent = _of(node, known)
    if len(base) == 1:
        return [[base[0][0] ** exponent[0][0]]]
    return power(base, round(exponent[0][0]))


def _entrywise(node: Node, known: Sequence[Rows], symbols: Mapping[str, Rows]) -> Rows:
    base, exponent = _of(node, known)
    if len(exponent) == len(exponent[0]) == 1:
        return [[x ** exponent[0][0] for x in row] for row in base]
    return [[x**y for x, y in zip(p, q, strict=True)] for p, q in zip(base, exponent, strict=True)]


def _call(node: Node, known: Sequence[Rows], symbols: Mapping[str, Rows]) -> Rows:
    name, axis, arguments = str(node["name"]), str(node["axis"]), _of(node, known)
    if name in ELEMENTWISE:
        return [[_ENTRY[name](x) for x in row] for row in arguments[0]]
    if name in _ALONG:
        found = _along(_ALONG[name], axis, arguments[0])
        return transpose(found) if name in _KEEP_SHAPE and axis == "columns" else found
    return _MATRIX[name](*arguments)


def _along(function: Callable[[list[float]], list[float]], axis: str, x: Rows) -> Rows:
    """Apply a function of a list of numbers to all entries, to each row, or to each column: a line of the
    answer for each.
    """
    if axis == "all":
        found = function([entry for row in x for entry in row])
        width = len(x[0]) if len(found) > 1 else 1
        return [found[start : start + width] for start in range(0, len(found), width)]
    return [function(line) for line in (x if axis == "rows" else transpose(x))]


def _unit(size: int) -> Rows:
    return [[float(i == j) for j in range(size)] for i in range(size)]


def _diagonal(x: Rows) -> Rows:
    if len(x[0]) == 1:
        return [[x[i][0] if i == j else 0.0 for j in range(len(x))] for i in range(len(x))]
    return [[x[i][i]] for i in range(len(x))]


def _log_sum_exp(x: list[float]) -> list[float]:
    top = max(x)
    return [top + math.log(sum(math.exp(entry - top) for entry in x))]


def _softmax(x: list[float]) -> list[float]:
    total = _log_sum_exp(x)[0]
    return [math.exp(entry - total) for entry in x]


def _entries(x: Rows) -> list[float]:
    return [entry for row in x for entry in row]


_MEANINGS: Final[dict[str, Callable[[Node, Sequence[Rows], Mapping[str, Rows]], Rows]]] = {
    "number": lambda node, known, symbols: [[_number(node, "value")]],
    "symbol": lambda node, known, symbols: symbols[str(node["name"])],
    "fill": _fill,
    "identity": _identity,
    "sum": lambda node, known, symbols: reduce(add, _of(node, known)),
    "product": _product,
    "hadamard": lambda node, known, symbols: reduce(hadamard, _of(node, known)),
    "power": _power,
    "entrywise": _entrywise,
    "transpose": lambda node, known, symbols: transpose(_of(node, known)[0]),
    "kronecker": lambda node, known, symbols: kron(*_of(node, known)),
    "call": _call,
}
_ENTRY: Final[dict[str, Callable[[float], float]]] = {
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "abs": abs,
    "sign": lambda x: float((x > 0) - (x < 0)),
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "arcsin": math.asin,
    "arccos": math.acos,
    "arctan": math.atan,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "relu": lambda x: max(x, 0.0),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x)),
    "softplus": lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x))),
}
_ALONG: Final[dict[str, Callable[[list[float]], list[float]]]] = {
    "sum": lambda x: [math.fsum(x)],
    "norm2": lambda x: [math.hypot(*x)],
    "logsumexp": _log_sum_exp,
    "softmax": _softmax,
}
_KEEP_SHAPE: Final = frozenset({"softmax"})
_MATRIX: Final[dict[str, Callable[..., Rows]]] = {
    "tr": lambda x: [[math.fsum(x[i][i] for i in range(len(x)))]],
    "diag": _diagonal,
    "vec": lambda x: [[entry] for column in transpose(x) for entry in column],
    "norm1": lambda x: [[math.fsum(map(abs, _entries(x)))]],
    "dot": lambda x, y: [[math.fsum(a * b for a, b in zip(_entries(x), _entries(y), strict=True))]],
    "outer": lambda x, y: matmul(x, transpose(y)),
    "max": lambda x: [[max(_entries(x))]],
    "min": lambda x: [[min(_entries(x))]],
    "det": lambda x: [[float(determinant(x))]],
    "logdet": lambda x: [[math.log(determinant(x))]],
    "adj": adjugate,
    "inv": inverse,
    "pinv": pseudoinverse,
    "tril": lambda x: [[entry if j <= i else 0.0 for j, entry in enumerate(row)] for i, row in enumerate(x)],
}
