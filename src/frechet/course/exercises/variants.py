"""One of the many forms of an exercise: chosen by a seed, the same everywhere, with its answer found.

Seed 0 is the exercise as its file has it, so that a lecture's text can speak of it. What a page may
show is in `public()`; what would give the answer away stays in the variant, which (id, seed) makes
again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final, final

from frechet.course.exercises import typeset
from frechet.course.exercises.dice import Dice
from frechet.course.exercises.drawing import drawn_values, given_values
from frechet.course.exercises.exercise import DERIVATIVES, Exercise, Line, Option
from frechet.course.exercises.letters import in_words, renamed, reordered, replaced
from frechet.course.exercises.names import Names
from frechet.course.exercises.numeric import MAXIMUM, MINIMUM, SADDLE, UNDECIDED, Computation
from frechet.course.exercises.quantities import answer_to
from frechet.course.numbers import matrix_latex, matrix_text
from frechet.derivations.derivation import derive
from frechet.derivations.mistakes.answers import spoiled
from frechet.expressions.function import Matrix
from frechet.expressions.nodes import Expr
from frechet.expressions.text import write
from frechet.formula import Formula
from frechet.notation.latex import latex_of_name
from frechet.rewriting.steps import Phase
from frechet.verification.equality import equal_expressions

_HEADS: Final = {"gradient": "grad", "jacobian": "J", "hessian": "H"}
_ENOUGH_OPTIONS: Final = 4
_INPUTS: Final = {
    "derive": "formula",
    "fill-in": "formulas",
    "wrong-line": "line",
    "choice": "choice",
    "order": "order",
    "code": "code",
}


@final
@dataclass(frozen=True, slots=True)
class Choice:
    """An option as it is shown: Markdown, whether it is right, and what is said to who takes it."""

    text: str
    right: bool
    name: str = ""
    say: str = ""


@final
@dataclass(frozen=True, eq=False)
class Variant:
    """A variant: the exercise with its letters, numbers and order chosen."""

    exercise: Exercise
    seed: int

    @property
    def id(self) -> str:
        return self.exercise.id

    @property
    def kind(self) -> str:
        return self.exercise.kind

    @cached_property
    def names(self) -> Names:
        exercise = self.exercise
        return Names(exercise.declare, exercise.where, exercise.question.by)

    @cached_property
    def values(self) -> dict[str, Matrix]:
        """Return the numbers of the exercise."""
        return given_values(self.exercise)

    @cached_property
    def computation(self) -> Computation:
        return Computation(self.exercise.question, self.names)

    @cached_property
    def right(self) -> Expr:
        """Return the formula that is asked for."""
        return answer_to(self.exercise.question, self.names)

    @cached_property
    def numbers(self) -> Matrix:
        """Return the numbers that are asked for."""
        return self.computation.at(self.values)

    def after(self, steps: int) -> Matrix:
        """Return where another number of steps leads."""
        question = replace(self.exercise.question, steps=steps)
        return Computation(question, self.names).at(self.values)

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """Return the options in the order in which they are shown."""
        return tuple(self._dice("options").shuffled(self._options()))

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Return the lines of the derivation in their right order."""
        return self.exercise.lines or _engine_lines(self)

    @cached_property
    def shown_order(self) -> tuple[int, ...]:
        """Return for each shown place which line stands there; not the right order."""
        right = list(range(len(self.lines)))
        dice = self._dice("order")
        shuffled = dice.shuffled(right)
        while shuffled == right and len(right) > 1:
            shuffled = dice.shuffled(right)
        return tuple(shuffled)

    def _dice(self, use: str) -> Dice:
        return Dice(f"{self.id}:{self.seed}:{use}")

    def _options(self) -> list[Choice]:
        exercise = self.exercise
        if exercise.options:
            return [Choice(o.text, o.right, o.name, o.say) for o in self._picked(exercise.options)]
        if exercise.question.ask == "classify":
            return self._classes()
        right = exercise.also[0] if exercise.also else write(self.right)
        wrong = [Choice(f"{{f}}`{m.answer}`", False, m.name, m.say) for m in exercise.mistakes]
        return [Choice(f"{{f}}`{right}`", True, "", exercise.explain), *wrong, *self._generated(len(wrong))]

    def _picked(self, options: tuple[Option, ...]) -> list[Option]:
        """Return a right option and wrong ones, of more than are shown: the first ones in seed 0."""
        right = [option for option in options if option.right]
        wrong = [option for option in options if not option.right]
        if self.seed and len(options) > _ENOUGH_OPTIONS:
            dice = self._dice("picked")
            right, wrong = dice.shuffled(right), dice.shuffled(wrong)
        return [*right[:1], *wrong[: _ENOUGH_OPTIONS - 1]]

    def _classes(self) -> list[Choice]:
        right = self.computation.classify(self.values)
        words = {
            MINIMUM: "a minimum",
            MAXIMUM: "a maximum",
            SADDLE: "a saddle point",
            UNDECIDED: "the test does not decide",
        }
        listed = {mistake.answer: mistake for mistake in self.exercise.mistakes}
        found = []
        for kind, text in words.items():
            if kind == right:
                found.append(Choice(text, True, "", self.exercise.explain))
            else:
                mistake = listed.get(kind)
                found.append(
                    Choice(text, False, mistake.name, mistake.say)
                    if mistake
                    else Choice(text, False, "concept", "Look at the signs of the Hessian's eigenvalues.")
                )
        return found

    def _generated(self, listed: int) -> list[Choice]:
        """Return wrong answers made from the right one, where few are listed."""
        taken = {self.right}
        found: list[Choice] = []
        for mistake, wrong in spoiled(self.right):
            if len(found) + listed + 1 >= _ENOUGH_OPTIONS:
                break
            if wrong not in taken and not (wrong.shape == self.right.shape and self._is_right(wrong)):
                taken.add(wrong)
                say = f"{mistake.says} {mistake.advice}".replace("*", "\\*")
                if self.exercise.question.ask == "value":
                    say = "Try it on small numbers: it has another value."
                found.append(Choice(f"{{f}}`{write(wrong)}`", False, mistake.skills[0], say))
        return found

    def _is_right(self, formula: Expr) -> bool:
        return bool(equal_expressions(formula, self.right))

    # What a page may show

    def public(self) -> dict[str, object]:
        """Return what a page needs to show the exercise, as plain data without the answer."""
        exercise, names = self.exercise, self.names
        return {
            "id": self.id,
            "seed": self.seed,
            "kind": self.kind,
            "skills": list(exercise.skills),
            "input": self.input,
            "prompt": exercise.prompt,
            "prompt_markdown": typeset.markdown(exercise.prompt, names),
            "prompt_text": typeset.plain(exercise.prompt, names),
            "names": list(typeset.shapes_of(names)),
            "given": self._given(),
            **self._parts(),
        }

    @property
    def input(self) -> str:
        """Return what is to be typed or picked."""
        if self.kind == "numeric":
            return "numbers"
        if self.kind == "shape":
            return "choices" if self.exercise.candidates else "shape"
        return _INPUTS[self.kind]

    def _given(self) -> list[dict[str, str]]:
        given = [
            {
                "name": name,
                "text": matrix_text(value),
                "latex": f"{latex_of_name(name)} = {matrix_latex(value)}",
            }
            for name, value in self.values.items()
            if name in self.exercise.values
        ]
        for name, text in self.exercise.where.items():
            shown = typeset.formula(f"{name} = {text}", self.names)
            given.append({"name": name, "text": text, "latex": shown.latex})
        return given

    def _parts(self) -> dict[str, object]:
        exercise, names = self.exercise, self.names
        match self.kind:
            case "choice":
                return {"options": [self._marked_up(choice.text) for choice in self.choices]}
            case "shape" if exercise.candidates:
                return {"options": [self._marked_up(f"{{f}}`{c.formula}`") for c in exercise.candidates]}
            case "fill-in" | "wrong-line":
                return {"lines": [self._line(line) for line in self.lines]}
            case "order":
                return {"lines": [self._line(self.lines[place], reason=False) for place in self.shown_order]}
            case "code":
                assert exercise.code is not None
                return {"function": exercise.code.function, "starter": exercise.code.starter}
            case _:
                return (
                    {"formula": typeset.formula(exercise.question.formulas[0], names).latex}
                    if exercise.question.formulas
                    else {}
                )

    def _marked_up(self, text: str) -> dict[str, str]:
        return {
            "markdown": typeset.markdown(text, self.names),
            "text": typeset.plain(text, self.names),
        }

    def _line(self, line: Line, *, reason: bool = True) -> dict[str, object]:
        if line.words:
            return {
                "words": typeset.markdown(line.words, self.names),
                "text": typeset.plain(line.words, self.names),
            }
        shown = typeset.line(line, self.names, bare=line.blank)
        found: dict[str, object] = {"latex": shown.latex, "text": shown.unicode, "blank": line.blank}
        if reason and line.because:
            found["because"] = typeset.markdown(line.because, self.names)
        return found


