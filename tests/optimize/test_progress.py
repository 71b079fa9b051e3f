"""Progress: shown on a terminal when a search is long, never elsewhere."""

from __future__ import annotations

import io
import re
from time import sleep
from typing import Any

import numpy as np
import pytest

from frechet import minimize
from frechet.optimize import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def search(pause: float = 0.0) -> None:
    def quartic(x: Any) -> float:
        sleep(pause)
        return float(np.sum((x - 1) ** 4))

    minimize(quartic, start=[0.0, 3.0], method="gradient", max_iterations=6, progress=True)


def test_a_long_search_tells_a_terminal_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "DELAY", 0.0)
    monkeypatch.setattr("sys.stderr", stream := Terminal())
    search(pause=0.02)
    assert re.search(r"iteration \d+ \[00:0\d, value \S+, gradient \S+\]", stream.getvalue())


def test_a_short_search_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", stream := Terminal())
    search()
    assert "iteration" not in stream.getvalue()


def test_a_pipe_gets_nothing(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(progress, "DELAY", 0.0)
    search(pause=0.02)
    assert capfd.readouterr() == ("", "")
