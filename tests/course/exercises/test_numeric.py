"""Answers in numbers, computed exactly where they are rational."""

from __future__ import annotations

from fractions import Fraction

import pytest

from frechet.course.exercises.eigenvalues import eigenvalues
from frechet.course.exercises.exercise import Question
from frechet.course.exercises.names import Names
from frechet.course.exercises.numeric import MAXIMUM, MINIMUM, SADDLE, UNDECIDED, Computation
from frechet.course.numbers import matrix_text
from frechet.expressions.function import Matrix

UV = Names({"u": "scalar", "v": "scalar"}, {}, ("u", "v"))


def one(value: int) -> Matrix:
    return [[Fraction(value)]]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (Question("gradient", ("u^2*v",), ("u", "v")), "[12; 4]"),
        (Question("hessian", ("u^2*v",), ("u", "v")), "[6, 4; 4, 0]"),
        (Question("jacobian", ("u*v", "u + v"), ("u", "v")), "[3, 2; 1, 1]"),
        (Question("value", ("u/v", "1")), "[2/3; 1]"),
        (Question("newton point", ("u^2 + 3*v^2 - 2*u",), ("u", "v")), "[1; 0]"),
        (Question("newton step", ("u^2 + 3*v^2 - 2*u",), ("u", "v")), "[-1; -3]"),
        (Question("descent point", ("u^2 + 3*v^2",), ("u", "v"), rate="1/10", steps=2), "[32/25; 12/25]"),
        (Question("rate bound", ("u^2 + 3*v^2",), ("u", "v")), "0.3333"),
        (Question("best rate", ("u^2 + 3*v^2",), ("u", "v")), "0.25"),
        (Question("newton root", ("u^2 - v",), ("u",), steps=1), "7/4"),
    ],
)
def test_what_is_asked_is_computed(question: Question, answer: str) -> None:
    computation = Computation(question, Names(UV.declared, {}, question.by))
    assert matrix_text(computation.at({"u": one(2), "v": one(3)})) == answer


@pytest.mark.parametrize(
    ("formula", "kind"),
    [
        ("u^2 + v^2", MINIMUM),
        ("-u^2 - v^2", MAXIMUM),
        ("u^2 + v^2 + 3*u*v", SADDLE),
        ("u^4 + v^2", UNDECIDED),
    ],
)
def test_a_stationary_point_is_classified(formula: str, kind: str) -> None:
    computation = Computation(Question("classify", (formula,), ("u", "v")), UV)
    assert computation.classify({"u": one(0), "v": one(0)}) == kind


def test_eigenvalues_of_a_symmetric_matrix_add_up_to_its_trace() -> None:
    found = eigenvalues([[4, 1, 0], [1, 3, 2], [0, 2, -1]])
    assert sum(found) == pytest.approx(6)
    assert found == sorted(found)
    assert found[0] * found[1] * found[2] == pytest.approx(-27)
