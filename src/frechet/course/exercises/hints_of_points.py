"""Hints to questions about a point: where a step leads, where a function is smallest.

The slopes first, then what is done with them; at last the points themselves, one after the other.
"""

from __future__ import annotations

from typing import Final

from frechet.course.exercises.variants import Variant
from frechet.course.numbers import matrix_text
from frechet.differentiation.derivative import derivative
from frechet.errors import FrechetError
from frechet.expressions.text import write
from frechet.formula import Formula

_TO_DO: Final = {
    "minimizer": "Set it to zero and solve for the variable.",
    "stationary": "Set it to zero and solve for the variable.",
    "newton step": "The step solves Hessian times step equals minus gradient.",
    "newton point": "The step solves Hessian times step equals minus gradient. Add it to the old point.",
    "newton root": "Subtract the value over the slope from the old point.",
    "descent point": "Put the old point in, multiply by the rate, and subtract.",
    "rate bound": "The bound is two over the largest eigenvalue.",
    "best rate": "The best rate is two over the sum of the smallest and the largest eigenvalue.",
}
_OF_A_NUMBER: Final = {
    "newton step": "The step is minus slope over curvature.",
    "newton point": "The step is minus slope over curvature. Add it to the old point.",
    "rate bound": "The bound is two over it.",
    "best rate": "The best rate is one over it.",
}
_ITERATED: Final = ("descent point", "newton point", "newton root")
_WITH_CURVATURE: Final = ("newton step", "newton point", "rate bound", "best rate")


def slopes(variant: Variant) -> str:
    """Return the first derivatives of the function of a question, and for Newton's step the second.

    Raises:
        FrechetError: one of them has no formula.
    """
    question, names = variant.exercise.question, variant.names
    function = Formula(names.expression(question.formulas[0]), dict(names.symbols))
    scalar = all(names.symbols[by].is_scalar for by in question.by)
    first = [_written(function, by) for by in question.by]
    several = len(question.by) > 1
    noun = "slopes" if several else "slope" if scalar else "gradient"
    said = f"The {noun} by {_listed(question.by)} {_be(several)} {_listed(first)}."
    if _asked(variant) not in _WITH_CURVATURE or several:
        return said
    noun = "curvature" if scalar else "Hessian"
    return f"{said} The {noun} is {_listed([_written(function, *question.by * 2)])}."


def what_to_do(variant: Variant) -> str:
    """Return what is done with the slopes."""
    question = variant.exercise.question
    if question.constraint:
        return (
            f"Where {{f}}`{question.constraint}` is 0, it is a combination of the constraint's gradients. "
            "Solve for the variable; the constraint then says which combination."
        )
    scalar = len(question.by) == 1 and variant.names.symbols[question.by[0]].is_scalar
    ask = _asked(variant)
    return _OF_A_NUMBER.get(ask, _TO_DO[ask]) if scalar else _TO_DO[ask]


def _asked(variant: Variant) -> str:
    """Return what is asked; a Newton point without a start is the place of the minimum."""
    exercise = variant.exercise
    started = exercise.kind != "numeric" or all(by in exercise.values for by in exercise.question.by)
    return exercise.question.ask if started or exercise.question.ask != "newton point" else "minimizer"


def points_on_the_way(variant: Variant) -> str:
    """Return where each step of several leads, as a list."""
    question = variant.exercise.question
    if question.ask not in _ITERATED or question.steps < 2:
        return ""
    found = []
    for steps in range(1, question.steps + 1):
        found.append(f"- step {steps} leads to {{v}}`{matrix_text(variant.after(steps))}`")
    return "\n".join(found)


def _written(function: Formula, *by: str) -> str:
    found = derivative(function, *by).expression
    if found is None:
        raise FrechetError("the derivative has no formula in matrices", hint="Ask for something else.")
    return write(found)


def _listed(texts: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"{{f}}`{text}`" for text in texts)


def _be(several: bool) -> str:
    return "are" if several else "is"
