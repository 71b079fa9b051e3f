"""The answers of the workbench as data: what was read, its derivative, and the views below it.

    {"f": "norm2(A*x - b)^2", "wrt": "x", "order": 1, "declare": "A: matrix(m, n)"}

Every function takes the state of the page and returns what a template shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import frechet as fr
from frechet.cli.derive import verified
from frechet.cli.report import describe_axes, label_of, latex_label_of
from frechet.derivations.presentation import plain
from frechet.errors import FrechetError
from frechet.formula import described
from frechet.notation.latex import latex
from frechet.rewriting.steps import formula_latex
from frechet_site.lib.derivation_lines import lines_of
from frechet_site.workbench.choices import BACKENDS
from frechet_site.workbench.graphs import picture
from frechet_site.workbench.mends import mends
from frechet_site.workbench.numbers import numbers
from frechet_site.workbench.reading import Reading, declarations_of, read, variables_of, written_declarations

Data = Mapping[str, object]
LANGUAGES: Final = dict(BACKENDS)
STEPS_UP_TO: Final = 2


def answer(payload: Data) -> dict[str, object]:
    """Return the reading, the derivative and the view that is open; a refusal comes with its mends."""
    text, declared = str(payload["f"]), dict[str, str]()
    try:
        declared = declarations_of(str(payload.get("declare", "")))
        reading = read(text, declared)
    except FrechetError as error:
        offered = [{**mend._asdict(), "declare": written_declarations(mend.declarations)}
                   for mend in mends(text, declared, error)]  # fmt: skip
        return {"refusal": {**refusal(error), "mends": offered}, "symbols": _declared(declared)}
    shown = _read(reading)
    try:
        names = variables_of(reading.formula, str(payload.get("wrt", "")), int(str(payload.get("order", 1))))
        layout = str(payload.get("layout", "numerator"))
        found = fr.derivative(reading.formula, *names, structured=_structured(payload), layout=layout)
        return {**shown, **_derivative(found, names), "view": _view(payload, found, names)}
    except FrechetError as error:
        return {**shown, "refusal": refusal(error)}


def _structured(payload: Data) -> str:
    return str(payload.get("structured", "project"))


def _declared(declarations: Mapping[str, str]) -> list[dict[str, object]]:
    """Return what was declared as symbols, so that it can be changed while the formula cannot be read."""
    return [
        {"name": name, "kind": kind, "latex": "", "assumed": False} for name, kind in declarations.items()
    ]


def refusal(error: FrechetError) -> dict[str, object]:
    """Return an error of the user as the templates show it."""
    return {"message": capital(error.message), "hint": error.hint, "caret": error.caret()}


def capital(message: str) -> str:
    """Begin a sentence with a capital letter, unless it begins with a name that was typed."""
    return message if message[:1] in "'\"" else message[:1].upper() + message[1:]


def _read(reading: Reading) -> dict[str, object]:
    formula = reading.formula
    symbols = [
        {"name": name, "kind": described(symbol), "latex": latex(symbol), "assumed": name in formula.assumed}
        for name, symbol in formula.declarations.items()
    ]
    return {
        "read": reading.text,
        "remark": reading.remark,
        "text": str(formula),
        "latex": formula.latex(),
        "unicode": formula.unicode(),
        "shape": describe_axes(formula.shape),
        "symbols": symbols,
        "formula_notes": list(formula.notes),
    }


def _derivative(found: fr.Derivative, names: Sequence[str]) -> dict[str, object]:
    checked, unverified = verified(found)
    shown = str(found)
    tex = [latex(found.declarations[name]) for name in names]
    return {
        "names": list(names),
        "derivative": {
            "label": label_of(names),
            "label_latex": latex_label_of(names, tex),
            "text": shown,
            "latex": found.latex(),
            "unicode": found.unicode(),
            "shape": describe_axes(found.shape),
            "forms": [{"name": n, "text": form} for n, form in found.forms.items() if form != shown],
            "notes": list(found.notes),
        },
        "verification": None if checked is None else {"ok": checked.ok, "text": str(checked)},
        "unverified": unverified,
    }


def _view(payload: Data, found: fr.Derivative, names: tuple[str, ...]) -> dict[str, object]:
    name = str(payload.get("view", "steps"))
    try:
        return {"name": name, **VIEWS.get(name, steps)(payload, found, names)}
    except FrechetError as error:
        return {"name": name, "refusal": refusal(error)}


def steps(payload: Data, found: fr.Derivative, names: tuple[str, ...]) -> dict[str, object]:
    """Tell the derivation line by line."""
    method = str(payload.get("method", "differential"))
    if len(names) > STEPS_UP_TO:
        note = "Derivations are told up to order two. Lower the order, and derive the result again."
        return {"method": method, "lines": [], "notes": [note]}
    told = fr.derive(found.function, *names, method=method, structured=_structured(payload))
    return {"method": method, **lines_of(told)}


def code(payload: Data, found: fr.Derivative, names: tuple[str, ...]) -> dict[str, object]:
    """Write the program of the function and of its derivatives up to the order asked for."""
    backend = str(payload.get("backend", "numpy"))
    below = [fr.derivative(found.function, *names[:count]) for count in range(1, len(names))]
    return {"code": fr.source([found.function, *below, found], backend), "language": LANGUAGES[backend]}


def graph(payload: Data, found: fr.Derivative, names: tuple[str, ...]) -> dict[str, object]:
    """Draw the formula as a graph; the parts that change with the variable are marked."""
    return picture(found.function.expression, names[0])


def curvature(payload: Data, found: fr.Derivative, names: tuple[str, ...]) -> dict[str, object]:
    """Tell the curvature in the variables, and why."""
    told = fr.curvature(found.function, *dict.fromkeys(names))
    lines = [
        {
            "latex": formula_latex(line.part),
            "text": plain((line.part,)),
            "claim": line.claim,
            "reason": line.reason,
        }
        for line in told.lines
    ]
    return {"curvature": told.curvature, "how": told.how, "lines": lines, "notes": list(told.notes)}


def playground(payload: Data, found: fr.Derivative, names: tuple[str, ...]) -> dict[str, object]:
    """Evaluate the formula and its derivative at the values typed, or at random ones."""
    given = payload.get("values")
    values = {str(k): str(v) for k, v in given.items()} if isinstance(given, dict) else {}
    return numbers(found, values, int(str(payload.get("seed", 0))))


VIEWS: Final[dict[str, Callable[[Data, fr.Derivative, tuple[str, ...]], dict[str, object]]]] = {
    "steps": steps,
    "code": code,
    "graph": graph,
    "curvature": curvature,
    "numbers": playground,
}
