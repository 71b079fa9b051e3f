"""Chains of operations on large arrays: one pass, the same values, and only where it pays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from frechet import EvaluationError, compile, derivative, parse
from frechet.backends import fusion
from frechet.backends.program import Program

pytest.importorskip("numexpr", reason="numexpr is not installed")

VECTORS = {"x": "vector(n)", "y": "vector(n)", "w": "vector(n)"}
FORMULAS = [
    "sum((x - y).^4) + sum(x.^3)",
    "sum(w.*(x - x.^3/6 + y).^2)",
    "sum(w.*(vector(1, n) - x.^2.*y + 3*x.*y.^2 - y.^3).*sqrt(x.^2 + y.^2))",
    "sum(vector(1, n)./(vector(1, n) + x.^2.*y.^2 + w.^2))",
    "sum(w.*(sqrt(vector(1, n) + (x - y).^2) - vector(1, n)))",
    "sum(abs(x.^3 - 2*x.*y + w.^3)) + sum(x)*norm2(y)^2",
]
SIZE = 1_000


def data(size: int = SIZE) -> dict[str, Any]:
    random = np.random.default_rng(1)
    return {name: random.standard_normal(size) for name in VECTORS}


@pytest.fixture
def _small_arrays() -> Iterator[None]:
    with patch.object(fusion, "FEWEST_ENTRIES", SIZE), patch.object(fusion, "OPERATIONS_BEYOND_OPERANDS", -9):
        yield


def chains(program: Any, size: int = SIZE) -> dict[int, fusion.Chain]:
    assert isinstance(program, Program)
    return program.variant({"n": size}).code.fusion.chains


def outputs(text: str) -> list[Any]:
    formula = parse(text, VECTORS)
    return [formula, *(derivative(formula, name) for name in VECTORS if name in formula.declarations)]


@pytest.mark.usefixtures("_small_arrays")
@pytest.mark.parametrize("text", FORMULAS)
def test_a_fused_program_gives_the_same_values(text: str) -> None:
    inputs = data()
    found = compile(outputs(text))
    assert chains(found)
    with patch.object(fusion, "FEWEST_ENTRIES", 10**9):
        plain = compile(outputs(text))
        assert not chains(plain)
        wanted = plain(**inputs)
    for _ in range(2):
        for one, other in zip(found(**inputs), wanted, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-13, atol=1e-13)


@pytest.mark.usefixtures("_small_arrays")
def test_the_fused_function_is_the_one_that_runs() -> None:
    program = compile(outputs(FORMULAS[0]))
    assert isinstance(program, Program)
    variant = program.variant({"n": SIZE})
    assert "fused" in variant.text
    assert variant.guarded(data(), None)


@pytest.mark.usefixtures("_small_arrays")
def test_inputs_are_not_written_to() -> None:
    inputs = data()
    before = {name: array.copy() for name, array in inputs.items()}
    compile(outputs(FORMULAS[2]))(**inputs)
    assert all(np.array_equal(inputs[name], before[name]) for name in inputs)


@pytest.mark.usefixtures("_small_arrays")
def test_a_value_that_is_not_finite_is_still_named() -> None:
    inputs = {**data(), "x": np.zeros(SIZE)}
    with pytest.raises(EvaluationError, match="infinite at entry 1"):
        compile(parse("sum(w.*(y.^3 - 2*y + x.^(-1)).^2)", VECTORS))(**inputs)


def test_small_arrays_short_chains_and_transcendental_functions_are_left_alone() -> None:
    large = fusion.FEWEST_ENTRIES
    assert chains(compile(outputs(FORMULAS[1])), large)
    assert not chains(compile(outputs(FORMULAS[1])), large // 2)
    assert not chains(compile(outputs("sum(w.*x.*y)")), large)
    assert not chains(compile(outputs("sum(exp(x).*tanh(y))")), large)


def test_without_numexpr_nothing_is_fused() -> None:
    with patch.object(fusion, "find_spec", return_value=None):
        assert not chains(compile(outputs(FORMULAS[1])), fusion.FEWEST_ENTRIES)
