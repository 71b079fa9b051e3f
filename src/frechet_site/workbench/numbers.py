"""Numbers for the names of a formula, typed or drawn, and the values that follow.

A matrix is typed as in MATLAB: `1 2; 3 4`; a vector as `1, 2, 3`. What is not typed is drawn at
random so that it has the declared structure and the formula has a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

import frechet as fr
from frechet.assumptions import Structure
from frechet.errors import EvaluationError
from frechet.expressions.nodes import Symbol
from frechet.formula import described
from frechet.notation.latex import latex
from frechet.shapes import is_scalar
from frechet.verification.arithmetic import FLOAT
from frechet.verification.sampling import points

LARGEST_DRAWN: Final = 3
MOST_TYPED: Final = 4000
MOST_SHOWN: Final = 12
DIGITS: Final = 6
TINY: Final = 5e-4
DRAWN_DIGITS: Final = 3


def numbers(found: fr.Derivative, typed: Mapping[str, str], seed: int) -> dict[str, object]:
    """Return the values of names, formula and derivative.

    Raises:
        FrechetError: a value is no number, or the sizes do not fit.
    """
    symbols = found.function.declarations
    given = {name: matrix(text, name) for name, text in typed.items() if name in symbols and text.strip()}
    missing = [symbol for name, symbol in symbols.items() if name not in given]
    values = given if not missing else {**drawn(found, seed), **given}
    arrays = {name: public(values[name], symbol) for name, symbol in symbols.items()}
    function, derivative = fr.compile([found.function, found])(**arrays)
    return {
        "seed": seed,
        "inputs": [
            {"name": n, "latex": latex(s), "kind": described(s), "text": written(values[n])}
            for n, s in symbols.items()
        ],
        "value": table(function),
        "derivative": table(derivative),
    }


def drawn(found: fr.Derivative, seed: int) -> dict[str, Any]:
    """Return random values of moderate size, rounded where that keeps their structure."""
    symbols = list(found.function.declarations.values())
    point = next(points((found.function.expression,), 1, seed, FLOAT, LARGEST_DRAWN, symbols))
    exact = any(symbol.structure is Structure.ORTHOGONAL for symbol in symbols)
    arrays = {name: np.array(value, dtype=float) for name, value in point.values.items()}
    return arrays if exact else {name: array.round(DRAWN_DIGITS) for name, array in arrays.items()}


def matrix(text: str, name: str) -> Any:
    """Read numbers: rows are separated by semicolons or lines, entries by commas or blanks.

    >>> matrix("1 2; 3 4", "A").tolist()
    [[1.0, 2.0], [3.0, 4.0]]

    Raises:
        EvaluationError: it is not a matrix of finite numbers.
    """
    if len(text) > MOST_TYPED:
        raise EvaluationError(f"the value of {name} is too long to type", hint="Upload a file instead.")
    rows = [
        re.split(r"[\s,]+", row.strip(" \t,"))
        for row in re.split(r"[;\n]", text.strip("[]() \n\t;"))
        if row.strip()
    ]
    try:
        found = np.array([[float(entry) for entry in row] for row in rows], dtype=float)
    except ValueError:
        raise EvaluationError(
            f"the value of {name} is not a matrix of numbers",
            hint="Write 1 2; 3 4 for a matrix and 1, 2, 3 for a vector.",
        ) from None
    if found.ndim != 2 or not np.isfinite(found).all():
        raise EvaluationError(f"the value of {name} is not finite", hint="Write finite numbers.")
    return found


def public(value: Any, symbol: Symbol) -> Any:
    """Return a value in the form that programs take: a number, one axis, or two."""
    if is_scalar(symbol.shape) and value.size == 1:
        return float(value.ravel()[0])
    return value.ravel() if symbol.shape[1] == 1 and 1 in value.shape else value


def written(value: Any) -> str:
    """Write a value as it is typed; a column as a row, which is shorter."""
    rows = value.reshape(1, -1) if value.shape[1] == 1 else value
    return "; ".join(", ".join(f"{entry:.{DIGITS}g}" for entry in row) for row in rows)


def table(value: Any) -> dict[str, object]:
    """Return a value as rows to show; of an array with more than two axes, its slices."""
    array = np.asarray(value, dtype=float)
    column = array.reshape(-1, 1) if array.ndim == 1 else np.atleast_2d(array)
    places = list(np.ndindex(column.shape[2:]))[:MOST_SHOWN]
    slices = [{"label": label(place), "rows": rows(column[(..., *place)])} for place in places]
    return {"shape": sizes(array.shape), "slices": slices}


def label(place: Sequence[int]) -> str:
    """Name a slice by its place along the further axes, from 1.

    >>> label((0, 2)), label(())
    ('[:, :, 1, 3]', '')
    """
    return f"[:, :, {', '.join(str(index + 1) for index in place)}]" if place else ""


def sizes(shape: Sequence[int]) -> str:
    """Write a shape with its sizes."""
    return " × ".join(map(str, shape)) or "scalar"


def rows(array: Any) -> list[list[str]]:
    """Return the entries as short texts."""
    return [[short(entry) for entry in row[:MOST_SHOWN]] for row in array[:MOST_SHOWN]]


def short(number: float) -> str:
    """Write a number with four digits or so."""
    return "0" if number == 0 else f"{number:.3f}" if TINY < abs(number) < 1e5 else f"{number:.2e}"
