"""One exercise in a terminal: asked, answered, marked, with hints on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from textwrap import fill
from typing import Final

import click

from frechet.course.exercises import typeset
from frechet.course.exercises.exercise import Exercise
from frechet.course.exercises.grading import asked_of_variant, grade
from frechet.course.exercises.hints import GRADES, hint
from frechet.course.exercises.marks import Counterexample, Mark, Outcome
from frechet.course.exercises.programs import mark_program
from frechet.course.exercises.variants import Variant
from frechet.course.mastery import Attempt
from frechet.course.practice import Library
from frechet.errors import UnsupportedError

WIDTH: Final = 88
_QUIT: Final = ("quit", "exit", ":q")
_SKIP: Final = ("skip", ":s")
_MARKS: Final = {
    Outcome.RIGHT: ("✓ Right.", "green"),
    Outcome.NOT_SIMPLIFIED: ("✓ Right. It can be written more shortly.", "green"),
    Outcome.OTHER_LAYOUT: ("↔ Right in the other layout.", "yellow"),
    Outcome.NAMED_MISTAKE: ("✗ Not yet.", "yellow"),
    Outcome.WRONG: ("✗ Wrong.", "red"),
    Outcome.ILL_SHAPED: ("⊘ The sizes do not fit; this does not count.", "yellow"),
    Outcome.UNREADABLE: ("? This cannot be read; it does not count.", "yellow"),
    Outcome.NOT_MARKED: ("", "yellow"),
}
_ASKS: Final = {
    "line": "the number of the line",
    "choice": "the number of your choice",
    "choices": "the numbers of all that hold, or none",
    "order": "the numbers in their right order",
    "shape": "rows x columns",
    "numbers": "numbers, as [1; 2] or [1, 2; 3, 4]",
}


@dataclass
class Session:
    """A sitting: the exercises, the learner's layout, and what is asked of them.

    `programs` tells whether programs can be edited, `certainty` whether to ask how sure the learner is.
    """

    library: Library
    layout: str = "course"
    programs: bool = False
    certainty: bool = False
    over: bool = False
    skipped: set[str] = field(default_factory=set)


@dataclass
class _Tries:
    """What happens while one exercise is answered."""

    wrong: int = 0
    hints: int = 0
    sure: float | None = None
    mistakes: list[str] = field(default_factory=list)

    @property
    def begun(self) -> bool:
        return bool(self.wrong or self.hints)


def solved(session: Session, made: Variant, *, one_try: bool = False) -> Attempt | None:
    """Ask an exercise until it is right or given up; None when it was skipped untouched."""
    _show(session, made)
    tries = _Tries()
    while True:
        answer = _answer(made)
        if answer is None or answer in _QUIT:
            session.over = True
            return _attempt(made.exercise, made.seed, tries, right=False) if tries.begun else None
        if answer in _SKIP:
            click.echo()
            return _attempt(made.exercise, made.seed, tries, right=False) if tries.begun else None
        if answer == "?":
            tries.hints = min(GRADES, tries.hints + 1)
            _say(made, hint(made, tries.hints, session.library.hints))
            if tries.hints == GRADES:
                click.echo()
                return _attempt(made.exercise, made.seed, tries, right=False)
            continue
        if session.certainty and tries.sure is None and not tries.begun:
            tries.sure = _certainty()
        mark = grade(made, answer, session.layout)
        _tell(made, mark)
        if mark.accepted:
            click.echo()
            return _attempt(made.exercise, made.seed, tries, right=True)
        tries.wrong += mark.counts
        tries.mistakes += [mark.mistake] if mark.mistake else []
        if one_try and mark.outcome in (Outcome.WRONG, Outcome.NAMED_MISTAKE):
            return _attempt(made.exercise, made.seed, tries, right=False)


def _certainty() -> float | None:
    """Ask how sure the learner is of the answer; None if there is no number."""
    said = _prompt("How sure are you, in percent?")
    try:
        return min(1.0, max(0.0, float((said or "").rstrip(" %")) / 100))
    except ValueError:
        return None


def marked_program(session: Session, made: Variant) -> Attempt | None:
    """Have a program written in the learner's editor, and run its tests."""
    code = made.exercise.code
    assert code is not None
    _show(session, made)
    tries, program = _Tries(), code.starter
    while True:
        answer = _prompt("Enter opens your editor; ?, skip or quit")
        if answer is None or answer in _QUIT:
            session.over = True
            return _attempt(made.exercise, made.seed, tries, right=False) if tries.begun else None
        if answer in _SKIP:
            return _attempt(made.exercise, made.seed, tries, right=False) if tries.begun else None
        if answer == "?":
            tries.hints = min(GRADES, tries.hints + 1)
            _say(made, hint(made, tries.hints, session.library.hints))
            continue
        edited = _edited(program)
        if edited is None:
            click.echo("Nothing was written.")
            continue
        program = edited
        mark = mark_program(code, program)
        _tell(made, mark)
        if mark.accepted:
            return _attempt(made.exercise, made.seed, tries, right=True)
        tries.wrong += 1


