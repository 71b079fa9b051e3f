"""Small whole numbers at which an answer differs from the right one.

Sizes of two, entries from −2 to 3: what one can work out by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from frechet.course.exercises.marks import Counterexample
from frechet.course.exercises.points import Sizes
from frechet.course.numbers import matrix_latex, matrix_text, value_at
from frechet.errors import FrechetError
from frechet.expressions.function import Matrix
from frechet.expressions.nodes import ElementwisePower, Expr, Number, Power, Symbol
from frechet.expressions.traversal import postorder, symbols_of
from frechet.notation.latex import latex_of_name
from frechet.verification.arithmetic import EXACT
from frechet.verification.reference import evaluate
from frechet.verification.sampling import Style, draw, size_names

_WHOLE: Final = Style("whole", -2, 3, grid=1)
_TRIES: Final = 24
_DIFFERENCE: Final = 1e-6
_LARGEST: Final = 1e4
_LARGEST_EXPONENT: Final = 32


def counterexample(
    right: Expr, wrong: Expr, symbols: Sequence[Symbol], conditions: Sequence[str]
) -> Counterexample | None:
    """Return numbers at which two formulas differ, None if none of a few small ones tells."""
    random, used = Random(11), symbols_of(right, wrong)
    shown = [symbol for symbol in symbols if symbol.name in used]
    for attempt in range(_TRIES):
        sizes = _small_sizes(size_names(right, wrong, *shown), conditions, alike=attempt < _TRIES // 2)
        try:
            values = {s.name: draw(s, sizes, random, _WHOLE, EXACT) for s in shown}
            true, said = _value(right, values, sizes), _value(wrong, values, sizes)
        except (FrechetError, ArithmeticError):
            continue
        if _differ(true, said):
            return _shown(values, said, true)
    return None


def _value(formula: Expr, values: dict[str, Matrix], sizes: dict[str, int]) -> Matrix:
    """Return the value of a formula, exact unless a power could grow beyond all bounds."""
    if all(_is_tame(node) for node in postorder(formula)):
        return value_at(formula, values, sizes)
    floats = {name: [[float(x) for x in row] for row in rows] for name, rows in values.items()}
    return evaluate(formula, floats, sizes)


def _is_tame(node: Expr) -> bool:
    match node:
        case Power(_, exponent) | ElementwisePower(_, exponent):
            return isinstance(exponent, Number) and abs(exponent.value) <= _LARGEST_EXPONENT
        case _:
            return True


def _small_sizes(names: Sequence[str], conditions: Sequence[str], *, alike: bool) -> dict[str, int]:
    rule = Sizes(conditions)
    sizes = dict.fromkeys(names, 2)
    return sizes if alike and rule.hold(sizes) else rule.drawn(names, Random(1), low=1)


def _differ(true: Matrix, said: Matrix) -> bool:
    if (len(true), len(true[0])) != (len(said), len(said[0])):
        return False
    pairs = [(float(a), float(b)) for p, q in zip(true, said, strict=True) for a, b in zip(p, q, strict=True)]
    return (
        any(abs(a - b) > _DIFFERENCE * max(1.0, abs(a)) for a, b in pairs)
        and max(max(abs(a), abs(b)) for a, b in pairs) < _LARGEST
    )


def _shown(values: dict[str, Matrix], said: Matrix, true: Matrix) -> Counterexample:
    latex = r",\; ".join(f"{latex_of_name(name)} = {matrix_latex(value)}" for name, value in values.items())
    return Counterexample(
        {name: matrix_text(value) for name, value in values.items()},
        matrix_text(said),
        matrix_text(true),
        latex,
    )
