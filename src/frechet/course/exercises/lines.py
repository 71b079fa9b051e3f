"""The lines of a derivation in an exercise: what each should say, and which is the first wrong one."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from frechet.course.exercises.exercise import Line
from frechet.course.exercises.judging import POINTS, Asked
from frechet.course.exercises.points import Points, drawn_points
from frechet.course.exercises.quantities import (
    answer_to,
    differential,
    function_of,
    second_differential,
)
from frechet.course.exercises.typeset import ASKED, shown
from frechet.course.exercises.variants import Variant
from frechet.errors import FrechetError, ShapeError
from frechet.expressions.nodes import Expr


def asked_in(variant: Variant, place: int) -> str:
    """Return what a line states: `df = …` the differential, `= …` the same as the line before."""
    lines = variant.lines
    while place and not lines[place].head:
        place -= 1
    head = lines[place].head
    if head in ASKED:
        return ASKED[head]
    return "part" if head in variant.exercise.where else "identity"


def right_of(variant: Variant, place: int) -> Expr:
    """Return what a line should say.

    Raises:
        FrechetError: the engine does not find it.
    """
    ask, names, question = asked_in(variant, place), variant.names, variant.exercise.question
    match ask:
        case "identity":
            return names.expression(variant.lines[place].head, changes=True)
        case "part":
            return names.expression(variant.exercise.where[variant.lines[place].head])
        case "differential":
            return differential(function_of(question, names), names.symbols[question.by[0]])
        case "second differential":
            return second_differential(function_of(question, names), names.symbols[question.by[0]])
        case "minimizer":
            return answer_to(replace(question, ask=ask), names)
        case _:
            return answer_to(replace(question, ask=ask, solution=""), names)


def said_in(variant: Variant, line: Line) -> Expr | None:
    """Return what a line says, None where its sizes do not fit.

    Raises:
        FrechetError: it cannot be read.
    """
    try:
        return variant.names.expression(line.body, changes=True)
    except ShapeError:
        return None


def answer_of_line(variant: Variant, place: int) -> Asked:
    """Return what is asked for in a blank line."""
    exercise, ask = variant.exercise, asked_in(variant, place)
    own, own_shown = said_in(variant, exercise.lines[place]), _shown(variant, exercise.lines[place])
    others = {
        _shown(variant, line)
        for k, line in enumerate(exercise.lines)
        if k != place and line.body and not line.blank and asked_in(variant, k) == ask
    }
    return Asked(
        variant.names,
        right_of(variant, place),
        ask,
        function_of(exercise.question, variant.names).expression,
        exercise.lines[place].mistakes,
        () if own is None else (own,),
        tuple(other for other in others if other is not None and other is not own_shown),
        exercise.sizes,
        changes=True,
    )


def _shown(variant: Variant, line: Line) -> Expr | None:
    """Return a line with the names of parts kept, None where its sizes do not fit."""
    try:
        return shown(line.body, variant.names)
    except ShapeError:
        return None


def is_right(variant: Variant, place: int) -> bool:
    """Tell whether a line is right; words always are."""
    line = variant.lines[place]
    if not line.body:
        return True
    said, right = said_in(variant, line), right_of(variant, place)
    if said is None or said.shape != right.shape:
        return False
    names = variant.names
    symbols = [*names.symbols.values(), *(s for s, value in names.changes.items() if s is value)]
    return Points(tuple(drawn_points([right], symbols, variant.exercise.sizes, POINTS))).agree(said, right)


@lru_cache(maxsize=512)
def first_wrong(variant: Variant) -> int:
    """Return the place of the first wrong line, from 0.

    Raises:
        FrechetError: every line is right.
    """
    for place in range(len(variant.lines)):
        if not is_right(variant, place):
            return place
    raise FrechetError("every line of this derivation is right", hint="Put the mistake into one of them.")
