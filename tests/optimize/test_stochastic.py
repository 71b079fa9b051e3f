from __future__ import annotations

from pathlib import Path
from typing import Any

import dask.array as da
import numpy as np
import pytest

import frechet as fr
from frechet.optimize.methods.stochastic import SCHEDULES
from frechet.optimize.minibatches import Minibatches
from frechet.optimize.problem import Problem
from frechet.optimize.variables import variables_of

LOGISTIC = "sum(softplus(-y.*(X*w))) + c/2*w'*w"
DECLARED = {"X": "matrix(m, n)", "y": "vector(m)", "w": "vector(n)", "c": "positive"}
M, N = 2_007, 4
random = np.random.default_rng(0)
X = random.standard_normal((M, N))
y = np.sign(X @ np.arange(N) + 2 * random.standard_normal(M))
DATA = {"X": X, "y": y, "c": 1.0}
F = fr.parse(LOGISTIC, DECLARED)
BEST = fr.minimize(F, over="w", data=DATA)


def minibatches(data: dict[str, Any]) -> tuple[Problem, Minibatches]:
    variables = variables_of([F.declarations["w"]], {"n": N})
    problem = Problem(F, variables, data)
    return problem, Minibatches(F, problem.gradients, variables, data)


@pytest.mark.parametrize("chunks", [None, 500])
def test_the_estimates_of_a_pass_average_to_the_gradient(chunks: int | None) -> None:
    data = DATA if chunks is None else {**DATA, "X": da.from_array(X, chunks=(chunks, N))}
    problem, batches = minibatches(data)
    z = np.linspace(-1, 1, N)
    estimates = [g(z) for g in batches.estimates(1, np.random.default_rng(0))]
    assert len(estimates) == batches.count == M
    assert np.ptp(estimates, axis=0).min() > 0
    np.testing.assert_allclose(np.mean(estimates, axis=0), problem.objective().gradient(z), rtol=1e-10)


def test_all_rows_at_once_are_the_gradient() -> None:
    problem, batches = minibatches(DATA)
    z = np.ones(N)
    (estimate,) = batches.estimates(10 * M, np.random.default_rng(0))
    np.testing.assert_allclose(estimate(z), problem.objective().gradient(z), rtol=1e-10)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule_comes_near_the_minimum_and_does_not_claim_it(schedule: str) -> None:
    found = fr.minimize(
        F, over="w", data=DATA, method="stochastic gradient descent", schedule=schedule, max_iterations=30
    )
    assert found.method == "stochastic-gradient"
    assert found.value < BEST.value + 1e-2 * abs(BEST.value)
    assert found.status in ("iteration limit", "stalled")
    assert found.gradient_norm > 1e-8 * found.value


def test_what_is_small_enough_is_converged_and_the_gradient_is_that_of_all_rows() -> None:
    found = fr.minimize(F, over="w", data=DATA, method="sgd", tolerance=1e-2, max_iterations=100)
    assert found.converged
    problem, _ = minibatches(DATA)
    assert found.gradient_norm == pytest.approx(np.abs(problem.objective().gradient(found.x["w"])).max())
    assert found.gradient_norm <= 1e-2 * found.value


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("batch_size", [32, 300])
def test_variance_reduction_converges(momentum: float, batch_size: int) -> None:
    found = fr.minimize(
        F, over="w", data=DATA, method="svrg", momentum=momentum, batch_size=batch_size, tolerance=1e-7
    )
    assert found.converged
    np.testing.assert_allclose(found.x["w"], BEST.x["w"], atol=1e-5)


def test_the_seed_decides_everything() -> None:
    def run(seed: int) -> Any:
        return fr.minimize(F, over="w", data=DATA, method="sgd", seed=seed, max_iterations=2).x["w"]

    np.testing.assert_array_equal(run(3), run(3))
    assert np.any(run(3) != run(4))


def test_rows_on_disk_and_in_chunks_lead_to_the_same_minimum(tmp_path: Path) -> None:
    np.save(tmp_path / "X.npy", X)
    for rows in (np.load(tmp_path / "X.npy", mmap_mode="r"), da.from_array(X, chunks=(300, N))):
        found = fr.minimize(F, over="w", data={**DATA, "X": rows}, method="svrg", tolerance=1e-7)
        assert found.converged
        np.testing.assert_allclose(found.x["w"], BEST.x["w"], atol=1e-5)


def test_a_matrix_of_unknowns_is_found() -> None:
    f = fr.parse("norm2(Y - X*W)^2 + c*norm2(W)^2", {"X": "matrix(m, n)", "Y": "matrix(m, k)", "c": "scalar"})
    Y = X @ np.ones((N, 2)) + 0.1
    found = fr.minimize(f, over="W", data={"X": X, "Y": Y, "c": 0.5}, method="svrg", tolerance=1e-7)
    expected = np.linalg.solve(X.T @ X + 0.5 * np.eye(N), X.T @ Y)
    assert found.converged
    np.testing.assert_allclose(found.x["W"], expected, atol=1e-6)


def test_steps_that_are_far_too_long_are_shortened() -> None:
    f = fr.parse("sum(exp(X*w)) - s'*w", {"X": "matrix(m, n)", "w": "vector(n)", "s": "vector(n)"})
    data = {"X": X, "s": X.sum(axis=0)}
    best = fr.minimize(f, over="w", data=data)
    found = fr.minimize(f, over="w", data=data, method="svrg", step_length=10.0, tolerance=1e-6)
    assert found.converged
    np.testing.assert_allclose(found.x["w"], best.x["w"], atol=1e-4)


def test_a_function_without_end_is_unbounded() -> None:
    f = fr.parse("sum(X*w)*c", {"X": "matrix(m, n)", "w": "vector(n)", "c": "positive"})
    data = {"X": np.abs(X), "c": 1.0}
    found = fr.minimize(f, over="w", data=data, method="sgd", step_length=1e16)
    assert found.status == "unbounded"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"schedule": "cosine"}, "there is no schedule 'cosine'"),
        ({"seed": -1}, "the seed is '-1'"),
        ({"momentum": 1.0}, "the momentum is '1.0'"),
        ({"batch_size": 0}, "batch_size is '0'"),
        ({"backend": "jax"}, "there is no back end 'jax' for minimization"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(fr.FrechetError) as caught:
        fr.minimize(F, over="w", data=DATA, method="sgd", **options)
    assert caught.value.message == message
    assert caught.value.hint


def test_an_objective_that_is_no_sum_over_rows_is_refused() -> None:
    f = fr.parse("norm2(X*w - y)", {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)"})
    with pytest.raises(fr.UnsupportedError, match="row by row"):
        fr.minimize(f, over="w", data={"X": X, "y": y}, method="sgd")
    with pytest.raises(fr.UnsupportedError, match="sum over the rows"):
        fr.minimize(lambda x: float(x @ x), start=np.ones(2), method="sgd")
