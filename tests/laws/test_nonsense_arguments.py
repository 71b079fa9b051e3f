"""Law: a public function that is given things of the wrong kind refuses them in a sentence."""

from __future__ import annotations

import inspect
from contextlib import suppress
from itertools import product
from typing import Any

import pytest

import frechet as fr

NONSENSE: list[Any] = ["x", "x'*x", None, 5, 2.5, [1], {}, object(), b"x"]
FUNCTIONS = sorted(name for name in fr.__all__ if inspect.isfunction(getattr(fr, name)))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_nonsense_is_refused_in_a_sentence(name: str) -> None:
    formula = fr.parse("x'*A*x", {"A": "matrix(n, n)", "x": "vector(n)"})
    function = getattr(fr, name)
    kinds = [p for p in inspect.signature(function).parameters.values() if p.kind <= p.POSITIONAL_OR_KEYWORD]
    least = sum(p.default is p.empty for p in kinds)
    for count in range(least, min(len(kinds), 3) + 1):
        for arguments in product([*NONSENSE, formula], repeat=count):
            with suppress(fr.FrechetError):
                function(*arguments)


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_what_is_no_formula_is_not_derived(nonsense: Any) -> None:
    with pytest.raises(fr.FrechetError):
        fr.derive(nonsense, "x")
