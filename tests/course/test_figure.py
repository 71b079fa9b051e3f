"""The program that a page runs means what the formula means, whatever the formula is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from tests.course.small_course import FIGURE
from tests.strategies import expressions

from frechet.course.content import read_course
from frechet.course.figure import compiled, read_figure
from frechet.course.figure_tree import FUNCTIONS, Compiler, Node
from frechet.course.figure_values import values_of
from frechet.course.problems import Place
from frechet.errors import FrechetError
from frechet.expressions.function import Matrix
from frechet.expressions.nodes import Expr
from frechet.functions import FUNCTIONS as TABLE
from frechet.functions.linear_algebra import entries
from frechet.verification.reference import evaluate
from frechet.verification.sampling import points

FIGURES = sorted(read_course().folder.glob("*/*/figures/*.toml"))


def close(left: Matrix, right: Matrix) -> bool:
    if (len(left), len(left[0])) != (len(right), len(right[0])):
        return False
    pairs = list(zip(entries(left), entries(right), strict=True))
    scale = max(1.0, *(abs(float(x)) for pair in pairs for x in pair))
    return all(abs(float(a) - float(b)) <= 1e-7 * scale for a, b in pairs)


@settings(max_examples=300)
@given(expressions())
def test_the_program_gives_the_value_of_the_formula(formula: Expr) -> None:
    try:
        point = next(iter(points([formula], 1, largest=3)))
        program = Compiler(point.sizes)
        place = program.place(formula)
    except FrechetError:
        return
    nodes = json.loads(json.dumps(program.nodes))
    true = evaluate(formula, point.values, point.sizes)
    assert close(values_of(nodes, point.values)[place], true)


def test_softmax_within_the_columns_of_a_single_row_stays_a_row() -> None:
    call: Node = {"op": "call", "name": "softmax", "axis": "columns", "of": [0]}
    nodes: list[Node] = [{"op": "symbol", "name": "X"}, call]
    assert values_of(nodes, {"X": [[2.0, 3.0]]})[1] == [[1.0, 1.0]]


def test_every_function_of_a_page_is_in_the_table() -> None:
    assert set(FUNCTIONS) <= {function.name for function in TABLE}


def figure_of(tmp_path: Path, text: str) -> dict[str, Any]:
    path = tmp_path / "figure.toml"
    path.write_text(text, encoding="utf-8")
    return dict(json.loads(json.dumps(read_figure(path, Place("figure.toml")))))


def test_value_gradient_hessian_and_readings_are_computed_by_one_program(tmp_path: Path) -> None:
    figure = figure_of(tmp_path, FIGURE)
    values = values_of(figure["nodes"], figure["values"])
    formula = figure["formula"]
    assert values[formula["value"]["place"]] == [[2.0]]
    assert values[formula["gradient"]["place"]] == [[2.0], [3.5]]
    assert values[formula["hessian"]["place"]] == [[2.0, 1.0], [1.0, 3.0]]
    reading = figure["reading"][0]["formula"]
    assert values[reading["place"]][0][0] == pytest.approx((2.0**2 + 3.5**2) ** 0.5)
    assert "\\nabla f" in reading["latex"]


def test_moving_a_symbol_moves_what_depends_on_it(tmp_path: Path) -> None:
    figure = figure_of(tmp_path, FIGURE)
    moved = {**figure["values"], "x": [[0.0], [0.0]]}
    assert values_of(figure["nodes"], moved)[figure["formula"]["gradient"]["place"]] == [[-1.0], [-0.5]]


def test_an_arrow_given_by_a_formula_can_be_used_by_its_name() -> None:
    figure: dict[str, Any] = {
        "kind": "arrows",
        "declare": {"A": "matrix(2, 2)", "x": "vector(2)"},
        "values": {"A": [[0, -1], [1, 0]], "x": [2, 1]},
        "arrow": [
            {"name": "x"},
            {"name": "turned", "formula": "A*x"},
            {"name": "sum", "formula": "x + turned"},
        ],
    }
    data: Any = compiled(figure)
    values = values_of(data["nodes"], data["values"])
    assert values[data["arrow"][2]["formula"]["place"]] == [[1.0], [3.0]]


def test_the_graph_of_a_formula_carries_the_slopes_of_its_parts() -> None:
    data: Any = compiled({"kind": "graph", "formula": "exp(x'*A*x)", "over": "x"})
    graph = data["formula"]["graph"]
    names = [node["name"] for node in graph["nodes"]]
    assert {"A", "x"} < set(names)
    last = [edge for edge in graph["edges"] if edge["to"] == len(names) - 1]
    assert [edge["latex"] for edge in last] == [r"\exp\left(u_2\right)"]


def test_the_shapes_of_a_product_and_of_its_derivative_are_told() -> None:
    data: Any = compiled(
        {"kind": "shapes", "formula": "A*x", "over": "x", "declare": {"A": "matrix(m, n)"}, "sizes": {"m": 2}}
    )
    shapes = data["formula"]["shapes"]
    assert [factor["shape"] for factor in shapes["factors"]] == [["m", "n"], ["n", "1"]]
    assert (shapes["derivative"]["numerator"], shapes["derivative"]["denominator"]) == (
        ["m", "n"],
        ["n", "m"],
    )


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_every_figure_of_the_course_can_be_drawn_at_its_own_values(path: Path) -> None:
    figure = json.loads(json.dumps(read_figure(path, Place(path.name))))
    nodes = figure["nodes"]
    if nodes:
        values_of(nodes, figure["values"])


def sliding(kind: str, value: list[list[float]], entry: str) -> dict[str, Any]:
    return {
        "kind": "plane",
        "formula": "x'*A*x + x'*x",
        "over": "x",
        "declare": {"A": kind},
        "values": {"A": value, "x": [1, 1]},
        "slider": [{"name": entry, "min": -1, "max": 1}],
    }


@pytest.mark.parametrize(
    ("kind", "value", "sign"),
    [
        ("symmetric(2)", [[1, 2], [2, 1]], 1),
        ("psd(2)", [[2, 1], [1, 2]], 1),
        ("skew(2)", [[0, 2], [-2, 0]], -1),
    ],
)
def test_an_entry_that_comes_twice_moves_its_twin(kind: str, value: list[list[float]], sign: int) -> None:
    assert compiled(sliding(kind, value, "A[0][1]"))["twins"] == {"A": sign}


def test_the_entries_of_a_general_matrix_move_alone() -> None:
    assert "twins" not in compiled(sliding("matrix(2, 2)", [[1, 2], [3, 4]], "A[0][1]"))


@pytest.mark.parametrize(
    ("kind", "value", "entry"),
    [
        ("diagonal(2)", [[1, 0], [0, 2]], "A[1][0]"),
        ("lower(2)", [[1, 0], [3, 2]], "A[0][1]"),
        ("orthogonal(2)", [[0.6, -0.8], [0.8, 0.6]], "A[0][0]"),
        ("skew(2)", [[0, 1], [-1, 0]], "A[1][1]"),
    ],
)
def test_an_entry_that_cannot_move_alone_has_no_slider(
    kind: str, value: list[list[float]], entry: str
) -> None:
    with pytest.raises(FrechetError, match="cannot move alone"):
        compiled(sliding(kind, value, entry))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("symmetric(2)", [[1, 2], [3, 1]]),
        ("psd(2)", [[1, 2], [2, 1]]),
        ("skew(2)", [[1, 2], [-2, 0]]),
        ("diagonal(2)", [[1, 2], [0, 1]]),
        ("lower(2)", [[1, 2], [0, 1]]),
        ("orthogonal(2)", [[1, 1], [0, 1]]),
    ],
)
def test_a_value_that_is_not_what_it_is_declared_to_be_is_refused(
    kind: str, value: list[list[float]]
) -> None:
    with pytest.raises(FrechetError, match=f"the value of 'A' is not {kind.partition('(')[0]}"):
        compiled(sliding(kind, value, "x[0]"))


def test_a_matrix_that_is_moved_by_its_columns_has_no_structure() -> None:
    figure = {
        "kind": "map",
        "matrix": "M",
        "declare": {"M": "symmetric(2)"},
        "values": {"M": [[1, 2], [2, 1]]},
    }
    with pytest.raises(FrechetError, match="'M' cannot stay symmetric"):
        compiled(figure)
