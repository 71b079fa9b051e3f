"""The page of the course for somebody who has read everything, and a refusal beside its hint."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect
from tests.site.conftest import NARROW, OpenPage, accessibility_faults

from frechet_site.accounts.models import User
from frechet_site.course import exercise_views
from frechet_site.course.content import course
from frechet_site.course.models import Reading

pytestmark = pytest.mark.django_db


def test_whoever_has_read_everything_is_shown_to_the_certificate(signed_in: Client, learner: User) -> None:
    first, *rest = course().lectures
    for lecture in rest:
        Reading.note(learner, lecture.id, finished=timezone.now())
    assert f"Go on: {first.title}" in signed_in.get("/course/").content.decode()
    Reading.note(learner, first.id, finished=timezone.now())
    page = signed_in.get("/course/").content.decode()
    assert "Go on" not in page
    assert '<a class="button button-primary" href="/certificates/">' in page


def test_a_refusal_and_its_hint_are_two_sentences(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"message": "a value is missing", "hint": "Write one."}
    monkeypatch.setattr(exercise_views, "read_back", lambda *asked: told)
    lecture = next(lecture for lecture in course().lectures if lecture.preview and lecture.exercise_files)
    name = next(iter(lecture.exercise_files))
    page = client.post(f"/course/{lecture.id}/exercises/{name}/read/", {"seed": "0", "answer": "x"})
    assert "a value is missing. Write one." in page.content.decode()


@pytest.mark.parametrize("query", ["trace", "gradient", "determinant", "mathrm"])
def test_a_lecture_that_is_found_shows_whole_formulas_and_no_latex(client: Client, query: str) -> None:
    page = client.get("/course/search/", {"q": query}).content.decode()
    snippets = re.findall(r"</h2><p>(.*?)</p></li>", page, re.DOTALL)
    assert snippets
    told = " ".join(re.sub(r'<span class="math" data-tex="[^"]*">[^<]*</span>', "", one) for one in snippets)
    assert "\\" not in told
    assert "\x02" not in page + told
    assert "\x03" not in page


@pytest.mark.parametrize("path", ["/course/search/?q=trace", "/course/glossary/"])
def test_what_is_found_and_the_glossary_fit_a_telephone(open_page: OpenPage, path: str) -> None:
    page = open_page(viewport=NARROW)
    page.goto(path)
    expect(page.locator("main .katex-html").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    for box in page.locator(".table-box").all():
        assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
    assert accessibility_faults(page) == []
