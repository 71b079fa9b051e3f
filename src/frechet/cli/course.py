"""`frechet course`: read a course, check it, and begin new lectures and exercises."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from shutil import get_terminal_size

import click

from frechet.cli.refusals import CHECK_FAILED, refusals_on_standard_error
from frechet.course.beginnings import EXERCISE_KINDS, new_exercise, new_lecture
from frechet.course.check import LectureReport, check_structure
from frechet.course.checking import Result, gathered, run_tasks, tasks_for
from frechet.course.content import KINDS, folder_to_write, read_course
from frechet.course.problems import CourseError
from frechet.course.terminal import WIDTH, lecture_text


@click.group()
@click.option("--folder", metavar="FOLDER", help="The course, if it is not the one that came along.")
@click.pass_context
def course(context: click.Context, folder: str | None) -> None:
    """Read, check and write courses."""
    context.obj = folder


@course.command("list")
@click.pass_obj
def listing(folder: str | None) -> None:
    """List the sections and lectures."""
    with refusals_on_standard_error():
        for section in read_course(folder).sections:
            click.echo(click.style(section.title, bold=True))
            for lecture in section.lectures:
                click.echo(f"  {lecture.duration}  {lecture.id:44}  {lecture.title}")


@course.command()
@click.argument("lectures", nargs=-1, metavar="[LECTURE]...")
@click.option("--fast", is_flag=True, help="Only texts, formulas and figures.")
@click.option("--labs", is_flag=True, help="Run the labs too: the solution passes, the start does not.")
@click.option("--jobs", type=click.IntRange(1), default=None, help="How many processes.")
@click.pass_obj
def check(folder: str | None, lectures: tuple[str, ...], fast: bool, labs: bool, jobs: int | None) -> None:
    """Check that everything said in the course, or in some lectures, is true."""
    with refusals_on_standard_error():
        whole = read_course(folder)
        chosen = [whole.lecture(name) for name in lectures] or whole.lectures
    structure = [] if lectures else check_structure(whole)
    tasks = tasks_for(chosen, exercises=not fast, labs=labs)
    found: list[Result] = []
    with click.progressbar(length=len(tasks), label="Checking", width=40, file=sys.stderr) as bar:
        for result in run_tasks(whole, tasks, fast=fast, jobs=jobs):
            found.append(result)
            bar.update(1)
    reports = gathered(found, [lecture.id for lecture in chosen])
    problems = [*structure, *(problem for report in reports for problem in report.problems)]
    _show(reports, problems)
    if any(not problem.warning for problem in problems):
        raise click.exceptions.Exit(CHECK_FAILED)


def _show(reports: Sequence[LectureReport], problems: Sequence[CourseError]) -> None:
    for problem in problems:
        click.echo(click.style(str(problem), fg="yellow" if problem.warning else "red"))
    if problems:
        click.echo()
    click.echo(f"{'lecture':44} words formulas derivations figures exercises lab  problems")
    for report in reports:
        marks = f"{len(report.errors)}" + (f" + {len(report.warnings)} warnings" if report.warnings else "")
        click.echo(
            f"{report.id[:44]:44} {report.words:5} {report.formulas:8} {report.derivations:11} "
            f"{report.figures:7} {report.exercises:9} {'yes' if report.lab else '–':>3}  "
            + (click.style("✓", fg="green") if not report.problems else marks)
        )
    count = sum(not problem.warning for problem in problems)
    click.echo(f"{len(reports)} lectures, {count} problems, {len(problems) - count} warnings.")


@course.command()
@click.argument("lecture")
@click.pass_obj
def show(folder: str | None, lecture: str) -> None:
    """Read a lecture in the terminal."""
    with refusals_on_standard_error():
        whole = read_course(folder)
        text = lecture_text(whole, whole.lecture(lecture), min(get_terminal_size().columns, WIDTH))
    click.echo_via_pager(text)


@course.command()
@click.pass_obj
def glossary(folder: str | None) -> None:
    """Print the glossary: symbols, names and meanings."""
    with refusals_on_standard_error():
        for entry in read_course(folder).glossary:
            click.echo(f"{entry.get('symbol', '')!s:16} {click.style(str(entry.get('name', '')), bold=True)}")
            click.echo(f"{'':16} {entry.get('meaning', '')}")


@course.command("new-lecture")
@click.argument("section")
@click.argument("name", metavar="ID")
@click.option("--title", help="The title; made from the id if left out.")
@click.option("--kind", type=click.Choice(KINDS), default="mathematical", help="What kind of lecture.")
@click.pass_obj
def add_lecture(folder: str | None, section: str, name: str, title: str | None, kind: str) -> None:
    """Begin a lecture ID at the end of SECTION (an id; a new one begins a section)."""
    with refusals_on_standard_error():
        shown = title or name.replace("-", " ").capitalize()
        made = new_lecture(read_course(folder_to_write(folder)), section, name, shown, kind)
    click.echo(f"Wrote {made}. Write over what is there; then: frechet course check --fast {name}")


@course.command("new-exercise")
@click.argument("lecture")
@click.option("--kind", type=click.Choice(EXERCISE_KINDS), default="derive", help="What kind of exercise.")
@click.pass_obj
def add_exercise(folder: str | None, lecture: str, kind: str) -> None:
    """Begin the next exercise of LECTURE."""
    with refusals_on_standard_error():
        file = new_exercise(read_course(folder_to_write(folder)).lecture(lecture), kind)
    click.echo(f"Wrote {file}. Place it in the text: :::{{exercise}} {file.stem}")
