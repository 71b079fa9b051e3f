"""Pictures of a search: contours with the path, convergence on a log scale, a function of one variable.

In one variable, Newton's method is the search for a root of f′ along its tangents, so these are
drawn under the function. Matplotlib is imported only here, and no window is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from frechet.errors import EvaluationError, UnsupportedError, quoted
from frechet.extras import installing
from frechet.optimize.landscape import Landscape
from frechet.optimize.objective import Array

if TYPE_CHECKING:
    from frechet.optimize.result import Result

KINDS: Final = ("path", "convergence", "function")
FILE_KINDS: Final = (".svg", ".png", ".pdf")
WIDTH: Final = 4.6
HEIGHT: Final = 3.4
DOTS: Final = 200
GRID: Final = 101
CURVE: Final = 401
LEVELS: Final = 14
MARGIN: Final = 0.25
SMALLEST_WINDOW: Final = 1e-6
TANGENTS: Final = 4
INK: Final = "#22303c"
PATH: Final = "#d1495b"
SECOND: Final = "#2e6f9e"
FAINT: Final = "#b9c4cf"
STYLE: Any = {
    "font.size": 9,
    "font.family": "DejaVu Sans",
    "mathtext.fontset": "dejavusans",
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e8edf1",
    "grid.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "text.color": INK,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "lines.linewidth": 1.4,
    "svg.fonttype": "path",
    "svg.hashsalt": "frechet",
}


@final
class Picture:
    """A figure of Matplotlib, shown by notebooks as it is; `save` writes a file."""

    def __init__(self, figure: Any) -> None:
        self.figure = figure

    def save(self, path: str | Path) -> None:
        """Write an SVG, PNG or PDF file, by the end of its name.

        Raises:
            EvaluationError: the end of the name is another one, or the file cannot be written.
        """
        file = Path(path)
        if file.suffix.lower() not in FILE_KINDS:
            raise EvaluationError(
                f"a picture cannot be written to {quoted(str(path))}",
                hint=f"End its name in {', '.join(FILE_KINDS)}.",
            )
        try:
            self._write(file, file.suffix.lower()[1:])
        except OSError as error:
            raise EvaluationError(
                f"the picture {quoted(str(path))} cannot be written: {error.strerror}",
                hint="Check the name of the folder.",
            ) from None

    def _write(self, target: Any, kind: str) -> None:
        import matplotlib as mpl

        undated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}
        with mpl.rc_context(STYLE):
            self.figure.savefig(target, format=kind, dpi=DOTS, metadata=undated[kind])

    def _repr_png_(self) -> bytes:
        from io import BytesIO

        self._write(stream := BytesIO(), "png")
        return stream.getvalue()


def plot(result: Result, kind: str | None = None) -> Picture:
    """Draw the search: `kind` is "path" (two unknowns), "function" (one), or "convergence".

    Left out, it follows from the number of unknowns.

    Raises:
        UnsupportedError: Matplotlib is not installed, or the kind does not fit the problem.
    """
    landscape = result.landscape
    wanted = kind or {1: "function", 2: "path"}.get(landscape.size, "convergence")
    if wanted not in KINDS:
        raise UnsupportedError(
            f"there is no picture {quoted(str(kind))}", hint=f"There are: {', '.join(KINDS)}."
        )
    needed = {"path": 2, "function": 1}.get(wanted, landscape.size)
    if landscape.size != needed:
        raise UnsupportedError(
            f"a picture of the {wanted} needs {('one unknown', 'two unknowns')[needed - 1]}, "
            f"and there are {landscape.size}",
            hint='Draw "convergence" instead.',
        )
    if not result.trace:
        raise UnsupportedError("the search has no path to draw", hint="See r.status and r.message.")
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise UnsupportedError(
            "pictures need Matplotlib, which is not installed", hint=installing("plot")
        ) from None
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
        {"path": _path, "convergence": _convergence, "function": _function}[wanted](figure, result)
    return Picture(figure)


def _points(result: Result) -> Array:
    """Return the iterates as rows."""
    return np.array([result.landscape.variables.flat(step.x) for step in result.trace])


def _window(entries: Array) -> tuple[float, float]:
    """Return an interval around what is to be seen."""
    low, high = float(np.min(entries)), float(np.max(entries))
    width = max(high - low, SMALLEST_WINDOW, 0.05 * max(abs(low), abs(high)))
    middle = (low + high) / 2
    return middle - (0.5 + MARGIN) * width, middle + (0.5 + MARGIN) * width


def _windows(points: Array) -> list[tuple[float, float]]:
    """Return one interval an axis; a narrow one is widened so that contours keep their shape."""
    windows = [_window(points[:, k]) for k in (0, 1)]
    widest = max(high - low for low, high in windows)
    least = widest / 3
    return [
        (low, high) if high - low > least else ((low + high - least) / 2, (low + high + least) / 2)
        for low, high in windows
    ]


def _path(figure: Any, result: Result) -> None:
    points, landscape = _points(result), result.landscape
    axes = figure.add_subplot()
    grid = [np.linspace(*window, GRID) for window in _windows(points)]
    values = landscape.values(*grid)
    levels = _levels(values)
    axes.grid(visible=False)
    if levels is not None:
        axes.contourf(*grid, values.T, levels=levels, cmap="Blues", alpha=0.35, extend="max")
        axes.contour(*grid, values.T, levels=levels[1:], colors=SECOND, linewidths=0.5, alpha=0.6)
    _draw_constraints(axes, grid, landscape)
    axes.plot(*points.T, color=PATH, marker="o", markersize=2.6, linewidth=1.2)
    axes.plot(*points[0], "o", color="white", markeredgecolor=PATH, markersize=6, markeredgewidth=1.3)
    axes.plot(*points[-1], "*", color=PATH, markeredgecolor="white", markersize=11, markeredgewidth=0.6)
    _name_start(axes, points)
    _title(axes, result)
    axes.set(xlim=(grid[0][0], grid[0][-1]), ylim=(grid[1][0], grid[1][-1]))
    first, second = landscape.labels()
    axes.set_xlabel(first)
    axes.set_ylabel(second)


def _draw_constraints(axes: Any, grid: Sequence[Array], landscape: Landscape) -> None:
    """Shade where an inequality does not hold, and draw the lines on which the equalities do."""
    largest, equalities = landscape.constraints(*grid)
    if largest is not None and np.max(largest) > 0:
        axes.contourf(*grid, largest.T, levels=[0, np.max(largest)], colors=["#7b8894"], alpha=0.45)
        axes.contour(*grid, largest.T, levels=[0], colors=INK, linewidths=0.9)
    for equality in equalities:
        axes.contour(*grid, equality.T, levels=[0], colors=INK, linewidths=1.1)


def _name_start(axes: Any, points: Array) -> None:
    """Write "start" beside the first point, on the side away from the last."""
    right, above = points[0][0] > points[-1][0], points[0][1] > points[-1][1]
    axes.annotate(
        "start",
        points[0],
        xytext=(7 if right else -7, 5 if above else -5),
        textcoords="offset points",
        ha="left" if right else "right",
        va="bottom" if above else "top",
        fontsize=8,
        bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1},
    )


def _title(axes: Any, result: Result) -> None:
    text = f"{result.method}: {result.status}, f = {result.value:.4g}"
    axes.set_title(text, fontsize=9, loc="left")


def _levels(values: Array) -> Array | None:
    """Return levels that lie dense where the function is low, so that valleys are seen."""
    finite = values[np.isfinite(values)]
    if finite.size == 0 or finite.min() == finite.max():
        return None
    shares = np.linspace(0, 1, LEVELS + 1)[1:-1] ** 1.5
    found = np.unique([finite.min(), *np.quantile(finite, shares)])
    return found if len(found) > 1 else None


def _convergence(figure: Any, result: Result) -> None:
    axes = figure.add_subplot()
    steps = np.arange(len(result.trace))
    few = "o" if len(steps) <= 40 else None
    for (name, series), color in zip(_measures(result).items(), (PATH, SECOND), strict=True):
        shown = np.where(np.isfinite(series) & (series > 0), series, np.nan)
        axes.plot(steps, shown, color=color, label=name, marker=few, markersize=3)
    axes.set_yscale("log")
    axes.set_xlabel("iteration")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend()
    _title(axes, result)


def _measures(result: Result) -> dict[str, Array]:
    """Return what goes to zero; under constraints the values may come from below, where they do not hold."""
    landscape = result.landscape
    if landscape.sides is None:
        values = np.array([step.value for step in result.trace])
        norms = np.array([step.gradient_norm for step in result.trace])
        return {"gradient norm": norms, "gap to the best value": values - min(np.min(values), result.value)}
    points = _points(result)
    return {
        "violation of the constraints": np.array([landscape.violation(z) for z in points]),
        "|f − f*|": np.array([abs(landscape.value(z) - result.value) for z in points]),
    }


def _function(figure: Any, result: Result) -> None:
    """Draw f with the iterates, and below f′ with Newton's tangents where the method follows them."""
    landscape, places = result.landscape, _points(result)[:, 0]
    grid = np.linspace(*_window(places), CURVE)
    newton = result.method.startswith(("newton", "trust", "quadratic"))
    panels = figure.subplots(2, 1, sharex=True) if newton else [figure.add_subplot()]
    if newton:
        figure.set_size_inches(WIDTH, 1.35 * HEIGHT)
    heights = np.array([step.value for step in result.trace])
    panels[0].plot(grid, landscape.values(grid), color=SECOND)
    panels[0].plot(places, heights, color=PATH, marker="o", markersize=3.5, linewidth=0.9, alpha=0.8)
    panels[0].plot(places[0], heights[0], "o", color="white", markeredgecolor=PATH, markersize=6)
    panels[0].plot(places[-1], result.value, "*", color=PATH, markeredgecolor="white", markersize=11)
    name = landscape.labels()[0]
    panels[0].set_ylabel(f"f({name})")
    _title(panels[0], result)
    if newton:
        _tangents(panels[1], landscape, places, grid)
        panels[1].set_ylabel(f"f′({name})")
    panels[-1].set_xlabel(name)
    panels[-1].set_xlim(grid[0], grid[-1])


def _tangents(axes: Any, landscape: Landscape, places: Array, grid: Array) -> None:
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.plot(grid, landscape.slopes(grid), color=SECOND)
    slopes = landscape.slopes(places)
    for place, slope in list(zip(places, slopes, strict=True))[:TANGENTS]:
        curvature = float(landscape.objective.hessian(np.array([place]))[0, 0])
        root = place - slope / curvature if curvature else place
        axes.plot([place, place], [0, slope], color=FAINT, linewidth=0.9, linestyle=":")
        axes.plot([place, root], [slope, 0], color=PATH, linewidth=1.1)
    axes.plot(places, slopes, "o", color=PATH, markersize=3.5)
