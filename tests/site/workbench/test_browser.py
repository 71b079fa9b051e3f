"""The workbench in a browser: typing, mends, steps, chips, sharing, keys, phones, no JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.site.conftest import NARROW, OpenPage, accessibility_faults


def type_formula(page: Page, text: str) -> None:
    page.locator("#formula").fill("")
    page.locator("#formula").press_sequentially(text, delay=5)


def expect_derivative(page: Page, text: str) -> None:
    expect(page.locator("#result")).to_have_attribute("data-text", text)


def test_the_derivative_follows_what_is_typed_and_the_address_too(page: Page, open_page: OpenPage) -> None:
    page.goto("/")
    type_formula(page, "x'*A*x")
    expect_derivative(page, "(A + A')*x")
    expect(page.locator("#result .katex-html")).to_be_visible()
    expect(page.get_by_text("✓ Verified")).to_be_visible()
    page.locator("#id_order").select_option("2")
    expect_derivative(page, "A + A'")
    expect(page).to_have_url(re.compile("order=2"))
    other = open_page()
    other.goto(page.url)
    expect(other.locator("#formula")).to_have_value("x'*A*x")
    expect_derivative(other, "A + A'")


def test_a_wrong_formula_is_mended_by_a_button(page: Page) -> None:
    page.goto("/")
    type_formula(page, "x*x")
    expect(page.get_by_role("alert")).to_contain_text("1 column meets m rows")
    expect(page.locator("#formula")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("link", name="Write x'*x").click()
    expect(page.locator("#formula")).to_have_value("x'*x")
    expect_derivative(page, "2*x")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_undeclared_names_are_declared_one_after_another(page: Page) -> None:
    page.goto("/")
    type_formula(page, "W2*tanh(W1*x)")
    page.get_by_role("link", name="Declare W2").click()
    page.get_by_role("link", name="Declare W1").click()
    expect(page.locator("#result")).to_be_visible()
    expect(page.locator(".chip-declared")).to_have_count(2)


def test_what_cannot_be_read_yet_is_no_error_while_one_types(page: Page) -> None:
    page.goto("/")
    page.locator("#formula").press("End")
    page.locator("#formula").press_sequentially(" +", delay=5)
    expect(page.locator("#answer")).to_have_class(re.compile("answer-stale"))
    page.locator("#formula").press_sequentially(" x'*x", delay=5)
    expect_derivative(page, "2*(A'*(A*x - b) + x)")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_chip_declares_a_structure(page: Page) -> None:
    page.goto("/?f=x'*A*x")
    page.locator(".chip", has_text="matrix(n, n)").locator("summary").click()
    page.get_by_role("button", name="symmetric(n)").click()
    expect_derivative(page, "2*A*x")
    expect(page).to_have_url(re.compile("declare=A"))
    expect(page.locator("[id='d_A']")).to_have_value("symmetric(n)")
    page.locator(".chip-declared summary").click()
    page.get_by_role("button", name="Forget this declaration").click()
    expect_derivative(page, "(A + A')*x")


def test_another_variable_is_chosen(page: Page) -> None:
    page.goto("/?f=x'*A*x")
    page.locator("#wrt").select_option("A")
    expect_derivative(page, "x*x'")


def test_steps_open_one_at_a_time_and_all_at_once(page: Page) -> None:
    page.goto("/?f=x'*A*x")
    opened = page.locator("#derivation details[open]")
    expect(opened).to_have_count(1)
    page.get_by_role("button", name="Next line").click()
    expect(opened).to_have_count(2)
    page.get_by_role("button", name="All lines").click()
    expect(opened).to_have_count(page.locator("#derivation > .step").count())
    page.get_by_role("link", name="In components").click()
    expect(page.locator("#derivation")).to_contain_text("indices")


def test_the_keyboard_does_everything(page: Page) -> None:
    page.goto("/")
    field = page.locator("#formula")
    type_formula(page, "tr(X'*X)")
    expect_derivative(page, "2*X")
    field.press("Enter")
    expect_derivative(page, "2*X")
    type_formula(page, "x'*x")
    expect_derivative(page, "2*x")
    field.press("ArrowUp")
    expect(field).not_to_have_value("x'*x")
    field.press("ArrowDown")
    expect(field).to_have_value("x'*x")
    field.press_sequentially("*(")
    field.press("Escape")
    expect(field).to_have_value("x'*x")
    page.get_by_role("link", name="Derivation", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("link", name="Code", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".code")).to_contain_text("import numpy")


def test_answers_and_programs_are_copied(open_page: OpenPage) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/?f=x'*x")
    for name, words in (("LaTeX", "2 x"), ("PyTorch", "import torch"), ("Share link", "f=x")):
        button = page.locator(".copies").get_by_text(name, exact=True)
        button.evaluate("button => button.classList.add('pressed')")
        button.click()
        expect(page.locator(".pressed").last).to_have_text("Copied")
        assert words in page.evaluate("navigator.clipboard.readText()")


def test_numbers_are_typed_and_follow_the_formula(page: Page) -> None:
    page.goto("/?f=x'*A*x&view=numbers")
    page.get_by_label("A matrix(n, n)").fill("1 2; 3 4")
    page.get_by_label("x vector(n)").fill("1, 1")
    page.get_by_role("button", name="Evaluate").click()
    expect(page.locator(".numbers-results")).to_contain_text("13.000")
    type_formula(page, "y'*y")
    expect(page.get_by_label("y vector(n)")).to_be_visible()


def test_too_many_questions_are_told_and_the_last_answer_stays(page: Page) -> None:
    page.goto("/?f=x'*x")
    page.evaluate("window.fetch = async () => new Response('', { status: 429 })")
    type_formula(page, "x'*A*x")
    expect(page.get_by_role("alert")).to_contain_text("very often")
    expect_derivative(page, "2*x")


def test_the_formula_editor_is_an_option(page: Page) -> None:
    page.goto("/?f=x'*x")
    page.get_by_role("button", name="Formula editor").click()
    expect(page.locator("math-field")).to_be_visible()
    page.locator("math-field").evaluate(
        "field => { field.value = 'x^\\\\top A x'; field.dispatchEvent(new Event('input')); }"
    )
    expect_derivative(page, "(A + A')*x")


def test_a_derivation_is_checked_and_the_mistake_is_named(page: Page) -> None:
    page.goto("/workbench/check/")
    page.get_by_label("Your lines").fill("f = x'*A*x\ngrad = 2*A*x")
    page.get_by_role("button", name="Check the lines").click()
    expect(page.locator("#report")).to_contain_text("symmetry assumed")
    page.get_by_role("button", name="Put this line in its place").click()
    expect(page.locator("#report")).to_contain_text("All 2 lines are right")
    expect(page.get_by_label("Your lines")).to_have_value("f = x'*A*x\ngrad = (A + A')*x")


def test_the_start_of_a_search_is_typed_clicked_dragged_and_moved_by_keys(page: Page) -> None:
    page.goto("/workbench/optimize/")
    page.get_by_role("button", name="Minimize").click()
    start, field = page.locator("#landscape-start"), page.locator("#id_start")
    expect(page.locator("polyline.path-newton")).to_have_count(1)
    expect(page.get_by_text("converged", exact=True)).to_be_visible()
    before = field.input_value()
    start.focus()
    page.keyboard.press("ArrowRight")
    expect(field).not_to_have_value(before)
    expect(start).to_be_focused()
    before = field.input_value()
    page.locator(".landscape-frame").click(position={"x": 200, "y": 100}, force=True)
    expect(field).not_to_have_value(before)
    before = field.input_value()
    page.wait_for_load_state("networkidle")
    start.drag_to(page.locator(".landscape-frame"), target_position={"x": 90, "y": 60}, force=True)
    expect(field).not_to_have_value(before)
    assert re.fullmatch(r"a = \S+\nb = \S+", field.input_value())


def test_everything_works_without_javascript(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/")
    page.locator("#formula").fill("x'*A*x")
    page.get_by_role("button", name="Differentiate").click()
    expect(page.locator("#result")).to_contain_text("(A + Aᵀ) x")
    page.locator(".chip summary", has_text="matrix").click()
    page.get_by_role("button", name="symmetric(n)").click()
    expect(page.locator("#result")).to_contain_text("2 A x")
    page.get_by_role("link", name="Graph").click()
    expect(page.locator("svg.graph")).to_be_visible()
    page.get_by_role("link", name="Check my derivation").click()
    page.get_by_role("button", name="Check the lines").click()
    expect(page.locator("#report")).to_contain_text("symmetry assumed")
    page.get_by_role("link", name="Optimize").click()
    page.get_by_role("button", name="Minimize").click()
    expect(page.locator("polyline.path-gradient")).to_have_count(1)


@pytest.mark.parametrize(
    ("path", "scheme"),
    [
        ("/", "light"),
        ("/?f=x*x", "dark"),
        ("/?f=x'*A*x&view=graph", "light"),
        ("/?f=softmax(W*x)&wrt=W&view=numbers", "dark"),
        ("/?f=logdet(S)&view=code", "light"),
        ("/?f=norm2(A*x)&view=curvature", "dark"),
        ("/workbench/check/?text=f %3D x'*A*x%0Agrad %3D 2*A*x", "light"),
        ("/workbench/optimize/?f=(a-1)^2%2B2*b^2&over=a,b&start=a%3D3%0Ab%3D2", "dark"),
    ],
)
def test_pages_are_accessible_and_fit_a_phone(open_page: OpenPage, path: str, scheme: str) -> None:
    page = open_page(viewport=NARROW, color_scheme=scheme)
    page.goto(path)
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_an_open_chip_is_accessible_and_fits_a_phone(open_page: OpenPage) -> None:
    page = open_page(viewport=NARROW)
    page.goto("/?f=x'*A*x")
    page.locator(".chip summary").last.click()
    expect(page.get_by_role("button", name="symmetric(n)")).to_be_visible()
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
