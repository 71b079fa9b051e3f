"""`frechet course`, `frechet lab` and `frechet tour`, as a user meets them."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.course.small_course import LECTURE, write_course

from frechet.cli import commands
from frechet.cli.lazy import LATER
from frechet.course.content import content_folder, read_course
from frechet.extras import installing

WHOLE_COMMAND = re.compile(r"`frechet ((?:derive|source|cookbook) [^`…]*)`")


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(commands, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_right_course_passes_with_a_table(tmp_path: Path) -> None:
    result = run("course", "--folder", str(write_course(tmp_path)), "check", "--fast")
    assert result.exit_code == 0
    assert "1 lectures, 0 problems, 0 warnings." in result.stdout
    assert result.stdout.startswith("lecture ")


def test_a_problem_is_printed_with_file_and_line_and_fails(tmp_path: Path) -> None:
    folder = write_course(tmp_path, lecture=LECTURE.replace(":value: 16", ":value: 17"))
    result = run("course", "--folder", str(folder), "check", "--fast", "first")
    assert result.exit_code == 1
    assert "01-one/01-first/lecture.md:69: the value is 16, not 17." in result.stdout


def test_the_full_check_looks_at_exercises_too(tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    exercise = folder / "01-one/01-first/exercises/e1.toml"
    text = exercise.read_text(encoding="utf-8").replace('answer = "2*A*x"', 'answer = "A*x + A\'*x"')
    exercise.write_text(text, encoding="utf-8")
    assert run("course", "--folder", str(folder), "check", "--fast").exit_code == 0
    result = run("course", "--folder", str(folder), "check", "--jobs", "2")
    assert result.exit_code == 1
    assert "exercises/e1.toml" in result.stdout


def test_an_unknown_lecture_and_a_missing_course_are_refused(tmp_path: Path) -> None:
    assert run("course", "--folder", str(write_course(tmp_path)), "check", "nothing").exit_code == 2
    result = run("course", "--folder", str(tmp_path / "none"), "list")
    assert result.exit_code == 2
    assert "no course was found" in result.stderr


def test_list_show_and_glossary_read_the_course(tmp_path: Path) -> None:
    folder = str(write_course(tmp_path))
    assert "03:20  first" in run("course", "--folder", folder, "list").stdout
    assert "∇f = 2 Aᵀ r" in run("course", "--folder", folder, "show", "first").stdout
    assert "Rows become columns." in run("course", "--folder", folder, "glossary").stdout


def more_mistakes(folder: Path) -> None:
    file = folder / "mistakes.toml"
    more = '\n[[mistake]]\nid = "row-layout"\n\n[[mistake]]\nid = "value-for-derivative"\n'
    file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")


def test_a_new_lecture_lacks_only_what_must_be_written(tmp_path: Path) -> None:
    folder = str(write_course(tmp_path))
    more_mistakes(tmp_path)
    for arguments in (
        ("new-lecture", "two", "fresh"),
        ("new-exercise", "fresh", "--kind", "choice"),
        ("new-exercise", "fresh", "--kind", "numeric"),
    ):
        assert run("course", "--folder", folder, *arguments).exit_code == 0
    assert (tmp_path / "02-two" / "01-fresh" / "exercises" / "e3.toml").is_file()
    result = run("course", "--folder", folder, "check", "--labs", "fresh")
    lines = [line for line in result.stdout.splitlines() if ".md:" in line or ".toml:" in line]
    missing = ("fewer than", "no place in the text", "lacks skills")
    assert result.exit_code == 1
    assert [line for line in lines if not any(words in line for words in missing)] == []
    assert run("course", "--folder", folder, "new-lecture", "two", "fresh").exit_code == 2


def test_a_new_lecture_is_not_written_into_an_installed_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site-packages" / "frechet" / "course"
    write_course(package / "content")
    before = sorted(package.rglob("*"))
    monkeypatch.delenv("FRECHET_COURSE", raising=False)
    monkeypatch.setattr("frechet.course.content.resources.files", lambda name: package)
    monkeypatch.chdir(tmp_path)
    for command in (("new-lecture", "one", "fresh"), ("new-exercise", "first")):
        result = run("course", *command)
        assert result.exit_code == 2
        assert "an update would take it away\nCopy it first: cp -r " in result.stderr
    assert sorted(package.rglob("*")) == before


def test_a_new_lecture_is_written_into_the_course_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_course(tmp_path / "mine")
    monkeypatch.delenv("FRECHET_COURSE", raising=False)
    monkeypatch.chdir(folder)
    assert run("course", "new-lecture", "one", "fresh").exit_code == 0
    assert list(folder.glob("*/*-fresh/lecture.md"))


def test_a_new_lecture_of_another_kind_lacks_only_the_skills_of_its_exercise(tmp_path: Path) -> None:
    folder = str(write_course(tmp_path))
    more_mistakes(tmp_path)
    assert run("course", "--folder", folder, "new-lecture", "one", "note", "--kind", "tool").exit_code == 0
    result = run("course", "--folder", folder, "check", "note")
    (line,) = [line for line in result.stdout.splitlines() if ".md:" in line or ".toml:" in line]
    assert "02-note/exercises/e1.toml:1: the exercise lacks skills" in line


def test_a_lab_is_started_checked_and_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_course(tmp_path / "course")
    run("course", "--folder", str(folder), "new-lecture", "one", "work", "--kind", "code")
    monkeypatch.setenv("FRECHET_COURSE", str(folder))
    monkeypatch.chdir(tmp_path)
    assert "work" in run("lab", "list").stdout
    assert run("lab", "start", "work", "--no-open").exit_code == 0
    assert (tmp_path / "work.ipynb").is_file()
    assert run("lab", "start", "work", "--no-open").exit_code == 2
    failed = run("lab", "check", "work")
    assert failed.exit_code == 1
    assert "✗ The gradient is the one that the engine derives." in failed.stdout
    solution = folder / "01-one/02-work/lab/solution.py"
    passed = run("lab", "check", "work", str(solution))
    assert (passed.exit_code, passed.stdout.splitlines()[-1]) == (0, "1 of 1 checks passed.")
    assert run("lab", "export", "work", "--format", "py").exit_code == 0
    assert run("lab", "check", "work", "nowhere.py").exit_code == 2


def test_the_tour_shows_live_answers() -> None:
    result = run("tour", "--no-pause")
    assert result.exit_code == 0
    for part in (
        "grad = (A + A')*x",
        "largest relative error",
        "symmetry assumed",
        "They differ",
        "import numpy",
    ):
        assert part in result.stdout


@pytest.mark.parametrize("name", LATER)
def test_a_command_without_its_libraries_says_what_to_install(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, _, extra = LATER[name]
    monkeypatch.setitem(sys.modules, module, None)
    result = run(name, "anything", "--fast")
    assert result.exit_code == 2
    assert installing(extra) in result.stderr


def commands_in_lectures() -> list[str]:
    texts = (path.read_text(encoding="utf-8") for path in content_folder().glob("*/*/lecture.md"))
    found = (" ".join(command.split()) for text in texts for command in WHOLE_COMMAND.findall(text))
    return sorted(set(found) - {"derive", "source"})


@pytest.mark.parametrize("command", commands_in_lectures())
def test_every_command_that_a_lecture_shows_does_what_it_promises(command: str) -> None:
    result = run(*shlex.split(command))
    assert result.exit_code == 0, result.stderr
    assert result.stdout


def test_a_course_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    lecture = read_course(folder).lecture("first")
    (lecture.folder / "exercises").rename(lecture.folder / "kept")
    (lecture.folder / "exercises").touch()
    result = run("course", "--folder", str(folder), "new-exercise", "first")
    assert result.exit_code == 2
    assert result.stderr.endswith("exercises/e1.toml' is already there\nChoose another name.\n")


def test_a_new_lecture_passes_over_folders_that_are_none_of_the_course(tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    (folder / "3a-drafts").mkdir()
    result = run("course", "--folder", str(folder), "new-lecture", "two", "second")
    assert result.exit_code == 0
    assert (folder / "02-two/01-second/lecture.md").is_file()
