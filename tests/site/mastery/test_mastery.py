"""Practice: states of skills, the next exercise, drills, the map, the placement test."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from django.test import Client
from django.utils import timezone

from frechet_site.accounts.models import User
from frechet_site.course.content import exercises
from frechet_site.course.models import Attempt, digest_of
from frechet_site.mastery.learning import STATES, drills, next_task, placement
from frechet_site.mastery.learning import learner as standing_of
from frechet_site.mastery.models import PlacementResult
from frechet_site.mastery.skillmap import BOX_WIDTH, WIDEST_ROW, ordered, placed, rows_of, skill_map

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _everything_is_open(settings: object) -> None:
    settings.COURSE_IS_FREE = True  # type: ignore[attr-defined]


def attempt(user: User, exercise: str, seed: int, days_ago: float = 0, **fields: object) -> Attempt:
    given = {"outcome": "right", "accepted": True, "counted": False, **fields}
    when = timezone.now() - timedelta(days=days_ago)
    digest = digest_of([str(given)])
    return Attempt.objects.create(
        user=user, exercise=exercise, seed=seed, answer="x", digest=digest, created=when, **given
    )


def master(user: User, skill: str, days_ago: float = 0) -> None:
    of = exercises().of_skill(skill)
    for seed in range(4):
        attempt(user, of[seed % len(of)].id, seed, days_ago)


def test_a_stranger_sees_what_is_ready_and_what_comes_later(client: Client) -> None:
    who = standing_of(client.get("/practice/").wsgi_request.user)
    assert who.state("matvec") == "open"
    assert who.state("quad-form") == "closed"


def test_right_answers_in_a_row_master_a_skill_and_open_the_next(learner: User) -> None:
    master(learner, "matvec")
    who = standing_of(learner)
    assert who.state("matvec") == "mastered"
    assert who.state("trace-def") == "open"
    assert "matvec" not in who.open


def test_what_was_mastered_long_ago_is_due_and_comes_first(learner: User) -> None:
    master(learner, "matvec", days_ago=300)
    who = standing_of(learner)
    assert who.state("matvec") == "due"
    found = next_task(who)
    assert found is not None
    assert "matvec" in found[0].skills


def test_the_next_exercise_is_a_fresh_variant(learner: User) -> None:
    first = next_task(standing_of(learner), "matvec")
    assert first is not None
    for seed in range(2):
        attempt(learner, first[0].id, seed)
    later = next_task(standing_of(learner), first[0].id)
    assert later == (first[0], 2)


def test_an_exercise_that_is_skipped_is_not_asked_again_at_once(learner: User) -> None:
    who = standing_of(learner)
    first = next_task(who, "matvec")
    assert first is not None
    second = next_task(who, "matvec", skipped=[first[0].id])
    assert second is not None
    assert second[0].id != first[0].id


def test_a_drill_asks_only_exercises_in_which_the_mistake_lies_in_wait(learner: User) -> None:
    possible = {exercise.id for exercise in drills(exercises(), "factor")}
    assert possible
    found = next_task(standing_of(learner), mistake="factor")
    assert found is not None
    assert found[0].id in possible


def test_frequent_mistakes_are_listed_with_a_drill(signed_in: Client, learner: User) -> None:
    exercise = drills(exercises(), "factor")[0].id
    attempt(learner, exercise, 1, accepted=False, counted=True, mistake="factor", outcome="wrong")
    page = signed_in.get("/practice/mistakes/").content.decode()
    assert "A number lost or gained" in page
    assert "?mistake=factor" in page


def test_what_belongs_to_closed_lectures_is_not_served(
    signed_in: Client, learner: User, settings: object
) -> None:
    settings.COURSE_IS_FREE = False  # type: ignore[attr-defined]
    who = standing_of(learner)
    assert who.closed_exercises
    found = next_task(who)
    assert found is None or found[0].id not in who.closed_exercises
    lecture, _, name = next(iter(who.closed_exercises)).partition("/")
    assert signed_in.get(f"/practice/session/{lecture}/{name}/").status_code == 404


def test_a_session_leads_to_an_exercise_and_an_unknown_topic_nowhere(
    signed_in: Client, learner: User
) -> None:
    response = signed_in.get("/practice/session/?topic=matvec", follow=True)
    page = response.content.decode()
    assert "Next exercise" in page
    assert "seed" in response.redirect_chain[-1][0]
    assert signed_in.get("/practice/session/?topic=no-such-skill").status_code == 404


def test_every_skill_has_a_page(client: Client) -> None:
    for skill in exercises().skills:
        assert client.get(f"/practice/skills/{skill}/").status_code == 200
    assert client.get("/practice/skills/no-such-skill/").status_code == 404


def test_on_the_map_every_skill_stands_below_what_it_needs_and_no_two_on_one_place() -> None:
    places = placed()
    assert set(places) == set(exercises().skills)
    assert len(set(places.values())) == len(places)
    for skill, needs in exercises().requires.items():
        assert all(places[need][1] < places[skill][1] for need in needs)
    for row in range(1 + max(row for _, row in places.values())):
        xs = sorted(x for x, other in places.values() if other == row)
        assert len(xs) <= WIDEST_ROW
        assert all(right - left > BOX_WIDTH for left, right in pairwise(xs))


def test_neighbors_stand_under_each_other() -> None:
    requires = {"a": (), "b": (), "under a": ("a",), "under b": ("b",)}
    rows = ordered([["a", "b"], ["under b", "under a"]], requires)
    assert [row.index(name) for row, name in zip(rows, ("a", "under a"), strict=True)] in ([0, 0], [1, 1])


def test_a_full_row_sends_a_skill_to_the_next() -> None:
    assert rows_of({"a": (), "b": (), "c": ()}, 2) == [["a", "b"], ["c"]]


def test_the_map_names_the_state_of_every_skill(learner: User) -> None:
    master(learner, "matvec")
    boxes = {box.id: box for box in skill_map(standing_of(learner)).boxes}
    assert boxes["matvec"].words == "mastered"
    assert all(box.state in STATES for box in boxes.values())


def test_the_placement_test_ends_and_is_kept(signed_in: Client, learner: User) -> None:
    signed_in.post("/practice/placement/", {"action": "begin"})
    for number in range(20):
        page = signed_in.get("/practice/placement/").content.decode()
        if "Here you begin" in page:
            break
        signed_in.post("/practice/placement/", {"action": "unknown", "number": number})
    else:
        pytest.fail("the test does not end")
    result = PlacementResult.objects.get(user=learner)
    assert not placement(result.answers).known
    assert 1 <= number <= 12


def test_an_answer_sent_twice_counts_once(signed_in: Client) -> None:
    signed_in.post("/practice/placement/", {"action": "begin"})
    for _ in range(3):
        signed_in.post("/practice/placement/", {"action": "unknown", "number": 0})
    assert "Question <strong>2</strong>" in signed_in.get("/practice/placement/").content.decode()


def test_what_the_placement_found_is_where_practice_begins(learner: User) -> None:
    PlacementResult.objects.create(user=learner, answers=[["quad-form", True], ["quad-min", False]])
    who = standing_of(learner)
    assert who.state("quad-form") == "placed"
    assert "definiteness" in who.open
    assert "matvec" not in who.open


def test_an_empty_answer_is_asked_for_again(signed_in: Client) -> None:
    signed_in.post("/practice/placement/", {"action": "begin"})
    page = signed_in.post("/practice/placement/", {"action": "answer", "number": 0}).content.decode()
    assert "There is no answer yet." in page
    assert "Question <strong>1</strong>" in page
