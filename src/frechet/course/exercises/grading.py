"""Marking: an answer to a variant, and what there is to say of it.

Reading is apart from marking: `read_answer` only tells how an answer looks and which shape it has,
so that a learner sees what was understood before it is judged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, final

from frechet.course.exercises import answers
from frechet.course.exercises.drawing import mistaken, near
from frechet.course.exercises.exercise import Line
from frechet.course.exercises.judging import LAYOUTS, Asked, escaped, reply_to, unreadable, worst
from frechet.course.exercises.lines import answer_of_line, first_wrong
from frechet.course.exercises.marks import Mark, Outcome
from frechet.course.exercises.near_misses import near_misses
from frechet.course.exercises.typed_numbers import typed_numbers
from frechet.course.exercises.typeset import shown
from frechet.course.exercises.variants import Variant
from frechet.course.numbers import matrix_latex, matrix_text
from frechet.errors import FrechetError, ShapeError, UnsupportedError, quoted
from frechet.expressions.function import Matrix
from frechet.expressions.nodes import Expr
from frechet.expressions.text import write
from frechet.language.declarations import dimension_of
from frechet.rewriting.steps import formula_latex
from frechet.shapes import Shape, describe
from frechet.shapes import written as shape_text

Answer = str | Sequence[str]

_SELF_CHECK: Final = (
    "Programs are not run here. Run its tests on your own machine: frechet practice, or the lab."
)
_MORE_DIGITS: Final = "These digits are right. Give at least four, or a fraction."
_DECIMAL_COMMA: Final = re.compile(r"\s*[-+−]?\d+,\d+\s*")
_COMMA: Final = "A decimal number is written with a point: 3.5."


@final
@dataclass(frozen=True, slots=True)
class Read:
    """An answer as it was understood, before it is judged."""

    latex: str = ""
    shape: str = ""
    message: str = ""
    hint: str = ""
    place: tuple[int, int] | None = None

    @property
    def readable(self) -> bool:
        return not self.message


def grade(variant: Variant, answer: Answer, layout: str = "course") -> Mark:
    """Mark an answer; several blanks take several texts, or the lines of one.

    `layout` is the learner's own: "course" (a gradient has the shape of its variable), "numerator",
    "denominator", or "either".

    Raises:
        UnsupportedError: there is no such layout.
    """
    if layout not in LAYOUTS:
        raise UnsupportedError(f"there is no layout {quoted(layout)}", hint=f"Choose {', '.join(LAYOUTS)}.")
    try:
        return _MARKERS[variant.kind](variant, answer, layout)
    except FrechetError as refused:
        return unreadable(refused)


def read_answer(variant: Variant, text: str, blank: int = 0) -> Read:
    """Say how an answer is understood, without judging it."""
    try:
        if variant.input in ("formula", "formulas"):
            asked = asked_of_variant(variant)[blank]
            written = asked.names.read(text, changes=asked.changes)
            return Read(formula_latex(written.shown), describe(written.expression.shape))
        if variant.input == "numbers":
            read = typed_numbers(text).numbers
            return Read(matrix_latex(read), f"{len(read)} × {len(read[0])}")
        if variant.input == "shape":
            return Read(shape=shape_text(answers.shape(text, variant.names)))
    except FrechetError as refused:
        return Read(message=refused.message, hint=refused.hint, place=refused.position)
    return Read()


@lru_cache(maxsize=512)
def asked_of_variant(variant: Variant) -> tuple[Asked, ...]:
    """Return the formulas that a variant asks for: one, or one for each blank."""
    if variant.kind == "fill-in":
        return tuple(answer_of_line(variant, place) for place in _blanks(variant))
    exercise = variant.exercise
    names = variant.names
    function = names.expression(exercise.question.formulas[0])
    also = tuple(names.expression(text) for text in exercise.also)
    return (
        Asked(
            names,
            variant.right,
            exercise.question.ask,
            function,
            exercise.mistakes,
            also,
            (shown(exercise.question.formulas[0], names),) if exercise.question.ask == "value" else (),
            exercise.sizes,
            exercise.question.ask == "differential",
        ),
    )


def _blanks(variant: Variant) -> list[int]:
    return [place for place, line in enumerate(variant.exercise.lines) if line.blank]


def _text(answer: Answer) -> str:
    return answer if isinstance(answer, str) else "\n".join(answer)


def _formula(variant: Variant, answer: Answer, layout: str) -> Mark:
    return _explained(variant, asked_of_variant(variant)[0].mark(_text(answer), layout))


def _blank_lines(variant: Variant, answer: Answer, layout: str) -> Mark:
    asked = asked_of_variant(variant)
    texts = answer.splitlines() if isinstance(answer, str) else list(answer)
    texts = [text for text in texts if text.strip()]
    if len(texts) != len(asked):
        noun = "line is" if len(asked) == 1 else "lines are"
        reply = f"{len(asked)} {noun} asked for, and there are {len(texts)}."
        return Mark(Outcome.UNREADABLE, False, reply)
    if len(asked) == 1:
        return _explained(variant, asked[0].mark(texts[0], layout))
    return worst(one.mark(text, layout) for one, text in zip(asked, texts, strict=True))


def _explained(variant: Variant, mark: Mark) -> Mark:
    if mark.accepted and variant.exercise.explain and not mark.reply:
        return replace(mark, reply=variant.exercise.explain)
    return mark


def _numbers(variant: Variant, answer: Answer, layout: str) -> Mark:
    typed, right = typed_numbers(_text(answer)), variant.numbers
    if len(typed.numbers) == 1 and len(right[0]) == 1 and len(typed.numbers[0]) == len(right):
        typed = typed.column
    said = typed.numbers
    latex = matrix_latex(said)
    if (len(said), len(said[0])) != (len(right), len(right[0])):
        reply = f"{_count(right)} asked for, and this is {len(said)} × {len(said[0])}."
        hint = _COMMA if _DECIMAL_COMMA.fullmatch(_text(answer)) else ""
        return Mark(Outcome.ILL_SHAPED, False, reply, latex=latex, hint=hint)
    if typed.agree(right):
        return replace(Mark(Outcome.RIGHT, True, variant.exercise.explain), latex=latex)
    if typed.begin(right):
        return Mark(Outcome.ILL_SHAPED, False, _MORE_DIGITS, latex=latex)
    for mistake in variant.exercise.mistakes:
        wrong = mistaken(mistake.answer, variant.computation, variant.values)
        if wrong is not None and near(said, wrong):
            return replace(reply_to(mistake), latex=latex)
    return near_misses(variant, said, latex)


def _count(right: Matrix) -> str:
    rows, columns = len(right), len(right[0])
    if rows == columns == 1:
        return "One number is"
    return f"{rows} numbers are" if columns == 1 else f"A {rows} × {columns} table of numbers is"


def _choice(variant: Variant, answer: Answer, layout: str) -> Mark:
    choices = variant.choices
    chosen = choices[answers.one_place(_text(answer), len(choices))]
    if chosen.right:
        return Mark(Outcome.RIGHT, True, chosen.say)
    return Mark(Outcome.NAMED_MISTAKE if chosen.name else Outcome.WRONG, False, chosen.say, chosen.name)


def _shape(variant: Variant, answer: Answer, layout: str) -> Mark:
    if variant.exercise.candidates:
        return _existing(variant, _text(answer))
    said, right = answers.shape(_text(answer), variant.names), variant.right.shape
    latex = shape_text(said)
    if said == right:
        return Mark(Outcome.RIGHT, True, variant.exercise.explain, latex=latex)
    for mistake in variant.exercise.mistakes:
        if _shape_of(mistake.answer) == said:
            return replace(reply_to(mistake), latex=latex)
    if said == right[::-1]:
        reply = "That is the transpose: rows and columns have changed places."
        return Mark(Outcome.NAMED_MISTAKE, False, reply, "row-layout", latex)
    return Mark(Outcome.WRONG, False, "That is not its shape.", latex=latex)


def _shape_of(text: str) -> Shape:
    """Return the shape that a file of an exercise states: `m x n`."""
    rows, _, columns = text.partition(" x ")
    return (dimension_of(rows, "a mistake"), dimension_of(columns or "1", "a mistake"))


def exists(variant: Variant, formula: str) -> bool:
    """Tell whether the sizes in a formula fit."""
    try:
        variant.names.expression(formula)
    except ShapeError:
        return False
    return True


def _existing(variant: Variant, text: str) -> Mark:
    candidates = variant.exercise.candidates
    said = set(answers.places(text, len(candidates)))
    true = {place for place, c in enumerate(candidates) if exists(variant, c.formula)}
    if said == true:
        return Mark(Outcome.RIGHT, True, variant.exercise.explain)
    place = min(said ^ true)
    verdict = "exists" if place in true else "does not exist"
    formula = candidates[place].formula
    reply = f"{{f}}`{formula}` {verdict}. {candidates[place].say}".strip()
    return Mark(Outcome.NAMED_MISTAKE, False, reply, "nonconforming")


def _wrong_line(variant: Variant, answer: Answer, layout: str) -> Mark:
    said, right = answers.one_place(_text(answer), len(variant.lines)), first_wrong(variant)
    if said == right:
        return Mark(Outcome.RIGHT, True, variant.exercise.explain)
    if said > right:
        reply = "A line before that one is wrong already: look for the first."
    elif variant.lines[said].words:
        reply = "That line only says in words what follows; the slip comes later."
    else:
        reply = "That line is right: it has the value it should have."
    return Mark(Outcome.WRONG, False, reply)


def _order(variant: Variant, answer: Answer, layout: str) -> Mark:
    shown = variant.shown_order
    said = answers.places(_text(answer), len(shown))
    if sorted(said) != list(range(len(shown))):
        return Mark(
            Outcome.UNREADABLE, False, f"Every line once: {len(shown)} different numbers are asked for."
        )
    lines = [shown[place] for place in said]
    good = next((k for k, line in enumerate(lines) if line != k), len(lines))
    if good == len(lines):
        return Mark(Outcome.RIGHT, True, variant.exercise.explain)
    if good == 0:
        return Mark(Outcome.WRONG, False, "It begins with another line: the function itself comes first.")
    noun = "line is" if good == 1 else f"{good} lines are"
    return Mark(Outcome.WRONG, False, f"The first {noun} in place. What follows from there?")


def _code(variant: Variant, answer: Answer, layout: str) -> Mark:
    return Mark(Outcome.NOT_MARKED, False, _SELF_CHECK)


_MARKERS: Final[dict[str, Callable[[Variant, Answer, str], Mark]]] = {
    "derive": _formula,
    "fill-in": _blank_lines,
    "numeric": _numbers,
    "choice": _choice,
    "shape": _shape,
    "wrong-line": _wrong_line,
    "order": _order,
    "code": _code,
}


def solution(variant: Variant) -> str:
    """Return the right answer in Markdown with roles, for the last hint."""
    match variant.kind:
        case "derive":
            return f"{{f}}`{_nicest(variant)}`"
        case "fill-in":
            blanks = [variant.exercise.lines[place] for place in _blanks(variant)]
            return ", ".join(f"{{f}}`{line.body}`" for line in blanks)
        case "numeric":
            return f"{{v}}`{matrix_text(variant.numbers)}`"
        case "choice":
            return next(choice.text for choice in variant.choices if choice.right)
        case "shape" if variant.exercise.candidates:
            there = [c.formula for c in variant.exercise.candidates if exists(variant, c.formula)]
            return ", ".join(f"{{f}}`{formula}`" for formula in there)
        case "shape":
            return escaped(shape_text(variant.right.shape))
        case "wrong-line":
            return f"line {first_wrong(variant) + 1}. {variant.exercise.explain}"
        case "order":
            return "\n\n" + "\n".join(f"1. {line_role(line)}" for line in variant.lines)
        case _:
            assert variant.exercise.code is not None
            return f"\n\n```python\n{variant.exercise.code.solution}```"


def _nicest(variant: Variant) -> str:
    """Return the right answer as the exercise states it, else the shortest one."""
    return variant.exercise.also[0] if variant.exercise.also else write(_best(variant))


def _best(variant: Variant) -> Expr:
    """Return the shortest right answer; of a question for another form, one that is stated."""
    asked = asked_of_variant(variant)[0]
    forms = asked.also if asked.shown and asked.also else (asked.right, *asked.also)
    return min(forms, key=lambda root: root.size)


def line_role(line: Line) -> str:
    """Return a line in Markdown with roles."""
    return line.words or f"{{l}}`{line.head} = {line.body}`"


def right_answer(variant: Variant) -> str | list[str]:
    """Return an answer that is right, as a learner would type it."""
    match variant.kind:
        case "derive":
            stated = variant.exercise.question.solution
            return stated or write(_best(variant))
        case "fill-in":
            return [line.body for line in variant.exercise.lines if line.blank]
        case "numeric":
            return matrix_text(variant.numbers)
        case "choice":
            return str(1 + next(k for k, choice in enumerate(variant.choices) if choice.right))
        case "shape" if variant.exercise.candidates:
            there = [k for k, c in enumerate(variant.exercise.candidates) if exists(variant, c.formula)]
            return " ".join(str(k + 1) for k in there) or "none"
        case "shape":
            rows, columns = variant.right.shape
            return f"{rows} x {columns}"
        case "wrong-line":
            return str(first_wrong(variant) + 1)
        case "order":
            order = variant.shown_order
            return " ".join(str(order.index(place) + 1) for place in range(len(order)))
        case _:
            assert variant.exercise.code is not None
            return variant.exercise.code.solution
