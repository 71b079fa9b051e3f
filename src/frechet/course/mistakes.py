"""A wrong answer of a lecture: that it is wrong, which mistake it is, and numbers that show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import final

from frechet.course.blocks import Mistake
from frechet.course.counterexample import Counterexample, counterexample
from frechet.course.data import texts
from frechet.course.problems import CourseError, told_by
from frechet.course.scope import formulas_in
from frechet.course.statements import Judgment, Statement, judge, truth
from frechet.errors import FrechetError, ShapeError, quoted
from frechet.shapes import written

Catalogue = Mapping[str, Mapping[str, object]]


def statement_of(mistake: Mistake) -> Statement:
    """Return what the wrong answer claims."""
    return Statement(mistake.formula, mistake.ask, mistake.wrong, mistake.by)


def check_mistake(mistake: Mistake, catalogue: Catalogue) -> Iterator[CourseError]:
    """Yield what is wrong with a mistake: that it is right, or has another name."""
    if mistake.name not in catalogue:
        hint = "The names are those of mistakes.toml."
        yield CourseError(f"there is no mistake {quoted(mistake.name)}", mistake.place, hint=hint)
        return
    try:
        judgment = judge(statement_of(mistake), mistake.declared)
    except FrechetError as error:
        yield told_by(error, mistake.place, f"{quoted(mistake.wrong)}: ")
        return
    if judgment.true:
        hint = "Give a wrong answer, or declare less."
        yield CourseError(f"{quoted(mistake.wrong)} is right", mistake.place, hint=hint)
    elif not _is_named(judgment, mistake.name, catalogue[mistake.name]):
        found = _name_found(judgment)
        yield CourseError(
            f"{quoted(mistake.wrong)} is filed as {mistake.name}; the checker calls it {quoted(found)}",
            mistake.place,
            hint="Add that name to recognized_as in mistakes.toml if both are right.",
            warning=True,
        )


def _name_found(judgment: Judgment) -> str:
    mistake = None if judgment.report is None else judgment.report.diagnosis
    return "a mistake without a name" if mistake is None else mistake.name


def _is_named(judgment: Judgment, name: str, entry: Mapping[str, object]) -> bool:
    found = None if judgment.report is None else judgment.report.diagnosis
    if found is None:
        return False
    return name in found.skills or found.name in texts(entry.get("recognized_as"))


@final
@dataclass(frozen=True, slots=True)
class Refutation:
    """Why a wrong answer is wrong: in a sentence where its sizes say it, and in numbers."""

    why: str
    numbers: Counterexample | None = None


def refutation(mistake: Mistake) -> Refutation:
    """Return what refutes the wrong answer.

    Raises:
        FrechetError: the formula cannot be read.
    """
    right = truth(statement_of(mistake), mistake.declared)
    try:
        _, wrong = formulas_in([mistake.formula, mistake.wrong], mistake.declared)
    except ShapeError as misfit:
        return Refutation(f"{misfit.message[:1].upper()}{misfit.message[1:]}.")
    if right is None:
        return Refutation("The two differ at almost all numbers.")
    why = ""
    if wrong.expression.shape != right.expression.shape:
        sizes = [written(side.expression.shape) for side in (wrong, right)]
        why = f"This is {sizes[0]}; the {mistake.ask} is {sizes[1]}."
    return Refutation(why, counterexample(wrong.expression, right.expression))
