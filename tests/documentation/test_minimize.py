"""The examples of the guide to minimization are executed."""

from __future__ import annotations

import doctest
from pathlib import Path

from frechet.optimize.constrained.minimize import NAMES
from frechet.optimize.methods.choice import METHODS

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "minimize.md"


def test_the_examples_run() -> None:
    failed, tried = doctest.testfile(str(GUIDE), module_relative=False, encoding="utf-8")
    assert tried > 10
    assert failed == 0


def test_every_method_is_described() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert [name for name in (*METHODS, *NAMES) if f"`{name}`" not in text and f'{name}"`' not in text] == []
