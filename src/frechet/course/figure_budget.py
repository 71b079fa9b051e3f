"""The budget game: a landscape that nobody sees, whose value, gradient and Hessian have prices.

Its numbers are drawn from a seed, in the page and here alike (mulberry32, which needs whole numbers of
32 bits only). The check plays it: Newton's method with halved steps has to win within the budget.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from frechet.course.figure_reading import FigureError
from frechet.course.figure_values import values_of
from frechet.errors import FrechetError
from frechet.functions.linear_algebra import add, scale, solve

Rows: TypeAlias = list[list[float]]
Figure: TypeAlias = Mapping[str, Any]

BOUGHT: Final = ("value", "gradient", "hessian")
SEEDS: Final = range(1, 21)
_BITS: Final = 0xFFFFFFFF
_EXACT: Final = 60
_SHORTEST: Final = 1e-6


def draws_of(seed: int) -> Iterator[float]:
    """Yield numbers from 0 up to, but without, 1.

    >>> [round(number, 4) for number, _ in zip(draws_of(1), range(3), strict=False)]
    [0.6271, 0.0027, 0.5274]
    """
    state = seed & _BITS
    while True:
        state = (state + 0x6D2B79F5) & _BITS
        mixed = ((state ^ (state >> 15)) * (state | 1)) & _BITS
        mixed = mixed ^ ((mixed + (((mixed ^ (mixed >> 7)) * (mixed | 61)) & _BITS)) & _BITS)
        yield ((mixed ^ (mixed >> 14)) & _BITS) / 2**32


def landscape(figure: Figure, seed: int) -> dict[str, Rows]:
    """Return the figure's numbers with those that are drawn, to two digits, from a seed."""
    numbers = draws_of(seed)
    values: dict[str, Rows] = {name: [list(row) for row in rows] for name, rows in figure["values"].items()}
    for name, ranges in sorted(figure["draw"].items()):
        for place, (low, high) in enumerate(ranges):
            values[name][place][0] = int((low + (high - low) * next(numbers)) * 100) / 100
    return values


def faults_of_game(figure: Mapping[str, object]) -> Iterator[FigureError]:
    """Yield what is wrong with prices, budget, goal and ranges."""
    prices, draw = figure.get("prices"), figure.get("draw")
    if not isinstance(prices, dict) or set(prices) != set(BOUGHT) or not all(map(_positive, prices.values())):
        hint = "Write prices = { value = 1, gradient = 2, hessian = 5 }."
        yield FigureError("the prices are those of value, gradient and hessian", "prices", hint=hint)
    for key in ("budget", "goal"):
        if not _positive(figure.get(key)):
            yield FigureError(f"the {key} is a positive number", key, hint="Write goal = 0.01, budget = 40.")
    values = figure.get("values")
    named = values if isinstance(values, dict) else {}
    if not isinstance(draw, dict) or not all(_fits(draw[name], named.get(name)) for name in draw):
        hint = "Write draw = { c = [[-1, 1], [0, 2]] }, a range for every entry of a vector in [values]."
        yield FigureError("draw gives ranges for the entries of vectors", "draw", hint=hint)


def _positive(value: object) -> bool:
    return isinstance(value, int | float) and value > 0


def _fits(ranges: object, value: object) -> bool:
    pairs = ranges if isinstance(ranges, list) else []
    ordered = all(isinstance(pair, list) and len(pair) == 2 and pair[0] < pair[1] for pair in pairs)
    return ordered and isinstance(value, list) and len(pairs) == len(value) > 0


def faults_of_play(figure: Figure) -> Iterator[FigureError]:
    """Yield the landscapes on which Newton's method with halved steps does not win."""
    for seed in SEEDS:
        spent = play(figure, landscape(figure, seed))
        if spent is None or spent > figure["budget"]:
            told = "finds no minimum" if spent is None else f"needs {spent:g} of {figure['budget']:g} coins"
            hint = "Change the ranges, the start, the budget or the goal."
            yield FigureError(f"on landscape {seed} Newton's method {told}", "budget", hint=hint)
            return
        if not spent:
            yield FigureError(f"on landscape {seed} the start has won", "values", hint="Move the start.")
            return


def play(figure: Figure, values: Mapping[str, Rows]) -> float | None:
    """Return what Newton's method with halved steps spends until it has won; None if it does not."""
    points = list(_newton(figure, values))
    lowest, (_, first, _) = min(value for _, value, _ in points), points[0]
    if not points[-1][2]:
        return None
    goal = figure["goal"] * (first - lowest)
    return next(spent for spent, value, _ in points if value - lowest <= goal or first <= lowest)


def _newton(figure: Figure, values: Mapping[str, Rows]) -> Iterator[tuple[float, float, bool]]:
    """Yield what was spent before each value was known, the value, and whether the search has ended."""
    over, prices = figure["over"], figure["prices"]
    x, spent = [list(row) for row in values[over]], 0.0
    value, gradient, hessian = _at(figure, values, x)
    for _ in range(_EXACT):
        yield spent, value, False
        spent += prices["value"] + prices["gradient"] + prices["hessian"]
        try:
            step, length = scale(-1.0, solve(hessian, gradient)), 1.0
        except FrechetError:
            return
        while length > _SHORTEST:
            moved = add(x, scale(length, step))
            lower = _at(figure, values, moved)
            if lower[0] < value:
                break
            spent, length = spent + prices["value"], length / 2
        else:
            yield spent, value, max(abs(entry) for (entry,) in gradient) < 1e-3
            return
        x, (value, gradient, hessian) = moved, lower


def _at(figure: Figure, values: Mapping[str, Rows], x: Rows) -> tuple[float, Rows, Rows]:
    nodes: Sequence[dict[str, object]] = figure["nodes"]
    try:
        found = values_of(nodes, {**values, figure["over"]: x})
    except (ArithmeticError, ValueError):
        return float("inf"), x, []
    places = [figure["formula"][name]["place"] for name in BOUGHT]
    value, gradient, hessian = (found[place] for place in places)
    return value[0][0], gradient, hessian
