"""A figure's file: read, its formulas differentiated by the engine, all of it made data for a page.

The page gets `nodes`, the program of `figure_tree.py`, and the places in it of the figure's value,
gradient and Hessian, of its readings, arrows, lines and series.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from frechet.course.data import read_toml, texts
from frechet.course.figure_budget import faults_of_game, faults_of_play
from frechet.course.figure_claims import claim_data, faults_of_claims
from frechet.course.figure_program import Program
from frechet.course.figure_reading import FigureError, declared_in, floats_of, names_of, values_in
from frechet.course.figure_structure import check_free
from frechet.course.problems import CourseError, Place, told_by
from frechet.errors import FrechetError, quoted

COMMON: Final = (
    "kind", "title", "description", "declare", "formula", "over", "values", "slider", "reading", "window",
)  # fmt: skip
PARTICULAR: Final[dict[str, tuple[str, ...]]] = {
    "plane": ("show", "rate", "steps", "constraint", "constrained"),
    "curve": ("show", "rate", "steps"),
    "surface": ("show",),
    "arrows": ("arrow", "line"),
    "map": ("matrix", "show"),
    "points": ("show", "degree"),
    "shapes": ("sizes", "show"),
    "graph": (),
    "skills": ("of",),
    "series": ("series", "log"),
    "certainty": ("claim",),
    "budget": ("prices", "budget", "goal", "draw", "rate"),
}
SHOW: Final[dict[str, tuple[str, ...]]] = {
    "plane": (
        "gradient", "negative gradient", "hessian", "descent", "newton", "minimum", "convergence",
        "constraint gradient",
    ),
    "curve": ("tangent", "model", "descent", "newton", "derivative", "second derivative", "convergence"),
    "surface": ("tangent plane", "model"),
    "map": ("square", "circle", "eigenvectors", "columns"),
    "points": ("line", "residuals", "gaussian", "mean"),
    "shapes": ("derivative", "layouts"),
}  # fmt: skip
REQUIRED: Final[dict[str, tuple[str, ...]]] = {
    "plane": ("formula", "over", "values"),
    "curve": ("formula", "over", "values"),
    "surface": ("formula", "over", "values"),
    "arrows": ("arrow",),
    "map": ("matrix", "values"),
    "points": ("values",),
    "shapes": ("formula", "sizes"),
    "graph": ("formula",),
    "skills": ("of",),
    "series": ("series", "over"),
    "certainty": ("claim",),
    "budget": ("formula", "over", "values", "prices", "budget", "goal", "draw"),
}
_SLIDER: Final = ("name", "label", "min", "max", "step")


def read_figure(path: Path, place: Place) -> dict[str, object]:
    """Read a figure's file and return what a page needs to draw it.

    Raises:
        CourseError: the file is no figure; the message names the first fault.
    """
    for problem in check_figure(path, place):
        raise problem
    return compiled(read_toml(path, place))


def check_figure(path: Path, place: Place) -> Iterator[CourseError]:
    """Yield all that is wrong with a figure."""
    try:
        figure = read_toml(path, place)
    except CourseError as problem:
        yield problem
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    faults = list(_faults(figure))
    if not faults:
        try:
            faults += _deeper_faults(figure)
        except FigureError as found:
            faults.append(found)
        except FrechetError as error:
            faults.append(FigureError(error.message, hint=error.hint))
    for fault in faults:
        yield told_by(fault, Place(place.file, _line_of(fault.about, lines)))


def _deeper_faults(figure: Mapping[str, object]) -> list[FigureError]:
    """Return the faults that only show when a figure is compiled and tried."""
    faults = [*faults_of_claims(_tables(figure, "claim"), figure)]
    faults += faults_of_game(figure) if figure["kind"] == "budget" else ()
    if not faults:
        data = compiled(figure)
        faults += faults_of_play(data) if figure["kind"] == "budget" else ()
    return faults


def _line_of(key: str, lines: list[str]) -> int:
    found = (
        n for n, line in enumerate(lines, 1) if key and line.startswith((f"{key} ", f"{key}=", f"[[{key}"))
    )
    return next(found, 1)


def _faults(figure: Mapping[str, object]) -> Iterator[FigureError]:
    kind = str(figure.get("kind", ""))
    if kind not in PARTICULAR:
        hint = f"The kinds are {', '.join(PARTICULAR)}."
        yield FigureError(f"there is no kind of figure {quoted(kind)}", "kind", hint=hint)
        return
    for key in ("title", "description", *REQUIRED[kind]):
        if figure.get(key) in (None, "", [], {}):
            yield FigureError(f"a figure of kind {kind} has a {key}", key, hint=f"Add {key} = ….")
    allowed = (*COMMON, *PARTICULAR[kind])
    for key in figure:
        if key not in allowed:
            yield FigureError(
                f"a figure of kind {kind} has no {quoted(key)}",
                key,
                hint=f"It may have {', '.join(allowed)}.",
            )
    for shown in texts(figure.get("show")):
        if shown not in SHOW.get(kind, ()):
            hint = f"It can show {', '.join(SHOW.get(kind, ())) or 'nothing more'}."
            yield FigureError(f"a figure of kind {kind} cannot show {quoted(shown)}", "show", hint=hint)
    yield from _slider_faults(figure)
    window = figure.get("window")
    if window is not None and not _is_window(window):
        yield FigureError(
            "window is [left, right, bottom, top]", "window", hint="Write window = [-3, 3, -3, 3]."
        )


def _is_window(window: object) -> bool:
    if (
        not isinstance(window, list)
        or len(window) != 4
        or not all(isinstance(x, int | float) for x in window)
    ):
        return False
    return bool(window[0] < window[1] and window[2] < window[3])


def _slider_faults(figure: Mapping[str, object]) -> Iterator[FigureError]:
    for slider in _tables(figure, "slider"):
        for key in ("name", "min", "max"):
            if key not in slider:
                yield FigureError(f"a slider has a {key}", "slider", hint=f"Add {key} = ….")
        for key in slider:
            if key not in _SLIDER:
                yield FigureError(
                    f"a slider has no {quoted(key)}", "slider", hint=f"It has {', '.join(_SLIDER)}."
                )


def _tables(figure: Mapping[str, object], key: str) -> list[dict[str, object]]:
    found = figure.get(key, [])
    return [table for table in found if isinstance(table, dict)] if isinstance(found, list) else []


def compiled(figure: Mapping[str, object]) -> dict[str, object]:
    """Return the data of a figure.

    Raises:
        FrechetError: a formula cannot be read, or a value is missing or of another size.
    """
    kind = str(figure["kind"])
    data = {key: value for key, value in figure.items() if key not in ("declare", "values")}
    declared = declared_in(figure)
    program = Program(declared, values_in(figure, declared), names_of(figure))
    data["values"] = floats_of(program.values)
    if kind == "map" and str(figure["matrix"]) in program.symbols:
        check_free(program.symbols[str(figure["matrix"])])
    if program.twins:
        data["twins"] = program.twins
    if "formula" in figure:
        _add_formula(data, figure, program, kind)
    for arrow in _tables(figure, "arrow"):
        program.name_arrow(str(arrow.get("name", "")), str(arrow.get("formula", "")))
    if "constraint" in figure:
        data["constraint"] = program.differentiated(str(figure["constraint"]), str(figure["over"]))
    for key in ("arrow", "line", "series", "reading"):
        if key in figure:
            data[key] = [program.entry(key, table, figure) for table in _tables(figure, key)]
    if kind == "certainty":
        data["claim"] = [claim_data(claim, figure) for claim in _tables(figure, "claim")]
    program.check_sliders(_tables(figure, "slider"), figure)
    return {**data, "nodes": program.nodes}


def _add_formula(data: dict[str, object], figure: Mapping[str, object], program: Program, kind: str) -> None:
    text, over = str(figure["formula"]), str(figure.get("over", ""))
    if kind in ("shapes", "graph"):
        data["formula"] = program.structure(text, over)
    elif over:
        data["formula"] = program.differentiated(text, over, main=True)
    else:
        data["formula"] = program.typeset(text)
