"""Newton's method by conjugate gradients: one step's directions precondition the next."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import default_rng

from frechet import parse
from frechet.optimize.methods.newton_cg import ConjugateGradientModels, Pair, inverse_from
from frechet.optimize.minimization import minimize
from frechet.optimize.objective import Objective

RANDOM = default_rng(5)


def definite(n: int) -> np.ndarray:
    q, _ = np.linalg.qr(RANDOM.standard_normal((n, n)))
    return np.asarray((q * np.geomspace(1, 1e3, n)) @ q.T)


def conjugate(h: np.ndarray, count: int) -> list[Pair]:
    pairs: list[Pair] = []
    for _ in range(count):
        d = RANDOM.standard_normal(len(h))
        for p in pairs:
            d = d - float(p.image @ d) / p.curvature * p.direction
        pairs.append(Pair(d, h @ d, float(d @ h @ d)))
    return pairs


def test_on_the_span_of_conjugate_directions_the_preconditioner_is_the_inverse() -> None:
    h = definite(12)
    pairs = conjugate(h, 5)
    inverse = inverse_from(pairs)
    for p in pairs:
        assert inverse(p.image) == pytest.approx(p.direction, rel=1e-8)


def test_the_preconditioner_is_symmetric_and_positive_definite() -> None:
    inverse = inverse_from(conjugate(definite(12), 5))
    matrix = np.array([inverse(e) for e in np.eye(12)])
    assert matrix == pytest.approx(matrix.T, abs=1e-12)
    assert np.linalg.eigvalsh(matrix)[0] > 0


def test_the_second_step_on_the_same_hessian_needs_fewer_products() -> None:
    h, b = definite(60), RANDOM.standard_normal(60)
    f = Objective(60, lambda x: x @ h @ x / 2 - b @ x, lambda x: h @ x - b, product_at=lambda _: h.__matmul__)
    models, counts = ConjugateGradientModels(), []
    for _ in range(2):
        before = f.evaluations.product
        point = f.point(np.zeros(60))
        step = models(f, point)(np.inf).step
        assert np.linalg.norm(h @ step - b) <= 0.2 * np.linalg.norm(b)
        counts.append(f.evaluations.product - before)
    assert counts[1] <= counts[0] / 2


def test_a_step_that_fits_is_not_computed_again() -> None:
    h = definite(30)
    f = Objective(30, lambda x: x @ h @ x / 2, lambda x: h @ x, product_at=lambda _: h.__matmul__)
    model = ConjugateGradientModels()(f, f.point(np.ones(30)))
    model(np.inf)
    products = f.evaluations.product
    model(1e6)
    assert f.evaluations.product == products


@pytest.mark.parametrize("text", ["norm2(x)^2", "norm2(x)^2 - norm2(x)^4"])
def test_a_start_where_the_gradient_is_zero_is_an_answer(text: str) -> None:
    r = minimize(parse(text, {"x": "vector(n)"}), "x", start={"x": np.zeros(3)}, method="newton-cg")
    assert r.converged
    assert r.x["x"] == pytest.approx(np.zeros(3))


def test_from_where_the_curvature_is_downward_it_finds_a_minimum() -> None:
    f = parse("norm2(x.*x - vector(1))^2 + norm2(x - c)^2/100", {"x": "vector(n)", "c": "vector(n)"})
    c = np.linspace(-1, 1, 20)
    r = minimize(f, "x", {"c": c}, start={"x": 0.01 * c}, method="newton-cg")
    assert r.converged
    assert np.abs(r.x["x"]) == pytest.approx(np.ones(20), abs=0.02)


def test_convex_functions_of_large_matrices_are_minimized_with_products() -> None:
    declared = {"X": "matrix(m, p)", "Y": "matrix(m, k)", "W": "matrix(p, k)"}
    data = {"X": RANDOM.standard_normal((300, 40)), "Y": np.sign(RANDOM.standard_normal((300, 6)))}
    f = parse("sum(softplus(-Y.*(X*W))) + norm2(W)^2/2", declared)
    r = minimize(f, "W", data)
    slow = minimize(f, "W", data, method="l-bfgs")
    assert (r.method, slow.method) == ("newton-cg", "l-bfgs")
    assert r.converged
    assert r.value == pytest.approx(slow.value, rel=1e-9)
    other = minimize(parse("sum(softplus(X*W) .* Y) + norm2(W)^2", declared), "W", data)
    assert other.method == "l-bfgs-then-newton"
