"""Are two formulas equal? Decided in three steps, each stronger than a comparison of a few floats.

1. *symbolic*: the same node, or the same canonical tensor.
2. *exact-random*: values modulo 2⁶¹ − 1 at random points and sizes, transcendental functions
   standing for unknown ones. Agreement is equality, up to a chance of about degree/2⁶¹
   (Schwartz–Zippel); disagreement is inequality where only rational operations occur.
3. *numeric*: 50 decimal digits at points of several sizes, signs and magnitudes. Equal formulas
   agree to some 40 digits, so that a difference of 1e-12 is no rounding. A point where exactly one
   side has a value counts as a difference: log(a·b) is not log a + log b.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from time import monotonic
from typing import Final, final

from frechet.assumptions import Structure
from frechet.errors import DomainError, FrechetError
from frechet.expressions.function import Matrix
from frechet.expressions.nodes import (
    Apply,
    Constant,
    ElementwisePower,
    Expr,
    Number,
    Power,
    is_integer,
)
from frechet.expressions.traversal import postorder, symbols_of
from frechet.functions.linear_algebra import entries
from frechet.limits import budget
from frechet.shapes import describe
from frechet.tensors.lower import lower
from frechet.verification.arithmetic import EXACT, PRECISE, Arithmetic, modular, precise
from frechet.verification.reference import evaluate, evaluate_all
from frechet.verification.sampling import (
    DOMINANT,
    LARGE,
    MIXED,
    NEGATIVE,
    POSITIVE,
    SMALL,
    SMALL_POSITIVE,
    Point,
    Style,
    draw_point,
    size_names,
)

SYMBOLIC, EXACT_RANDOM, NUMERIC = "symbolic", "exact-random", "numeric"
_LOST_DIGITS: Final = 15
_MORE_DIGITS: Final = 120
_MOST_LOST_DIGITS: Final = 60
_SMALL_DIFFERENCE: Final = Decimal("1e-9")
_LARGEST_SIZE: Final = 5
_TINY: Final = Style("tiny", -1 / 256, 1 / 256)
_EXACT_POINTS: Final = 3
_EXACT_TRIES: Final = 8
_STYLES: Final = (MIXED, POSITIVE, DOMINANT, NEGATIVE, SMALL_POSITIVE, SMALL, _TINY, LARGE)
_POINTS_PER_STYLE: Final = 4
_WANTED: Final = 12
_SECONDS: Final = 2.0
_WHOLE: Final = Style("whole", -3, 3, grid=1)
_SEED: Final = 20
_LARGEST_EXACT_POWER: Final = 1_000


@final
@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two formulas are equal, how that is known, and where they differ."""

    equal: bool
    how: str
    message: str
    counterexample: dict[str, float | list[float] | list[list[float]]] | None = None
    sizes: dict[str, int] | None = None

    def __bool__(self) -> bool:
        return self.equal

    def __str__(self) -> str:
        return self.message


def equal_expressions(left: Expr, right: Expr) -> Verdict:
    """Decide whether two formulas have the same value wherever they are defined."""
    if left.shape != right.shape:
        message = f"The shapes differ: {describe(left.shape)} and {describe(right.shape)}."
        return Verdict(False, SYMBOLIC, message)
    clash = _clash(left, right)
    if clash is not None:
        return Verdict(False, SYMBOLIC, clash)
    if left is right or _same_tensor(left, right):
        return Verdict(True, SYMBOLIC, "Both have the same canonical form.")
    return _by_values(left, right)


def _clash(left: Expr, right: Expr) -> str | None:
    """Say which name means two different things on the two sides."""
    ours, theirs = symbols_of(left), symbols_of(right)
    for name in ours.keys() & theirs.keys():
        if ours[name].shape != theirs[name].shape:
            return (
                f"{name} is a {describe(ours[name].shape)} on the left"
                f" and a {describe(theirs[name].shape)} on the right."
            )
    return None


def _same_tensor(left: Expr, right: Expr) -> bool:
    try:
        with budget():
            return lower(left) is lower(right)
    except FrechetError:
        return False


def _by_values(left: Expr, right: Expr) -> Verdict:
    rational = all(_is_rational(node) for node in postorder(left, right))
    agree = _agree_exactly(left, right)
    if agree is True:
        where = f"at {_EXACT_POINTS} random points where both are defined"
        return Verdict(True, EXACT_RANDOM, f"Equal in exact arithmetic {where}.")
    how = EXACT_RANDOM if rational and agree is False else NUMERIC
    compared, deadline = 0, monotonic() + _SECONDS
    for point, arithmetic, domains in _points(left, right, rational):
        outcome = _compare(left, right, point, arithmetic, domains)
        if outcome:
            return _different(how, outcome, point)
        compared += outcome is not None
        if compared >= _WANTED or (compared and monotonic() > deadline):
            break
    if how is EXACT_RANDOM:
        return Verdict(False, how, "They differ at a random point in exact arithmetic.")
    if compared == 0:
        return Verdict(False, how, "No point was found at which both have a value, so equality is not shown.")
    noun = "point" if compared == 1 else "points"
    return Verdict(True, how, f"Equal to 30 digits at {compared} random {noun} of several sizes and signs.")


