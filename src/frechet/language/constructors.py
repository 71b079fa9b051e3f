"""Formulas in Python: `x = vector("x", "n")`, then operators."""

from __future__ import annotations

from frechet.assumptions import Structure
from frechet.errors import DeclarationError, quoted
from frechet.expressions.nodes import Symbol
from frechet.formula import Formula
from frechet.language.declarations import check_name, check_sizes, dimension_of
from frechet.shapes import SCALAR, Dimension, Shape


def scalar(name: str) -> Formula:
    """Return a scalar variable."""
    return _variable(name, SCALAR)


def integer(name: str) -> Formula:
    """Return a whole number, as the exponents of matrices are."""
    return _variable(name, SCALAR, Structure.INTEGER)


def positive(name: str) -> Formula:
    """Return a positive scalar variable."""
    return _variable(name, SCALAR, Structure.POSITIVE)


def vector(name: str, length: Dimension) -> Formula:
    """Return a column vector.

    >>> x = vector("x", "n")
    >>> str(x.T @ x)
    "x'*x"
    """
    return _variable(name, (_size(length, name), 1))


def matrix(name: str, rows: Dimension, columns: Dimension) -> Formula:
    """Return a matrix."""
    return _variable(name, (_size(rows, name), _size(columns, name)))


def symmetric(name: str, size: Dimension) -> Formula:
    """Return a symmetric matrix."""
    return _square(name, size, Structure.SYMMETRIC)


def psd(name: str, size: Dimension) -> Formula:
    """Return a symmetric positive definite matrix."""
    return _square(name, size, Structure.PSD)


def diagonal(name: str, size: Dimension) -> Formula:
    """Return a diagonal matrix."""
    return _square(name, size, Structure.DIAGONAL)


def skew(name: str, size: Dimension) -> Formula:
    """Return a skew-symmetric matrix."""
    return _square(name, size, Structure.SKEW)


def orthogonal(name: str, size: Dimension) -> Formula:
    """Return an orthogonal matrix."""
    return _square(name, size, Structure.ORTHOGONAL)


def lower(name: str, size: Dimension) -> Formula:
    """Return a lower triangular matrix."""
    return _square(name, size, Structure.LOWER)


def _square(name: str, size: Dimension, structure: Structure) -> Formula:
    known = _size(size, name)
    return _variable(name, (known, known), structure)


def _variable(name: str, shape: Shape, structure: Structure = Structure.GENERAL) -> Formula:
    symbol = Symbol.of(check_name(name), shape, structure)
    check_sizes({name: symbol})
    return Formula(symbol, {name: symbol})


def _size(size: object, name: object) -> Dimension:
    if isinstance(size, bool) or not isinstance(size, int | str):
        raise DeclarationError(
            f"a size of {quoted(str(name))} is a {type(size).__name__}",
            hint='A size is a whole number, a name such as "n", or a product such as "m*n".',
        )
    return dimension_of(str(size), check_name(name))
