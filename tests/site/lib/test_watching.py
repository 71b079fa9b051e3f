"""Files of the course that change while the site runs: seen where they are watched, and nowhere else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from pytest_django.fixtures import Settings

from frechet.course.content import content_folder
from frechet_site.course import content
from frechet_site.course.content import course, exercises
from frechet_site.lib import watching
from frechet_site.lib.engine import ENGINE
from frechet_site.lib.remembered import forget
from frechet_site.lib.watching import CourseWatch


@pytest.fixture
def own_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the course that may be changed."""
    folder = tmp_path / "course"
    shutil.copytree(content_folder(), folder)
    monkeypatch.setenv("FRECHET_COURSE", str(folder))
    forget()
    yield folder
    monkeypatch.undo()
    forget()


@pytest.fixture
def restarts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    told: list[str] = []
    monkeypatch.setattr(ENGINE, "stop", lambda: told.append("stop"))
    monkeypatch.setattr(ENGINE, "start", lambda: told.append("start"))
    return told


@pytest.fixture
def watch(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> CourseWatch:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, watch=True)
    monkeypatch.setattr(watching, "SECONDS_BETWEEN_LOOKS", 0)
    return CourseWatch(lambda request: HttpResponse(str(course().about["title"])))


def test_a_changed_file_is_seen_with_the_next_page(
    own_course: Path, restarts: list[str], watch: CourseWatch
) -> None:
    before = watch(HttpRequest()).content.decode()
    assert restarts == []
    file = own_course / "course.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(before, "Planted"), encoding="utf-8")
    assert watch(HttpRequest()).content.decode() == "Planted"
    assert watch(HttpRequest()).content.decode() == "Planted"
    assert restarts == ["stop", "start"]


def test_a_new_exercise_is_there(own_course: Path, restarts: list[str], watch: CourseWatch) -> None:
    file = next(own_course.glob("*/*/exercises/*.toml"))
    count = len(exercises().exercises)
    shutil.copy(file, file.with_name("planted.toml"))
    watch(HttpRequest())
    assert len(exercises().exercises) == count + 1


def test_nothing_is_looked_at_twice_in_a_second(
    own_course: Path, restarts: list[str], watch: CourseWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "SECONDS_BETWEEN_LOOKS", 3600)
    os.utime(own_course / "course.toml", (0, 0))
    watch(HttpRequest())
    assert restarts == []


def test_without_the_setting_no_file_is_looked_at(settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, watch=False)
    with pytest.raises(MiddlewareNotUsed):
        CourseWatch(lambda request: HttpResponse())


def test_the_course_is_looked_for_once_however_often_it_is_asked_for(
    own_course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Mock(return_value=own_course)
    monkeypatch.setattr(content, "content_folder", look)
    for _ in range(9):
        exercises()
    assert look.call_count == 1
