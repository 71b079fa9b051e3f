"""Do two expressions have the same value at random points? Numbers only, no rules of ours."""

from __future__ import annotations

from random import Random

from frechet.errors import EvaluationError, FrechetError
from frechet.expressions.nodes import Expr
from frechet.functions.linear_algebra import entries
from frechet.verification.arithmetic import FLOAT
from frechet.verification.reference import evaluate
from frechet.verification.sampling import points

TOLERANCE = 1e-6


def agree(left: Expr, right: Expr, count: int = 3, seed: int = 0) -> bool:
    """Compare two expressions of one shape at points where both have a value.

    Raises:
        EvaluationError: no such point was found.
    """
    compared = 0
    for point in points([left, right], count, seed + Random(seed).randrange(100), FLOAT, 4, ()):
        try:
            ours = entries(evaluate(left, point.values, point.sizes))
            theirs = entries(evaluate(right, point.values, point.sizes))
        except FrechetError:
            continue
        scale = max(1e-9, *(abs(float(v)) for v in (*ours, *theirs)))
        if any(abs(float(a) - float(b)) > TOLERANCE * scale for a, b in zip(ours, theirs, strict=True)):
            return False
        compared += 1
    if compared == 0:
        raise EvaluationError("no point where both sides have a value")
    return True
