"""Measure the site, print the tables and write their section of docs/benchmarks.md."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, final

from benchmarks import site
from benchmarks.measure import machine, median, percentile, table
from benchmarks.report import write_section
from benchmarks.site import load
from benchmarks.site.browser import Seen, seen
from benchmarks.site.load import Reply, kept, sent
from benchmarks.site.pages import Page, pages
from benchmarks.site.serving import WORKERS, Site, kill_a_worker, serving

LEARNERS: Final = 150
FAULT_SECONDS: Final = 20
SLOWEST: Final = 6


def main() -> None:
    """Measure, print and write."""
    before = os.getloadavg()[0]
    with serving(LEARNERS) as running:
        tell("the site has started")
        found = pages(running.address, running.people)
        tell(f"{len(found)} pages: {median(page.later for page in found):.0f} ms")
        eyes = seen(running.address, running.people)
        tell(
            f"a lecture: {eyes.first} and {eyes.later} bytes; a keystroke: {median(eyes.milliseconds):.0f} ms"
        )
        calm = measured(running, load.SECONDS)
        tell(f"{len(calm.replies)} answers: {median(r.seconds for r in calm.replies):.2f} s")
        # By other learners than before, so that every answer is a new one.
        running.people["sessions"].insert(0, running.people["sessions"].pop())
        fault = measured(running, FAULT_SECONDS, partial(kill_in_the_middle, running))
        text = report(running, found, eyes, calm, fault)
    conditions = (
        f"{machine()}, {os.cpu_count()} cores, {WORKERS} server processes, SQLite. "
        f"The machine did other work as well: its load was {before:.1f} before the measurement."
    )
    text = f"{(site.__doc__ or '').strip()}\n\n{conditions}\n\n{text}"
    print(text)
    write_section("The site", text)


@final
@dataclass(frozen=True)
class Load:
    """What became of answers, and how many of them the database has."""

    replies: list[Reply]
    kept: int

    @property
    def marked(self) -> int:
        return sum(reply.is_marked for reply in self.replies)

    @property
    def lost(self) -> int:
        """How many were acknowledged and are not there."""
        return max(0, self.marked - self.kept)


def measured(running: Site, seconds: int, meanwhile: Callable[[], None] = lambda: None) -> Load:
    """Send answers for so long."""
    before = kept(running.folder)
    replies = sent(running.address, running.people, seconds, meanwhile)
    return Load(replies, kept(running.folder) - before)


def kill_in_the_middle(running: Site) -> None:
    """Wait until half of the answers are sent, then end a server process."""
    time.sleep(FAULT_SECONDS / 2)
    kill_a_worker(running)


def tell(words: str) -> None:
    """Say how far it is."""
    print(words, file=sys.stderr)


def report(running: Site, found: list[Page], eyes: Seen, calm: Load, fault: Load) -> str:
    """Return the tables."""
    times = [1000 * reply.seconds for reply in calm.replies]
    later, keys = [page.later for page in found], eyes.milliseconds
    worst = max(found, key=lambda page: page.later)
    rows: list[list[object]] = [
        ["first start, empty folder, s", f"{running.first_start:.1f}", ""],
        ["later starts, s", f"{running.later_start:.1f}", "5"],
        ["… processor time of that, s", f"{running.later_start_work:.1f}", ""],
        [f"answers sent in {load.SECONDS} s, {load.RATE} a second", len(calm.replies), ""],
        ["… not marked", len(calm.replies) - calm.marked, "0"],
        ["… acknowledged, not in the database", calm.lost, "0"],
        ["… median, ms", f"{median(times):.0f}", ""],
        ["… p95, ms", f"{percentile(times, 0.95):.0f}", ""],
        [f"server time of {len(found)} pages, median, ms", f"{median(later):.0f}", "60"],
        [f"… slowest: {worst.address}, ms", f"{worst.later:.0f}", "60"],
        ["a lecture, first visit, kB", f"{eyes.first / 1000:.0f}", "600"],
        ["a lecture, after, kB", f"{eyes.later / 1000:.0f}", "60"],
        [
            f"keystroke to derivative, median of {len(eyes.milliseconds)}, ms",
            f"{median(eyes.milliseconds):.0f}",
            "150",
        ],
        ["… p95, ms", f"{percentile(keys, 0.95):.0f}", "400"],
    ]
    rows += [
        [f"answers sent in {FAULT_SECONDS} s, a server process killed", len(fault.replies), ""],
        ["… broken off, to be sent again", len(fault.replies) - fault.marked, ""],
        ["… acknowledged, not in the database", fault.lost, "0"],
    ]
    slow = sorted(found, key=lambda page: -page.later)[:SLOWEST]
    slowest = table(
        ["the slowest pages", "first visit, ms", "after, ms"],
        [[page.address, f"{page.first:.0f}", f"{page.later:.0f}"] for page in slow],
    )
    return f"{table(['figure', 'measured', 'bar'], rows)}\n\n{slowest}"


if __name__ == "__main__":
    main()
