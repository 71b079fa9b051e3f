"""Shapes: every value is a matrix with `rows` and `columns`.

A scalar is 1 × 1, a vector n × 1, a row 1 × n. A dimension is a whole number, the name of a size
(`"n"`), or a product of such, written canonically (`"2*m*n"`): kron and vec multiply sizes.
Different names are different sizes.
"""

from __future__ import annotations

from typing import TypeAlias

Dimension: TypeAlias = int | str
Shape: TypeAlias = tuple[Dimension, Dimension]

SCALAR: Shape = (1, 1)


def times(left: Dimension, right: Dimension) -> Dimension:
    """Return the product of two dimensions in canonical form."""
    if left == 1:
        return right
    if right == 1:
        return left
    number, names = 1, []
    for factor in (*factors_of(left), *factors_of(right)):
        if isinstance(factor, int):
            number *= factor
        else:
            names.append(factor)
    names.sort()
    if not names:
        return number
    return "*".join(names if number == 1 else [str(number), *names])


def factors_of(dimension: Dimension) -> list[Dimension]:
    """Return the atomic factors of a dimension, the number (if any) first."""
    if isinstance(dimension, int):
        return [dimension]
    return [int(part) if part.isdigit() else part for part in dimension.split("*")]


def value_of(dimension: Dimension, sizes: dict[str, int]) -> int:
    """Return the number that a dimension stands for under the given sizes."""
    result = 1
    for factor in factors_of(dimension):
        result *= factor if isinstance(factor, int) else sizes[factor]
    return result


def is_scalar(shape: Shape) -> bool:
    return shape == SCALAR


def is_vector(shape: Shape) -> bool:
    """Tell a column vector (n × 1, n not literally 1)."""
    return shape[1] == 1 and shape[0] != 1


def is_row(shape: Shape) -> bool:
    """Tell a row vector (1 × n, n not literally 1)."""
    return shape[0] == 1 and shape[1] != 1


def public_shape(shape: Shape) -> tuple[Dimension, ...]:
    """Return () for a scalar, (n,) for a column, (m, n) for the rest.

    >>> public_shape((1, 1)), public_shape(("n", 1)), public_shape((1, "n"))
    ((), ('n',), (1, 'n'))
    """
    if is_scalar(shape):
        return ()
    return (shape[0],) if shape[1] == 1 else shape


def describe(shape: Shape) -> str:
    """Name a shape the way it is declared: `scalar`, `vector(n)`, `matrix(m, n)`."""
    if is_scalar(shape):
        return "scalar"
    if shape[1] == 1:
        return f"vector({shape[0]})"
    if shape[0] == 1:
        return f"row({shape[1]})"
    return f"matrix({shape[0]}, {shape[1]})"


def written(shape: Shape) -> str:
    """Write a shape as `m × n`."""
    return f"{shape[0]} × {shape[1]}"
