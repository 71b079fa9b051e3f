"""The community in a browser: ask, answer, accept, vote, report, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.site.conftest import NARROW, OpenPage, accessibility_faults, make_user

from frechet_site.accounts.models import User
from frechet_site.community.models import Note, Question, Report, Suggestion

LogIn = Callable[[Page, User], None]


def test_a_question_is_asked_answered_voted_for_accepted_and_reported(
    open_page: OpenPage, log_in: LogIn, learner: User, instructor: User
) -> None:
    ada = open_page()
    log_in(ada, learner)
    ada.goto("/community/")
    ada.get_by_role("link", name="Ask a question").click()
    ada.get_by_label("Your question in one line").fill("Where does the transpose come from?")
    ada.get_by_label("The whole question").fill("The gradient of {f}`x'*A*x` has $A^T$ in it.")
    # The engine's processes start with the first formula.
    expect(ada.locator("[data-preview] .katex")).to_have_count(2, timeout=30_000)
    ada.get_by_label("Lecture").select_option("quadratic-form-pt-1")
    assert accessibility_faults(ada) == []
    ada.get_by_role("button", name="Ask").click()
    expect(ada.get_by_role("heading", level=1)).to_have_text("Where does the transpose come from?")

    teacher = open_page(viewport=NARROW, color_scheme="dark")
    log_in(teacher, instructor)
    teacher.goto(ada.url)
    teacher.get_by_role("button", name="Useful: 0 votes").click()
    expect(teacher.get_by_role("button", name="Useful: 1 vote")).to_have_attribute("aria-pressed", "true")
    teacher.get_by_label("Your answer").fill("From the second factor: {f}`(A + A')*x`.")
    teacher.get_by_role("button", name="Send the answer").click()
    expect(teacher.locator(".post .badge-accent")).to_have_text("Instructor")
    assert accessibility_faults(teacher) == []
    assert teacher.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]

    ada.reload()
    ada.get_by_role("button", name="Accept this answer").click()
    expect(ada.get_by_text("✓ Accepted answer")).to_be_visible()
    ada.get_by_role("article", name="Answer by Maurice").get_by_role("link", name="Report").click()
    ada.get_by_role("radio", name="something else").check()
    ada.get_by_role("button", name="Send the report").click()
    expect(ada.get_by_text("An instructor will look at it.")).to_be_visible()
    assert Report.objects.count() == 1
    teacher.goto("/community/reports/")
    teacher.get_by_role("button", name="Leave it").click()
    expect(teacher.get_by_text("Nothing is waiting for you.")).to_be_visible()


def test_everything_works_without_javascript(open_page: OpenPage, log_in: LogIn, learner: User) -> None:
    page = open_page(java_script_enabled=False)
    other = make_user("emmy@example.org", display_name="Emmy")
    question = Question(author=other, title="A symmetric A?", text="Is {f}`x'*A*x` simpler then?").render()
    question.save()
    log_in(page, learner)
    page.goto("/community/")
    page.get_by_role("link", name="A symmetric A?").click()
    expect(page.get_by_text("xᵀ A x")).to_be_visible()
    page.get_by_role("button", name="Useful: 0 votes").click()
    expect(page.get_by_role("button", name="Useful: 1 vote")).to_be_visible()
    page.get_by_label("Your answer").fill("Yes: **2Ax**.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview strong")).to_have_text("2Ax")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("article", name="Answer by Ada")).to_be_visible()
    page.goto("/community/suggestions/")
    page.get_by_label("Your suggestion in one line").fill("More Kronecker")
    page.get_by_label("What would be better").fill("Two exercises.")
    page.get_by_role("button", name="Suggest").click()
    assert Suggestion.objects.get().title == "More Kronecker"


def test_a_note_is_saved_while_one_writes(open_page: OpenPage, log_in: LogIn, learner: User) -> None:
    page = open_page()
    log_in(page, learner)
    page.goto("/course/introduction-and-outline/")
    beside = page.get_by_role("region", name="Notes and questions")
    # Key by key, as one writes: the first key may come before the form, just loaded, listens.
    beside.get_by_label("Your note").press_sequentially("Both factors vary.", delay=20)
    expect(beside.get_by_text("Saved.")).to_be_visible()
    assert Note.objects.get().text == "Both factors vary."
    expect(beside.get_by_text("Nobody has asked about this lecture.")).to_be_visible()
    page.goto("/community/notes/")
    assert accessibility_faults(page) == []
