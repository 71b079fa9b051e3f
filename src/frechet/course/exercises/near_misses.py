"""What there is to say of wrong numbers: transposed, negated, doubled, a step too early, half right."""

from __future__ import annotations

from frechet.course.exercises.drawing import near
from frechet.course.exercises.marks import Mark, Outcome
from frechet.course.exercises.variants import Variant
from frechet.expressions.function import Matrix


def near_misses(variant: Variant, said: Matrix, latex: str) -> Mark:
    """Say how wrong numbers are related to the right ones, if they are."""
    right = variant.numbers
    transposed = [list(column) for column in zip(*said, strict=True)]
    if len(said) == len(said[0]) > 1 and near(transposed, right):
        reply = "These are the right numbers with rows and columns exchanged."
        return Mark(Outcome.NAMED_MISTAKE, False, reply, "transpose-dropped", latex)
    if near([[-x for x in row] for row in said], right):
        return Mark(Outcome.NAMED_MISTAKE, False, "The sign is the opposite one.", "sign", latex)
    for factor in (2, 0.5):
        if near([[factor * x for x in row] for row in said], right):
            reply = "The numbers are off by a factor of 2."
            return Mark(Outcome.NAMED_MISTAKE, False, reply, "factor", latex)
    reply = _other_step(variant, said) or _partly(said, right) or "This is not the right one."
    return Mark(Outcome.WRONG, False, reply, latex=latex)


def _other_step(variant: Variant, said: Matrix) -> str:
    """Say which other step leads to these numbers, if one does."""
    steps = variant.exercise.question.steps
    if steps == 1:
        return ""
    for other in (*range(1, steps), steps + 1):
        if near(said, variant.after(other)):
            return f"That is where step {other} leads; the point after step {steps} is asked for."
    return ""


def _partly(said: Matrix, right: Matrix) -> str:
    """Say what is right about numbers of which not all are."""
    flat, true = ([float(x) for row in rows for x in row] for rows in (said, right))
    if near(said, right):
        return "Very close, but not exact: compute with more digits."
    if near([[abs(x) for x in flat]], [[abs(y) for y in true]]):
        return "The numbers are right but for a sign."
    if near([sorted(flat)], [sorted(true)]):
        return "These are the right numbers in another order."
    good = sum(near([[x]], [[y]]) for x, y in zip(flat, true, strict=True))
    return f"{good} of the {len(flat)} numbers {'is' if good == 1 else 'are'} right." if good else ""
