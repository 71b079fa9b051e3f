"""The search for an optimum as data: the result, its path, and a picture where there are two unknowns."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

import frechet as fr
from frechet.errors import EvaluationError, FrechetError
from frechet.formula import described
from frechet.optimize.data import read_content
from frechet.optimize.result import Result
from frechet_site.workbench.landscapes import landscape
from frechet_site.workbench.numbers import matrix, public, short, table
from frechet_site.workbench.reading import NAMED, declarations_of, read

MOST_ITERATIONS: Final = 500
MOST_ROWS: Final = 40
COMPARED: Final = (("gradient", "Gradient descent"), ("newton", "Newton's method"))


def search(payload: Mapping[str, object]) -> dict[str, object]:
    """Minimize, and draw the paths of gradient descent and Newton's method where that can be drawn.

    Raises:
        FrechetError: formula, data, start or constraints are refused.
    """
    formula = read(str(payload["f"]), declarations_of(str(payload.get("declare", "")))).formula
    data = {**_uploaded(payload, formula), **typed(str(payload.get("values", "")), formula)}
    over = [name for name in re.split(r"[\s,]+", str(payload.get("over", ""))) if name]
    over = over or [name for name in formula.declarations if name not in data]
    start = typed(str(payload.get("start", "")), formula)
    asked: dict[str, Any] = {"over": over, "data": data, "start": start or None}
    conditions = [
        part.strip() for part in re.split(r"[;\n]", str(payload.get("subject_to", ""))) if part.strip()
    ]
    method = str(payload.get("method", "auto"))
    found = fr.minimize(
        formula, subject_to=conditions, method=method, max_iterations=MOST_ITERATIONS, **asked
    )
    return {
        **_read(formula, data, over),
        **_told(found, formula),
        "plot": None if conditions else _picture(formula, found, asked),
    }


def typed(text: str, formula: fr.Formula) -> dict[str, Any]:
    """Read values, one a line: `A = 1 2; 3 4`.

    Raises:
        EvaluationError: a line is none.
    """
    found: dict[str, Any] = {}
    for line in filter(str.strip, text.splitlines()):
        match = NAMED.fullmatch(line.replace("=", ":", 1))
        if match is None:
            raise EvaluationError(
                f"'{line.strip()[:40]}' gives no value", hint="Write a line as A = 1 2; 3 4."
            )
        name = match.group(1)
        if name not in formula.declarations:
            known = ", ".join(formula.declarations)
            raise EvaluationError(f"there is no {name} in the formula", hint=f"Its names are {known}.")
        found[name] = public(matrix(match.group(2), name), formula.declarations[name])
    return found


def _uploaded(payload: Mapping[str, object], formula: fr.Formula) -> dict[str, Any]:
    if not payload.get("file"):
        return {}
    try:
        content = base64.b64decode(str(payload["file"]), validate=True)
    except binascii.Error:
        raise EvaluationError("the file did not arrive whole", hint="Send it again.") from None
    arrays = read_content(str(payload.get("file_name", "")), content)
    found = {name: value for name, value in arrays.items() if name in formula.declarations}
    for name, value in found.items():
        if not np.isfinite(value).all():
            raise EvaluationError(
                f"{name} in the file has entries that are not finite", hint="Mend or drop them."
            )
    if not found:
        raise EvaluationError(
            f"none of the file's arrays ({', '.join(list(arrays)[:8])}) has a name of the formula",
            hint=f"The formula's names are {', '.join(formula.declarations)}.",
        )
    return found


def _read(formula: fr.Formula, data: Mapping[str, Any], over: Sequence[str]) -> dict[str, object]:
    kinds = [{"name": n, "kind": described(s)} for n, s in formula.declarations.items()]
    shapes = [
        {"name": name, "shape": " × ".join(map(str, np.shape(value))) or "number"}
        for name, value in data.items()
    ]
    told = {"latex": formula.latex(), "unicode": formula.unicode(), "kinds": kinds}
    return {**told, "data_shapes": shapes, "over": list(over)}


def _told(found: Result, formula: fr.Formula) -> dict[str, object]:
    try:
        test, condition = str(found.second_derivative_test), f"{found.condition_number:.3g}"
    except FrechetError:
        test, condition = "not tested", ""
    steps = [
        {
            "number": k,
            "value": f"{s.value:.6g}",
            "slope": f"{s.gradient_norm:.1e}",
            "length": short(s.step_length),
        }
        for k, s in enumerate(found.trace)
    ]
    return {
        "status": str(found.status),
        "converged": found.converged,
        "message": found.message,
        "value": f"{found.value:.10g}",
        "method": found.method,
        "reason": found.reason,
        "iterations": found.iterations,
        "evaluations": found.evaluations.value,
        "slope": f"{found.gradient_norm:.1e}",
        "test": test,
        "condition": condition,
        "x": [{"name": name, "value": table(value)} for name, value in found.x.items()],
        "trace": steps if len(steps) <= MOST_ROWS else [*steps[: MOST_ROWS - 5], *steps[-5:]],
        "left_out": max(0, len(steps) - MOST_ROWS),
    }


def _picture(formula: fr.Formula, found: Result, asked: Mapping[str, Any]) -> dict[str, object] | None:
    if found.landscape.size != 2 or sum(np.size(value) for value in found.x.values()) != 2:
        return None
    start = found.trace[0].x if found.trace else found.x
    paths = []
    for method, words in COMPARED:
        try:
            tried = fr.minimize(
                formula, method=method, max_iterations=MOST_ITERATIONS, **{**asked, "start": start}
            )
        except FrechetError:
            continue
        points = [flat(step.x) for step in tried.trace]
        outcome = f"{words}: {tried.iterations} steps, {tried.status}"
        paths.append({"method": method, "words": outcome, "points": points})
    return landscape(found, [flat(start), flat(found.x)], paths)


def flat(x: Mapping[str, Any]) -> list[float]:
    """Return the two numbers of a point."""
    return [float(entry) for value in x.values() for entry in np.ravel(value)]
