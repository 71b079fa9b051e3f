"""From a formula to index notation: total, one rule per node.

Axes of length literally 1 disappear; transposes, traces, diagonals, vec, Kronecker and Hadamard
products become names of axes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from frechet.assumptions import Structure
from frechet.expressions.exact import ONE
from frechet.expressions.function import (
    AbstractDefined,
    AbstractElementwise,
    AbstractFunction,
    AbstractIndexing,
    Axis,
)
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
from frechet.functions.determinants import DET, LOGDET
from frechet.functions.elementwise import EXP, LOG
from frechet.functions.exponentials import (
    LOGSUMEXP,
    LOGSUMEXP_COLUMNS,
    LOGSUMEXP_ROWS,
    SOFTMAX,
    SOFTMAX_COLUMNS,
    SOFTMAX_ROWS,
)
from frechet.functions.inverses import INVERSE, PSEUDOINVERSE
from frechet.functions.primary import DEXPM, DPOWER, EXPM
from frechet.functions.triangles import TRIL
from frechet.shapes import SCALAR, Dimension, Shape, is_row, is_vector
from frechet.tensors.algebra import MINUS_ONE, add, contract, power
from frechet.tensors.constants import constant, number, zero
from frechet.tensors.maps import inverse, mapped, matrix_power
from frechet.tensors.nodes import (
    Contraction,
    Group,
    Leaf,
    Mask,
    Slots,
    Tensor,
    identity_slots,
    squeezed,
)
from frechet.tensors.symmetry import kernel_of, opaque_of, split_coefficient, transposed

Results = Mapping[Expr, Tensor]


def lower(root: Expr, known: Mapping[Expr, Tensor] | None = None) -> Tensor:
    """Return the canonical tensor of a formula; `known` gives the values of some nodes."""
    results: dict[Expr, Tensor] = {}
    for node in postorder(root):
        if known:
            found = known.get(node)
            results[node] = _lower(node, results) if found is None else found
        elif isinstance(node.lowered, Tensor):
            results[node] = node.lowered
        else:
            results[node] = _lower(node, results)
            if not isinstance(node, Symbol | Constant):  # a leaf refers to its symbol: no circle
                node.lowered = results[node]
    return results[root]


def forms_of(root: Expr) -> dict[Tensor, Expr]:
    """Return the sub-expressions of a formula by the tensors they mean.

    Results are written with them: an answer then speaks of `A*x - b` as its formula does.
    """
    forms: dict[Tensor, Expr] = {}
    for node in postorder(root):
        if isinstance(node, Number | Symbol | Constant | Transpose) or is_row(node.shape):
            continue
        tensor = lower(node)
        sign, unit = split_coefficient(tensor)
        if unit is not tensor and sign != -1:
            continue
        forms.setdefault(unit, node if sign == 1 else -node)
        if unit.order == 2 and not isinstance(unit, Contraction):
            forms.setdefault(transposed(unit), (node if sign == 1 else -node).T)
    return forms


def _lower(node: Expr, results: Results) -> Tensor:
    match node:  # the frequent ones first
        case Symbol():
            return lower_symbol(node)
        case Product():
            return _product(node, results)
        case Apply(function, arguments):
            return _apply(function, arguments, [results[a] for a in arguments])
        case Sum(terms):
            return add([(1, results[t]) for t in terms], squeezed(node.shape))
        case Number(value):
            return number(value)
        case Constant():
            return Leaf.of(node)
        case Identity():
            return contract(ONE, (), (), ((0,), (0,)), [node.shape[0]])
        case Ones():
            return constant(1, squeezed(node.shape))
        case Zero():
            return zero(squeezed(node.shape))
        case Hadamard(factors):
            dims = squeezed(node.shape)
            slots = identity_slots(len(dims))
            return contract(ONE, (), [(results[f], slots) for f in factors], slots, dims)
        case Power(base, exponent):
            if base.is_scalar:
                return power(results[base], results[exponent])
            return matrix_power(results[base], results[exponent])
        case ElementwisePower(base, exponent):
            return power(results[base], results[exponent])
        case Transpose(operand):
            return _transpose(results[operand])
        case Kronecker(left, right):
            return _kronecker(node, left, right, results)
    raise AssertionError(node)


def lower_symbol(symbol: Symbol) -> Tensor:
    """Return the leaf of a symbol; a diagonal matrix is its diagonal on one shared axis."""
    leaf = Leaf.of(symbol)
    if symbol.structure is Structure.DIAGONAL and leaf.order == 1:
        return contract(ONE, (), [(leaf, ((0,),))], ((0,), (0,)), leaf.dims)
    return leaf


def _transpose(tensor: Tensor) -> Tensor:
    if tensor.order < 2:
        return tensor
    return contract(ONE, (), [(tensor, ((0,), (1,)))], ((1,), (0,)), tensor.dims)


def _slots_between(shape: Shape, row: int, column: int) -> Slots:
    """Return the slots of a matrix factor between two axes, unit axes left out."""
    slots: list[Group] = []
    if shape[0] != 1:
        slots.append((row,))
    if shape[1] != 1:
        slots.append((column,))
    return tuple(slots)


def _product(node: Product, results: Results) -> Tensor:
    axes: list[Dimension] = []
    factors: list[tuple[Tensor, Slots]] = []
    if node.chain:
        axes.append(node.chain[0].shape[0])
    for place, factor in enumerate(node.chain):
        axes.append(factor.shape[1])
        factors.append((results[factor], _slots_between(factor.shape, place, place + 1)))
    out = _slots_between(node.shape, 0, len(axes) - 1) if axes else ()
    scalars = [(results[s], ONE) for s in node.scalars]
    return contract(node.coefficient, scalars, factors, out, axes)


def _kronecker(node: Expr, left: Expr, right: Expr, results: Results) -> Tensor:
    axes = [left.shape[0], right.shape[0], left.shape[1], right.shape[1]]
    rows = tuple(a for a in (0, 1) if axes[a] != 1)
    columns = tuple(a for a in (2, 3) if axes[a] != 1)
    factors = [
        (results[left], _slots_between(left.shape, 0, 2)),
        (results[right], _slots_between(right.shape, 1, 3)),
    ]
    out = tuple(group for group in (rows, columns) if group)
    return contract(ONE, (), factors, out, axes)


def _apply(function: AbstractFunction, arguments: tuple[Expr, ...], values: list[Tensor]) -> Tensor:
    shape = arguments[0].shape
    if isinstance(function, AbstractElementwise):
        return mapped(function, values[0])
    if isinstance(function, AbstractIndexing):
        return _indexed(function.indices(shape), values[0])
    if isinstance(function, AbstractDefined):
        return _by_definition(function, arguments, values)
    trivial = _of_number_or_line(function, shape, values[0])
    if trivial is not None:
        return trivial
    match function:
        case _ if function is INVERSE:
            return inverse(values[0])
        case _ if function is EXPM:
            return kernel_of(values[0], None, 0)
        case _ if function in (DEXPM, DPOWER) and shape == SCALAR:
            return _frechet_of_number(function, values)
        case _ if function is DEXPM:
            return _frechet(values[0], None, values[1:])
        case _ if function is DPOWER:
            return _frechet(values[0], values[1], values[2:])
        case _ if function is SOFTMAX_COLUMNS:
            turned = transposed(values[0])
            return _transpose(opaque_of(turned.dims, SOFTMAX_ROWS, (turned,)))
        case _ if function is LOGSUMEXP_COLUMNS:
            return opaque_of(values[0].dims[1:], LOGSUMEXP_ROWS, (transposed(values[0]),))
        case _ if function is TRIL:
            slots = identity_slots(2)
            return contract(ONE, (), [(values[0], slots), (Mask.of(shape[0]), slots)], slots, values[0].dims)
    dims = squeezed(function.shape_of(*(a.shape for a in arguments)))
    return opaque_of(dims, function, tuple(values))


def _by_definition(function: AbstractDefined, arguments: tuple[Expr, ...], values: list[Tensor]) -> Tensor:
    """Lower the defining formula with the arguments as given values."""
    stands, definition = _definition(function, tuple([a.shape for a in arguments]))
    return lower(definition, dict(zip(stands, values, strict=True)))


@lru_cache(maxsize=256)
def _definition(function: AbstractDefined, shapes: tuple[Shape, ...]) -> tuple[tuple[Expr, ...], Expr]:
    """Return stands for arguments of these shapes, and the defining formula of them."""
    stands = tuple([Symbol.of(f"#{k}", shape) for k, shape in enumerate(shapes)])
    return stands, function.definition(*stands)


def _indexed(indices: str, value: Tensor) -> Tensor:
    """Apply an index map such as `ij->(ji)`."""
    slots, out = _index_map(indices)
    axes = dict(zip(slots, value.dims, strict=True))
    return contract(ONE, (), [(value, slots)], out, list(axes.values()))


@cache
def _index_map(indices: str) -> tuple[Slots, Slots]:
    """Return the slots of the argument and of the value; axes are numbered as they first occur."""
    source, target = indices.split("->")
    names = {letter: place for place, letter in enumerate(dict.fromkeys(source))}
    out: list[Group] = []
    group: list[int] | None = None
    for letter in target:
        if letter == "(":
            group = []
        elif letter == ")":
            out.append(tuple(group or ()))
            group = None
        elif group is not None:
            group.append(names[letter])
        else:
            out.append((names[letter],))
    return tuple((names[letter],) for letter in source), tuple(out)


def _of_number_or_line(function: AbstractFunction, shape: Shape, value: Tensor) -> Tensor | None:
    """Return the value of a matrix function whose argument has an axis of length 1."""
    if shape == SCALAR:
        if function in (INVERSE, PSEUDOINVERSE):
            return power(value, MINUS_ONE)
        if function.name == "softmax":
            return number(1)
        if function is LOGDET:
            return mapped(LOG, value)
        if function is EXPM:
            return mapped(EXP, value)
        return value if function in (DET,) or function.name in ("logsumexp", "max", "min", "tril") else None
    if function is PSEUDOINVERSE and (is_vector(shape) or is_row(shape)):
        square = contract(ONE, (), [(value, ((0,),)), (value, ((0,),))], (), value.dims)
        return contract(ONE, [(square, MINUS_ONE)], [(value, ((0,),))], ((0,),), value.dims)
    if function.axis is not Axis.ALL and (is_vector(shape) or is_row(shape)):
        along = is_row(shape) if function.axis is Axis.ROWS else is_vector(shape)
        if function.name == "softmax":
            return opaque_of(value.dims, SOFTMAX, (value,)) if along else constant(1, value.dims)
        if function.name == "logsumexp":
            return opaque_of((), LOGSUMEXP, (value,)) if along else value
    return None


def _frechet(matrix: Tensor, exponent: Tensor | None, directions: list[Tensor]) -> Tensor:
    kernel = kernel_of(matrix, exponent, len(directions))
    factors: list[tuple[Tensor, Slots]] = [(kernel, identity_slots(kernel.order))]
    for k, direction in enumerate(directions):
        factors.append((direction, ((2 + 2 * k,), (3 + 2 * k,))))
    return contract(ONE, (), factors, ((0,), (1,)), kernel.dims)


def _frechet_of_number(function: AbstractFunction, values: list[Tensor]) -> Tensor:
    """Return the r-th derivative of exp(x) or x^k, times the directions."""
    if function is DEXPM:
        return contract(ONE, [(mapped(EXP, values[0]), ONE), *((v, ONE) for v in values[1:])], (), (), ())
    base, exponent, directions = values[0], values[1], values[2:]
    scalars = [(direction, ONE) for direction in directions]
    for _ in directions:
        scalars.append((exponent, ONE))
        exponent = add([(1, exponent), (-1, number(1))], ())
    return contract(ONE, [*scalars, (power(base, exponent), ONE)], (), (), ())
