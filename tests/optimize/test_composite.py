"""1-norms of variables: found in the formula, minimized exactly, the optimality conditions hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize as scipy_minimize

from frechet import parse
from frechet.errors import UnsupportedError
from frechet.optimize.composite import composite, on_nonnegative
from frechet.optimize.minimization import minimize
from frechet.optimize.problem import Problem
from frechet.optimize.status import Status
from frechet.optimize.variables import variables_of

DECLARED = {"X": "matrix(m, n)", "y": "vector(m)", "w": "vector(n)", "a": "positive", "c": "positive"}
RANDOM = np.random.default_rng(3)
X = RANDOM.standard_normal((40, 12))
Y = X[:, :3] @ np.array([2.0, -1.0, 0.5]) + 0.1 * RANDOM.standard_normal(40)
LASSO = "norm2(X*w - y)^2/2 + a*norm1(w)"


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        (LASSO, "a"),
        ("a*sum(abs(w)) + w'*w", "a"),
        ("c*(a*norm1(w) + norm2(w)^2)", "c*a"),
        ("norm1(w)/2 + norm1(w) + w'*w", "3/2"),
    ],
)
def test_the_weight_of_the_1_norm_is_found(text: str, weight: str) -> None:
    formula = parse(text, DECLARED)
    found = composite(formula, [formula.declarations["w"]])
    assert found is not None
    ((symbol, factor),) = found.weights
    assert symbol.name == "w"
    assert factor.expression is parse(weight, DECLARED).expression


@pytest.mark.parametrize("text", ["norm1(X*w - y)", "norm1(w)^2", "norm1(w)*(w'*w)", "w'*w"])
def test_other_formulas_are_left_alone(text: str) -> None:
    formula = parse(text, DECLARED)
    assert composite(formula, [formula.declarations["w"]]) is None


@pytest.mark.parametrize("weight", [0.1, 3.0, 30.0, 1e3])
def test_the_lasso_meets_its_optimality_conditions(weight: float) -> None:
    result = minimize(parse(LASSO, DECLARED), "w", {"X": X, "y": Y, "a": weight})
    w, slope = result.x["w"], X.T @ (X @ result.x["w"] - Y)
    assert result.status is Status.CONVERGED
    assert result.method == "proximal-newton"
    assert np.all(np.abs(slope[w == 0]) <= weight * (1 + 1e-9))
    assert slope[w != 0] == pytest.approx(-weight * np.sign(w[w != 0]), abs=1e-6)
    assert result.value == pytest.approx(np.sum((X @ w - Y) ** 2) / 2 + weight * np.abs(w).sum())


def test_more_unknowns_than_rows_need_no_full_hessian() -> None:
    wide = RANDOM.standard_normal((30, 400))
    target = wide[:, 7] - wide[:, 200]
    result = minimize(parse(LASSO, DECLARED), "w", {"X": wide, "y": target, "a": 2.0})
    assert result.status is Status.CONVERGED
    assert set(np.flatnonzero(np.abs(result.x["w"]) > 0.5)) == {7, 200}


def test_sparse_logistic_regression_agrees_with_the_split_form() -> None:
    signs = np.sign(Y)
    text = "sum(softplus(-y.*(X*w))) + a*norm1(w)"
    result = minimize(parse(text, DECLARED), "w", {"X": X, "y": signs, "a": 1.0})

    def split(z: Any) -> Any:
        w = z[:12] - z[12:]
        return np.logaddexp(0, -signs * (X @ w)).sum() + z.sum()

    found = scipy_minimize(split, np.zeros(24), bounds=[(0, None)] * 24, options={"ftol": 1e-14})
    assert result.converged
    assert result.value == pytest.approx(found.fun, rel=1e-5)
    assert result.value <= found.fun + 1e-9


def test_a_sparse_precision_matrix_meets_its_optimality_conditions() -> None:
    S = np.cov(RANDOM.standard_normal((50, 6)), rowvar=False)
    formula = parse("tr(S*P) - logdet(P) + a*norm1(P)", {"S": "symmetric(n)", "P": "psd(n)", "a": "positive"})
    result = minimize(formula, "P", {"S": S, "a": 0.1})
    P = result.x["P"]
    slope = S - np.linalg.inv(P)
    assert result.converged
    assert np.all(np.abs(slope[P == 0]) <= 0.1 + 1e-8)
    assert slope[P != 0] == pytest.approx(-0.1 * np.sign(P[P != 0]), abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_a_function_that_is_not_convex_still_ends_where_the_subgradient_vanishes(seed: int) -> None:
    start = np.random.default_rng(seed).standard_normal(70)
    formula = parse("sum(cos(w)) + norm2(w)^2/8 + a*norm1(w)", {"w": "vector(70)", "a": "positive"})
    result = minimize(formula, "w", {"a": 0.05}, start={"w": start})
    w = result.x["w"]
    slope = w / 4 - np.sin(w)
    assert result.converged
    assert np.all(np.abs(slope[w == 0]) <= 0.05 + 1e-6)
    assert slope[w != 0] == pytest.approx(-0.05 * np.sign(w[w != 0]), abs=1e-5)


def test_a_hessian_block_by_free_entries_is_the_same_formed_and_applied() -> None:
    S = np.cov(RANDOM.standard_normal((50, 5)), rowvar=False)
    formula = parse("tr(S*P) - logdet(P)", {"S": "symmetric(n)", "P": "psd(n)"})
    variables = variables_of([formula.declarations["P"]], {"n": 5})
    objective = Problem(formula, variables, {"S": S}).objective()
    z = variables.flat({"P": np.linalg.inv(S)})
    curvature, chosen = objective.curvature(z), np.array([0, 2, 7, 9, 14])
    dense = objective.hessian(z)
    applied = np.stack([curvature.product(e) for e in np.eye(15)])
    assert curvature.block(chosen) == pytest.approx(dense[np.ix_(chosen, chosen)])
    assert applied == pytest.approx(dense)


def test_the_second_derivative_test_looks_where_the_function_is_smooth() -> None:
    result = minimize(parse(LASSO, DECLARED), "w", {"X": X, "y": Y, "a": 3.0})
    assert result.second_derivative_test == "minimum"


def test_proximal_newton_is_refused_where_it_does_not_apply() -> None:
    with pytest.raises(UnsupportedError) as refused:
        minimize(parse("w'*w", DECLARED), "w", {}, method="proximal-newton", start={"w": np.ones(2)})
    assert "1-norms" in refused.value.message


def test_on_nonnegative_variables_the_1_norm_is_the_sum() -> None:
    formula = parse("a*norm1(w) + sum(abs(w))", DECLARED)
    found = on_nonnegative(formula, [formula.declarations["w"]])
    assert str(found) == str(parse("a*sum(w) + sum(w)", DECLARED))


@pytest.mark.parametrize("spread", [0.0, 1.5])
@pytest.mark.parametrize("weight", [1.0, 100.0])
def test_a_nonnegative_lasso_meets_its_optimality_conditions(spread: float, weight: float) -> None:
    scaled = X * np.logspace(-spread, spread, 12)
    result = minimize(parse(LASSO, DECLARED), "w", {"X": scaled, "y": Y, "a": weight}, ["w >= 0"])
    w = result.x["w"]
    slope = scaled.T @ (scaled @ w - Y) + weight
    assert result.converged
    assert result.method == "proximal-newton"
    assert np.all(w >= 0)
    assert np.all(slope >= -1e-6)
    assert np.abs(slope * w).max() < 1e-6
    assert result.kkt_residual == pytest.approx(0.0, abs=1e-6)


def test_a_well_conditioned_nonnegative_lasso_asks_for_no_hessian() -> None:
    data = {"X": np.linalg.qr(X)[0] + 0.01 * X, "y": Y, "a": 0.1}
    result = minimize(parse(LASSO, DECLARED), "w", data, ["w >= 0"])
    assert result.converged
    assert np.any(result.x["w"] > 0)
    assert result.evaluations.hessian == 0


@pytest.mark.parametrize("spread", [0.0, 1.0, 3.0])
@pytest.mark.parametrize("text", [LASSO, "sum(softplus(-y.*(X*w))) + a*norm1(w)"])
def test_many_data_on_each_entry_are_left_to_gradients_where_these_get_on(text: str, spread: float) -> None:
    tall = np.random.default_rng(5).standard_normal((400, 20)) @ np.diag(np.logspace(-spread, 0, 20))
    y = np.sign(tall[:, 19] - tall[:, 15] + 0.5 * np.random.default_rng(6).standard_normal(400))
    result = minimize(parse(text, DECLARED), "w", {"X": tall, "y": y, "a": 0.5})
    w = result.x["w"]
    product = tall @ w
    slope = tall.T @ (product - y if text is LASSO else -y / (1 + np.exp(y * product)))
    assert result.converged
    assert slope[w != 0] == pytest.approx(-0.5 * np.sign(w[w != 0]), abs=1e-5)
    assert np.all(np.abs(slope[w == 0]) <= 0.5 + 1e-6)
    assert (result.evaluations.hessian == 0) == (spread == 0.0)
    values = [iterate.value for iterate in result.trace]
    assert values[-1] == pytest.approx(min(values))


def test_zeros_that_are_pulled_weakly_wait() -> None:
    tall = np.linalg.qr(np.random.default_rng(5).standard_normal((400, 20)))[0]
    y = 400 * tall @ np.where(np.arange(20) < 4, 10.0, np.where(np.arange(20) < 12, 1.0, 0.0))
    result = minimize(parse(LASSO, DECLARED), "w", {"X": tall, "y": y, "a": 1.0})
    counts = [np.count_nonzero(step.x["w"]) for step in result.trace]
    assert result.converged
    assert counts[:2] == [0, 4]
    assert counts[-1] == 12


@pytest.mark.parametrize("limit", [1, 3])
@pytest.mark.parametrize("bounds", [[], ["w >= 0"]])
def test_gradient_steps_and_newton_steps_count_for_one_limit(limit: int, bounds: list[str]) -> None:
    text = "sum(softplus(-y.*(X*w))) + a*norm1(w)"
    data = {"X": X * np.logspace(-2, 2, 12), "y": np.sign(Y), "a": 0.01}
    result = minimize(parse(text, DECLARED), "w", data, bounds, max_iterations=limit, tolerance=1e-12)
    assert result.status is Status.ITERATION_LIMIT
    assert result.iterations == limit


def test_some_entries_may_be_nonnegative_and_others_free() -> None:
    text = "norm2(X*w + X*v - y)^2/2 + a*norm1(w) + norm2(v)^2"
    formula = parse(text, {**DECLARED, "v": "vector(n)"})
    result = minimize(formula, ["w", "v"], {"X": X, "y": Y, "a": 1.0}, ["w >= 0"])
    w, v = result.x["w"], result.x["v"]
    residual = X.T @ (X @ (w + v) - Y)
    assert result.converged
    assert result.method == "proximal-newton"
    assert residual + 2 * v == pytest.approx(np.zeros(12), abs=1e-6)
    assert np.all(residual + 1.0 >= -1e-6)
    assert np.abs((residual + 1.0) * w).max() < 1e-6


def test_other_bounds_are_left_to_other_methods() -> None:
    result = minimize(parse(LASSO, DECLARED), "w", {"X": X, "y": Y, "a": 1.0}, ["w >= 0", "w <= 1"])
    assert result.method != "proximal-newton"
    with pytest.raises(UnsupportedError):
        minimize(
            parse(LASSO, DECLARED), "w", {"X": X, "y": Y, "a": 1.0}, ["w <= 1"], method="proximal-newton"
        )
