"""Functions of tensors: entrywise maps, inverses, and matrix powers."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Final

from frechet.expressions.exact import ONE
from frechet.expressions.function import AbstractElementwise
from frechet.functions.elementwise import ABS, EXP, LOG, SIGN, SOFTPLUS, SQRT
from frechet.functions.exponentials import LOGSUMEXP
from frechet.functions.inverses import INVERSE
from frechet.tensors.algebra import contract, power
from frechet.tensors.constants import constant, constant_value, is_nonnegative, logistic_argument
from frechet.tensors.fusion import Sides, kronecker_parts
from frechet.tensors.identities import exponential_of_total
from frechet.tensors.nodes import (
    ONE_HALF,
    Contraction,
    Map,
    Opaque,
    Slots,
    Tensor,
)
from frechet.tensors.symmetry import kernel_of, map_of, opaque_of

LARGEST_CHAIN: Final = 8


def mapped(function: AbstractElementwise, argument: Tensor) -> Tensor:
    """Return an elementwise function of a tensor, with the folds that hold everywhere."""
    if function is SQRT:
        return power(argument, ONE_HALF)
    if function is LOG and isinstance(argument, Map) and argument.function is EXP:
        return argument.argument
    if function is LOG:
        argument_of_total = exponential_of_total(argument)
        if argument_of_total is not None:
            return opaque_of((), LOGSUMEXP, (argument_of_total,))
        logistic = logistic_argument(argument)
        if logistic is not None:
            return map_of(SOFTPLUS, logistic)
    if function is ABS and is_nonnegative(argument):
        return argument
    value = constant_value(argument)
    if value is not None:
        if (function is EXP and value == 0) or (function is LOG and value == 1):
            return constant(1 - value, argument.dims)
        if function is ABS:
            return constant(abs(value), argument.dims)
        if function is SIGN:
            return constant((value > 0) - (value < 0), argument.dims)
    return map_of(function, argument)


def inverse(matrix: Tensor) -> Tensor:
    """Return the inverse of an order-2 tensor: scalings, diagonals and products come apart."""
    if isinstance(matrix, Opaque) and matrix.function is INVERSE:
        return matrix.arguments[0]
    if not isinstance(matrix, Contraction) or matrix.coefficient == 0:
        return opaque_of(matrix.dims, INVERSE, (matrix,))
    scalars = [(s, -e) for s, e in matrix.scalars]
    coefficient = 1 / matrix.coefficient
    if _is_diagonal(matrix):
        inverted = [(power(t, Fraction(-1)), slots) for t, slots in matrix.factors]
        return contract(coefficient, scalars, inverted, matrix.out, matrix.axes)
    sides = kronecker_parts(matrix.factors, matrix.out)
    if sides is not None and len(matrix.out[0]) == len(matrix.out[1]):
        return _inverse_of_kronecker(matrix, sides, coefficient, scalars)
    if _is_square_chain(matrix):
        turned = [(inverse(t), (slots[1], slots[0])) for t, slots in matrix.factors]
        return contract(coefficient, scalars, turned, (matrix.out[1], matrix.out[0]), matrix.axes)
    if matrix.coefficient == 1 and not scalars:
        return opaque_of(matrix.dims, INVERSE, (matrix,))
    unit = contract(ONE, (), matrix.factors, matrix.out, matrix.axes)
    slots: Slots = ((0,), (1,))
    return contract(coefficient, scalars, [(opaque_of(unit.dims, INVERSE, (unit,)), slots)], slots, unit.dims)


def _inverse_of_kronecker(
    matrix: Contraction, sides: Sides, coefficient: Fraction, scalars: list[tuple[Tensor, Fraction]]
) -> Tensor:
    """(A ⊗ B)⁻¹ = A⁻¹ ⊗ B⁻¹ for square A and B."""
    inverted: list[tuple[Tensor, Slots]] = []
    for factors, side in sides:
        part = contract(ONE, (), factors, side, matrix.axes)
        if part.dims[0] != part.dims[1]:
            return opaque_of(matrix.dims, INVERSE, (matrix,))
        inverted.append((inverse(part), side))
    return contract(coefficient, scalars, inverted, matrix.out, matrix.axes)


def _is_diagonal(matrix: Contraction) -> bool:
    single = matrix.out[0] == matrix.out[1] and len(matrix.out[0]) == 1 and len(matrix.axes) == 1
    return single and all(len(slots) == 1 for _, slots in matrix.factors)


def _is_square_chain(matrix: Contraction) -> bool:
    """Tell a product of square matrices (each must then be nonsingular for the product to be)."""
    ends = Counter(a for group in matrix.out for a in group)
    if len(ends) != 2 or len(matrix.factors) > LARGEST_CHAIN or len(matrix.factors) < 1:
        return False
    for tensor, slots in matrix.factors:
        if tensor.order != 2 or tensor.dims[0] != tensor.dims[1] or any(len(g) != 1 for g in slots):
            return False
        if slots[0] == slots[1]:
            return False
        ends.update((slots[0][0], slots[1][0]))
    return all(count == 2 for count in ends.values()) and len(ends) == len(matrix.factors) + 1


def matrix_power(matrix: Tensor, exponent: Tensor) -> Tensor:
    """Return X^k: a short product for small whole k, else the primary function."""
    value = constant_value(exponent)
    if value is None or abs(value) > LARGEST_CHAIN:
        return kernel_of(matrix, exponent, 0)
    factor = inverse(matrix) if value < 0 else matrix
    count = abs(value.numerator)
    slots: list[tuple[Tensor, Slots]] = [(factor, ((k,), (k + 1,))) for k in range(count)]
    return contract(ONE, (), slots, ((0,), (count,)), [matrix.dims[0]] * (count + 1))