def variant(exercise: Exercise, seed: int) -> Variant:
    """Return a variant of an exercise; seed 0 is the exercise itself."""
    return _variant(_Key(exercise), seed)


@final
@dataclass(frozen=True)
class _Key:
    """An exercise told apart by its id and text, so that its variants are made once."""

    exercise: Exercise

    def __hash__(self) -> int:
        return hash((self.exercise.id, self.exercise.prompt))


@lru_cache(maxsize=2048)
def _variant(key: _Key, seed: int) -> Variant:
    exercise = key.exercise
    if seed == 0:
        return Variant(_with_sizes(_with_constants(exercise, None), None), 0)
    dice = Dice(f"{exercise.id}:{seed}")
    cases = (exercise, *exercise.cases)
    chosen = _with_constants(dice.choice(cases), dice)
    chosen = replace(reordered(chosen, dice), cases=())
    if exercise.letters:
        chosen = renamed(chosen, dice)
    usual = _with_sizes(chosen, None)
    sized = [_with_sizes(chosen, Dice(f"{exercise.id}:{seed}:sizes"))] if chosen.lengths else []
    drawn = (drawn_values(candidate, dice) for candidate in (*sized, usual))
    return Variant(next(filter(None, drawn), usual), seed)


def _with_sizes(exercise: Exercise, dice: Dice | None) -> Exercise:
    """Return the exercise with its sizes replaced by numbers, the first ones without dice."""
    chosen = {
        n: lengths[0] if dice is None else dice.choice(lengths) for n, lengths in exercise.lengths.items()
    }
    sized = replaced(exercise, chosen)
    declared = {name: in_words(kind, chosen) for name, kind in exercise.declare.items()}
    return replace(sized, declare=declared)


def _with_constants(exercise: Exercise, dice: Dice | None) -> Exercise:
    """Return the exercise with its constants replaced by numbers, the first ones without dice."""
    chosen: dict[str, str] = {
        name: numbers[0] if dice is None else dice.choice(numbers)
        for name, numbers in exercise.constants.items()
    }
    return replaced(exercise, {name: n if n[0] != "-" else f"({n})" for name, n in chosen.items()})


def _engine_lines(variant: Variant) -> tuple[Line, ...]:
    """Return the lines by which the engine derives what is asked."""
    question, names = variant.exercise.question, variant.names
    formula = Formula(names.expression(question.formulas[0]), dict(names.symbols))
    by = question.by * (2 if question.ask == "hessian" else 1)
    derivation = derive(formula, *by)
    lines = [Line("f", write(formula.expression))]
    for step in derivation.steps:
        last = step.phase in (Phase.IDENTIFICATION, Phase.DERIVATIVE)
        head = _HEADS.get(question.ask if question.ask in DERIVATIVES else "gradient", "df") if last else "df"
        if step.shown is None:
            lines.append(Line(head, write(step.after), because=step.text))
    return tuple(dict.fromkeys(lines))
