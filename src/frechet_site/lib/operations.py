"""What the engine does for the site: JSON data in, JSON data out, nothing else touched.

These functions run in worker processes that may be ended at any moment. A feature adds its own in
a module `operations.py` of its folder, under names that begin with the feature's; none of these
modules imports Django.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import frechet as fr
from frechet.cli.derive import verified
from frechet.cli.formats import as_json
from frechet.cli.report import Report, describe_axes
from frechet.cookbook.entry import Entry
from frechet.cookbook.search import search
from frechet.errors import ParseError
from frechet.formula import described
from frechet.notation.latex import latex

Data: TypeAlias = "Mapping[str, object]"
Operation: TypeAlias = Callable[[Data], dict[str, object]]


def preview(payload: Data) -> dict[str, object]:
    """Read a formula and tell what was understood: its notation, its shape, each name's kind."""
    formula = _formula(payload)
    symbols = {
        name: {"kind": described(symbol), "latex": latex(symbol), "assumed": name in formula.assumed}
        for name, symbol in formula.declarations.items()
    }
    return {
        "text": str(formula),
        "latex": formula.latex(),
        "unicode": formula.unicode(),
        "shape": describe_axes(formula.shape),
        "symbols": symbols,
        "notes": list(formula.notes),
    }


def derive(payload: Data) -> dict[str, object]:
    """Differentiate, with `steps` in steps: the data of `frechet derive --format json` and a few words."""
    formula = _formula(payload)
    names = _names(payload, "wrt")
    layout, structured = _text(payload, "layout", "numerator"), _text(payload, "structured", "project")
    derivative = fr.derivative(formula, *names, structured=structured, layout=layout)
    verification, unverified = verified(derivative) if payload.get("verify", True) else (None, "")
    told = None
    if payload.get("steps"):
        method, granularity = (
            _text(payload, "method", "differential"),
            _text(payload, "granularity", "normal"),
        )
        told = fr.derive(formula, *names, method=method, granularity=granularity, structured=structured)
    report = Report(formula, derivative, names, layout, structured, verification, told, False, unverified)
    answer: dict[str, object] = json.loads(as_json(report))
    return {
        **answer,
        "label": report.label,
        "shape": describe_axes(derivative.shape),
        "verdict": report.verdict,
    }


def check(payload: Data) -> dict[str, object]:
    """Check a derivation line by line."""
    report = fr.check_derivation(
        _text(payload, "text"),
        _declarations(payload),
        _text(payload, "over") or None,
        layout=_text(payload, "layout", "numerator"),
        syntax=_text(payload, "syntax", "auto"),
    )
    return report.json()


def source(payload: Data) -> dict[str, object]:
    """Write the program for a formula and, by a variable, its derivatives up to an order."""
    formula = _formula(payload)
    name, backend = _text(payload, "wrt"), _text(payload, "backend", "numpy")
    order = payload.get("order", 2 if name else 0)
    if order not in (0, 1, 2):
        raise ParseError("the order of a program is 0, 1 or 2", hint="Leave it out for the Hessian too.")
    derivatives = [fr.derivative(formula, *[name] * count) for count in range(1, int(str(order)) + 1)]
    return {"code": fr.source([formula, *derivatives], backend), "backend": backend}


def curvature(payload: Data) -> dict[str, object]:
    """Tell whether the function is convex, concave or affine in the variables, and why."""
    found = fr.curvature(_formula(payload), *_names(payload, "wrt"))
    return {"curvature": str(found), "argument": found.argument, "latex": found.latex()}


def cookbook_search(payload: Data) -> dict[str, object]:
    """Search the Cookbook by formula, words or equation number."""
    limit = payload.get("limit", 20)
    if not isinstance(limit, int) or not 1 <= limit <= 100:
        raise ParseError("the limit is a number from 1 to 100", hint="Leave it out for 20.")
    hits = search(_text(payload, "query"), _text(payload, "wrt") or None, _declarations(payload), limit)
    return {"hits": [{**_entry(hit.entry), "why": hit.why} for hit in hits]}


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "title": entry.title,
        "statement": entry.statement,
        "citation": entry.citation,
        "latex": latex(entry.stated),
    }


def _formula(payload: Data) -> fr.Formula:
    return fr.parse(_text(payload, "text"), _declarations(payload), syntax=_text(payload, "syntax", "text"))


def _text(payload: Data, key: str, default: str = "") -> str:
    value = payload.get(key, default)
    if not isinstance(value, str):
        raise ParseError(f"'{key}' is not a text", hint=f"Send '{key}' as a text.")
    return value


def _names(payload: Data, key: str) -> tuple[str, ...]:
    value = payload.get(key, ())
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list | tuple) or not all(isinstance(name, str) for name in listed):
        raise ParseError(
            f"'{key}' is not a list of names", hint=f'Send "{key}" as ["x"], or ["x", "x"] for order 2.'
        )
    return tuple(listed)


def _declarations(payload: Data) -> dict[str, str]:
    value = payload.get("declarations") or {}
    if not isinstance(value, dict) or not all(isinstance(kind, str) for kind in value.values()):
        raise ParseError("'declarations' is not a table", hint='Send it as {"A": "matrix(m, n)"}.')
    return {str(name): kind for name, kind in value.items()}


OPERATIONS: Final[dict[str, Operation]] = {
    "preview": preview,
    "derive": derive,
    "check": check,
    "source": source,
    "curvature": curvature,
    "cookbook_search": cookbook_search,
}
