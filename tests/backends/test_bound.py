"""Programs bound to data: the same results, data checked once, changes of data seen."""

from __future__ import annotations

import numpy as np
import pytest

from frechet import derivative, parse
from frechet.backends.compile import bind, bind_structured, compile
from frechet.backends.structured_matrix import (
    Dense,
    Diagonal,
    Gram,
    KroneckerProduct,
    Outer,
    StructuredMatrix,
)
from frechet.backends.targets import Output
from frechet.errors import EvaluationError

RANDOM = np.random.default_rng(5)
A, B, X = RANDOM.standard_normal((7, 4)), RANDOM.standard_normal(7), RANDOM.standard_normal(4)
FORMULA = parse("sum(exp(A*x - b)) + c*x'*x", {"c": "positive", "b": "vector(m)"})


def test_a_bound_program_gives_what_the_compiled_one_gives() -> None:
    outputs: list[Output] = [FORMULA, derivative(FORMULA, "x"), derivative(FORMULA, "x", "x")]
    program, data = bind(outputs, {"A": A, "b": B, "c": 2.0}), {"A": A, "b": B, "c": 2.0}
    for x in (X, 2 * X, X - 1):
        for found, expected in zip(program(x=x), compile(outputs)(**data, x=x), strict=True):
            assert np.asarray(found) == pytest.approx(np.asarray(expected), rel=1e-12)


def test_changed_data_are_used() -> None:
    program = bind([FORMULA], {"A": A, "b": B, "c": 2.0})
    before = program(x=X)[0]
    program.change({"c": 3.0})
    assert program(x=X)[0] == pytest.approx(before + X @ X)


def test_what_is_not_finite_is_returned() -> None:
    assert bind([FORMULA], {"A": A, "b": B, "c": 2.0})(x=1e4 * X)[0] == np.inf


def test_data_that_do_not_fit_are_refused_by_name() -> None:
    with pytest.raises(EvaluationError) as refused:
        bind([FORMULA], {"A": A, "b": B[:-1], "c": 2.0})(x=X)
    assert "size 6 where" in refused.value.message or "size 7 where" in refused.value.message


def test_data_that_are_not_finite_are_refused_though_their_sum_overflows_nothing() -> None:
    broken = A.copy()
    broken[2, 1] = np.nan
    with pytest.raises(EvaluationError, match="A is not finite at entry 3, 2"):
        bind([FORMULA], {"A": broken, "b": B, "c": 2.0})(x=X)


def test_finite_data_whose_sum_is_not_are_accepted() -> None:
    formula = parse("b'*x", {"b": "vector(n)", "x": "vector(n)"})
    assert bind([formula], {"b": np.array([1.5e308, 1.5e308])})(x=np.array([1e-10, 0.0]))[0] == pytest.approx(
        1.5e298
    )


def test_programs_that_share_what_is_known_read_the_data_once() -> None:
    known: dict[object, object] = {}
    data = {"A": A, "b": B, "c": 2.0}
    bind([FORMULA], data, known)(x=X)  # type: ignore[arg-type]
    broken = [value for value in known.values() if isinstance(value, tuple) and value[0] is A]
    assert len(broken) == 1


S = StructuredMatrix(
    [
        Diagonal(np.arange(1.0, 7.0)),
        Gram(RANDOM.standard_normal((2, 6)), np.array([0.5, 2.0])),
        Outer(np.ones(6), np.ones(6)),
        KroneckerProduct(np.diag([1.0, 2.0]), np.eye(3)),
        Dense(np.full((6, 6), 0.25)),
    ],
    (2, 3),
)


def test_a_block_is_that_of_the_dense_matrix() -> None:
    chosen = np.array([0, 2, 5])
    dense = S.todense().reshape(6, 6)
    assert S.block(chosen) == pytest.approx(dense[np.ix_(chosen, chosen)])


def test_a_block_of_a_turned_kronecker_product() -> None:
    left, right = RANDOM.standard_normal((3, 3)), RANDOM.standard_normal((3, 3))
    matrix = StructuredMatrix([KroneckerProduct(left, right, turned=True)], (3, 3))
    chosen = np.array([1, 3, 8])
    assert matrix.block(chosen) == pytest.approx(matrix.todense().reshape(9, 9)[np.ix_(chosen, chosen)])


@pytest.mark.parametrize("rows", [2, 30])
def test_the_shifted_solver_solves(rows: int) -> None:
    n = 20
    gram = Gram(RANDOM.standard_normal((rows, n)), RANDOM.uniform(1, 2, rows))
    matrix, shift = StructuredMatrix([Diagonal(np.ones(n)), gram], (n,)), RANDOM.uniform(0, 1, n)
    right = RANDOM.standard_normal((n, 3))
    solve = matrix.shifted_solver(shift)
    dense = matrix.todense() + np.diag(shift)
    assert solve(right) == pytest.approx(np.linalg.solve(dense, right))
    assert solve(right[:, 0]) == pytest.approx(np.linalg.solve(dense, right[:, 0]))


def test_the_shifted_solver_refuses_what_is_not_positive_definite() -> None:
    with pytest.raises(np.linalg.LinAlgError):
        StructuredMatrix([Diagonal(np.ones(3))], (3,)).shifted_solver(np.full(3, -2.0))


def test_a_structured_hessian_is_bound_too() -> None:
    hessian = derivative(FORMULA, "x", "x")
    (found,) = bind_structured([hessian], {"A": A, "b": B, "c": 2.0})(x=X)
    (dense,) = compile([hessian])(A=A, b=B, c=2.0, x=X)
    assert found.todense() == pytest.approx(dense)
