"""Shape rules that several functions share, each with its error message."""

from __future__ import annotations

from frechet.errors import ShapeError
from frechet.shapes import SCALAR, Shape, describe, is_row


def square(name: str, shape: Shape, hint: str = "") -> None:
    if shape[0] != shape[1]:
        raise ShapeError(
            f"{name} needs a square matrix, not a {describe(shape)} ({shape[0]} rows, {shape[1]} columns)",
            hint=hint or "Check the declared sizes, or multiply with the transpose first.",
        )


def vector_or_matrix(name: str, shape: Shape) -> None:
    if shape == SCALAR:
        raise ShapeError(f"{name} needs a vector or a matrix, not a scalar", hint=f"Leave {name} out.")


def matrix_rows(name: str, shape: Shape) -> Shape:
    """Return the shape of a value per row: a column vector of length rows."""
    return (shape[0], 1)


def matrix_columns(name: str, shape: Shape) -> Shape:
    """Return the shape of a value per column: a column vector of length columns."""
    return (shape[1], 1)


def column(name: str, shape: Shape) -> None:
    if is_row(shape):
        raise ShapeError(
            f"{name} needs column vectors, not a {describe(shape)}",
            hint="Transpose it: a column is the default.",
        )
    if shape[1] != 1:
        raise ShapeError(f"{name} needs column vectors, not a {describe(shape)}", hint="Use * for matrices.")
