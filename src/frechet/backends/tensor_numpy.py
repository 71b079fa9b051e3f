"""Values of tensors of any order in NumPy: einsum over named axes.

For results above order 2, which have no matrix notation. Fused axes are split by reshaping, deltas
between outputs become diagonals, and an axis that nothing carries is broadcast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import product
from typing import Any, Final

import numpy as np

from frechet.assumptions import Structure
from frechet.backends.inputs import Array
from frechet.backends.numpy_backend import (
    FUNCTIONS,
    exponential_derivative,
    matrix_power,
    power_derivative,
    scalar,
)
from frechet.errors import LimitError
from frechet.expressions.nodes import Constant, Symbol
from frechet.shapes import Dimension, value_of
from frechet.tensors.nodes import (
    Add,
    Contraction,
    Kernel,
    Leaf,
    Map,
    Mask,
    Opaque,
    Pow,
    Size,
    Slots,
    Tensor,
    postorder,
)

MAX_ENTRIES: Final = 50_000_000


def evaluator(root: Tensor) -> Callable[[Mapping[str, Array], Mapping[str, int]], Array]:
    """Return a function of (arrays by name, sizes) that computes the tensor.

    The function raises `LimitError` where an intermediate tensor would be too large to form.
    """
    order = postorder(root)

    def run(values: Mapping[str, Array], sizes: Mapping[str, int]) -> Array:
        known: dict[Tensor, Any] = {}
        for node in order:
            lengths = _lengths(node.dims, sizes)
            if float(np.prod(lengths, dtype=float)) > MAX_ENTRIES:
                raise LimitError(
                    f"a tensor of {' × '.join(map(str, lengths))} entries is too large to form",
                    hint="Use smaller data, or the differential, which never forms it.",
                )
            known[node] = _value(node, known, values, sizes)
        return np.asarray(known[root], dtype=np.float64)

    return run


def _lengths(dims: tuple[Dimension, ...], sizes: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(value_of(d, dict(sizes)) for d in dims)


def _value(
    node: Tensor, known: Mapping[Tensor, Any], values: Mapping[str, Array], sizes: Mapping[str, int]
) -> Any:
    match node:
        case Leaf(Constant()):
            return np.asarray(np.pi)
        case Leaf(Symbol(name, structure)):
            if structure is Structure.DIAGONAL and node.order == 1:
                return np.diag(values[name])
            return values[name].reshape(_lengths(node.dims, sizes))
        case Size(dimension):
            return np.asarray(float(value_of(dimension, dict(sizes))))
        case Mask():
            return np.tril(np.ones(_lengths(node.dims, sizes)))
        case Add(terms):
            return sum(float(c) * known[t] for c, t in terms)
        case Map(function, argument):
            return FUNCTIONS[function.key](known[argument])
        case Pow(base, exponent):
            return np.power(
                known[base], float(exponent) if isinstance(exponent, Fraction) else known[exponent]
            )
        case Opaque(function, arguments):
            found = FUNCTIONS[function.key](*(_as_matrix(known[a]) for a in arguments))
            return np.asarray(found).reshape(_lengths(node.dims, sizes))
        case Kernel():
            return _kernel(node, known)
        case Contraction():
            return _contraction(node, known, sizes)
    raise AssertionError(node)


def _as_matrix(array: Any) -> Any:
    return array.reshape(1, 1) if array.ndim == 0 else array.reshape(-1, 1) if array.ndim == 1 else array


def _kernel(node: Kernel, known: Mapping[Tensor, Any]) -> Any:
    """Evaluate a Fréchet derivative on every tuple of single-entry directions."""
    matrix = known[node.argument]
    size = len(matrix)
    exponent = None if node.exponent is None else scalar(known[node.exponent])
    if node.rank == 0:
        return FUNCTIONS["expm"](matrix) if exponent is None else matrix_power(matrix, exponent)
    result = np.zeros((size,) * (2 + 2 * node.rank))
    for places in product(range(size), repeat=2 * node.rank):
        directions = []
        for k in range(node.rank):
            single = np.zeros((size, size))
            single[places[2 * k], places[2 * k + 1]] = 1.0
            directions.append(single)
        index: Any = (..., *places)
        if exponent is None:
            result[index] = exponential_derivative(matrix, *directions)
        else:
            result[index] = power_derivative(matrix, exponent, *directions)
    return result


def _contraction(node: Contraction, known: Mapping[Tensor, Any], sizes: Mapping[str, int]) -> Any:
    lengths = _lengths(node.axes, sizes)
    factor = float(node.coefficient)
    for base, exponent in node.scalars:
        factor = factor * np.power(known[base], float(exponent))
    operands: list[Any] = []
    for tensor, slots in node.factors:
        flat = [a for group in slots for a in group]
        operands.extend((np.reshape(known[tensor], [lengths[a] for a in flat]), flat))
    flat_out = [a for group in node.out for a in group]
    distinct = list(dict.fromkeys(flat_out))
    carried = {a for slots in operands[1::2] for a in slots}
    for axis in distinct:
        if axis not in carried:
            operands.extend((np.ones(lengths[axis]), [axis]))
    body = np.einsum(*operands, distinct, optimize=True) if operands else np.asarray(1.0)
    return factor * _with_deltas(body, distinct, flat_out, lengths).reshape(_grouped(node.out, lengths))


def _with_deltas(body: Any, distinct: list[int], flat_out: list[int], lengths: tuple[int, ...]) -> Any:
    """Repeat axes along the diagonal where an output occurs more than once."""
    if len(distinct) == len(flat_out):
        return body
    result = np.zeros([lengths[a] for a in flat_out])
    grids = np.ix_(*(np.arange(lengths[a]) for a in distinct))
    result[tuple(grids[distinct.index(a)] for a in flat_out)] = body
    return result


def _grouped(out: Slots, lengths: tuple[int, ...]) -> list[int]:
    return [int(np.prod([lengths[a] for a in group], dtype=int)) for group in out]
