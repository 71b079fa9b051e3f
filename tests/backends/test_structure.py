"""Hessians as the algebra finds them: their terms, products, solutions, determinants."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse.linalg import aslinearoperator, cg

from frechet.backends.compile import compile
from frechet.backends.products import hessian_product
from frechet.backends.structured_matrix import StructuredMatrix
from frechet.differentiation.derivative import derivative
from frechet.errors import EvaluationError, FrechetError
from frechet.language import read

RANDOM = np.random.default_rng(1)
A, U, V = (RANDOM.standard_normal(shape) for shape in ((6, 3), (4, 2), (5, 2)))
X = RANDOM.standard_normal(3)
PSD = np.eye(3) + 0.2
CASES: list[tuple[str, dict[str, str], str, dict[str, Any], list[str]]] = [
    ("sum(exp(x))", {"x": "vector(n)"}, "x", {"x": X}, ["Diagonal"]),
    (
        "sum(exp(x)) + (c'*x)^2",
        {"x": "vector(n)", "c": "vector(n)"},
        "x",
        {"x": X, "c": X},
        ["Diagonal", "Outer"],
    ),
    ("sum(softplus(A*x))", {"A": "matrix(m, n)", "x": "vector(n)"}, "x", {"A": A, "x": X}, ["Gram"]),
    (
        "sum(softplus(A*x)) + x'*x/2",
        {"A": "matrix(m, n)", "x": "vector(n)"},
        "x",
        {"A": A, "x": X},
        ["Diagonal", "Gram"],
    ),
    (
        "norm2(M - U*V')^2",
        {"M": "matrix(m, n)", "U": "matrix(m, k)", "V": "matrix(n, k)"},
        "U",
        {"M": U @ V.T, "U": U, "V": V},
        ["BlockDiagonal"],
    ),
    (
        "norm2(M - U*V')^2 + tr(U*B*U') + sum(exp(U)) + sum(U)^2",
        {"M": "matrix(m, n)", "U": "matrix(m, k)", "V": "matrix(n, k)", "B": "symmetric(k)"},
        "U",
        {"M": U @ V.T, "U": U, "V": V, "B": np.eye(2) + 0.1},
        ["BlockDiagonal", "Outer"],
    ),
    (
        "tr(K*U*B*U')",
        {"K": "symmetric(m)", "U": "matrix(m, k)", "B": "symmetric(k)"},
        "U",
        {"K": np.eye(4) + 0.1, "U": U, "B": np.eye(2) + 0.1},
        ["KroneckerProduct"],
    ),
    ("sum(logsumexp(U, rows)) + norm2(U)^2", {"U": "matrix(m, k)"}, "U", {"U": U}, ["BlockDiagonal"]),
    (
        "sum(logsumexp(A*C, rows)) + norm2(C)^2",
        {"A": "matrix(m, n)", "C": "matrix(n, k)"},
        "C",
        {"A": A, "C": PSD},
        ["Diagonal", "Unformed"],
    ),
    (
        "sum(softplus(A*C)) + sum(exp(C))",
        {"A": "matrix(m, n)", "C": "matrix(n, k)"},
        "C",
        {"A": A, "C": PSD},
        ["BlockDiagonal"],
    ),
    ("-logdet(C)", {"C": "matrix(n, n)"}, "C", {"C": PSD}, ["KroneckerProduct"]),
    ("sum(exp(C))", {"C": "matrix(m, n)"}, "C", {"C": A}, ["Diagonal"]),
    (
        "sum(A*x)^2*sum(x.^3)",
        {"A": "matrix(m, n)", "x": "vector(n)"},
        "x",
        {"A": A, "x": X},
        ["Diagonal", "Outer"],
    ),
    ("(x'*x)^2", {"x": "vector(n)"}, "x", {"x": X}, ["Diagonal", "Outer"]),
    ("x'*C*x*exp(x'*x)", {"x": "vector(n)", "C": "matrix(n, n)"}, "x", {"x": X, "C": PSD}, []),
]


def both(case: tuple[str, dict[str, str], str, dict[str, Any], list[str]]) -> tuple[StructuredMatrix, Any]:
    text, names, variable, inputs, _ = case
    hessian = derivative(read(text, names), variable, variable)
    (structured,) = compile(hessian, hessians="structured")(**inputs)
    (dense,) = compile(hessian)(**inputs)
    return structured, dense


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_structured_hessian_is_the_dense_one(case: Any) -> None:
    structured, dense = both(case)
    if case[4]:
        assert sorted({type(term).__name__ for term in structured.terms}) == case[4]
    np.testing.assert_allclose(structured.todense(), dense, rtol=1e-12, atol=1e-12)
    matrix = dense.reshape(structured.shape)
    np.testing.assert_allclose(structured.diagonal(), np.diag(matrix), rtol=1e-12, atol=1e-12)
    several = RANDOM.standard_normal((structured.shape[1], 7))
    np.testing.assert_allclose(structured @ several, matrix @ several, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(structured.solve(matrix @ several), several, rtol=1e-8, atol=1e-8)
    sign, expected = np.linalg.slogdet(matrix)
    np.testing.assert_allclose(structured.logdet(), expected if sign > 0 else np.nan, rtol=1e-9)


def test_products_take_the_shape_of_the_variable() -> None:
    structured, dense = both(CASES[4])
    np.testing.assert_allclose(structured @ U, np.einsum("ijkl,kl->ij", dense, U))
    np.testing.assert_allclose(structured.solve(structured @ U), U)


def test_scipy_takes_it_as_a_linear_operator() -> None:
    structured, _ = both(CASES[3])
    b = np.ones(3)
    solution, info = cg(aslinearoperator(structured), b, rtol=1e-12)
    assert info == 0
    np.testing.assert_allclose(solution, structured.solve(b))


def test_a_singular_hessian_is_refused() -> None:
    hessian = derivative(read("logsumexp(x)", {"x": "vector(n)"}), "x", "x")
    (structured,) = compile(hessian, hessians="structured")(x=X)
    with pytest.raises(EvaluationError, match="the matrix is singular"):
        structured.solve(np.ones(3))


@pytest.mark.parametrize("operation", ["matvec", "matmat", "solve"])
def test_arrays_that_do_not_fit_are_refused(operation: str) -> None:
    structured, _ = both(CASES[0])
    with pytest.raises(EvaluationError, match="does not fit a matrix with 3"):
        getattr(structured, operation)(np.ones(5))


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_hessian_times_a_direction_needs_no_hessian(case: Any) -> None:
    text, names, variable, inputs, _ = case
    direction = RANDOM.standard_normal(np.shape(inputs[variable]))
    product = hessian_product(read(text, names), variable, "v")
    (found,) = compile(product)(**inputs, v=direction)
    structured, _ = both(case)
    np.testing.assert_allclose(found, structured @ direction, rtol=1e-10, atol=1e-10)


def test_a_direction_needs_a_new_name_and_a_scalar_formula() -> None:
    with pytest.raises(FrechetError, match="'x' does not serve as the name of a direction"):
        hessian_product(read("x'*x", {"x": "vector(n)"}), "x", "x")
    with pytest.raises(FrechetError, match="only a scalar formula has a Hessian"):
        hessian_product(read("x", {"x": "vector(n)"}), "x", "v")
