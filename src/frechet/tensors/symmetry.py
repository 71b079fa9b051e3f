"""Transposes of order-2 tensors, and what equals its own transpose.

Because nodes are interned in canonical form, "M is symmetric" is "M′ is M": products such as
A′A, sums such as A + A′ and inverses of them are recognized without a rule for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from frechet.assumptions import Structure
from frechet.expressions.exact import ONE, exact, times
from frechet.expressions.function import AbstractElementwise, AbstractFunction
from frechet.expressions.nodes import Symbol
from frechet.functions.exponentials import LOGSUMEXP_ROWS, SOFTMAX_ROWS
from frechet.functions.inverses import INVERSE, PSEUDOINVERSE
from frechet.shapes import Dimension
from frechet.tensors.canonical import canonical, primitive_content
from frechet.tensors.nodes import (
    Add,
    Contraction,
    Kernel,
    Leaf,
    Map,
    Opaque,
    Pow,
    Slots,
    Tensor,
    add_node,
    contraction_node,
    identity_slots,
    kernel_node,
    map_node,
    opaque_node,
    pow_node,
)

_BY_ROWS: Final = (SOFTMAX_ROWS, LOGSUMEXP_ROWS)


def bare(
    scalars: Sequence[tuple[Tensor, Fraction]], factors: Sequence[tuple[Tensor, Slots]], out: Slots
) -> Tensor | None:
    """Return the lone tensor that a contraction with coefficient 1 amounts to, if it does."""
    if not scalars and len(factors) == 1:
        tensor, slots = factors[0]
        flat = [a for group in out for a in group]
        if slots == out and len(set(flat)) == len(flat) == len(out):
            return tensor
    if not factors and not out and len(scalars) == 1:
        base, exponent = scalars[0]
        return base if exponent == 1 else pow_node(base, exponent)
    return None


def with_coefficient(tensor: Contraction, coefficient: Fraction) -> Tensor:
    """Return the contraction with another coefficient."""
    if coefficient == 0:
        return contraction_node(
            tensor.dims, coefficient, (), (), identity_slots(len(tensor.dims)), tensor.dims
        )
    if coefficient == 1:
        lone = bare(tensor.scalars, tensor.factors, tensor.out)
        if lone is not None:
            return lone
    return contraction_node(tensor.dims, coefficient, tensor.scalars, tensor.factors, tensor.out, tensor.axes)


def scale(coefficient: Fraction | int, tensor: Tensor) -> Tensor:
    """Return coefficient · tensor."""
    coefficient = exact(coefficient)
    if coefficient is ONE or coefficient == 1:
        return tensor
    if isinstance(tensor, Contraction) and (tensor.dims or not tensor.factors):
        return with_coefficient(tensor, times(tensor.coefficient, coefficient))
    if coefficient == 0:
        return contraction_node(tensor.dims, coefficient, (), (), identity_slots(tensor.order), tensor.dims)
    if not tensor.dims:
        scalar = (tensor, ONE)
        if isinstance(tensor, Pow) and not isinstance(tensor.exponent, Tensor):
            scalar = (tensor.base, tensor.exponent)
        return contraction_node((), coefficient, (scalar,), (), (), ())
    slots = identity_slots(tensor.order)
    return contraction_node(tensor.dims, coefficient, (), ((tensor, slots),), slots, tensor.dims)


def split_coefficient(tensor: Tensor) -> tuple[Fraction, Tensor]:
    """Return (c, unit) with tensor = c · unit."""
    if isinstance(tensor, Contraction) and tensor.coefficient is not ONE and tensor.coefficient:
        return tensor.coefficient, with_coefficient(tensor, ONE)
    return ONE, tensor


def normalized_sum(items: list[tuple[Fraction, Tensor]], dims: tuple[Dimension, ...]) -> Tensor:
    """Return Σ cᵢ·unitᵢ of at least two distinct units, content and sign pulled out."""
    items.sort(key=lambda item: item[1].digest)
    content = primitive_content([c for c, _ in items])
    signs = [c.numerator < 0 for c, _ in items]
    negative = sum(signs)
    if negative * 2 > len(items) or (negative * 2 == len(items) and signs[0]):
        content = -content
    if content == 1:
        return add_node(dims, tuple(items))
    return scale(content, add_node(dims, tuple([(c / content, t) for c, t in items])))


def transposed(tensor: Tensor) -> Tensor:
    """Return the transpose of an order-2 tensor."""
    if tensor._transposed is None:
        pending = [tensor]
        while pending:
            node = pending[-1]
            missing = [c for c in _carriers(node) if c._transposed is None]
            if missing:
                pending.extend(missing)
                continue
            pending.pop()
            if node._transposed is None:
                node._transposed = _transpose(node)
    assert tensor._transposed is not None
    return tensor._transposed


def _carriers(tensor: Tensor) -> list[Tensor]:
    """Return the operands whose transposes the transpose is made of."""
    match tensor:
        case Contraction(_, _, factors, _, _):
            return [t for t, _ in factors if t.order == 2 and not isinstance(t, Contraction)]
        case Add() | Map() | Pow() | Opaque() | Kernel():
            return [c for c in tensor.children if c.order == 2]
        case _:
            return []


def _transpose(tensor: Tensor) -> Tensor:
    match tensor:
        case Leaf(Symbol(_, structure)) if structure.symmetric:
            return tensor
        case Leaf(Symbol(_, Structure.SKEW)):
            return _scaled_leaf(tensor)
        case Contraction(coefficient, scalars, factors, out, axes):
            sign, relabelled, new_out, new_axes = canonical(factors, out[::-1], axes, symmetry)
            dims = tensor.dims[::-1]
            if coefficient * sign == 1:
                lone = bare(scalars, relabelled, new_out)
                if lone is not None:
                    return lone
            return contraction_node(dims, coefficient * sign, scalars, relabelled, new_out, new_axes)
        case Add(terms):
            items = []
            for c, term in terms:
                factor, unit = split_coefficient(transposed(term))
                items.append((c * factor, unit))
            return normalized_sum(items, tensor.dims[::-1])
        case Map(function, argument):
            turned = transposed(argument)
            return map_node(function, turned) if _same_but_sign(turned, argument) else _swapped(tensor)
        case Pow(base, exponent):
            return _transpose_power(tensor, base, exponent)
        case Opaque(function, (argument,)) if argument.order == 2 and function not in _BY_ROWS:
            return _transpose_opaque(tensor, transposed(argument))
        case Kernel(argument, exponent, 0):
            turned = transposed(argument)
            if _same_but_sign(turned, argument):
                return kernel_node(turned, exponent, 0)
            return _swapped(tensor)
        case _:
            return _swapped(tensor)


def _scaled_leaf(tensor: Tensor) -> Tensor:
    """Return −K for a skew symbol K, whose transpose it is."""
    axes = tensor.dims
    return contraction_node(axes, -ONE, (), ((tensor, ((0,), (1,))),), ((0,), (1,)), axes)


def _swapped(tensor: Tensor) -> Tensor:
    slots = identity_slots(2)
    _, factors, out, axes = canonical([(tensor, slots)], slots[::-1], tensor.dims, lambda _: 0)
    return contraction_node(tensor.dims[::-1], ONE, (), factors, out, axes)


def _same_but_sign(left: Tensor, right: Tensor) -> bool:
    return split_coefficient(left)[1] is split_coefficient(right)[1]


def _transpose_power(tensor: Pow, base: Tensor, exponent: Fraction | Tensor) -> Tensor:
    turned = transposed(base) if base.order == 2 else base
    if isinstance(exponent, Tensor):
        raised = transposed(exponent) if exponent.order == 2 else exponent
        return tensor if turned is base and raised is exponent else _swapped(tensor)
    if not _same_but_sign(turned, base):
        return _swapped(tensor)
    if turned is not base and exponent.denominator == 1:
        return scale((-1) ** exponent.numerator, tensor)
    return pow_node(turned, exponent)


def _transpose_opaque(tensor: Opaque, turned: Tensor) -> Tensor:
    function, argument = tensor.function, tensor.arguments[0]
    if not _same_but_sign(turned, argument):
        return _swapped(tensor)
    if turned is not argument and function in (INVERSE, PSEUDOINVERSE):
        return scale(-1, tensor)
    return opaque_node(tensor.dims, function, (turned,))


def map_of(function: AbstractElementwise, argument: Tensor) -> Tensor:
    """Return f of every entry; of a matrix and its transpose, one stands for both."""
    if _prefers_transpose(argument):
        return _swapped(map_node(function, transposed(argument)))
    return map_node(function, argument)


def pow_of(base: Tensor, exponent: Fraction | Tensor) -> Tensor:
    """Return the entrywise power, in the preferred orientation of a matrix base."""
    if not isinstance(exponent, Tensor) and _prefers_transpose(base):
        return _swapped(pow_node(transposed(base), exponent))
    return pow_node(base, exponent)


def opaque_of(
    dims: tuple[Dimension, ...], function: AbstractFunction, arguments: tuple[Tensor, ...]
) -> Tensor:
    """Return a function kept whole, its matrix argument in the preferred orientation."""
    if len(arguments) != 1 or function in _BY_ROWS or not _prefers_transpose(arguments[0]):
        return opaque_node(dims, function, arguments)
    node = opaque_node(dims[::-1], function, (transposed(arguments[0]),))
    return _swapped(node) if node.order == 2 else node


def kernel_of(argument: Tensor, exponent: Tensor | None, rank: int) -> Tensor:
    """Return a primary function or its Fréchet derivative, in the preferred orientation."""
    if not _prefers_transpose(argument):
        return kernel_node(argument, exponent, rank)
    kernel = kernel_node(transposed(argument), exponent, rank)
    slots = identity_slots(kernel.order)
    turned = tuple(slots[k + 1 - 2 * (k % 2)] for k in range(kernel.order))
    _, factors, out, axes = canonical([(kernel, turned)], slots, kernel.dims, lambda _: 0)
    return contraction_node(kernel.dims, ONE, (), factors, out, axes)


def _prefers_transpose(tensor: Tensor) -> bool:
    if tensor.order != 2:
        return False
    turned = transposed(tensor)
    return turned is not tensor and _orientation(turned) < _orientation(tensor)


def _orientation(tensor: Tensor) -> tuple[bool, int]:
    """Order the two orientations of a matrix, whatever its sign: plain nodes come first."""
    unit = split_coefficient(tensor)[1]
    return isinstance(unit, Contraction), unit.digest


def symmetry(tensor: Tensor) -> int:
    """Return +1 for a symmetric matrix, −1 for a skew one, 0 for anything else."""
    dims = tensor.dims
    if len(dims) != 2 or dims[0] != dims[1]:
        return 0
    match tensor:
        case Leaf(Symbol(_, structure)):
            return 1 if structure.symmetric else -1 if structure is Structure.SKEW else 0
        case Contraction():
            return 0
        case _:
            turned = transposed(tensor)
    if turned is tensor:
        return 1
    if (
        isinstance(turned, Contraction)
        and turned.coefficient == -1
        and split_coefficient(turned)[1] is tensor
    ):
        return -1
    return 0


def flip_if_smaller(tensor: Tensor, slots: Slots) -> tuple[Tensor, Slots]:
    """Choose between M[i, j] and M′[j, i] for a sum: one of the two nodes stands for both."""
    if isinstance(tensor, Add) and len(slots) == 2 and _prefers_transpose(tensor):
        turned = transposed(tensor)
        if not isinstance(turned, Contraction):
            return turned, slots[::-1]
    return tensor, slots