def _is_rational(node: Expr) -> bool:
    match node:
        case Apply(function, _):
            return function.exact
        case Power(base, exponent):
            return _is_moderate(exponent) if base.is_scalar else True
        case ElementwisePower(_, exponent):
            return _is_moderate(exponent)
        case Constant():
            return False
        case _:
            return True


def _is_moderate(exponent: Expr) -> bool:
    """Tell whether a power can be multiplied out exactly."""
    too_large = isinstance(exponent, Number) and abs(exponent.value) > _LARGEST_EXACT_POWER
    return is_integer(exponent) and not too_large


def _agree_exactly(left: Expr, right: Expr) -> bool | None:
    """Compare modulo a prime; None when no point has values on both sides."""
    random, names = Random(_SEED), size_names(left, right)
    symbols = list(symbols_of(left, right).values())
    agreed = 0
    for attempt in range(_EXACT_TRIES):
        arithmetic = modular(attempt)
        try:
            point = draw_point(symbols, names, random, MIXED, arithmetic, _LARGEST_SIZE)
            values = [evaluate(side, point.values, point.sizes, arithmetic) for side in (left, right)]
        except FrechetError:
            continue
        if values[0] != values[1]:
            return False
        agreed += 1
        if agreed == _EXACT_POINTS:
            return True
    return None


def _points(left: Expr, right: Expr, rational: bool) -> Iterator[tuple[Point, Arithmetic, bool]]:
    """Yield points of all styles, the readable ones first, and whether domains count there."""
    random, names = Random(_SEED), size_names(left, right)
    symbols = list(symbols_of(left, right).values())
    if not symbols:
        yield Point({}, {name: 2 + place for place, name in enumerate(names)}), PRECISE, True
        return
    for turn in range(_POINTS_PER_STYLE):
        for style in (_WHOLE, *_STYLES) if turn == 0 else _STYLES:
            arithmetic = EXACT if rational and style is _WHOLE else PRECISE
            try:
                point = draw_point(symbols, names, random, style, arithmetic, _LARGEST_SIZE)
            except DomainError:
                continue
            yield point, arithmetic, style is not LARGE


def _parts(side: Expr, point: Point, arithmetic: Arithmetic) -> dict[Expr, Matrix] | None:
    parts: dict[Expr, Matrix] = {}
    try:
        evaluate_all((side,), point.values, point.sizes, arithmetic, parts)
    except FrechetError:
        return None
    return parts


def _compare(left: Expr, right: Expr, point: Point, arithmetic: Arithmetic, domains: bool) -> str | None:
    """Say how the two sides differ at a point: empty if they agree, None if it does not tell."""
    a, b = _parts(left, point, arithmetic), _parts(right, point, arithmetic)
    if a is None or b is None:
        if a is b or not domains:
            return None
        defined, undefined = ("right", "left") if a is None else ("left", "right")
        return f"the {defined} side has a value and the {undefined} side has none"
    pairs = list(zip(entries(a[left]), entries(b[right]), strict=True))
    with arithmetic.context():
        x, y = max(pairs, key=lambda pair: abs(pair[0] - pair[1]))
        difference = abs(x - y)
        if difference == 0:
            return ""
        scale = max(abs(x) for parts in (a, b) for value in parts.values() for x in entries(value))
        # A small difference may be the rounding of an ill-conditioned part: more digits tell.
        final = arithmetic.digits >= _MORE_DIGITS or _has_rounded_values(left, right)
        lost = _MOST_LOST_DIGITS if arithmetic.digits >= _MORE_DIGITS else _LOST_DIGITS
        if arithmetic.digits and final and difference <= scale * Decimal(10) ** (lost - arithmetic.digits):
            return ""
        if arithmetic.digits and not final and difference <= scale * _SMALL_DIFFERENCE:
            return _compare(left, right, point, precise(_MORE_DIGITS), domains)
    return f"the left side is {float(x):.12g} where the right side is {float(y):.12g}"


def _has_rounded_values(left: Expr, right: Expr) -> bool:
    """Tell whether a drawn value fulfills its declaration only to the digits it was drawn with."""
    return any(s.structure is Structure.ORTHOGONAL for s in symbols_of(left, right).values())


def _different(how: str, outcome: str, point: Point) -> Verdict:
    shown = {name: _shown(value) for name, value in point.values.items()}
    return Verdict(False, how, f"They differ: {outcome}.", shown, point.sizes)


def _shown(value: Matrix) -> float | list[float] | list[list[float]]:
    rows = [[float(x) for x in row] for row in value]
    if len(rows[0]) == 1:
        return rows[0][0] if len(rows) == 1 else [row[0] for row in rows]
    return rows
