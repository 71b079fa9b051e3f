"""Exercises: shown without their answer, marked by the engine, kept once."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from tests.site.conftest import make_user

from frechet.course.exercises.exercise import Exercise
from frechet.course.exercises.grading import right_answer
from frechet.course.exercises.variants import variant
from frechet_site.accounts.models import User
from frechet_site.course.content import exercises
from frechet_site.course.marking import exercise_page
from frechet_site.course.models import Attempt, HintUse

EXERCISE = "/course/quadratic-form-pt-1/exercises/e1/"
WRONG, RIGHT = "2*A*x", "A*x + A'*x"


def check(client: Client, answer: str | list[str], seed: int = 0, path: str = EXERCISE) -> str:
    response = client.post(f"{path}check/", {"seed": seed, "answer": answer}, HTTP_HX_REQUEST="true")
    assert response.status_code == 200
    return str(response.content.decode())


def one_of_each_kind() -> list[Exercise]:
    found: dict[str, Exercise] = {}
    for exercise in exercises().exercises.values():
        found.setdefault(f"{exercise.kind} {variant(exercise, 0).input}", exercise)
    return list(found.values())


def as_sent(exercise: Exercise, seed: int) -> dict[str, list[str]]:
    """Return the right answer as the fields of the page send it."""
    found = variant(exercise, seed)
    answer = right_answer(found)
    if found.input == "order":
        places = [int(place) for place in str(answer).split()]
        return {"place": [str(places.index(k + 1) + 1) for k in range(len(places))]}
    if found.input == "choices":
        return {"answer": str(answer).split()}
    return {"answer": [answer] if isinstance(answer, str) else answer}


@pytest.mark.parametrize("exercise", one_of_each_kind(), ids=lambda exercise: exercise.id)
def test_the_right_answer_is_accepted_in_the_form_in_which_the_page_sends_it(
    client: Client, db: None, exercise: Exercise
) -> None:
    lecture, _, name = exercise.id.partition("/")
    path = f"/course/{lecture}/exercises/{name}/"
    assert client.get(path).status_code == 200
    for seed in (0, 7):
        answer = client.post(
            f"{path}check/", {"seed": seed, **as_sent(exercise, seed)}, HTTP_HX_REQUEST="true"
        )
        said = answer.content.decode()
        assert ("Kept." if exercise.kind == "code" else "alert-success") in said


def test_a_wrong_answer_is_named_refuted_in_numbers_and_kept(signed_in: Client, learner: User) -> None:
    said = check(signed_in, WRONG)
    assert "Symmetry assumed" in said
    assert "The right one" in said
    attempt = Attempt.objects.get(user=learner)
    assert (attempt.answer, attempt.accepted, attempt.mistake) == (WRONG, False, "sym-assumed")


def test_what_cannot_be_read_does_not_count(signed_in: Client) -> None:
    assert "does not count as a try" in check(signed_in, "2*A*")
    assert not Attempt.objects.get().counted


def test_the_same_answer_sent_twice_is_one_attempt(signed_in: Client) -> None:
    check(signed_in, WRONG)
    check(signed_in, WRONG)
    assert Attempt.objects.count() == 1
    check(signed_in, WRONG, seed=3)
    assert Attempt.objects.count() == 2


def test_what_comes_after_the_right_answer_changes_nothing(signed_in: Client, learner: User) -> None:
    check(signed_in, "A*A*x")
    check(signed_in, RIGHT)
    check(signed_in, "2*x")
    (record,) = Attempt.objects.all().log(learner)
    assert (record.right, record.wrong_tries, record.exercise) == (True, 1, "quadratic-form-pt-1/e1")
    assert "quad-form" in record.skills


def test_hints_come_one_at_a_time_and_are_counted(signed_in: Client, learner: User) -> None:
    first = signed_in.post(f"{EXERCISE}hint/", {"seed": 0, "hints": 0}, HTTP_HX_REQUEST="true")
    assert first.content.decode().count("<li>") == 1
    signed_in.post(f"{EXERCISE}hint/", {"seed": 0, "hints": 1}, HTTP_HX_REQUEST="true")
    assert HintUse.objects.filter(user=learner).count() == 2
    check(signed_in, RIGHT)
    (record,) = Attempt.objects.all().log(learner)
    assert record.hints == 2


def test_of_a_stranger_nothing_is_kept(client: Client, db: None) -> None:
    assert "alert-success" in check(client, RIGHT)
    client.post(f"{EXERCISE}hint/", {"seed": 0, "hints": 0})
    assert not Attempt.objects.exists()
    assert not HintUse.objects.exists()


def test_an_answer_is_kept_for_the_one_who_is_logged_in_whoever_is_named(
    signed_in: Client, learner: User
) -> None:
    other = make_user("emmy@example.org")
    signed_in.post(f"{EXERCISE}check/", {"seed": 0, "answer": RIGHT, "user": other.pk, "accepted": "1"})
    assert Attempt.objects.get().user == learner


@pytest.mark.parametrize(
    "sent",
    [
        {"seed": "-1", "answer": "x"},
        {"seed": "ten", "answer": "x"},
        {"seed": "9" * 30, "answer": "x"},
        {"seed": "0"},
        {"seed": "0", "answer": " "},
        {"seed": "0", "answer": "x" * 3000},
        {"seed": "0", "answer": ["x"] * 100},
        {"answer": "x"},
    ],
)
def test_what_is_no_answer_is_refused_kindly_and_not_kept(signed_in: Client, sent: dict[str, object]) -> None:
    response = signed_in.post(f"{EXERCISE}check/", sent, HTTP_HX_REQUEST="true")
    assert response.status_code == 200
    assert "alert-warning" in response.content.decode()
    assert not Attempt.objects.exists()


def test_an_answer_that_is_html_stays_text(client: Client, db: None) -> None:
    said = check(client, "<script>alert(1)</script>")
    assert "<script>" not in said


@pytest.mark.parametrize("exercise", one_of_each_kind(), ids=lambda exercise: exercise.id)
def test_the_page_does_not_hold_the_answer(exercise: Exercise) -> None:
    seed = 5
    page = json.dumps(exercise_page(exercise, seed), default=str)
    assert "right" not in set(exercise_page(exercise, seed))
    if exercise.kind == "derive":
        assert json.dumps(right_answer(variant(exercise, seed))) not in page


def test_what_is_typed_is_read_back_with_its_shape(client: Client, db: None) -> None:
    told = client.post(f"{EXERCISE}read/", {"seed": 0, "answer": "(A + A')*x"}).content.decode()
    assert "vector(n)" in told
    assert r"A^{\top}" in told
    told = client.post(f"{EXERCISE}read/", {"seed": 0, "answer": "x*x"}).content.decode()
    assert "read-no" in told


def test_a_fresh_variant_has_a_seed_of_its_own(client: Client, db: None) -> None:
    first, second = (client.get(f"{EXERCISE}?seed=new").headers["Location"] for _ in range(2))
    assert first != second
    assert client.get(first).status_code == 200


def test_without_javascript_the_whole_page_comes_with_the_verdict_and_the_answer(
    client: Client, db: None
) -> None:
    html = client.post(f"{EXERCISE}check/", {"seed": 0, "answer": WRONG}).content.decode()
    assert "<html" in html
    assert "Symmetry assumed" in html
    assert f'value="{WRONG}"' in html


def test_a_solved_exercise_is_marked_in_the_lecture(signed_in: Client) -> None:
    lecture = "/course/quadratic-form-pt-1/"
    assert "✓ Solved" not in signed_in.get(lecture).content.decode()
    check(signed_in, RIGHT)
    assert signed_in.get(lecture).content.decode().count("✓ Solved") == 1
