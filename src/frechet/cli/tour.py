"""`frechet tour`: a few screens that show what Fréchet does; everything on them is worked out live."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import click

import frechet as fr
from frechet.cli.refusals import refusals_on_standard_error
from frechet.course.content import Course, read_course

FORMULA: Final = "x'*A*x"
GENERAL: Final = {"A": "matrix(n, n)", "x": "vector(n)"}
SYMMETRIC: Final = {"A": "symmetric(n)", "x": "vector(n)"}
LOSS: Final = "norm2(A*x - b)^2"


class Screen(NamedTuple):
    """A title, a sentence on what to look at, and what is shown."""

    title: str
    words: str
    shown: Callable[[Course], str]


def derived(course: Course) -> str:
    return fr.derive(fr.parse(FORMULA, GENERAL), "x").text()


def verified(course: Course) -> str:
    return str(fr.derivative(fr.parse(FORMULA, GENERAL), "x").verification())


def symmetric(course: Course) -> str:
    general, special = (fr.derivative(fr.parse(FORMULA, kinds), "x") for kinds in (GENERAL, SYMMETRIC))
    return f"A: matrix(n, n)   {general.unicode()}\nA: symmetric(n)   {special.unicode()}"


def wrong(course: Course) -> str:
    return fr.check_derivation("f = x'*A*x\ndf = dx'*A*x + x'*A*dx\ngrad = 2*A*x", GENERAL).text()


def code(course: Course) -> str:
    f = fr.parse(LOSS, {"b": "vector(m)"})
    return fr.source([f, fr.derivative(f, "x")], backend="numpy")


def equality(course: Course) -> str:
    first, second = "tr(A*B*C) and tr(C*A*B)", "tr(A*B*C) and tr(A*C*B)"
    square = dict.fromkeys("ABC", "matrix(n, n)")
    f = fr.parse("tr(A*B*C)", square)
    return f"{first}: {fr.equal(f, 'tr(C*A*B)')}\n{second}: {fr.equal(f, 'tr(A*C*B)')}"


def sections(course: Course) -> str:
    width = max(len(section.title) for section in course.sections)
    return "\n".join(
        f"{section.title:{width}}  {len(section.lectures):2} lectures, "
        f"{sum(lecture.seconds for lecture in section.lectures) // 60:3} minutes"
        for section in course.sections
    )


def start(course: Course) -> str:
    commands = (
        (f"frechet course show {course.lectures[0].id}", "read the first lecture here"),
        ("frechet practice", "exercises, marked by the engine"),
        ("frechet lab list", "notebooks on real data"),
        ("frechet serve", "the course with figures to move, in the browser"),
    )
    width = max(len(command) for command, _ in commands)
    return "\n".join(f"{command:{width}}  {what}" for command, what in commands)


SCREENS: Final = (
    Screen(
        "A formula, and its derivative line by line",
        "The function is x'Ax. Each line changes one thing and says which.",
        derived,
    ),
    Screen(
        "Is it right?",
        "Compared with numerical differentiation, which knows none of the rules.",
        verified,
    ),
    Screen("What if A is symmetric?", "What is declared is used.", symmetric),
    Screen(
        "A mistake has a name",
        "Someone else's derivation: the first wrong line, numbers at which it fails, and the mistake.",
        wrong,
    ),
    Screen("The same or not?", "Equality is decided, not guessed.", equality),
    Screen("Code to keep", "Value and gradient of least squares, to be read and run.", code),
    Screen(
        "The course", "Its lectures have derivations to open, figures to move, exercises and labs.", sections
    ),
    Screen("Where to go from here", "", start),
)


@click.command()
@click.option("--pause/--no-pause", default=True, help="Wait for a key after each screen.")
def tour(pause: bool) -> None:
    """See in a few screens what Fréchet does."""
    with refusals_on_standard_error():
        course = read_course()
        for number, screen in enumerate(SCREENS, 1):
            click.echo(click.style(f"{number}/{len(SCREENS)}  {screen.title}", bold=True))
            if screen.words:
                click.echo(screen.words)
            click.echo()
            click.echo("\n".join(f"    {line}".rstrip() for line in screen.shown(course).splitlines()))
            click.echo()
            if pause and number < len(SCREENS):
                click.pause("Press a key to go on.")
