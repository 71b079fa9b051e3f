"""`frechet course`: read a course, check it, and begin new lectures and exercises."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import click

from frechet.cli.refusals import CHECK_FAILED, refusals_on_standard_error
from frechet.course.check import LectureReport, check_lecture, check_structure
from frechet.course.content import Course, content_folder, course_of, read_course
from frechet.course.problems import CourseError


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
@click.option("--jobs", type=click.IntRange(1), default=None, help="How many processes.")
@click.pass_obj
def check(folder: str | None, lectures: tuple[str, ...], fast: bool, jobs: int | None) -> None:
    """Check that everything said in the course, or in some lectures, is true."""
    with refusals_on_standard_error():
        root = content_folder(folder)
        whole = read_course(root)
        chosen = [whole.lecture(name) for name in lectures] or whole.lectures
    structure = [] if lectures else check_structure(whole)
    reports = _reports(root, [lecture.id for lecture in chosen], jobs or os.cpu_count() or 1, fast)
    problems = [*structure, *(problem for report in reports for problem in report.problems)]
    _show(whole, reports, problems)
    if any(not problem.warning for problem in problems):
        raise click.exceptions.Exit(CHECK_FAILED)


def _reports(root: Path, names: Sequence[str], jobs: int, fast: bool) -> list[LectureReport]:
    """Check lectures in processes of their own, with a progress bar."""
    found: dict[str, LectureReport] = {}
    workers = min(jobs, len(names))
    with click.progressbar(length=len(names), label="Checking", width=40) as bar:
        if workers <= 1:
            for name in names:
                found[name] = check_one(root, name, fast)
                bar.update(1)
        else:
            with ProcessPoolExecutor(workers) as pool:
                tasks = {pool.submit(check_one, root, name, fast): name for name in names}
                for task in as_completed(tasks):
                    found[tasks[task]] = task.result()
                    bar.update(1)
    return [found[name] for name in names]


def check_one(root: Path, name: str, fast: bool) -> LectureReport:
    """Check one lecture; what a process of its own runs."""
    whole = course_of(root)
    return check_lecture(whole, whole.lecture(name), fast=fast)


def _show(whole: Course, reports: Sequence[LectureReport], problems: Sequence[CourseError]) -> None:
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
