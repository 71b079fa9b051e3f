"""The example of the guide to checking a derivation is executed, as text and in Python."""

from __future__ import annotations

import doctest
from pathlib import Path

import frechet as fr

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "check-a-derivation.md"


def test_the_examples_run() -> None:
    failed, tried = doctest.testfile(str(GUIDE), module_relative=False, encoding="utf-8")
    assert tried >= 4
    assert failed == 0


def test_the_lines_with_their_declarations_are_checked_as_the_guide_says() -> None:
    lines = GUIDE.read_text(encoding="utf-8").split("```")[1]
    report = fr.check_derivation(lines, {})
    assert report.mistake == "transpose missing"