def _edited(program: str) -> str | None:
    """Return the program as the learner's editor leaves it, None if it was left without saving.

    Raises:
        UnsupportedError: there is no editor.
    """
    try:
        return click.edit(program, extension=".py")
    except click.ClickException as failed:
        hint = "Set the variable EDITOR to the name of your editor."
        raise UnsupportedError(f"no editor opens: {failed.message}", hint=hint) from None


def _attempt(exercise: Exercise, seed: int, tries: _Tries, *, right: bool) -> Attempt:
    return Attempt(
        exercise.id, exercise.skills, seed, right, tries.wrong, tries.hints, datetime.now(UTC),
        tuple(tries.mistakes), tries.sure,
    )  # fmt: skip


def _show(session: Session, made: Variant) -> None:
    """Print the exercise: where it is from, the question, what is given, and what can be picked."""
    lecture = made.exercise.lecture
    title = session.library.titles.get(lecture, lecture)
    click.secho(f"{title} · {made.id.partition('/')[2]}   [{', '.join(made.exercise.skills)}]", dim=True)
    public = made.public()
    click.echo(fill(str(public["prompt_text"]), WIDTH))
    given = public["given"]
    assert isinstance(given, list)
    for item in given:
        click.echo(f"    {item['name']} = {item['text']}")
    for place, text in enumerate(_shown_parts(made), 1):
        click.echo(f"  {place}. {text}")


def _shown_parts(made: Variant) -> list[str]:
    """Return the options or lines as they are numbered."""
    parts = made.public()
    items = parts.get("options", parts.get("lines", []))
    assert isinstance(items, list)
    found = []
    for item in items:
        text = f"{item['text']} ▢" if item.get("blank") else str(item["text"])
        because = typeset.plain(str(item.get("because", "")), made.names)
        found.append(f"{text}   ({because})" if because else text)
    return found


def _answer(made: Variant) -> str | None:
    """Read an answer, one for each blank; None at the end of the input."""
    if made.kind != "fill-in":
        return _prompt(_ASKS.get(made.input, ""))
    count = len(asked_of_variant(made))
    answers = []
    for number in range(count):
        answer = _prompt(f"▢ {number + 1} of {count}" if count > 1 else "▢")
        if answer is None or answer in (*_QUIT, *_SKIP, "?"):
            return answer
        answers.append(answer)
    return "\n".join(answers)


def _prompt(asked: str) -> str | None:
    try:
        text: str = click.prompt(
            f"{asked} >" if asked else ">", prompt_suffix=" ", default="", show_default=False
        )
    except click.Abort:
        click.echo()
        return None
    return text.strip()


def _tell(made: Variant, mark: Mark) -> None:
    """Print what there is to say of an answer."""
    words, color = _MARKS[mark.outcome]
    click.secho(words, fg=color)
    if mark.place is not None and mark.outcome is Outcome.UNREADABLE:
        start, end = mark.place
        click.echo(f"    at {start + 1} to {end}")
    for text in (mark.reply, mark.hint):
        if text:
            _say(made, text)
    if mark.counterexample is not None:
        click.echo(_example(mark.counterexample))
    for number, part in enumerate(mark.parts, 1):
        if len(mark.parts) > 1:
            click.echo(f"  ▢ {number}: {part.outcome.value}")


def _example(found: Counterexample) -> str:
    at = ", ".join(f"{name} = {value}" for name, value in found.values.items())
    return f"  At {at}\n    yours is {found.yours}, right is {found.right}."


def _say(made: Variant, text: str) -> None:
    for line in typeset.plain(text, made.names).splitlines():
        click.echo(fill(line, WIDTH, initial_indent="  ", subsequent_indent="  ") if line.strip() else "")
