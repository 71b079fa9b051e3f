"""Whatever is false, missing or unreadable in a lecture is found, at its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.course.small_course import FIGURE, FILES, LECTURE, write_course

from frechet.course.check import check_lecture, check_structure
from frechet.course.content import read_course
from frechet.course.problems import CourseError


def problems(folder: Path) -> list[CourseError]:
    course = read_course(folder)
    return check_structure(course) + check_lecture(course, course.lectures[0]).problems


def test_a_right_lecture_has_no_problem(tmp_path: Path) -> None:
    assert [str(problem) for problem in problems(write_course(tmp_path))] == []


def test_words_formulas_and_blocks_are_counted(tmp_path: Path) -> None:
    course = read_course(write_course(tmp_path))
    report = check_lecture(course, course.lectures[0])
    assert (report.formulas, report.derivations, report.figures, report.exercises) == (4, 1, 1, 1)
    assert 60 < report.words < 140


SPOILED = [
    ("{f}`A*x - b`", "{f}`A*x - b(`", "lecture.md:14", "'A*x - b('"),
    ("b)^2 = (A*x - b)'*(A*x - b)", "b)^2 = (A*x - b)'*b", "lecture.md:14", "is not true"),
    ("by x = 2*A'*(A*x - b)`", "by x = A'*(A*x - b)`", "lecture.md:15", "is not true"),
    ("{d}`norm2(A*x - b)^2 by x", "{d}`norm2(A*x - b)^2 by", "lecture.md:15", "does not say"),
    ("{d}`norm2", "{g}`norm2", "lecture.md:15", "no role 'g'"),
    (":gradient: 2*A'*(A*x - b)", ":gradient: A'*(A*x - b)", "lecture.md:17", "the theorem is not true"),
    (":gradient: 2*A'*(A*x - b)\n", "", "lecture.md:17", "states one of"),
    (":source: a book", ":sauce: a book", "lecture.md:21", "no option 'sauce'"),
    ("  - line: = 2*r'*A*dx", "  - line: = 2*r'*A'*dx", "lecture.md:37", "ill-shaped"),
    ("  - line: = 2*r'*A*dx", "  - line: = r'*A*dx", "lecture.md:37", "is wrong"),
    ("    because: A and b are constant\n", "", "lecture.md:37", "no because"),
    ("lines:\n", "line:\n", "lecture.md:25", "a list of lines"),
    (":::{figure} bowl", ":::{figure} bowls", "lecture.md:43", "there is no figure 'bowls'"),
    (":wrong: 2*B*x", ":wrong: (B + B')*x", "lecture.md:55", "is right"),
    (":name: sym-assumed", ":name: no-such", "lecture.md:55", "no mistake 'no-such'"),
    (":value: 16", ":value: 17", "lecture.md:69", "the value is 16, not 17"),
    (":gradient: [6; 13]", ":gradient: [6; 12]", "lecture.md:70", "the gradient is [6; 13]"),
    (":hessian: [4, 1; 1, 6]", ":hessian: [2, 1; 1, 6]", "lecture.md:71", "the hessian is"),
    ("x = [1; 2]", "x = [1, 2]", "lecture.md:64", "not its size"),
    (":::{exercise} e1", ":::{exercise} e2", "lecture.md:78", "no exercise 'e2'"),
    (":search: norm2(A*x - b)^2\n:by: x", ":search: sin(x)'*cos(x)", "lecture.md:82", "nothing on"),
    ("lecture:first", "lecture:second", "lecture.md:88", "no lecture 'second'"),
    ("cookbook:mc-81", "cookbook:mc-9999", "lecture.md:88", "no entry"),
    ("(cookbook:mc-81)", "(there.html)", "lecture.md:88", "leads nowhere"),
    ("$\\sum_i r_i^2$", "$ \\sum_i r_i^2", "lecture.md:15", "a $ is left over"),
    ("duration: 3:20", "duration: long", "lecture.md:4", "minutes:seconds"),
    ("kind: tool", "kind: toool", "lecture.md:6", "no kind 'toool'"),
    ("objectives: [see it]\n", "", "lecture.md:2", "lacks objectives"),
    ("skills: [matvec]", "skills: [matvecs]", "lecture.md:1", "no skill 'matvecs'"),
    ("skills: [matvec]", "skills: [matvec]\nprerequisites: [none]", "lecture.md:1", "is no lecture"),
    ("id: first", "id: second", "lecture.md:2", "not that of the folder"),
    (":::{summary}\nOne line.\n:::", ":::{summary}\nOne line.", "lecture.md:90", "is not closed"),
    (":::{summary}", ":::{epilogue}", "lecture.md:90", "no directive 'epilogue'"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "message"), SPOILED)
def test_a_fault_is_found_at_its_line(tmp_path: Path, old: str, new: str, place: str, message: str) -> None:
    assert old in LECTURE
    found = problems(write_course(tmp_path, lecture=LECTURE.replace(old, new, 1)))
    assert any(f"{problem.place}".endswith(place) and message in problem.message for problem in found), [
        str(problem) for problem in found
    ]
    assert all(problem.hint for problem in found)


def test_all_faults_of_a_file_are_found_at_once(tmp_path: Path) -> None:
    spoiled = LECTURE.replace(":value: 16", ":value: 1").replace("lecture:first", "lecture:x")
    assert len(problems(write_course(tmp_path, lecture=spoiled))) == 2


SPOILED_FIGURES = [
    ('kind = "plane"', 'kind = "plan"', 1, "no kind of figure"),
    ('title = "A bowl"\n', "", 1, "has a title"),
    ('"newton"]', '"newtons"]', 6, "cannot show 'newtons'"),
    ("x = [1, 1]", "x = [1, 1, 1]", 1, "not its size"),
    ("b = [1, 0.5]\n", "", 1, "'b' has no value"),
    ("formula = \"x'*S*x/2 - b'*x\"", 'formula = "S*x"', 4, "is not a number"),
    ('over = "x"', 'over = "y"', 5, "'y' is not in"),
    ('name = "S[0][0]"', 'name = "S[0][2]"', 19, "no number 'S[0][2]'"),
    ("norm2(gradient)", "norm2(gradients)", 1, "gradients"),
    ("norm2(gradient)", "tr(expm(hessian))", 1, "a page cannot compute expm"),
    ("window = [-3, 3, -3, 3]", "window = [3, -3, -3, 3]", 7, "left, right, bottom, top"),
    ("[declare]", "[[declare", 9, "not TOML"),
    ("step = 0.1", "steps = 0.1", 19, "no 'steps'"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "message"), SPOILED_FIGURES)
def test_a_fault_of_a_figure_is_found(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    assert old in FIGURE
    found = problems(write_course(tmp_path, figure=FIGURE.replace(old, new, 1)))
    assert any(problem.place.line == line and message in problem.message for problem in found), [
        str(problem) for problem in found
    ]


def test_a_mistake_with_another_name_is_a_warning_until_the_catalogue_knows_it(tmp_path: Path) -> None:
    lecture = LECTURE.replace(":name: sym-assumed", ":name: transpose-dropped")
    lecture = lecture.replace(":wrong: 2*B*x", ":wrong: -(B + B')*x")
    folder = write_course(tmp_path, lecture=lecture)
    (warning,) = problems(folder)
    assert warning.warning
    assert "the checker calls it 'sign'" in warning.message
    known = FILES["mistakes.toml"].replace('missing."', 'missing."\nrecognized_as = ["sign"]')
    assert problems(write_course(tmp_path, lecture=lecture, mistakes=known)) == []


def test_circles_and_unknown_names_among_skills_are_found(tmp_path: Path) -> None:
    skills = '[[skill]]\nid = "matvec"\nrequires = ["trace"]\n'
    skills += '[[skill]]\nid = "trace"\nrequires = ["matvec", "x"]\n'
    found = [problem.message for problem in problems(write_course(tmp_path, skills=skills))]
    assert any("matvec → trace → matvec" in message for message in found)
    assert any("requires 'x'" in message for message in found)


def test_the_entries_of_the_glossary_are_whole_and_lead_to_a_lecture(tmp_path: Path) -> None:
    glossary = '[[entry]]\nsymbol = "x"\nname = "vector"\nlecture = "second"\n'
    found = [problem.message for problem in problems(write_course(tmp_path, glossary=glossary))]
    assert found == ["the entry 'vector' has no meaning", "the entry 'vector' names no lecture"]


def test_a_mathematical_lecture_is_held_to_its_bars(tmp_path: Path) -> None:
    lecture = LECTURE.replace("kind: tool", "kind: mathematical")
    found = " ".join(problem.message for problem in problems(write_course(tmp_path, lecture=lecture)))
    for missing in ("fewer than 1,200", "1 exercises, fewer than 5", "no lab"):
        assert missing in found
