"""Functions that are quadratic in each variable: the structure that is seen, and descent in turns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from frechet import parse
from frechet.differentiation.derivative import derivative
from frechet.errors import UnsupportedError
from frechet.optimize.blocks.structure import block_forms
from frechet.optimize.constrained.projection import Box, minimize_in_box
from frechet.optimize.methods.descents import LimitedMemory
from frechet.optimize.minimization import minimize
from frechet.optimize.objective import Objective
from frechet.optimize.stopping import Stopping

RANDOM = np.random.default_rng(3)
DECLARED = {
    "X": "matrix(m, n)", "M": "matrix(m, n)", "W": "matrix(m, k)", "H": "matrix(k, n)", "B": "matrix(k, k)",
    "a": "positive", "u": "vector(m)", "v": "vector(n)",
}  # fmt: skip
NONNEGATIVE = ["W >= 0", "H >= 0"]
X = np.abs(RANDOM.standard_normal((40, 3))) @ np.abs(RANDOM.standard_normal((3, 30)))
X = X + 0.1 * RANDOM.standard_normal(X.shape)
START = {"W": np.abs(RANDOM.standard_normal((40, 3))), "H": np.abs(RANDOM.standard_normal((3, 30)))}


def _coupled(text: str, name: str) -> list[int | None]:
    formula = parse(text, DECLARED)
    tensor = derivative(formula, name, structured="none").tensor
    return [form.coupled for form in block_forms(tensor, formula.declarations[name])]


@pytest.mark.parametrize(
    ("text", "name", "coupled"),
    [
        ("norm2(X - W*H)^2", "W", [1]),
        ("norm2(X - W*H)^2", "H", [0]),
        ("tr((X - W*H)'*(X - W*H)) + a*norm2(W)^2", "W", [1]),
        ("norm2(X - W*H)^2 + a*sum(H)", "H", [0]),
        ("a*norm2(W)^2 - sum(W*H)", "W", [0, 1]),
        ("norm2(X - u*v')^2", "u", [None, 0]),
        ("norm2(X - u*v')^2 + norm2(M*v - u)^2", "v", [0]),
        ("norm2(M.*(X - W*H))^2", "W", []),
        ("norm2(X - W*H)^4", "W", []),
        ("sum(exp(W)) + norm2(X - W*H)^2", "W", []),
        ("tr(X'*W*H)", "W", []),
    ],
)
def test_the_axis_that_is_untouched_is_seen(text: str, name: str, coupled: list[int | None]) -> None:
    assert _coupled(text, name) == coupled


def _residual(result: Any, gradients: dict[str, Any], bounds: dict[str, tuple[float, float]]) -> float:
    found = [np.abs(result.x[k] - np.clip(result.x[k] - gradients[k], *bounds[k])).max() for k in gradients]
    return float(max(found))


def _slopes(result: Any, weight: float = 0.0) -> dict[str, Any]:
    W, H = result.x["W"], result.x["H"]
    R = W @ H - X
    return {"W": 2 * R @ H.T + 2 * weight * W, "H": 2 * W.T @ R + 2 * weight * H}


def test_a_nonnegative_factorization_ends_where_the_projected_gradient_is_zero() -> None:
    result = minimize(parse("norm2(X - W*H)^2", DECLARED), ["W", "H"], {"X": X}, NONNEGATIVE, start=START)
    bounds = {"W": (0.0, np.inf), "H": (0.0, np.inf)}
    assert result.method == "block-coordinate"
    assert result.converged
    assert _residual(result, _slopes(result), bounds) < 1e-6
    assert result.value == pytest.approx(np.sum((X - result.x["W"] @ result.x["H"]) ** 2))


def test_bounds_from_both_sides_and_a_variable_without_bounds() -> None:
    formula = parse("norm2(X - W*H)^2 + a*norm2(W)^2 + a*norm2(H)^2", DECLARED)
    data = {"X": X, "a": 0.5}
    result = minimize(formula, ["W", "H"], data, ["0.1 <= W", "W <= 1.5"], start=START, tolerance=1e-7)
    bounds = {"W": (0.1, 1.5), "H": (-np.inf, np.inf)}
    assert result.method == "block-coordinate"
    assert result.converged
    assert result.x["W"].min() >= 0.1
    assert result.x["W"].max() <= 1.5
    assert result.x["W"].max() == 1.5
    assert _residual(result, _slopes(result, 0.5), bounds) < 1e-4


def test_without_bounds_the_best_low_rank_approximation_is_found() -> None:
    formula = parse("norm2(X - W*H)^2", DECLARED)
    result = minimize(formula, ["W", "H"], {"X": X}, start=START)
    assert result.method == "block-coordinate"
    assert result.converged
    assert result.value == pytest.approx(np.sum(np.linalg.svd(X)[1][3:] ** 2), rel=1e-8)


def test_vectors_take_turns_too() -> None:
    formula = parse("norm2(X - u*v')^2", DECLARED)
    start = {"u": np.ones(40), "v": np.ones(30)}
    result = minimize(formula, ["u", "v"], {"X": X}, method="block-coordinate", start=start)
    assert result.converged
    assert result.value == pytest.approx(np.sum(np.linalg.svd(X)[1][1:] ** 2), rel=1e-8)


def test_three_variables_take_turns() -> None:
    declared = {**DECLARED, "U": "matrix(m, k)", "V": "matrix(k, n)"}
    formula = parse("norm2(X - W*H - U*V)^2 + norm2(W - U)^2 + norm2(W)^2 + norm2(H)^2", declared)
    start = {"W": START["W"], "H": START["H"], "U": START["W"] / 2}
    result = minimize(
        formula, ["W", "H", "U"], {"X": X, "V": START["H"] + 1}, ["W >= 0"], start=start, tolerance=1e-6
    )
    assert result.method == "block-coordinate"
    assert result.converged
    assert result.kkt_residual is not None
    assert result.kkt_residual < 1e-6 * max(1.0, result.value)


def test_the_value_never_grows_from_round_to_round_where_it_was_kept() -> None:
    result = minimize(parse("norm2(X - W*H)^2", DECLARED), ["W", "H"], {"X": X}, NONNEGATIVE, start=START)
    W, H = START["W"], START["H"]
    assert result.trace[0].value == pytest.approx(np.sum((X - W @ H) ** 2))
    last = result.trace[-1]
    assert last.value == pytest.approx(np.sum((X - last.x["W"] @ last.x["H"]) ** 2))
    assert result.value <= min(step.value for step in result.trace) * (1 + 1e-9)


def test_an_exact_factorization_is_found_although_the_value_vanishes() -> None:
    exact = np.abs(RANDOM.standard_normal((30, 2))) @ np.abs(RANDOM.standard_normal((2, 20)))
    start = {"W": np.ones((30, 2)) + np.eye(30, 2), "H": np.ones((2, 20)) + np.eye(2, 20)}
    result = minimize(parse("norm2(X - W*H)^2", DECLARED), ["W", "H"], {"X": exact}, NONNEGATIVE, start=start)
    assert result.converged
    assert result.value < 1e-12


def test_weights_on_single_entries_leave_it_to_another_method() -> None:
    formula = parse("norm2(M.*(X - W*H))^2", DECLARED)
    data = {"X": X, "M": RANDOM.uniform(size=X.shape)}
    result = minimize(formula, ["W", "H"], data, NONNEGATIVE, start=START, tolerance=1e-4)
    assert result.method == "projected-newton"
    with pytest.raises(UnsupportedError, match="block-coordinate"):
        minimize(formula, ["W", "H"], data, NONNEGATIVE, "block-coordinate", START)
    with pytest.raises(UnsupportedError, match="quadratic in each of several variables"):
        minimize(formula, ["W", "H"], data, (), "block-coordinate", START)


def test_a_quadratic_in_all_variables_together_needs_no_turns() -> None:
    formula = parse("norm2(X*v - u)^2 + norm2(v)^2 + sum(u)", DECLARED)
    result = minimize(formula, ["u", "v"], {"X": X}, ["v >= 0"])
    assert result.method == "active-set"


def test_a_variable_without_effect_on_the_others_curvature_is_no_trouble() -> None:
    start = {"W": np.zeros((40, 3)), "H": np.zeros((3, 30))}
    result = minimize(parse("norm2(X - W*H)^2", DECLARED), ["W", "H"], {"X": X}, NONNEGATIVE, start=start)
    assert np.isfinite(result.value)
    assert result.value <= np.sum(X**2) * (1 + 1e-12)


def test_a_concave_turn_is_left_to_another_method() -> None:
    formula = parse("norm2(X - W*H)^2 - a*norm2(W)^2", DECLARED)
    data = {"X": X, "a": 50.0}
    result = minimize(formula, ["W", "H"], data, ["0 <= W <= 1", "0 <= H <= 1"], start=START)
    assert np.isfinite(result.value)
    assert result.kkt_residual is not None
    assert not result.converged or result.kkt_residual < 1e-4 * abs(result.value)


@pytest.mark.parametrize("constraints", [(), NONNEGATIVE])
@pytest.mark.parametrize("method", ["auto", "projected-l-bfgs"])
def test_without_a_start_the_columns_do_not_stay_equal(constraints: list[str], method: str) -> None:
    declared = {"X": "matrix(40, 30)", "W": "matrix(40, 3)", "H": "matrix(3, 30)"}
    if not constraints and method != "auto":
        method = "l-bfgs"
    result = minimize(parse("norm2(X - W*H)^2", declared), ["W", "H"], {"X": X}, constraints, method)
    assert result.converged
    assert np.linalg.matrix_rank(result.x["W"]) == 3
    assert result.value < 1.1 * np.sum(np.linalg.svd(X)[1][3:] ** 2)


def test_a_start_out_of_balance_is_no_trouble() -> None:
    start = {"W": 30 * START["W"], "H": START["H"] / 30}
    result = minimize(parse("norm2(X - W*H)^2", DECLARED), ["W", "H"], {"X": X}, NONNEGATIVE, start=start)
    assert result.converged
    assert result.value < 1.1 * np.sum(np.linalg.svd(X)[1][3:] ** 2)


def test_l_bfgs_that_is_told_the_curvatures_sees_a_well_scaled_function() -> None:
    curvatures = np.logspace(-4, 4, 50)
    objective = Objective(50, lambda x: float(curvatures @ x**2) / 2, lambda x: curvatures * x)
    start, box = objective.point(np.ones(50)), Box(np.full(50, -1.0), np.full(50, np.inf))
    memory = LimitedMemory(initial=lambda v: v / curvatures)
    plain = minimize_in_box(objective, start, box, Stopping(), second_order=False)
    scaled = minimize_in_box(objective, start, box, Stopping(), second_order=False, memory=memory)
    assert np.abs(scaled.point.gradient).max() < 1e-6
    assert len(scaled.trace.iterates) < len(plain.trace.iterates) / 2
