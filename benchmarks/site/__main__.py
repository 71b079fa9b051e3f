"""Measure the site, print the tables and write their section of docs/benchmarks.md."""

from __future__ import annotations

import os
import sys
from typing import Final

from benchmarks import site
from benchmarks.measure import machine, median, percentile, table
from benchmarks.report import write_section
from benchmarks.site import load
from benchmarks.site.browser import Seen, seen
from benchmarks.site.load import Reply, kept, sent
from benchmarks.site.pages import Page, pages
from benchmarks.site.serving import WORKERS, Site, serving

LEARNERS: Final = 150
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
        replies = sent(running.address, running.people, load.RATE * load.SECONDS)
        count = kept(running.folder)
        text = report(running, found, eyes, replies, count)
    conditions = (
        f"{machine()}, {os.cpu_count()} cores, {WORKERS} server processes, SQLite. "
        f"The machine did other work as well: its load was {before:.1f} before the measurement."
    )
    text = f"{(site.__doc__ or '').strip()}\n\n{conditions}\n\n{text}"
    print(text)
    write_section("The site", text)


def tell(words: str) -> None:
    """Say how far it is."""
    print(words, file=sys.stderr)


def report(running: Site, found: list[Page], eyes: Seen, replies: list[Reply], count: int) -> str:
    """Return the tables."""
    marked = [reply for reply in replies if reply.is_marked]
    times = [1000 * reply.seconds for reply in replies]
    later, keys = [page.later for page in found], eyes.milliseconds
    worst = max(found, key=lambda page: page.later)
    rows: list[list[object]] = [
        ["first start, empty folder, s", f"{running.first_start:.1f}", ""],
        ["later starts, s", f"{running.later_start:.1f}", "5"],
        [f"answers sent at {load.RATE} a second", len(replies), ""],
        ["… not marked", len(replies) - len(marked), "0"],
        ["… acknowledged, not in the database", max(0, len(marked) - count), "0"],
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
    slow = sorted(found, key=lambda page: -page.later)[:SLOWEST]
    slowest = table(
        ["the slowest pages", "first visit, ms", "after, ms"],
        [[page.address, f"{page.first:.0f}", f"{page.later:.0f}"] for page in slow],
    )
    return f"{table(['figure', 'measured', 'bar'], rows)}\n\n{slowest}"


if __name__ == "__main__":
    main()
