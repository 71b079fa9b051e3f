"""What is declared of a figure's matrix holds at its own numbers and stays so while one moves them.

An entry off the diagonal of a symmetric matrix moves its twin with it, of a skew one with the other sign.
An entry that cannot move alone has no slider.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from frechet.assumptions import Structure
from frechet.course.exercises.eigenvalues import eigenvalues
from frechet.course.figure_reading import FigureError
from frechet.errors import quoted
from frechet.expressions.function import Matrix
from frechet.expressions.nodes import Symbol
from frechet.functions.linear_algebra import matmul, transpose


def twins_of(symbols: Mapping[str, Symbol]) -> dict[str, int]:
    """Return the matrices whose entries come in pairs (i, j), (j, i), each with the sign of the second."""
    signs = {name: _sign(symbol.structure) for name, symbol in symbols.items()}
    return {name: sign for name, sign in signs.items() if sign}


def _sign(structure: Structure) -> int:
    if structure in (Structure.SYMMETRIC, Structure.PSD):
        return 1
    return -1 if structure is Structure.SKEW else 0


def check_structure(symbol: Symbol, value: Matrix) -> None:
    """See that a value is what its symbol is declared to be.

    Raises:
        FigureError: it is not.
    """
    if not _has(symbol.structure, value):
        what = f"the value of {quoted(symbol.name)} is not {symbol.structure.value}"
        raise FigureError(what, "values", hint="Change the value or the declaration.")


def _has(structure: Structure, value: Matrix) -> bool:
    size = len(value)
    off = [(i, j) for i in range(size) for j in range(len(value[0])) if i != j]
    match structure:
        case Structure.SYMMETRIC | Structure.PSD | Structure.SKEW:
            sign = _sign(structure)
            paired = all(value[i][j] == sign * value[j][i] for i, j in off)
            zero = structure is not Structure.SKEW or not any(value[i][i] for i in range(size))
            return paired and zero and (structure is not Structure.PSD or eigenvalues(value)[0] > 0)
        case Structure.DIAGONAL:
            return not any(value[i][j] for i, j in off)
        case Structure.LOWER:
            return not any(value[i][j] for i, j in off if i < j)
        case Structure.ORTHOGONAL:
            unit = [[Fraction(i == j) for j in range(size)] for i in range(size)]
            return _near(matmul(transpose(value), value), unit)
        case Structure.POSITIVE:
            return bool(value[0][0] > 0)
        case _:
            return True


def _near(left: Matrix, right: Matrix) -> bool:
    pairs = (pair for rows in zip(left, right, strict=True) for pair in zip(*rows, strict=True))
    return all(abs(float(a) - float(b)) < 1e-3 for a, b in pairs)


def check_free(symbol: Symbol) -> None:
    """See that a matrix may be moved by its columns, any numbers in them.

    Raises:
        FigureError: something is declared of it.
    """
    if symbol.structure is not Structure.GENERAL:
        hint = "Declare it a matrix; its columns are dragged one by one."
        raise FigureError(f"{quoted(symbol.name)} cannot stay {symbol.structure.value}", "matrix", hint=hint)


def check_movable(symbol: Symbol, row: int, column: int) -> None:
    """See that an entry can move without what is declared ceasing to hold.

    Raises:
        FigureError: it cannot.
    """
    fixed = {
        Structure.DIAGONAL: row != column,
        Structure.SKEW: row == column,
        Structure.LOWER: row < column,
        Structure.ORTHOGONAL: True,
    }
    if fixed.get(symbol.structure, False):
        what = f"this entry of {quoted(symbol.name)}, which is {symbol.structure.value}, cannot move alone"
        raise FigureError(what, "slider", hint="Move another entry, or a number that the matrix is made of.")
