"""The public corpus, and what counts as right."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any, Final

import numpy as np

CORPUS: Final = Path(__file__).resolve().parent.parent / "tests" / "corpus" / "public.jsonl.gz"
TOLERANCE: Final = 1e-6
STRUCTURED: Final = {
    "unconstrained": "none",
    "cookbook-symmetric": "entries",
    "sym-projection": "project",
    "diagonal": "project",
}


def cases() -> list[dict[str, Any]]:
    """Return every case of the corpus."""
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def agrees(value: Any, reference: Any, function_axes: int) -> bool:
    """Tell whether a value equals the reference, the function's axes first or last."""
    got, expected = np.squeeze(np.asarray(value, float)), np.asarray(reference, float)
    return any(
        got.shape == candidate.shape
        and np.abs(got - candidate).max(initial=0.0)
        <= TOLERANCE * max(1e-8, np.abs(candidate).max(initial=0.0))
        for candidate in (np.squeeze(expected), np.squeeze(functions_axes_last(expected, function_axes)))
    )


def functions_axes_last(array: np.ndarray[Any, Any], count: int) -> np.ndarray[Any, Any]:
    """Move the first `count` axes behind the others."""
    return np.moveaxis(array, range(count), range(array.ndim - count, array.ndim))
