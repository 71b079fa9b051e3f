"""Figures: the page computes what the engine computes, for every figure of the course."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from frechet.course.figure import compiled
from frechet.course.figure_budget import landscape
from frechet.course.figure_tree import ALONG_AN_AXIS, ELEMENTWISE, OF_A_MATRIX, Node
from frechet.course.figure_values import values_of
from frechet_site.course.content import lectures_by_id, page_of, walk

EVALUATE = """async ([program, values]) => {
  const { Program } = await import("/static/js/evaluate.js");
  const found = new Program(program);
  return program.map((_, place) => found.value(place, values));
}"""
ALONG = """async ([program, values, name, place, at]) => {
  const { Program } = await import("/static/js/evaluate.js");
  return new Program(program).along(place, name, values)(at);
}"""


def figures() -> list[tuple[str, dict[str, Any]]]:
    """Return every figure of the course that computes something."""
    return [
        (f"{name}/{block['name']}", block["figure"])
        for name in lectures_by_id()
        for block in walk(page_of(name)["blocks"])
        if block["kind"] == "figure" and block["figure"]["nodes"]
    ]


def moved(values: dict[str, list[list[float]]]) -> dict[str, list[list[float]]]:
    """Return other numbers, as a reader might choose them."""
    return {
        name: [[1.1 * x + 0.05 * (i + 2 * j) for j, x in enumerate(row)] for i, row in enumerate(rows)]
        for name, rows in values.items()
    }


def test_the_page_computes_every_figure_as_the_engine_does(page: Page) -> None:
    page.goto("/about/")
    checked = 0
    for name, figure in figures():
        for values in (figure["values"], moved(figure["values"])):
            try:
                expected = values_of(figure["nodes"], values)
            except (ArithmeticError, ValueError):
                continue
            found = page.evaluate(EVALUATE, [figure["nodes"], values])
            for here, there in zip(found, expected, strict=True):
                for row, other in zip(here, there, strict=True):
                    assert row == pytest.approx(other, rel=1e-9, abs=1e-9), name
            checked += 1
    assert checked >= len(figures())


def test_a_function_along_one_symbol_has_the_value_of_the_whole_program(page: Page) -> None:
    page.goto("/about/")
    for name, figure in figures():
        if figure["kind"] != "plane":
            continue
        place, over = figure["formula"]["value"]["place"], figure["over"]
        at = [[0.3], [-0.7]]
        expected = values_of(figure["nodes"], {**figure["values"], over: at})[place][0][0]
        found = page.evaluate(ALONG, [figure["nodes"], figure["values"], over, place, at])
        assert found == pytest.approx(expected), name


def test_every_function_that_a_figure_may_use_is_computed_by_the_page(page: Page) -> None:
    page.goto("/about/")
    square, column = [[2.0, 0.5], [0.25, 1.5]], [[0.25], [0.5]]
    calls = [(name, "all", [1]) for name in (*ELEMENTWISE, "diag", "pinv")]
    calls += [(name, axis, [0]) for name in ALONG_AN_AXIS for axis in ("all", "rows", "columns")]
    calls += [(name, "all", [1, 1]) for name in ("dot", "outer")]
    calls += [(name, "all", [0]) for name in OF_A_MATRIX if name not in ("dot", "outer")]
    symbols: list[Node] = [{"op": "symbol", "name": "A"}, {"op": "symbol", "name": "x"}]
    called: list[Node] = [{"op": "call", "name": name, "axis": axis, "of": of} for name, axis, of in calls]
    nodes: list[Node] = [*symbols, *called]
    nodes += [{"op": "kronecker", "of": [0, 1]}, {"op": "entrywise", "of": [0, 0]}]
    values = {"A": square, "x": column}
    found = page.evaluate(EVALUATE, [nodes, values])
    for node, here, there in zip(nodes, found, values_of(nodes, values), strict=True):
        assert [x for row in here for x in row] == pytest.approx([x for row in there for x in row]), node


DRAWN = """async (figure) => {
  const { Board } = await import("/static/js/figures/board.js");
  const { draw } = await import("/static/js/figures/surface.js");
  document.querySelector("main").innerHTML = '<figure id="f"><div class="figure-stage"></div></figure>';
  draw(new Board(document.getElementById("f"), figure));
}"""


def test_a_surface_is_drawn_with_its_tangent_plane_and_turned_by_keys(page: Page) -> None:
    figure = compiled(
        {
            "kind": "surface",
            "title": "A bowl",
            "formula": "x'*A*x",
            "over": "x",
            "values": {"A": [[2, 1], [1, 3]], "x": [1, -1]},
            "show": ["tangent plane"],
        }
    )
    page.goto("/about/")
    page.evaluate(DRAWN, figure)
    expect(page.locator(".surface-face").first).to_be_attached()
    expect(page.locator(".tangent-face").first).to_be_attached()
    expect(page.locator("svg.surface text")).to_contain_text("here 3")
    turn = page.get_by_role("spinbutton", name="turn")
    expect(turn).to_have_value("35")
    page.locator("svg.surface").press("ArrowRight")
    expect(turn).to_have_value("39")


SLIDE = """async () => {
  const { Board } = await import("/static/js/figures/board.js");
  const place = document.createElement("div");
  place.innerHTML = '<div class="figure-stage"></div>';
  document.body.append(place);
  const board = new Board(place, {
    nodes: [],
    values: { A: [[1, 2], [2, 1]], C: [[1, 2], [3, 4]], K: [[0, 1], [-1, 0]] },
    twins: { A: 1, K: -1 },
    slider: ["A", "C", "K"].map((name) => ({ name: `${name}[0][1]`, min: 0, max: 9 })),
  });
  for (const range of place.querySelectorAll("[type=range]")) {
    range.value = 7;
    range.dispatchEvent(new Event("input"));
  }
  return board.values;
}"""


def test_a_slider_moves_both_halves_of_a_symmetric_or_skew_matrix(page: Page) -> None:
    page.goto("/about/")
    values = page.evaluate(SLIDE)
    assert values == {"A": [[1, 7], [7, 1]], "C": [[1, 7], [3, 4]], "K": [[0, 7], [-7, 0]]}


LANDSCAPE = """async ([figure, seed]) => {
  const { landscape } = await import("/static/js/figures/budget.js");
  return landscape(figure, seed);
}"""


def test_the_page_draws_the_landscapes_that_the_check_has_played(page: Page) -> None:
    page.goto("/about/")
    (figure,) = (figure for _, figure in figures() if figure["kind"] == "budget")
    for seed in (1, 2, 20261125, 4_000_000_000):
        found = page.evaluate(LANDSCAPE, [figure, seed])
        for name, rows in landscape(figure, seed).items():
            assert found[name] == [pytest.approx(row) for row in rows], (seed, name)


def test_the_budget_game_sells_what_can_be_paid_and_ends_with_the_landscape(page: Page) -> None:
    page.goto("/course/optimization-summary/")
    game = page.locator(".figure", has_text="The budget game")
    game.scroll_into_view_if_needed()
    told = game.get_by_role("status")
    expect(told).to_contain_text("50 of 50 coins left")
    step = game.get_by_role("button", name="Go Newton's step")
    expect(step).to_be_disabled()
    game.get_by_role("button", name="Buy the gradient: 2").click()
    expect(step).to_be_disabled()
    game.get_by_role("button", name="Buy the Hessian: 5").click()
    expect(told).to_contain_text("43 of 50 coins left")
    expect(game.get_by_role("button", name="Buy the Hessian: 5")).to_be_disabled()
    expect(game.locator(".contour")).to_have_count(0)
    step.click()
    expect(game.get_by_label("x =, entry 1")).not_to_have_value("-3")
    game.get_by_role("button", name="Uncover").click()
    expect(told).to_contain_text("The minimum was at")
    expect(game.locator(".contour").first).to_be_attached()
    game.get_by_role("button", name="Another landscape").click()
    expect(told).to_contain_text("50 of 50 coins left")
    expect(game.locator(".figure-ledger li")).to_have_count(0)


def test_the_certainty_trainer_keeps_answers_and_lists_what_felt_sure_and_was_wrong(page: Page) -> None:
    page.goto("/course/can-youtube-teach-me-calculus/")
    trainer = page.locator(".figure", has_text="The certainty trainer")
    trainer.scroll_into_view_if_needed()
    expect(trainer).to_contain_text("Nothing answered yet")
    for _ in range(3):
        trainer.get_by_role("slider").fill("100")
        trainer.get_by_role("button", name="It is true").click()
        expect(trainer.locator(".claim-reply")).to_contain_text("Penalty")
        trainer.get_by_role("button", name="Next claim").click()
    page.reload()
    trainer.scroll_into_view_if_needed()
    expect(trainer).to_contain_text("3 answers: on average 100 % sure")
    kept = page.evaluate("JSON.parse(Object.values(localStorage).find((text) => text.includes('claim')))")
    wrong = {answer["claim"] for answer in kept if not answer["right"]}
    expect(trainer.locator(".claim-review li")).to_have_count(len(wrong))
    trainer.get_by_role("button", name="Forget my answers").click()
    expect(trainer).to_contain_text("Nothing answered yet")
