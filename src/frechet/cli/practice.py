"""`frechet practice`: exercises in the terminal, marked by the engine.

Without a topic it asks what is due for review, then what comes next on the map of skills.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from frechet.cli.practice_screen import Session, marked_program, solved
from frechet.cli.refusals import refusals_on_standard_error
from frechet.course.certainty import Calibration, calibration
from frechet.course.content import content_folder
from frechet.course.exercises.judging import LAYOUTS
from frechet.course.exercises.variants import variant
from frechet.course.mastery import standings
from frechet.course.mastery_placement import Placement
from frechet.course.mastery_reviews import due
from frechet.course.mastery_streak import streak
from frechet.course.practice import Library, library, next_exercise
from frechet.course.practice_log import LOG_NAME, append_to_log, read_log

CLOSE: Final = 5


@click.command()
@click.argument("topic", required=False)
@click.option("--list", "listed", is_flag=True, help="Show lectures and skills, and how you stand.")
@click.option("--placement", is_flag=True, help="Find out with few questions where to begin.")
@click.option("--certainty", is_flag=True, help="Ask before each mark how sure you are; show your curve.")
@click.option("--count", type=click.IntRange(1), help="Stop after so many exercises.")
@click.option("--layout", type=click.Choice(LAYOUTS), default="course", help="The layout of your gradients.")
@click.option("--course", "folder", type=click.Path(path_type=Path), help="The folder of the course.")
@click.option("--log", type=click.Path(path_type=Path), help="Where your attempts are kept.")
def practice(
    topic: str | None,
    listed: bool,
    placement: bool,
    certainty: bool,
    count: int | None,
    layout: str,
    folder: Path | None,
    log: Path | None,
) -> None:
    """Practice a SKILL, a LECTURE or one exercise; left out, what is due and what comes next.

    Type your answer as a formula (2*A'*(A*x - b)) or in LaTeX; ? for a hint, skip, quit.
    """
    with refusals_on_standard_error():
        of = library(content_folder(folder))
        path = log or Path(click.get_app_dir("frechet")) / LOG_NAME
        session = Session(of, layout, programs=sys.stdin.isatty(), certainty=certainty)
        if listed:
            click.echo(overview(of, path))
        elif placement:
            place(session)
        else:
            _practiced(session, path, topic, count)
            if certainty:
                click.echo(curve(calibration(read_log(path))))


def _practiced(session: Session, path: Path, topic: str | None, count: int | None) -> None:
    """Ask one exercise after the other until the learner or the count ends it."""
    done = right = 0
    while count is None or done < count:
        found = next_exercise(
            session.library, read_log(path), datetime.now(UTC), topic, session.programs, session.skipped
        )
        if found is None:
            click.echo("Nothing is left to ask. Name a skill or a lecture to practice it again.")
            break
        exercise, seed = found
        made = variant(exercise, seed)
        attempt = marked_program(session, made) if exercise.code is not None else solved(session, made)
        if attempt is not None:
            append_to_log(path, attempt)
            right += attempt.right
            done += 1
        else:
            session.skipped.add(exercise.id)
        if session.over:
            break
    if done:
        now = datetime.now(UTC)
        days = streak((a.when.astimezone().date() for a in read_log(path)), now.astimezone().date())
        noun = "day" if days.days == 1 else "days"
        click.echo(f"{right} of {done} right. {days.days} {noun} in a row.")


def place(session: Session) -> None:
    """Ask a few questions over the map of skills, and say where to begin."""
    of = session.library
    askable = frozenset(skill for skill, number in of.available.items() if number)
    placement = Placement(of.requires, askable=askable)
    click.echo(f"At most {placement.most} questions, one try each. Skip what you do not know.\n")
    while (skill := placement.next_skill) is not None:
        exercise = of.of_skill(skill)[0]
        attempt = solved(session, variant(exercise, len(placement.answers)), one_try=True)
        if session.over:
            return
        placement = placement.answered(skill, attempt is not None and attempt.clean)
    known = len(placement.known)
    click.echo(f"You know {known} of {len(of.skills)} skills. Begin with:")
    for skill in placement.frontier[:3]:
        click.echo(f"  {skill:<24} {of.skills[skill].get('title', '')}")


def curve(found: Calibration | None) -> str:
    """Return the hit rate for each degree of certainty, and what certainty was worth."""
    if found is None:
        return "No certainty was stated yet."
    lines = ["How sure you were, and how often right at the first answer:"]
    for share in found.parts:
        bar = "█" * round(20 * share.right)
        lines.append(f"  {share.sure:4.0%} sure  {bar:<20}  {share.right:4.0%} right of {share.count}")
    gap = round(100 * (found.whole.sure - found.whole.right))
    word = f"{abs(gap)} points too {'sure' if gap > 0 else 'modest'}"
    verdict = f"you are {word}" if abs(gap) > CLOSE else "that fits"
    lines.append(f"Penalty {found.penalty:.2f} an answer; {verdict}.")
    return "\n".join(lines)


def overview(of: Library, path: Path) -> str:
    """Return the lectures with exercises, and the skills with how the learner stands."""
    attempts, now = read_log(path), datetime.now(UTC)
    counts: dict[str, int] = {}
    for exercise in of.exercises.values():
        counts[exercise.lecture] = counts.get(exercise.lecture, 0) + 1
    lines = ["Lectures"]
    lines += [f"  {name:<44} {number:>3}  {of.titles.get(name, '')}" for name, number in counts.items()]
    lines += ["", "Skills"]
    waiting = {review.skill for review in due(attempts, now)}
    for skill, one in standings(list(of.skills), attempts, of.rule, now, of.available).items():
        bar = "█" * round(8 * one.share)
        state = "mastered" if one.mastered else ""
        state += " · due" if skill in waiting else ""
        lines.append(f"  {skill:<24} {bar:<8}  {of.skills[skill].get('title', '')}  {state}".rstrip())
    return "\n".join(lines)
