"""The study plan: every lecture once, in order, on days of study, ending in time; and its calendar."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from frechet_site.course.content import course
from frechet_site.mastery.plan import minutes_needed, minutes_of, plan

MONDAY = date(2025, 3, 3)


def test_a_plan_holds_every_lecture_once_in_order_on_days_of_study() -> None:
    lectures = course().lectures
    sittings = plan(lectures, MONDAY, {0, 3}, 60)
    parts = [part for sitting in sittings for part in sitting.parts]
    assert [part.lecture for part in parts if part.number == 1] == lectures
    assert [part.lecture for part in parts if part.number == part.of] == lectures
    assert {sitting.day.weekday() for sitting in sittings} == {0, 3}


@pytest.mark.parametrize("minutes", [15, 45, 120])
def test_no_day_is_longer_than_asked_but_for_its_review(minutes: int) -> None:
    for sitting in plan(course().lectures, MONDAY, {0, 1, 2, 3, 4}, minutes):
        assert sum(part.minutes for part in sitting.parts) <= minutes
        assert sitting.minutes <= minutes or len(sitting.parts) == 1


@pytest.mark.parametrize("weeks", [2, 6, 20])
def test_a_plan_with_an_end_ends_in_time(weeks: int) -> None:
    finish = MONDAY + timedelta(weeks=weeks)
    minutes = minutes_needed(course().lectures, MONDAY, finish, {0, 2, 4})
    sittings = plan(course().lectures, MONDAY, {0, 2, 4}, minutes)
    assert sittings[-1].day <= finish


def test_a_lecture_takes_longer_with_more_exercises() -> None:
    lectures = [lecture for lecture in course().lectures if lecture.exercise_files]
    bare = min(lectures, key=lambda lecture: len(lecture.exercise_files))
    full = max(lectures, key=lambda lecture: len(lecture.exercise_files))
    assert minutes_of(full) > minutes_of(bare)


QUERY = "start=2025-03-03&weekdays=0&weekdays=2&minutes=60&begin=19:30&section="


@pytest.mark.django_db
def test_the_calendar_holds_the_days_of_the_plan_with_links(client: Client) -> None:
    response = client.get(f"/practice/plan/calendar.ics?{QUERY}")
    events: list[Any] = list(Calendar.from_ical(response.content).walk("VEVENT"))
    sittings = plan(course().lectures, MONDAY, {0, 2}, 60)
    assert [event["dtstart"].dt.date() for event in events] == [sitting.day for sitting in sittings]
    assert events[0]["dtstart"].dt.strftime("%H:%M") == "19:30"
    assert f"/course/{course().lectures[0].id}/" in events[0]["description"]
    assert len({str(event["uid"]) for event in events}) == len(events)


@pytest.mark.django_db
def test_a_plan_that_cannot_be_is_refused_with_a_word(client: Client) -> None:
    page = client.get(f"/practice/plan/?{QUERY}&finish=2025-03-01").content.decode()
    assert "Choose a day after the beginning" in page
    assert client.get("/practice/plan/").status_code == 200
    assert client.get("/practice/plan/calendar.ics?start=x").status_code == 302
