"""Overview, sections and lectures: what is shown to whom, and what is kept of a reader."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings
from tests.site.conftest import make_user

from frechet_site.accounts.models import User
from frechet_site.course.content import course, lectures_by_id, page_of
from frechet_site.course.models import Reading

LECTURE = "/course/quadratic-form-pt-1/"
PREVIEW = "/course/introduction-and-outline/"


def test_the_overview_lists_every_lecture_with_its_duration(client: Client, db: None) -> None:
    html = client.get("/course/").content.decode()
    for lecture in course().lectures:
        assert f'href="/course/{lecture.id}/"' in html
        assert lecture.duration in html
    assert html.count("Free preview") == sum(lecture.preview for lecture in course().lectures)


def test_every_section_and_lecture_has_a_page(client: Client, db: None) -> None:
    for section in course().sections:
        assert client.get(f"/course/sections/{section.id}/").status_code == 200
    for name in lectures_by_id():
        response = client.get(f"/course/{name}/")
        assert response.status_code == 200, name
        assert "cannot be shown" not in response.content.decode(), name
    assert client.get("/course/there-is-none/").status_code == 404
    assert client.get("/course/sections/there-is-none/").status_code == 404


def test_a_lecture_shows_each_kind_of_block(client: Client, db: None) -> None:
    html = client.get(LECTURE).content.decode()
    kinds = {block["kind"] for block in page_of("quadratic-form-pt-1")["blocks"]}
    assert {"theorem", "derivation", "mistake", "figure", "exercise", "cookbook", "lab"} <= kinds
    assert "Symmetry assumed" in html
    assert "A counterexample in small numbers" in html
    assert "frechet lab check quadratic-form-pt-1" in html
    assert "/cookbook/mc-81/" in html


def test_without_registration_only_previews_are_open(client: Client, db: None, settings: Settings) -> None:
    settings.COURSE_IS_FREE = False
    closed = client.get(LECTURE)
    assert closed.status_code == 403
    assert "for registered learners" in closed.content.decode()
    assert "2Ax" not in closed.content.decode()
    assert client.get(PREVIEW).status_code == 200
    for path in ("lab.ipynb", "exercises/e1/"):
        assert client.get(LECTURE + path).status_code == 404
    assert client.post(LECTURE + "exercises/e1/check/", {"seed": 0, "answer": "x"}).status_code == 404


def test_a_lecture_that_was_read_is_marked_and_the_next_one_is_offered(
    signed_in: Client, learner: User
) -> None:
    response = signed_in.post(LECTURE + "read/", {"read": "yes"})
    assert response.headers["Location"] == "/course/quadratic-form-pt-2/"
    assert Reading.objects.get(user=learner).finished is not None
    assert "✓ Read" in signed_in.get(LECTURE).content.decode()
    signed_in.post(LECTURE + "read/", {"read": "no"})
    assert Reading.objects.get(user=learner).finished is None


def test_the_overview_leads_to_where_one_stopped(signed_in: Client) -> None:
    signed_in.post(LECTURE + "place/", {"place": "derivation-2"})
    assert f'href="{LECTURE}#derivation-2"' in signed_in.get("/course/").content.decode()
    assert 'href="#derivation-2"' in signed_in.get(LECTURE).content.decode()


def test_a_place_is_a_name_and_nothing_else(signed_in: Client) -> None:
    signed_in.post(LECTURE + "place/", {"place": '"><script>'})
    assert not Reading.objects.exists()


def test_progress_is_each_learners_own(signed_in: Client, client: Client) -> None:
    signed_in.post(LECTURE + "read/", {"read": "yes"})
    other = Client()
    other.force_login(make_user("emmy@example.org"))
    assert "✓ Read" not in other.get(LECTURE).content.decode()


@pytest.mark.parametrize("path", ["read/", "place/"])
def test_a_stranger_is_sent_to_log_in_before_anything_is_kept(client: Client, db: None, path: str) -> None:
    assert client.post(LECTURE + path).headers["Location"].startswith("/account/login/")
    assert client.get(LECTURE + path).status_code == 405


def test_the_lab_is_a_notebook_or_a_python_file(client: Client, db: None) -> None:
    notebook = client.get(LECTURE + "lab.ipynb")
    assert notebook["Content-Disposition"] == 'attachment; filename="quadratic-form-pt-1.ipynb"'
    assert notebook.json()["nbformat"] == 4
    assert "# your code" in client.get(LECTURE + "lab.py").content.decode()
    assert client.get(LECTURE + "lab.exe").status_code == 404


def test_the_layout_is_kept_and_the_lecture_follows_it(client: Client, db: None) -> None:
    name = next(
        name
        for name in lectures_by_id()
        if any(b.get("denominator_latex") for b in page_of(name)["blocks"] if b["kind"] == "theorem")
    )
    assert "In denominator layout" not in client.get(f"/course/{name}/").content.decode()
    answer = client.post("/course/layout/", {"layout": "denominator", "next": f"/course/{name}/"})
    assert answer.headers["Location"] == f"/course/{name}/"
    assert "In denominator layout" in client.get(f"/course/{name}/").content.decode()


def test_the_layout_of_a_person_stands_in_their_settings(signed_in: Client, learner: User) -> None:
    signed_in.post("/course/layout/", {"layout": "denominator", "next": "https://elsewhere.example/"})
    learner.refresh_from_db()
    assert learner.layout == "denominator"


def test_after_the_choice_of_a_layout_one_stays_on_this_site(client: Client, db: None) -> None:
    answer = client.post("/course/layout/", {"layout": "denominator", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/course/"


def test_search_finds_lectures_by_all_words(client: Client, db: None) -> None:
    html = client.get("/course/search/", {"q": "newton step"}).content.decode()
    assert "Newton" in html
    assert "Nothing" in client.get("/course/search/", {"q": "zebra"}).content.decode()
    assert "&lt;b&gt;" in client.get("/course/search/", {"q": "<b>"}).content.decode()


def test_the_glossary_says_where_a_word_occurs(client: Client, db: None) -> None:
    html = client.get("/course/glossary/").content.decode()
    assert "quadratic form" in html
    assert 'href="/course/quadratic-form-pt-1/"' in html


def test_the_formula_sheet_has_every_theorem(client: Client, db: None) -> None:
    html = client.get("/course/formulas/").content.decode()
    theorems = [b for b in page_of("quadratic-form-pt-1")["blocks"] if b["kind"] == "theorem"]
    assert theorems
    for theorem in theorems:
        assert theorem["title"].replace("'", "&#x27;") in html
