"""Every first derivative of order two or less in the public corpus has a checked derivation."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from statistics import median
from time import process_time

from frechet.derivations import Derivation, derive
from frechet.language import read

CORPUS = Path(__file__).parent.parent / "corpus" / "public.jsonl.gz"


def order(shape: tuple[int | str, int | str]) -> int:
    return sum(length != 1 for length in shape)


def derivations() -> dict[str, tuple[Derivation, float]]:
    found: dict[str, tuple[Derivation, float]] = {}
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        for case in map(json.loads, lines):
            if len(case["wrt"]) != 1:
                continue
            formula = read(case["expr"], case["declare"])
            variable = formula.declarations[case["wrt"][0]]
            if order(formula.expression.shape) + order(variable.shape) > 2:
                continue
            start = process_time()
            found[case["id"]] = derive(formula, variable.name), process_time() - start
    return found


def test_every_first_derivative_has_a_full_derivation_with_every_line_verified() -> None:
    found = derivations()
    missing = [name for name, (derivation, _) in found.items() if not derivation.verified]
    assert len(found) > 200
    assert missing == []
    assert median(seconds for _, seconds in found.values()) < 0.05
