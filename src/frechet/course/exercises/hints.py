"""Hints in three grades: which rule, how it begins, the derivation opened.

An exercise can say the first two in its own words; what it leaves out is found by the engine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from frechet.course.exercises.exercise import DERIVATIVES, POINTS
from frechet.course.exercises.grading import asked_of_variant, exists, solution
from frechet.course.exercises.judging import escaped
from frechet.course.exercises.lines import first_wrong
from frechet.course.exercises.quantities import function_of
from frechet.course.exercises.variants import Variant
from frechet.derivations.derivation import Derivation, derive
from frechet.differentiation.derivative import derivative
from frechet.errors import FrechetError
from frechet.expressions.text import write
from frechet.rewriting.steps import Phase
from frechet.shapes import describe

GRADES: Final = 3
_ASSERTED: Final = re.compile(r'assert [^\n]*, "([^"]+)"')
_GENERAL: Final = {
    "derive": "Let the variable change a little, and write down how the function changes.",
    "fill-in": "Compare the line before with the line after: exactly one thing happens between them.",
    "wrong-line": "Check the sizes in each line first, then put in small numbers.",
    "shape": "Write the size under each factor; neighbors in a product must agree.",
    "choice": "Rule out what has the wrong shape, then try small numbers.",
    "numeric": "Find the formula first; put the numbers in at the end.",
    "order": "First the function, then its change, and last what is read off the change.",
    "code": "Run it on a case so small that you know the answer.",
}


def hint(variant: Variant, grade: int, skill_hints: Mapping[str, str] | None = None) -> str:
    """Return the hint of a grade from 1 to 3 in Markdown with `` {f}`…` ``.

    `skill_hints` are the hints of `skills.toml` by the skills' ids.
    """
    written = variant.exercise.hints
    if grade <= 1:
        return written[0] if written else _first(variant, skill_hints or {})
    if grade == 2:
        return written[1] if len(written) > 1 else _second(variant)
    return _worked(variant)


def _first(variant: Variant, skill_hints: Mapping[str, str]) -> str:
    own = next((skill_hints[s] for s in variant.exercise.skills if skill_hints.get(s)), "")
    return own or _GENERAL[variant.kind]


def _second(variant: Variant) -> str:
    match variant.kind:
        case "derive":
            return _beginning(variant)
        case "fill-in":
            asked = asked_of_variant(variant)[0]
            return f"The first blank is {_a(describe(asked.right.shape))}."
        case "numeric":
            return _formula(variant)
        case "choice":
            wrong = next((k for k, choice in enumerate(variant.choices) if not choice.right), 0)
            return f"It is not option {wrong + 1}. {variant.choices[wrong].say}"
        case "shape" if variant.exercise.candidates:
            there = sum(exists(variant, candidate.formula) for candidate in variant.exercise.candidates)
            return f"{there} of the {len(variant.exercise.candidates)} exist."
        case "shape":
            return "A gradient copies the shape of its variable; a Jacobian has a row for each output."
        case "wrong-line":
            right = first_wrong(variant)
            return f"The first {right} lines are right." if right > 1 else "It happens early."
        case "order":
            first = variant.lines[0]
            return f"It begins with {{l}}`{first.head} = {first.body}`."
        case _:
            assert variant.exercise.code is not None
            said = _ASSERTED.findall(variant.exercise.code.tests)
            return f"What the tests look at: {' '.join(said)}" if said else _GENERAL["code"]


def _beginning(variant: Variant) -> str:
    question = variant.exercise.question
    shape = f"The answer is {_a(describe(variant.right.shape))}."
    if question.ask in DERIVATIVES:
        lines = _derivation(variant)
        if lines is not None and lines.steps:
            step = lines.steps[0]
            return f"{shape} It begins with {{l}}`df = {write(step.after)}`."
    if question.ask in POINTS:
        gradient = derivative(function_of(question, variant.names), question.by[0]).expression
        if gradient is not None:
            return f"{shape} The gradient by {{f}}`{question.by[0]}` is {{f}}`{write(gradient)}`."
    return shape


def _formula(variant: Variant) -> str:
    question = variant.exercise.question
    if question.ask in ("gradient", "jacobian", "hessian") and len(question.by) == 1:
        return f"The formula is {{f}}`{write(variant.right)}`; put the numbers in."
    if question.ask in ("minimizer", "newton point", "newton step") and len(question.by) == 1:
        function = function_of(question, variant.names)
        gradient = derivative(function, question.by[0]).expression
        if gradient is not None:
            return f"The gradient is {{f}}`{write(gradient)}`; put the numbers in and solve."
    if question.ask == "value":
        shown = ", ".join(f"{{f}}`{text}`" for text in question.formulas)
        return f"Put the numbers into {shown}."
    return "Take one step at a time, and write the numbers of each step down."


def _worked(variant: Variant) -> str:
    """Return the worked solution: the derivation where there is one, and the answer."""
    answer = f"**Answer:** {solution(variant)}"
    question = variant.exercise.question
    if variant.kind in ("derive", "choice", "numeric") and question.ask in DERIVATIVES:
        lines = _derivation(variant)
        if lines is not None:
            return f"{_told(lines)}\n\n{answer}"
    explained = variant.exercise.explain if variant.kind not in ("wrong-line",) else ""
    return f"{answer}\n\n{explained}".strip()


def _derivation(variant: Variant) -> Derivation | None:
    """Return the engine's derivation of what is asked, None where it has none."""
    question = variant.exercise.question
    if len(question.by) != 1 or len(question.formulas) != 1:
        return None
    by = question.by * (2 if question.ask == "hessian" else 1)
    try:
        return derive(function_of(question, variant.names), *by)
    except FrechetError:
        return None


def _told(derivation: Derivation) -> str:
    lines = [f"- {{l}}`f = {write(derivation.function.expression)}`"]
    change, result = "df", "grad" if derivation.function.expression.is_scalar else "J"
    for step in derivation.steps:
        read_off = step.phase in (Phase.IDENTIFICATION, Phase.DERIVATIVE)
        if step.shown is not None:
            lines.append(f"- {escaped(step.shown.left)} = {escaped(step.shown.right)}: {escaped(step.text)}")
        else:
            head = result if read_off else change
            lines.append(f"- {{l}}`{head} = {write(step.after)}`: {escaped(step.text)}")
        if step.phase is Phase.IDENTIFICATION and len(derivation.variables) == 2:
            change, result = "dg", "H"
    return "\n".join(lines)


def _a(noun: str) -> str:
    return f"a {noun}"
