"""The engine's answers for the workbench, as data."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import frechet as fr
from frechet.errors import EvaluationError, FrechetError
from frechet_site.workbench.answers import VIEWS, answer
from frechet_site.workbench.checking import checked
from frechet_site.workbench.contours import levels_of, segments
from frechet_site.workbench.gallery import GALLERY, gallery
from frechet_site.workbench.numbers import matrix, written
from frechet_site.workbench.searching import search, typed


def ask(**payload: object) -> dict[str, Any]:
    return answer(payload)


def test_the_derivative_comes_with_its_label_shape_and_check() -> None:
    told = ask(f="norm2(A*x - b)^2", order="2")
    assert told["derivative"]["text"] == "2*A'*A"
    assert told["derivative"]["label"] == "d2f/dx2"
    assert told["derivative"]["shape"] == "matrix(n, n)"
    assert told["verification"]["ok"]
    assert "5 random points" in told["verification"]["text"]


def test_a_refusal_shows_the_place_and_keeps_what_was_declared() -> None:
    told = ask(f="x*x", declare="A: psd(n)")
    assert told["refusal"]["caret"].splitlines()[1].strip() == "^^^"
    assert told["refusal"]["mends"][0]["text"] == "x'*x"
    assert [symbol["name"] for symbol in told["symbols"]] == ["A"]


@pytest.mark.parametrize("famous", GALLERY, ids=lambda famous: famous.title)
@pytest.mark.parametrize("view", VIEWS)
def test_every_famous_function_has_every_view(famous: Any, view: str) -> None:
    declare = "; ".join(f"{name}: {kind}" for name, kind in famous.declarations.items())
    told = ask(f=famous.text, wrt=famous.wrt, declare=declare, view=view)
    assert told["verification"]["ok"]
    assert told["view"]["name"] == view
    assert "refusal" not in told["view"]


def test_the_gallery_is_typeset() -> None:
    shown: Any = gallery({})
    assert all(item["latex"] for item in shown["famous"])


def test_the_playground_takes_typed_values() -> None:
    told = ask(f="x'*A*x", view="numbers", values={"A": "1 2; 3 4", "x": "1, 1"})["view"]
    assert told["value"]["slices"][0]["rows"] == [["10.000"]]
    assert told["derivative"]["slices"][0]["rows"] == [["7.000"], ["13.000"]]


def test_an_array_of_order_three_is_shown_in_slices() -> None:
    told = ask(f="A*x", wrt="A", view="numbers", values={"A": "1 2; 3 4", "x": "5, 6"})["view"]
    assert [part["label"] for part in told["derivative"]["slices"]] == ["[:, :, 1]", "[:, :, 2]"]
    assert told["derivative"]["slices"][1]["rows"] == [["6.000", "0"], ["0", "6.000"]]


def test_values_of_the_wrong_size_are_refused_in_words() -> None:
    told = ask(f="x'*A*x", view="numbers", values={"A": "1 2; 3 4", "x": "1, 1, 1"})["view"]
    assert told["refusal"]["message"]


@pytest.mark.parametrize("text", ["1 2; 3", "1 two", "1, nan", "1" * 5000])
def test_what_is_no_matrix_is_refused(text: str) -> None:
    with pytest.raises(EvaluationError):
        matrix(text, "A")


def test_what_is_written_is_read_again() -> None:
    value = np.array([[1.5, -2.0], [0.0, 3.25]])
    assert np.array_equal(matrix(written(value), "A"), value)


def test_equal_parts_are_one_box_of_the_graph() -> None:
    told = ask(f="norm2(A*x)^2 + sum(A*x)", view="graph")["view"]
    assert sum(box["value"] == "A x" for box in told["boxes"]) == 1
    places = [(box["x"], box["y"]) for box in told["boxes"]]
    assert len(set(places)) == len(places)


def test_a_search_reports_its_end_and_draws_both_paths() -> None:
    told: Any = search({"f": "(1 - a)^2 + 100*(b - a^2)^2", "over": "a, b", "start": "a = -1.2\nb = 1"})
    assert told["status"] == "converged"
    assert told["test"] == "minimum"
    assert [path["method"] for path in told["plot"]["paths"]] == ["gradient", "newton"]
    assert told["plot"]["start"]["values"] == ["-1.2", "1"]


def test_no_picture_is_drawn_of_three_unknowns_or_with_constraints() -> None:
    data = {"f": "norm2(x - c)^2", "over": "x", "values": "c = 1, 2, 3"}
    assert search(data)["plot"] is None
    held: Any = search({**data, "values": "c = 1, 2", "subject_to": "x >= 0; sum(x) == 1"})
    assert held["plot"] is None
    assert held["converged"]


def test_data_that_do_not_fit_the_formula_are_refused() -> None:
    with pytest.raises(FrechetError, match="there is no B"):
        search({"f": "norm2(A*x)^2", "values": "B = 1 2"})
    with pytest.raises(EvaluationError, match="gives no value"):
        search({"f": "norm2(A*x)^2", "values": "1 2; 3 4"})
    with pytest.raises(EvaluationError, match="did not arrive whole"):
        search({"f": "norm2(A*x)^2", "file": "?", "file_name": "a.npz"})


def test_a_start_is_read_as_data_are() -> None:
    found = typed("x = 1, 2\na = 3", fr.parse("a*x'*x"))
    assert found["x"].tolist() == [1, 2]
    assert found["a"] == 3


def test_contours_lie_where_the_function_has_the_level() -> None:
    axis = np.linspace(-2, 2, 81)
    values = axis[:, None] ** 2 + axis[None, :] ** 2
    found = segments(values, 1.0) * 0.05 - 2
    assert len(found) > 40
    for x1, y1, x2, y2 in found:
        assert math.isclose(math.hypot(x1, y1), 1, abs_tol=0.01)
        assert math.hypot(x2 - x1, y2 - y1) < 0.1


def test_holes_of_a_function_have_no_contours() -> None:
    values = np.full((5, 5), np.nan)
    assert levels_of(values) == []
    assert len(segments(values, 1.0)) == 0


def test_a_wrong_line_has_its_mistake_and_the_line_that_mends_it() -> None:
    told: Any = checked({"text": "f = x'*A*x\ngrad = 2*A*x"})
    assert told["mistake"] == "symmetry assumed"
    assert told["lines"][1]["mended_line"] == "grad = (A + A')*x"
