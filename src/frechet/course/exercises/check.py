"""Is an exercise sound? Every variant has an answer, the answer is true, and no mistake is right.

What differs only in its letters is verified numerically once; marking is tried on every variant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from frechet.course.exercises.bare_letters import bare_letters
from frechet.course.exercises.drawing import mistaken
from frechet.course.exercises.exercise import DERIVATIVES, Exercise, Listed
from frechet.course.exercises.grading import asked_of_variant, exists, grade, right_answer
from frechet.course.exercises.judging import Asked
from frechet.course.exercises.letters import replaced
from frechet.course.exercises.lines import asked_in, first_wrong, is_right
from frechet.course.exercises.marks import Mark, Outcome
from frechet.course.exercises.programs import run
from frechet.course.exercises.properties import fault_of_derivative, fault_of_solution
from frechet.course.exercises.typeset import ROLE, formula, plain
from frechet.course.exercises.variants import Variant, variant
from frechet.course.numbers import matrix_text
from frechet.course.problems import CourseError
from frechet.errors import FrechetError, quoted
from frechet.expressions.nodes import is_zero
from frechet.functions.linear_algebra import entries

VARIANTS: Final = 50
_FEWEST_LINES: Final = 3
_ENOUGH: Final = 10
"""How many variants should not all have the same numbers: two may by chance."""


def check_exercise(
    exercise: Exercise,
    skills: Collection[str] = (),
    mistakes: Collection[str] = (),
    variants: int = VARIANTS,
    programs: bool = True,
) -> list[CourseError]:
    """Return what is wrong with an exercise, each fault once.

    `skills` and `mistakes` are the ids that the course knows; none are checked where none are given.
    `programs` runs the solution and the starter of an exercise of kind code.
    """
    found: dict[str, CourseError] = {}
    for problem in _faults(exercise, skills, mistakes, variants, programs):
        found.setdefault(problem.message, problem)
    return list(found.values())


def _faults(
    exercise: Exercise, skills: Collection[str], mistakes: Collection[str], variants: int, programs: bool
) -> Iterator[CourseError]:
    yield from _names(exercise, skills, mistakes)
    for letter, text in bare_letters(exercise):
        what = f"{quoted(letter)} stands bare in {quoted(text)}, and variants have other letters"
        yield CourseError(what, exercise.place, hint=f"Write {{f}}`{letter}`.")
    if exercise.code is not None:
        if programs:
            yield from _programs(exercise)
        return
    verified: set[object] = set()
    numbers: set[tuple[str, ...]] = set()
    for seed in range(variants if _varies(exercise) else 1):
        try:
            made = variant(exercise, seed)
            key = _key(made.exercise)
            for message in _of_variant(made, thorough=key not in verified):
                yield CourseError(f"variant {seed}: {message}", exercise.place)
                return
            verified.add(key)
            numbers.add(tuple(made.exercise.values.values()))
        except FrechetError as error:
            yield CourseError(f"variant {seed}: {error.message}", exercise.place, hint=error.hint)
            return
    if exercise.draws and variants >= _ENOUGH and len(numbers) == 1:
        yield CourseError("no other numbers were found", exercise.place, hint="Widen the ranges in vary.")


def _names(exercise: Exercise, skills: Collection[str], mistakes: Collection[str]) -> Iterator[CourseError]:
    for skill in exercise.skills:
        if skills and skill not in skills:
            yield CourseError(f"there is no skill {quoted(skill)}", exercise.place, hint="See skills.toml.")
    listed = [m.name for m in exercise.mistakes] + [o.name for o in exercise.options if not o.right]
    listed += [m.name for line in exercise.lines for m in line.mistakes]
    for name in (*listed, *([exercise.made] if exercise.made else [])):
        if mistakes and name not in mistakes:
            yield CourseError(
                f"there is no mistake {quoted(name)}", exercise.place, hint="See mistakes.toml."
            )


def _programs(exercise: Exercise) -> Iterator[CourseError]:
    assert exercise.code is not None
    solved = run(exercise.code, exercise.code.solution)
    if not solved.passed:
        yield CourseError(f"the solution fails its tests: {solved.message}", exercise.place, hint="Mend it.")
    elif run(exercise.code, exercise.code.starter).passed:
        yield CourseError("what is handed out passes the tests already", exercise.place, hint="Test more.")


def _varies(exercise: Exercise) -> bool:
    return bool(exercise.declare or exercise.options or exercise.cases or exercise.lines)


def _key(exercise: Exercise) -> object:
    """Return what is the same for variants that differ only in their letters."""
    plain = replaced(exercise, {name: f"v{place}" for place, name in enumerate(exercise.declare)})
    return (plain.question, tuple(plain.lines), tuple(plain.values.items()))


def _of_variant(made: Variant, *, thorough: bool) -> Iterator[str]:
    """Yield what is wrong with a variant."""
    yield from _unreadable_roles(made)
    match made.kind:
        case "derive":
            yield from _derive(made, thorough)
        case "fill-in":
            yield from _lines_right(made, thorough)
            for asked in asked_of_variant(made):
                yield from _asked(made, asked)
        case "numeric":
            yield from _numeric(made)
        case "choice":
            yield from _choice(made, thorough)
        case "shape":
            yield from _shape(made)
        case "wrong-line":
            first_wrong(made)
        case "order":
            yield from _lines_right(made, thorough)
            yield from _order(made)
    mark = grade(made, right_answer(made))
    if not mark.accepted:
        yield f"the right answer is refused ({mark.outcome.value}: {mark.reply})"


def _unreadable_roles(made: Variant) -> Iterator[str]:
    exercise = made.exercise
    texts = [exercise.prompt, exercise.explain, *exercise.hints]
    texts += [m.say for m in exercise.mistakes] + [o.say for o in exercise.options]
    for text in texts:
        for role in ROLE.finditer(text):
            if r"\texttt" in formula(role.group(1), made.names).latex:
                yield f"{quoted(role.group(1))} cannot be read"


def _derive(made: Variant, thorough: bool) -> Iterator[str]:
    (asked,) = asked_of_variant(made)
    question = made.exercise.question
    if asked.right is asked.function and question.ask != "value":
        yield "the answer is the function itself"
    if is_zero(asked.right):
        yield "the answer is zero"
    if thorough:
        if question.ask in DERIVATIVES:
            yield from filter(None, [fault_of_derivative(question, made.names)])
        if question.ask in ("minimizer", "stationary"):
            sizes = made.exercise.sizes
            fault = fault_of_solution(question, made.names, made.right, sizes)
            yield from filter(None, [fault and f"the solution is none: {fault}"])
    for text in made.exercise.also:
        mark = grade(made, text)
        if mark.outcome is not Outcome.RIGHT:
            yield f"{quoted(text)} is not taken for right ({mark.outcome.value}: {mark.reply})"
    yield from _asked(made, asked)


def _asked(made: Variant, asked: Asked) -> Iterator[str]:
    for mistake in asked.listed:
        yield from _refused(mistake, asked.mark(mistake.answer))


def _refused(mistake: Listed, mark: Mark) -> Iterator[str]:
    if mark.accepted:
        yield f"the mistake {quoted(mistake.answer)} is right"
    elif mark.mistake != mistake.name or mark.reply != mistake.say:
        yield f"the mistake {quoted(mistake.answer)} gets another reply ({mark.outcome.value}: {mark.reply})"


def _numeric(made: Variant) -> Iterator[str]:
    if not any(entries(made.numbers)):
        yield "the answer is zero"
    for mistake in made.exercise.mistakes:
        yield from _refused(mistake, grade(made, _typed(made, mistake.answer)))


def _typed(made: Variant, answer: str) -> str:
    """Return a mistake as a learner would type it: in numbers."""
    wrong = mistaken(answer, made.computation, made.values)
    return answer if wrong is None else matrix_text(wrong)


def _choice(made: Variant, thorough: bool) -> Iterator[str]:
    choices = made.choices
    if sum(choice.right for choice in choices) != 1:
        yield "not exactly one option is right"
    if len({plain(choice.text, made.names) for choice in choices}) != len(choices):
        yield "two options are the same"
    if made.exercise.asks_for_a_formula and made.exercise.question.ask != "classify":
        (asked,) = asked_of_variant(made)
        if thorough and made.exercise.question.ask in DERIVATIVES:
            yield from filter(None, [fault_of_derivative(made.exercise.question, made.names)])
        for text in made.exercise.also:
            if asked.names.expression(text).shape != asked.right.shape or not asked.points.agree(
                asked.names.expression(text), asked.right
            ):
                yield f"{quoted(text)} is not right"
        for mistake in asked.listed:
            if asked.mark(mistake.answer).accepted:
                yield f"the option {quoted(mistake.answer)} is right as well"
    for place, choice in enumerate(choices):
        if not choice.right and not choice.say:
            yield f"option {place + 1} has no reply"


def _shape(made: Variant) -> Iterator[str]:
    candidates = made.exercise.candidates
    there = [exists(made, candidate.formula) for candidate in candidates]
    if candidates and (all(there) or not any(there)):
        yield "all candidates exist, or none does"
    for mistake in made.exercise.mistakes:
        yield from _refused(mistake, grade(made, mistake.answer))


def _lines_right(made: Variant, thorough: bool) -> Iterator[str]:
    for place, line in enumerate(made.lines if thorough else ()):
        if asked_in(made, place) != "identity" and not is_right(made, place):
            yield f"the line {quoted(f'{line.head} = {line.body}')} is wrong"


def _order(made: Variant) -> Iterator[str]:
    if len(made.lines) < _FEWEST_LINES:
        yield f"there are only {len(made.lines)} lines to put in order"
    if len({(line.head, line.body, line.words) for line in made.lines}) != len(made.lines):
        yield "two lines are the same"
