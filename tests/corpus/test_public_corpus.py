"""304 derivatives from the literature against stored references.

The references come from automatic differentiation of an independent implementation in float64,
confirmed by finite differences. A case is right when value and derivative agree at every point,
and when the printed result, read back, gives the same values.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import frechet as fr

TOLERANCE = 1e-7
HIGHEST_ORDER_IN_MATRIX_NOTATION = 2
# The derivative of X^k with all its axes, which the other back ends refuse.
ONLY_FOR_NUMPY = ("cookbook-090k",)
# The corpus names the convention of a derivative by a structured variable.
STRUCTURED = {
    "unconstrained": "none",
    "cookbook-symmetric": "entries",
    "sym-projection": "project",
    "diagonal": "project",
}


def cases_by_topic() -> dict[str, list[dict[str, Any]]]:
    topics = defaultdict(list)
    with gzip.open(Path(__file__).parent / "public.jsonl.gz", "rt", encoding="utf-8") as lines:
        for case in map(json.loads, lines):
            topics[case["topic"]].append(case)
    return topics


TOPICS = cases_by_topic()


def test_the_corpus_is_complete() -> None:
    assert sum(map(len, TOPICS.values())) == 304


@pytest.mark.parametrize("topic", TOPICS)
def test_derivatives_of_the_literature(topic: str) -> None:
    problems = {case["id"]: problem for case in TOPICS[topic] if (problem := problem_of(case))}
    assert problems == {}


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_other_back_ends_give_what_the_literature_gives(backend: str) -> None:
    pytest.importorskip(backend)
    cases = [case for topic in TOPICS.values() for case in topic if case["id"] not in ONLY_FOR_NUMPY]
    problems = {case["id"]: problem for case in cases if (problem := problem_of(case, backend))}
    assert problems == {}


def problem_of(case: dict[str, Any], backend: str = "numpy") -> str | None:
    """Say what is wrong with our answer to a case, or None."""
    try:
        function = fr.parse(case["expr"], case["declare"])
        structured = STRUCTURED[case["convention"]] if case.get("convention") else "project"
        derivative = fr.derivative(function, *case["wrt"], structured=structured)
        outputs: list[fr.Formula | fr.Derivative] = [function, derivative]
        order = np.ndim(case["points"][0]["derivative"])
        if backend == "numpy" and order <= HIGHEST_ORDER_IN_MATRIX_NOTATION:
            outputs.append(fr.parse(str(derivative), case["declare"]))
        program = fr.compile(outputs, backend=backend)
        for point in case["points"]:
            problem = mismatch([np.asarray(r) for r in program(**inputs_of(point))], point)
            if problem:
                return problem
    except fr.FrechetError as error:
        return f"{type(error).__name__}: {error}"
    return None


def inputs_of(point: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, int) else np.asarray(value, dtype=float)
        for name, value in point["inputs"].items()
    }


def mismatch(results: list[Any], point: dict[str, Any]) -> str | None:
    for what, result, reference in zip(
        ("value", "derivative", "printed derivative"),
        results,
        (point["value"], point["derivative"], point["derivative"]),
        strict=False,
    ):
        got, expected = np.squeeze(np.asarray(result, float)), np.squeeze(np.asarray(reference, float))
        if got.shape != expected.shape:
            return f"{what} has shape {got.shape}, not {expected.shape}"
        scale = max(1e-8, float(np.abs(expected).max(initial=0.0)))
        error = float(np.abs(got - expected).max(initial=0.0)) / scale
        if not error <= TOLERANCE:
            return f"{what} is off by {error:.1e}"
    return None
