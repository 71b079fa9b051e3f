"""What is said when shapes do not fit, and what the writer may have meant."""

from __future__ import annotations

from frechet.errors import ShapeError
from frechet.shapes import SCALAR, Shape, describe, written


def sum_misfit(left: Shape, right: Shape) -> ShapeError:
    return ShapeError(
        f"a {describe(left)} and a {describe(right)} cannot be added", hint=mend_of_sum(left, right)
    )


def mend_of_sum(left: Shape, right: Shape) -> str:
    """Say what the writer of an ill-shaped sum may have meant."""
    if SCALAR in (left, right):
        rows, columns = right if left == SCALAR else left
        if rows == columns:
            return "Multiply the scalar by eye(n) or matrix(1), whichever you mean."
        ones = "vector(1)" if 1 in (rows, columns) else "matrix(1)"
        return f"Multiply the scalar by {ones} to add it to every entry."
    if left == (right[1], right[0]):
        return "Did you mean to transpose one of them? Both sides of + and - need the same shape."
    return "Both sides of + and - need the same shape."


def product_misfit(left: Shape, right: Shape) -> ShapeError:
    return ShapeError(
        f"{written(left)} times {written(right)} does not fit: {left[1]} columns meet {right[0]} rows",
        hint=mend_of_product(left, right),
    )


def mend_of_product(left: Shape, right: Shape) -> str:
    """Say what the writer of an ill-shaped product may have meant."""
    if left[1] == right[1] == 1:
        same = "" if left == right else " (of vectors of one length)"
        inner = f"x'*y for the inner product{same}, x.T @ y in Python"
        return f"Write {inner}, x*y' for the outer, x.*y entry by entry."
    if left[0] == right[0]:
        return "Did you mean to transpose the left factor, or .* (entry by entry)?"
    if left[1] == right[1]:
        return "Did you mean to transpose the right factor?"
    return "The columns of the left factor must match the rows of the right one."


def mend_of_elementwise(left: Shape, right: Shape) -> str:
    """Say what the writer of an ill-shaped elementwise product may have meant."""
    if left == (right[1], right[0]):
        return "Did you mean to transpose one of them?"
    return "Both sides need the same shape, or one of them is a scalar."


def elementwise_misfit(left: Shape, right: Shape) -> ShapeError:
    return ShapeError(
        f"a {describe(left)} and a {describe(right)} cannot be multiplied entry by entry",
        hint=mend_of_elementwise(left, right),
    )


def exponent_misfit(exponent: Shape) -> ShapeError:
    return ShapeError(f"the exponent is a {describe(exponent)}", hint="Elementwise powers are written .^")


def power_misfit(base: Shape) -> ShapeError:
    return ShapeError(
        f"a {describe(base)} has no power ^",
        hint="Only square matrices do; for entry-by-entry powers write .^",
    )


def fractional_power() -> ShapeError:
    return ShapeError(
        "a matrix power needs a whole exponent",
        hint='Write a number, or declare the exponent "integer"; entry-by-entry powers are .^',
    )


def elementwise_power_misfit(base: Shape, exponent: Shape) -> ShapeError:
    return ShapeError(
        f"a {describe(base)} to a {describe(exponent)} power does not fit entry by entry",
        hint="Both sides of .^ need the same shape, or one of them is a scalar.",
    )
