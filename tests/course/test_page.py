"""A lecture as data: everything typeset, every line marked, numbers that refute a mistake."""

from __future__ import annotations

import json
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from tests.course.small_course import FILES, LECTURE, write_course

from frechet.course.content import Lecture, read_course
from frechet.course.html import html_of
from frechet.course.page import content_key, lecture_page
from frechet.course.terminal import lecture_text, letters_of_latex, markdown_text

COURSE = read_course()
SYMBOLS = {"A": "matrix(m, n)", "x": "vector(n)"}


@pytest.fixture
def page(tmp_path: Path) -> dict[str, Any]:
    course = read_course(write_course(tmp_path))
    return dict(json.loads(json.dumps(lecture_page(course, course.lectures[0]))))


def blocks(page: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [block for block in page["blocks"] if block["kind"] == kind]


def test_the_head_of_a_lecture_is_there(page: dict[str, Any]) -> None:
    assert (page["id"], page["duration"], page["seconds"], page["preview"]) == ("first", "03:20", 200, True)
    assert (page["previous"], page["next"]) == (None, None)


def test_no_block_of_a_right_lecture_has_a_fault(page: dict[str, Any]) -> None:
    assert [block for block in page["blocks"] if "fault" in block] == []


def test_the_heads_of_derivation_lines_are_typeset_as_in_a_book(page: dict[str, Any]) -> None:
    (derivation,) = blocks(page, "derivation")
    heads = [line["head_latex"] for line in derivation["lines"] if "latex" in line]
    assert heads == ["r", "f", r"\mathrm{d}f", "", r"\nabla f"]
    bodies = [line["latex"] for line in derivation["lines"] if "latex" in line]
    assert bodies[2] == r"2 r^{\top}\,\mathrm{d}\left(A x - b\right)"
    assert bodies[4] == r"2 A^{\top} r"
    assert all(line["right"] for line in derivation["lines"] if "latex" in line)
    assert "two equal terms" in derivation["lines"][3]["open"]


def test_a_mistake_is_refuted_by_small_whole_numbers(page: dict[str, Any]) -> None:
    _, habit = blocks(page, "mistake")
    numbers = habit["counterexample"]
    assert {value["name"] for value in numbers["at"]} == {"B", "x"}
    texts = [value["text"] for value in numbers["at"]] + [numbers["wrong"]["text"], numbers["right"]["text"]]
    assert all("/" not in text and "." not in text for text in texts)
    assert numbers["wrong"] != numbers["right"]


def test_a_mistake_of_sizes_says_which_sizes(page: dict[str, Any]) -> None:
    transpose, _ = blocks(page, "mistake")
    assert "m" in transpose["why"]
    assert "counterexample" not in transpose
    assert transpose["wrong_latex"] == r"2 A \left(A x - b\right)"


def test_theorem_example_and_cookbook_are_typeset(page: dict[str, Any]) -> None:
    (theorem,), (example,) = blocks(page, "theorem"), blocks(page, "example")
    assert theorem["latex"].startswith(r"\nabla_{x}\, \left(")
    assert [result["true"] for result in example["results"]] == ["16", "[6; 13]", "[4, 1; 1, 6]"]
    (pointer,) = blocks(page, "cookbook")
    assert pointer["entries"]
    assert all(entry["latex"] for entry in pointer["entries"])


def test_text_is_html_with_formulas_as_elements_and_without_foreign_html() -> None:
    html = html_of("See {f}`A*x` and $x_i$ and <b>no</b>: [that](lecture:first).", SYMBOLS)
    assert '<span class="math" data-tex="A x">A x</span>' in html
    assert '<span class="math" data-tex="x_i">x_i</span>' in html
    assert "&lt;b&gt;" in html
    assert 'href="/course/first/"' in html


def test_the_stars_of_a_bare_formula_are_no_emphasis() -> None:
    assert html_of("x'*A*x and *this*", SYMBOLS) == "<p>x'*A*x and <em>this</em></p>\n"


def test_headings_have_anchors(page: dict[str, Any]) -> None:
    first = page["blocks"][0]
    assert first["headings"] == [{"level": 1, "title": "A heading", "anchor": "a-heading"}]
    assert '<h1 id="a-heading">' in first["html"]


def test_the_key_changes_with_any_file_of_the_lecture(tmp_path: Path) -> None:
    before = content_key(read_course(write_course(tmp_path)).lectures[0])
    assert content_key(read_course(write_course(tmp_path)).lectures[0]) == before
    figure = FILES["01-one/01-first/figures/bowl.toml"] + "# changed\n"
    assert content_key(read_course(write_course(tmp_path, figure=figure)).lectures[0]) != before


def test_a_faulty_block_leaves_the_rest_of_the_page(tmp_path: Path) -> None:
    spoiled = LECTURE.replace(":formula: norm2(A*x - b)^2", ":formula: norm2(A*x - b(", 1)
    course = read_course(write_course(tmp_path, lecture=spoiled))
    page = lecture_page(course, course.lectures[0])
    faults = [block for block in page["blocks"] if "fault" in block]  # type: ignore[attr-defined]
    assert [block["kind"] for block in faults] == ["theorem"]


def test_the_terminal_shows_formulas_in_letters(tmp_path: Path) -> None:
    course = read_course(write_course(tmp_path))
    text = lecture_text(course, course.lectures[0])
    for part in ("✓ ∇f = 2 Aᵀ r", "[Theorem] Gradient", "true is", "∑_i", "frechet practice first/e1"):
        assert part in text
    assert markdown_text("- one\n- *two* {f}`A*x`", SYMBOLS, 60) == ["  • one", "  • two A x"]


def test_the_terminal_shows_a_table_in_columns_and_wraps_long_cells() -> None:
    (text,) = markdown_text("| by | gradient |\n| --- | --- |\n| x | a word or two |", SYMBOLS, 18)
    rows = ["    by  gradient", "    ──  ──────────", "    x   a word or", "        two"]
    assert text.splitlines() == rows


def test_fractions_exponents_and_functions_keep_their_meaning_in_the_terminal() -> None:
    latex = r"\frac{a + b}{2} + \tfrac12 x^{1/3} y^{(k)} z^{-1} - \log\det S + \exp(-q)"
    assert letters_of_latex(latex) == "(a + b)/2 + 1/2 x^(1/3) y^(k) z^-1 - log det S + exp(-q)"


def test_transposes_indices_and_signs_keep_their_places_in_letters() -> None:
    for latex, letters in (
        (r"\mathrm{d}\mu^\top S^{-\top}", "dμᵀ S⁻ᵀ"),
        (r"x_{k+1} \leftarrow x_k - f''(x_k)", "x_(k+1) ← x_k - f″(x_k)"),
        (r"\eta\le 2/\lambda_{\max}", "η ≤ 2/λ_max"),
        (r"e^{-x^{\top}x/2} + \dots+(x^\top x)^2", "e^(-xᵀ x/2) + … +(xᵀ x)^2"),
    ):
        assert letters_of_latex(latex) == letters


@pytest.mark.parametrize("lecture", [le for le in COURSE.lectures if le.blocks], ids=lambda le: str(le.id))
def test_every_lecture_of_the_course_becomes_a_page_in_time(lecture: Lecture) -> None:
    start = perf_counter()
    page = json.loads(json.dumps(lecture_page(COURSE, lecture)))
    assert perf_counter() - start < 5
    assert [block for block in page["blocks"] if "fault" in block] == []
    assert len(lecture_text(COURSE, lecture)) > 500
