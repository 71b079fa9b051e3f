"""Small matrices of numbers: read as MATLAB writes them, compared, and typeset.

A = [2, 1; 0, 3], x = [1; 2], t = 1/2
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from frechet.course.data import parts_of
from frechet.errors import DeclarationError, FrechetError, ParseError, quoted
from frechet.expressions.function import Entry, Matrix
from frechet.expressions.nodes import Expr, Symbol
from frechet.language import read
from frechet.shapes import Dimension, factors_of, value_of
from frechet.verification.arithmetic import EXACT, FLOAT
from frechet.verification.reference import evaluate
from frechet.verification.sampling import size_names

_ASSIGNMENT: Final = re.compile(r"\s*(\w+)\s*=\s*(.+?)\s*", re.DOTALL)
_DECIMAL: Final = re.compile(r"[+-]?\d*\.(\d+)")
_RELATIVE: Final = 1e-9
_LARGEST_DENOMINATOR: Final = 100


def number_of(text: str) -> Entry:
    """Return a number, exact where it is rational.

    Raises:
        FrechetError: the text is no number.
    """
    formula = read(text)
    if formula.declarations or not formula.expression.is_scalar:
        raise ParseError(f"{quoted(text)} is not a number", hint="Write numbers, as in [2, 1; 0, 3].")
    return value_at(formula.expression, {}, {})[0][0]


def matrix_of_text(text: str) -> tuple[Matrix, list[list[str]]]:
    """Return the numbers of a matrix and the texts they were written as.

    >>> matrix_of_text("[2, 1; 0, 3]")[0]
    [[Fraction(2, 1), Fraction(1, 1)], [Fraction(0, 1), Fraction(3, 1)]]

    Raises:
        FrechetError: it is no matrix of numbers.
    """
    inner = text.strip()
    if inner.startswith("[") and inner.endswith("]"):
        rows = [[part.strip() for part in parts_of(row, ",")] for row in parts_of(inner[1:-1], ";")]
    else:
        rows = [[inner]]
    if not rows or not all(rows) or len({len(row) for row in rows}) != 1:
        raise ParseError(f"the rows of {quoted(text)} differ in length", hint="Write [2, 1; 0, 3].")
    return [[number_of(part) for part in row] for row in rows], rows


def assignments(text: str) -> dict[str, Matrix]:
    """Return what `A = [2, 1; 0, 3], x = [1; 2]` assigns.

    Raises:
        FrechetError: a part assigns nothing.
    """
    found: dict[str, Matrix] = {}
    for part in parts_of(text):
        match = _ASSIGNMENT.fullmatch(part)
        if match is None:
            raise ParseError(f"{quoted(part.strip())} assigns no numbers", hint="Write A = [2, 1; 0, 3].")
        found[match.group(1)] = matrix_of_text(match.group(2))[0]
    return found


def sizes_at(symbols: Mapping[str, Symbol], values: Mapping[str, Matrix]) -> dict[str, int]:
    """Return the sizes that the values give to the names of sizes.

    Raises:
        FrechetError: a value is missing, or does not fit its declaration.
    """
    sizes: dict[str, int] = {}
    for name, symbol in symbols.items():
        if name not in values:
            raise DeclarationError(f"{quoted(name)} has no value", hint="Give numbers to every name.")
        actual = (len(values[name]), len(values[name][0]))
        for dimension, length in zip(symbol.shape, actual, strict=True):
            if not _fits(dimension, length, sizes):
                raise DeclarationError(
                    f"{quoted(name)} has {actual[0]} × {actual[1]} numbers, which is not its size",
                    hint="Write a vector as a column, [1; 2].",
                )
    return sizes


def _fits(dimension: Dimension, length: int, sizes: dict[str, int]) -> bool:
    if isinstance(dimension, int):
        return dimension == length
    factors = factors_of(dimension)
    if len(factors) == 1 and isinstance(factors[0], str):
        return sizes.setdefault(factors[0], length) == length
    return True


def length_of(dimension: Dimension, sizes: Mapping[str, int]) -> int:
    """Return a size as a number.

    Raises:
        DeclarationError: the numbers given do not tell it.
    """
    for factor in factors_of(dimension):
        if isinstance(factor, str) and factor not in sizes:
            hint = "Declare it as a number, or give a value that has this size."
            raise DeclarationError(f"the size {quoted(factor)} is not known", hint=hint)
    return value_of(dimension, dict(sizes))


def value_at(expression: Expr, values: Mapping[str, Matrix], sizes: Mapping[str, int]) -> Matrix:
    """Return the value of a formula, exact where that is possible.

    Raises:
        FrechetError: it has none there.
    """
    for name in size_names(expression):
        length_of(name, sizes)
    try:
        return evaluate(expression, values, sizes, EXACT)
    except (FrechetError, TypeError):
        floats = {name: [[float(x) for x in row] for row in rows] for name, rows in values.items()}
        return evaluate(expression, floats, sizes, FLOAT)


def agree(stated: Matrix, written: Sequence[Sequence[str]], true: Matrix) -> bool:
    """Tell whether stated numbers are the true ones, to the digits in which they are written."""
    if (len(stated), len(stated[0])) != (len(true), len(true[0])):
        return False
    return all(
        abs(float(x) - float(y)) <= _tolerance(text, float(y))
        for row, texts, others in zip(stated, written, true, strict=True)
        for x, text, y in zip(row, texts, others, strict=True)
    )


def _tolerance(text: str, value: float) -> float:
    match = _DECIMAL.fullmatch(text.strip())
    exact = _RELATIVE * max(1.0, abs(value))
    return 0.5000001 * 10.0 ** -len(match.group(1)) + exact if match is not None else exact


def number_text(value: Entry) -> str:
    """Return a number for a reader: whole, a short fraction, or four digits."""
    if isinstance(value, Fraction):
        if value.denominator <= _LARGEST_DENOMINATOR:
            return str(value)
        value = float(value)
    return f"{float(value):.4g}".replace("-0", "0") if float(value) == 0 else f"{float(value):.4g}"


def matrix_text(rows: Matrix) -> str:
    """Return a matrix as it would be typed: `[2, 1; 0, 3]`."""
    if len(rows) == len(rows[0]) == 1:
        return number_text(rows[0][0])
    return "[" + "; ".join(", ".join(number_text(x) for x in row) for row in rows) + "]"


def matrix_latex(rows: Matrix) -> str:
    """Return a matrix in LaTeX, a number as it is."""
    if len(rows) == len(rows[0]) == 1:
        return _number_latex(rows[0][0])
    inner = r" \\ ".join(" & ".join(_number_latex(x) for x in row) for row in rows)
    return rf"\begin{{pmatrix}} {inner} \end{{pmatrix}}"


def _number_latex(value: Entry) -> str:
    return written_latex(number_text(value))


def written_latex(text: str) -> str:
    """Return a number as it was written, `1/3` or `2e-08`, in LaTeX."""
    top, slash, bottom = text.partition("/")
    if slash:
        sign = "-" if top.startswith("-") else ""
        return rf"{sign}\tfrac{{{top.lstrip('-')}}}{{{bottom}}}"
    mantissa, exponent, power = text.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(power)}}}" if exponent else text
