"""Hints in three grades: which rule, how it begins, the derivation opened.

An exercise can say the first two in its own words; what it leaves out is found by the engine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from frechet.course.exercises.exercise import DERIVATIVES, POINTS, RATES
from frechet.course.exercises.grading import asked_of_variant, exists, line_role, solution
from frechet.course.exercises.hints_of_points import points_on_the_way, slopes, what_to_do
from frechet.course.exercises.judging import escaped
from frechet.course.exercises.lines import first_wrong
from frechet.course.exercises.quantities import function_of
from frechet.course.exercises.typeset import shown
from frechet.course.exercises.variants import Variant
from frechet.derivations.derivation import Derivation, derive
from frechet.errors import FrechetError
from frechet.expressions.text import write
from frechet.expressions.traversal import symbols_of
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
    if variant.exercise.candidates:
        return _GENERAL["shape"]
    own = next((skill_hints[s] for s in variant.exercise.skills if skill_hints.get(s)), "")
    return own or _GENERAL[variant.kind]


def _second(variant: Variant) -> str:
    match variant.kind:
        case "derive":
            return _beginning(variant)
        case "fill-in":
            return _of_blank(variant)
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
            first, last = variant.lines[0], variant.lines[-1]
            end = f" and ends with {line_role(last)}" if last.body else ""
            return f"It begins with {line_role(first)}{end}."
        case _:
            assert variant.exercise.code is not None
            said = _ASSERTED.findall(variant.exercise.code.tests)
            quoted = " ".join(f"“{words}”" for words in said)
            return f"What the tests say of a program that is wrong: {quoted}" if said else _GENERAL["code"]


def _beginning(variant: Variant) -> str:
    question = variant.exercise.question
    shape = f"The answer is {_a(describe(variant.right.shape))}."
    if question.ask in DERIVATIVES:
        lines = _derivation(variant)
        if lines is not None and lines.steps:
            step = lines.steps[0]
            return f"{shape} It begins with {{l}}`df = {write(step.after)}`."
    if question.ask in POINTS:
        return f"{shape} {slopes(variant)}"
    return shape


def _of_blank(variant: Variant) -> str:
    """Say which shape the first blank has and which letters stand in it."""
    blanks = [line for line in variant.exercise.lines if line.blank]
    asked = asked_of_variant(variant)[0]
    noun = "The blank" if len(blanks) == 1 else "The first blank"
    said = f"{noun} is {_a(describe(asked.right.shape))}"
    letters = [symbol.name for symbol in symbols_of(shown(blanks[0].body, variant.names)).values()]
    return f"{said}; in it {_occur(letters)}." if letters else f"{said}."


def _occur(letters: Sequence[str]) -> str:
    *others, last = (f"{{f}}`{letter}`" for letter in letters)
    return f"{', '.join(others)} and {last} occur" if others else f"only {last} occurs"


def _formula(variant: Variant) -> str:
    question = variant.exercise.question
    if question.ask in ("gradient", "jacobian", "hessian") and len(question.by) == 1:
        return f"The formula is {{f}}`{write(variant.right)}`; put the numbers in."
    if question.ask in (*POINTS, *RATES):
        return f"{slopes(variant)} {what_to_do(variant)}"
    if question.ask == "value":
        formulas = ", ".join(f"{{f}}`{text}`" for text in question.formulas)
        return f"Put the numbers into {formulas}."
    return "Take one step at a time, and write the numbers of each step down."


def _worked(variant: Variant) -> str:
    """Return the worked solution: the derivation where there is one, and the answer."""
    answer = f"**Answer:** {solution(variant)}"
    question = variant.exercise.question
    if variant.kind in ("derive", "choice", "numeric") and question.ask in DERIVATIVES:
        lines = _derivation(variant)
        if lines is not None:
            return f"{_told(lines)}\n\n{answer}"
    if variant.kind in ("derive", "numeric") and question.ask in (*POINTS, *RATES):
        done = [f"{slopes(variant)} {what_to_do(variant)}", points_on_the_way(variant), answer]
        return "\n\n".join(part for part in (*done, variant.exercise.explain) if part)
    if variant.kind == "fill-in":
        filled = "\n".join(f"- {line_role(line)}" for line in variant.lines)
        return f"{filled}\n\n{answer}\n\n{variant.exercise.explain}".strip()
    return f"{answer}\n\n{_explanation(variant)}".strip()


def _explanation(variant: Variant) -> str:
    """Return why the answer is right, where that is not part of it."""
    if variant.kind == "wrong-line":
        return ""
    if variant.kind == "choice":
        return next(choice.say for choice in variant.choices if choice.right)
    if variant.exercise.candidates:
        return "\n".join(f"- {{f}}`{c.formula}`: {c.say}" for c in variant.exercise.candidates if c.say)
    return variant.exercise.explain


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
