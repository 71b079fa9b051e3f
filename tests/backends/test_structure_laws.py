"""Laws of structured Hessians on random sums of functions: they are the dense ones, whatever is asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.linalg import aslinearoperator, cg

from frechet.backends.compile import bind_structured, compile
from frechet.backends.products import directional_gradients
from frechet.backends.structured_matrix import StructuredMatrix
from frechet.differentiation.derivative import derivative
from frechet.errors import EvaluationError
from frechet.expressions.traversal import symbols_of
from frechet.language import read

SHAPES = {
    "W": "matrix(n, k)", "X": "matrix(m, n)", "Y": "matrix(n, k)", "B": "matrix(k, p)", "Q": "symmetric(n)",
    "V": "matrix(p, k)", "T": "matrix(n, p)", "S": "symmetric(k)", "c": "vector(n)",
}  # fmt: skip
OF_A_MATRIX = [
    "sum(logsumexp(X*W, rows))",
    "sum(logsumexp(X*W, columns))",
    "logsumexp(X*W)",
    "sum(logsumexp(Y.*W, rows))",
    "sum(logsumexp(Y.*W, columns))",
    "sum(exp(W))",
    "norm2(W)^2",
    "norm2(X*W)^2",
    "sum(softplus(X*W))",
    "sum(softplus(X*W*B))",
    "sum(W)^2",
    "tr(Y'*W)^2",
    "tr(W'*Q*W)",
    "tr(Q*W*S*W')",
    "norm2(T - W*V')^2",
    "norm2(T.*(T - W*V'))^2",
    "norm2(T.*softplus(W*V'))^2",
    "sum(logsumexp(softplus(W*V')*B', rows))",
    "sum((c'*W).^3)",
]
VECTOR_SHAPES = {
    "x": "vector(n)",
    "A": "matrix(m, n)",
    "L": "matrix(q, m)",
    "Q": "symmetric(n)",
    "c": "vector(n)",
}
OF_A_VECTOR = [
    "sum(softplus(A*x))",
    "logsumexp(A*x)",
    "sum(exp(x))",
    "(c'*x)^2",
    "x'*Q*x",
    "(x'*x)^2",
    "norm2(L*softplus(A*x))^2",
    "sum(logsumexp(A*diag(x), rows))",
    "exp(c'*x)*(x'*x)",
]


def values_of(shapes: dict[str, str], sizes: dict[str, int], random: np.random.Generator) -> dict[str, Any]:
    found = {}
    for name, text in shapes.items():
        kind, inside = text[:-1].split("(")
        lengths = [sizes[s.strip()] for s in inside.split(",")]
        array = random.standard_normal(lengths * 2 if kind == "symmetric" else lengths)
        found[name] = array + array.T if kind == "symmetric" else array
    return found


@st.composite
def cases(draw: st.DrawFn, terms: list[str], shapes: dict[str, str], variable: str) -> Any:
    chosen = draw(st.lists(st.sampled_from(terms), min_size=1, max_size=3, unique=True))
    weights = draw(st.lists(st.sampled_from([1, 2, "1/3", -1]), min_size=3, max_size=3))
    text = " + ".join(f"({w})*{t}" for w, t in zip(weights, chosen, strict=False))
    sizes = {name: draw(st.integers(1, 5), label=name) for name in "nmkpq"}
    random = np.random.default_rng(draw(st.integers(0, 99)))
    return text, shapes, variable, values_of(shapes, sizes, random), random


def check(case: Any) -> None:
    text, shapes, variable, values, random = case
    hessian = derivative(read(text, shapes), variable, variable)
    (dense,) = compile(hessian)(**values)
    (found,) = compile(hessian, hessians="structured")(**values)
    assert isinstance(found, StructuredMatrix)
    matrix = np.asarray(dense).reshape(found.shape)
    size = max(1.0, float(np.abs(matrix).max()))

    def same(one: Any, other: Any) -> None:
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9 * size)

    several = random.standard_normal((len(matrix), 7))
    same(found @ several, matrix @ several)
    in_shape = several[:, 0].reshape(np.shape(values[variable]))
    same(found @ in_shape, (matrix @ several[:, 0]).reshape(in_shape.shape))
    same(found.diagonal(), np.diag(matrix))
    solved_or_refused(found, matrix, several)
    chosen = random.permutation(len(matrix))[: 1 + len(matrix) // 2]
    same(found.block(chosen), matrix[np.ix_(chosen, chosen)])
    same(found.todense(), dense)
    same(found @ several, matrix @ several)
    shifts_are_solved(found, matrix, several)
    data = {name: value for name, value in values.items() if name != variable}
    (bound,) = bind_structured([hessian], data)(**{variable: values[variable]})
    same(bound @ several, matrix @ several)


def solved_or_refused(found: StructuredMatrix, matrix: Any, several: Any) -> None:
    if np.linalg.cond(matrix) > 1e7:
        return
    np.testing.assert_allclose(matrix @ found.solve(several), several, rtol=1e-6, atol=1e-6)
    sign, expected = np.linalg.slogdet(matrix)
    np.testing.assert_allclose(found.logdet(), expected if sign > 0 else np.nan, rtol=1e-6, atol=1e-6)


def shifts_are_solved(found: StructuredMatrix, matrix: Any, several: Any) -> None:
    values = np.linalg.eigvalsh(matrix)
    shift = np.linspace(1, 2, len(matrix)) - min(0.0, float(values[0]))
    solve = found.shifted_solver(shift)
    np.testing.assert_allclose((matrix + np.diag(shift)) @ solve(several), several, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(solve(several[:, 0]), solve(several)[:, 0], rtol=1e-6, atol=1e-6)
    with pytest.raises(np.linalg.LinAlgError):
        found.shifted_solver(np.full(len(matrix), -1.0 - float(values[-1])))


@settings(max_examples=60, deadline=None)
@given(cases(OF_A_MATRIX, SHAPES, "W"))
def test_the_structured_hessian_by_a_matrix_is_the_dense_one(case: Any) -> None:
    check(case)


@settings(max_examples=40, deadline=None)
@given(cases(OF_A_VECTOR, VECTOR_SHAPES, "x"))
def test_the_structured_hessian_by_a_vector_is_the_dense_one(case: Any) -> None:
    check(case)


@settings(max_examples=30, deadline=None)
@given(cases(OF_A_MATRIX, SHAPES, "W"))
def test_gradients_along_changes_of_all_variables_are_the_hessian_times_the_changes(case: Any) -> None:
    text, shapes, _, values, random = case
    names = [name for name in ("W", "X", "V", "Q") if name in symbols_of(read(text, shapes).expression)]
    formula = read(text, shapes)
    gradients = [derivative(formula, name, structured="none") for name in names]
    changes = {name: random.standard_normal(values[name].shape) for name in names}
    if "Q" in changes:
        changes["Q"] = changes["Q"] + changes["Q"].T
    along = compile(directional_gradients(gradients))
    directions = {g.changes[0].name: changes[name] for name, g in zip(names, gradients, strict=True)}
    for row, found in zip(names, along(**values, **directions), strict=True):
        expected = np.zeros_like(values[row])
        for column in names:
            (block,) = compile(derivative(formula, row, column, structured="none"))(**values)
            expected += np.tensordot(block, changes[column], 2)
        size = max(1.0, float(np.abs(expected).max()))
        symmetric = np.array(found) + np.array(found).T if row == "Q" else np.array(found)
        wanted = expected + expected.T if row == "Q" else expected
        np.testing.assert_allclose(symmetric, wanted, rtol=1e-8, atol=1e-8 * size)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("sum(logsumexp(X*W, rows)) - tr(Y'*W)", ["Unformed"]),
        ("sum(logsumexp(X*W, rows)) + norm2(W)^2", ["Diagonal", "Unformed"]),
        ("sum(logsumexp(Y.*W, rows)) + norm2(W)^2", ["BlockDiagonal"]),
        ("sum(logsumexp(Y.*W, columns)) + sum(exp(W))", ["BlockDiagonal"]),
        ("sum(softplus(X*W))", ["BlockDiagonal"]),
        ("norm2(T.*(T - W*V'))^2 + sum(W)^2", ["BlockDiagonal", "Outer"]),
        ("sum(exp(W)) + norm2(W)^2", ["Diagonal"]),
        ("tr(Q*W*S*W')", ["KroneckerProduct"]),
    ],
)
def test_the_structure_that_the_algebra_has_is_found(text: str, names: list[str]) -> None:
    values = values_of(SHAPES, {"n": 4, "m": 6, "k": 3, "p": 2, "q": 2}, np.random.default_rng(3))
    hessian = derivative(read(text, SHAPES), "W", "W")
    (found,) = compile(hessian, hessians="structured")(**values)
    assert sorted({type(term).__name__ for term in found.terms}) == names


def test_a_large_hessian_is_solved_without_being_formed() -> None:
    random = np.random.default_rng(0)
    values = {"X": random.standard_normal((300, 900)), "W": random.standard_normal((900, 4)) / 30}
    formula = read("sum(logsumexp(X*W, rows)) + norm2(W)^2", {"X": "matrix(m, n)", "W": "matrix(n, k)"})
    (found,) = compile(derivative(formula, "W", "W"), hessians="structured")(**values)
    right = random.standard_normal((900, 4))
    np.testing.assert_allclose(found @ found.solve(right), right, atol=1e-9)
    assert "_matrix" not in found.__dict__


def test_the_matrix_keeps_its_point_though_the_caller_moves_on() -> None:
    formula = read("sum(logsumexp(X*W, rows))", {"X": "matrix(m, n)", "W": "matrix(n, k)"})
    random = np.random.default_rng(0)
    values = {"X": random.standard_normal((5, 3)), "W": random.standard_normal((3, 2))}
    (found,) = compile(derivative(formula, "W", "W"), hessians="structured")(**values)
    before = compile(derivative(formula, "W", "W"))(**values)[0]
    values["W"] += 1.0
    np.testing.assert_allclose(found.todense(), before)


def test_a_formula_may_use_the_name_of_the_direction() -> None:
    formula = read("sum(logsumexp(direction*W, rows))", {"direction": "matrix(m, n)", "W": "matrix(n, k)"})
    values = {"direction": np.arange(6.0).reshape(3, 2), "W": np.eye(2)}
    (found,) = compile(derivative(formula, "W", "W"), hessians="structured")(**values)
    np.testing.assert_allclose(found @ values["W"], np.einsum("ijkl,kl->ij", found.todense(), values["W"]))


def test_inputs_that_do_not_fit_are_refused_when_the_matrix_is_made() -> None:
    formula = read("sum(logsumexp(X*W, rows))", {"X": "matrix(m, n)", "W": "matrix(n, k)"})
    run = compile(derivative(formula, "W", "W"), hessians="structured")
    with pytest.raises(EvaluationError, match="X has no value"):
        run(W=np.eye(2))
    with pytest.raises(EvaluationError, match="X is not finite at entry 1, 2"):
        run(X=np.array([[1.0, np.nan]]), W=np.eye(2))


def test_a_mixed_or_first_derivative_comes_dense_since_it_need_not_be_symmetric() -> None:
    formula = read("x'*C*y", {"C": "matrix(n, n)", "x": "vector(n)", "y": "vector(n)"})
    values = {"C": np.arange(4.0).reshape(2, 2), "x": np.ones(2), "y": np.ones(2)}
    (mixed,) = compile(derivative(formula, "x", "y"), hessians="structured")(**values)
    np.testing.assert_allclose(mixed, values["C"])
    (jacobian,) = compile(derivative(read("C*x", {"C": "matrix(n, n)"}), "x"), hessians="structured")(
        C=values["C"], x=np.ones(2)
    )
    np.testing.assert_allclose(jacobian, values["C"])


def test_a_large_sum_of_a_kronecker_product_and_a_diagonal_is_solved_by_products() -> None:
    random = np.random.default_rng(0)
    precision = np.eye(60) + 0.01 * np.ones((60, 60))
    formula = read("-logdet(P) + norm2(P)^2", {"P": "matrix(n, n)"})
    (found,) = compile(derivative(formula, "P", "P"), hessians="structured")(P=precision)
    right = random.standard_normal((60, 60))
    np.testing.assert_allclose(found @ found.solve(right), right, atol=1e-9)
    assert "_matrix" not in found.__dict__


def test_scipy_takes_an_unformed_hessian_as_a_linear_operator() -> None:
    values = values_of(SHAPES, {"n": 4, "m": 6, "k": 3, "p": 2, "q": 2}, np.random.default_rng(3))
    formula = read("sum(logsumexp(X*W, rows)) + norm2(W)^2", SHAPES)
    (found,) = compile(derivative(formula, "W", "W"), hessians="structured")(**values)
    solution, info = cg(aslinearoperator(found), np.ones(12), rtol=1e-12)
    assert info == 0
    np.testing.assert_allclose(solution, found.solve(np.ones(12)), rtol=1e-9)


def test_changed_data_reach_what_is_not_formed() -> None:
    values = values_of(SHAPES, {"n": 4, "m": 6, "k": 3, "p": 2, "q": 2}, np.random.default_rng(3))
    formula = read("sum(logsumexp(X*W, rows))", SHAPES)
    hessian = derivative(formula, "W", "W")
    program = bind_structured([hessian], {"X": values["X"]})
    before = program(W=values["W"])[0]
    first = before @ values["W"]
    program.change({"X": 2 * values["X"]})
    after = program(W=values["W"])[0]
    (wanted,) = compile(hessian)(X=2 * values["X"], W=values["W"])
    np.testing.assert_allclose(after.todense(), wanted, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(before @ values["W"], first)


def test_a_diagonal_plus_a_few_rows_is_solved_through_the_rows() -> None:
    random = np.random.default_rng(0)
    values = {"A": random.standard_normal((5, 3000)), "x": random.standard_normal(3000) / 50}
    formula = read("sum(softplus(A*x)) + x'*x/2", {"A": "matrix(m, n)", "x": "vector(n)"})
    (found,) = compile(derivative(formula, "x", "x"), hessians="structured")(**values)
    right = random.standard_normal((3000, 2))
    np.testing.assert_allclose(found @ found.solve(right), right, atol=1e-10)
    assert "_matrix" not in found.__dict__


def test_rows_without_weight_do_not_count() -> None:
    random = np.random.default_rng(0)
    values = {"A": random.standard_normal((400, 300)), "x": random.standard_normal(300)}
    formula = read("sum(relu(A*x - 40*vector(1, m)).^2) + x'*x/2", {"A": "matrix(m, n)", "x": "vector(n)"})
    (found,) = compile(derivative(formula, "x", "x"), hessians="structured")(**values)
    assert 0 < np.count_nonzero(values["A"] @ values["x"] > 40) < 30
    right = random.standard_normal(300)
    np.testing.assert_allclose(found @ found.solve(right), right, atol=1e-10)
    assert "_matrix" not in found.__dict__


def test_a_later_point_is_read_as_carefully_as_the_first() -> None:
    formula = read("sum(logsumexp(X*W, rows))", {"X": "matrix(m, n)", "W": "matrix(n, k)"})
    hessian = derivative(formula, "W", "W")
    run, dense = compile(hessian, hessians="structured"), compile(hessian)
    random = np.random.default_rng(0)
    data = random.standard_normal((5, 3))
    for point in (random.standard_normal((3, 2)) for _ in range(3)):
        wanted = np.einsum("ijkl,kl->ij", dense(X=data, W=point)[0], point)
        np.testing.assert_allclose(run(X=data, W=point)[0] @ point, wanted, rtol=1e-9, atol=1e-12)
    with pytest.raises(EvaluationError, match="X has no value"):
        run(W=point)
    with pytest.raises(EvaluationError, match="X is not an array of real numbers"):
        run(X=[[1.0, 2.0, 3.0], [1.0]], W=point)
    data[1, 2] = np.nan
    with pytest.raises(EvaluationError, match="X is not finite at entry 2, 3"):
        run(X=data, W=point)
    smaller = random.standard_normal((4, 3))
    wanted = np.einsum("ijkl,kl->ij", dense(X=smaller, W=point)[0], point)
    np.testing.assert_allclose(run(X=smaller, W=point)[0] @ point, wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("text", ["x'*D^2*y", "tr(D^3)", "logdet(D'*D + eye(n))", "sum(exp(D*x)) + x'*D^2*y"])
def test_the_structured_hessian_by_a_diagonal_matrix_is_the_dense_one(text: str) -> None:
    names = {"D": "diagonal(n)", "x": "vector(n)", "y": "vector(n)"}
    hessian = derivative(read(text, names), "D", "D")
    values: Any = {
        "D": np.diag([0.5, 1.0, 2.0]),
        "x": np.array([1.0, 0.2, 0.3]),
        "y": np.array([0.1, 2.0, 3.0]),
    }
    (dense,) = compile([hessian])(**values)
    (found,) = compile([hessian], hessians="structured")(**values)
    np.testing.assert_allclose(found.todense(), dense, atol=1e-12)
    direction = np.diag([1.0, -2.0, 3.0])
    np.testing.assert_allclose(found @ direction, np.einsum("ijkl,kl->ij", dense, direction), atol=1e-12)
