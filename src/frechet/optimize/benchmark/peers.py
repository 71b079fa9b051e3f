"""The packaged solvers: what is installed takes part, each from its public interface.

A solver is a function of a tolerance that returns the flat solution. SciPy and genosolver get the
hand-written value and gradient; everything that a package needs is built inside the timed call, as
a user would have to.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from typing import Any, Final, NamedTuple

import numpy as np
from scipy.optimize import minimize, nnls

from frechet.optimize.benchmark.problems import LearningProblem
from frechet.optimize.objective import Array

LARGEST_FOR_CVXPY: Final = 400_000
LARGEST_CONE: Final = 2_500
ITERATIONS: Final = 20_000


class Peer(NamedTuple):
    """A solver; `general` when it takes any function with its gradient."""

    name: str
    solve: Callable[[float], Array]
    general: bool = False


def peers_of(problem: LearningProblem) -> list[Peer]:
    """Return the solvers that take the problem."""
    found = list(_from_scipy(problem))
    if find_spec("genosolver") is not None:
        found += _from_genosolver(problem)
    if find_spec("sklearn") is not None:
        found += _from_scikit_learn(problem)
    if find_spec("cvxpy") is not None:
        found += _from_cvxpy(problem)
    return found


def quietly(call: Callable[[], Any]) -> Any:
    """Run without warnings and messages: that a loose tolerance did not converge is judged by the value."""
    with warnings.catch_warnings(), np.errstate(all="ignore"), redirect_stdout(StringIO()):
        warnings.simplefilter("ignore")
        return call()


def _from_scipy(problem: LearningProblem) -> Iterator[Peer]:
    hand, facts = problem.by_hand, problem.facts
    if hand is not None:
        bounds = [(0, None)] * len(hand.start) if hand.nonnegative else None

        def quasi_newton(tolerance: float) -> Array:
            options = {"gtol": tolerance, "ftol": 0.0, "maxiter": ITERATIONS, "maxfun": 2 * ITERATIONS}
            found = minimize(
                hand.slope, hand.start, jac=True, method="L-BFGS-B", bounds=bounds, options=options
            )
            return hand.solution(found.x)

        yield Peer("SciPy L-BFGS-B", quasi_newton, general=True)
    if hand is not None and hand.hessian is not None:

        def trust_exact(tolerance: float) -> Array:
            options = {"gtol": tolerance}
            found = minimize(
                hand.slope, hand.start, jac=True, hess=hand.hessian, method="trust-exact", options=options
            )
            return np.asarray(found.x)

        yield Peer("SciPy trust-exact", trust_exact, general=True)
    if facts.get("nonnegative") and not facts["l1"]:
        yield Peer("SciPy nnls", lambda _: np.asarray(nnls(facts["X"], facts["y"])[0], dtype=np.float64))


def _from_genosolver(problem: LearningProblem) -> Iterator[Peer]:
    hand, solver = problem.by_hand, import_module("genosolver")
    if hand is None:
        return
    lower = np.zeros(len(hand.start)) if hand.nonnegative else None

    def solve(tolerance: float) -> Array:
        options = {"eps_pg": tolerance, "max_iter": ITERATIONS}
        return hand.solution(np.asarray(solver.minimize(hand.slope, hand.start, lb=lower, options=options).x))

    yield Peer("genosolver", solve, general=True)


def _from_scikit_learn(problem: LearningProblem) -> Iterator[Peer]:
    linear, facts = import_module("sklearn.linear_model"), problem.facts
    plain = {"fit_intercept": False, "max_iter": ITERATIONS}
    match problem.kind:
        case "logistic":
            for solver in ("lbfgs", "newton-cholesky", "liblinear"):
                model = partial(linear.LogisticRegression, solver=solver, **plain)
                yield Peer(f"sklearn {solver}", _fitted(model, facts["X"], facts["y"]))
        case "least squares":
            yield from _least_squares_of(linear, problem)
        case "squared hinge":
            model = partial(import_module("sklearn.svm").LinearSVC, dual=False, **plain)
            yield Peer("sklearn LinearSVC", _fitted(model, facts["X"], facts["y"]))
        case "softmax":
            for solver in ("lbfgs", "newton-cg"):
                model = partial(linear.LogisticRegression, solver=solver, **plain)
                yield Peer(f"sklearn {solver}", _fitted(model, facts["X"], facts["labels"], turned=True))
        case "poisson":
            for solver in ("lbfgs", "newton-cholesky"):
                model = partial(linear.PoissonRegressor, alpha=1 / len(facts["X"]), solver=solver, **plain)
                yield Peer(f"sklearn {solver}", _fitted(model, facts["X"], facts["y"]))
        case "graphical lasso":
            yield Peer("sklearn graphical_lasso", _penalized(problem))
        case "factorization":
            yield Peer("sklearn NMF", _factorized(problem))


def _fitted(make: Callable[..., Any], X: Array, y: Array, *, turned: bool = False) -> Any:
    def solve(tolerance: float) -> Array:
        coefficients = make(tol=tolerance).fit(X, y).coef_
        return np.asarray(coefficients.T if turned else coefficients).ravel()

    return solve


def _least_squares_of(linear: Any, problem: LearningProblem) -> Iterator[Peer]:
    X, y, l1, l2 = (problem.facts[name] for name in ("X", "y", "l1", "l2"))
    nonnegative = problem.facts["nonnegative"]
    if l1:
        weights = {"alpha": l1 + 2 * l2, "l1_ratio": l1 / (l1 + 2 * l2), "positive": nonnegative}
        model = partial(linear.ElasticNet, fit_intercept=False, max_iter=ITERATIONS, **weights)
        yield Peer("sklearn coordinate descent", _fitted(model, X, y))
    elif nonnegative:
        model = partial(linear.LinearRegression, fit_intercept=False, positive=True)
        yield Peer("sklearn LinearRegression", _fitted(model, X, y))
    else:
        for solver in ("cholesky", "svd", "lsqr"):
            model = partial(linear.Ridge, alpha=2 * len(y) * l2, fit_intercept=False, solver=solver)
            yield Peer(f"sklearn {solver}", _fitted(model, X, y))


def _penalized(problem: LearningProblem) -> Callable[[float], Array]:
    covariance, weight = import_module("sklearn.covariance"), problem.facts["weight"]
    shifted = problem.facts["S"] + weight * np.eye(len(problem.facts["S"]))

    def solve(tolerance: float) -> Array:
        found = covariance.graphical_lasso(shifted, weight, tol=tolerance, max_iter=1_000)
        return np.asarray(found[1]).ravel()

    return solve


def _factorized(problem: LearningProblem) -> Callable[[float], Array]:
    decomposition = import_module("sklearn.decomposition")
    X, W, H = (problem.facts[name] for name in ("X", "W", "H"))

    def solve(tolerance: float) -> Array:
        model = decomposition.NMF(len(H), init="custom", tol=tolerance, max_iter=2_000)
        left = model.fit_transform(X, W=W.copy(), H=H.copy())
        return np.concatenate([left.ravel(), model.components_.ravel()])

    return solve


def _from_cvxpy(problem: LearningProblem) -> Iterator[Peer]:
    sizes = {name: np.size(value) for name, value in problem.data.items()}
    if sum(sizes.values()) > LARGEST_FOR_CVXPY or sizes.get("S", 0) > LARGEST_CONE:
        return
    known: dict[str, Callable[..., Any]] = {
        "logistic": _logistic_in, "least squares": _least_squares_in, "squared hinge": _hinge_in,
        "graphical lasso": _graphical_in, "portfolio": _portfolio_in,
    }  # fmt: skip
    state = known.get(problem.kind)
    if state is None:
        return
    cvxpy = import_module("cvxpy")
    solvers = ["CLARABEL"] + (["OSQP"] if problem.kind == "portfolio" and find_spec("osqp") else [])
    for solver in solvers:
        yield Peer(f"CVXPY {solver}", _modeled(cvxpy, state, problem.facts, solver))


def _modeled(cvxpy: Any, state: Callable[..., Any], facts: Any, solver: str) -> Callable[[float], Array]:
    def solve(tolerance: float) -> Array:
        variable, cost, constraints = state(cvxpy, facts)
        options = {"eps_abs": tolerance, "eps_rel": tolerance} if solver == "OSQP" else {}
        cvxpy.Problem(cvxpy.Minimize(cost), constraints).solve(solver=solver, **options)
        return np.asarray(variable.value).ravel()

    return solve


def _logistic_in(cvxpy: Any, facts: Any) -> Any:
    w = cvxpy.Variable(facts["X"].shape[1])
    margins = cvxpy.multiply(-facts["y"], facts["X"] @ w)
    return w, cvxpy.sum(cvxpy.logistic(margins)) + cvxpy.sum_squares(w) / 2, []


def _least_squares_in(cvxpy: Any, facts: Any) -> Any:
    w = cvxpy.Variable(facts["X"].shape[1], nonneg=facts["nonnegative"])
    cost = cvxpy.sum_squares(facts["X"] @ w - facts["y"]) / (2 * len(facts["y"]))
    return w, cost + facts["l1"] * cvxpy.norm1(w) + facts["l2"] * cvxpy.sum_squares(w), []


def _hinge_in(cvxpy: Any, facts: Any) -> Any:
    w = cvxpy.Variable(facts["X"].shape[1])
    shortfall = cvxpy.pos(1 - cvxpy.multiply(facts["y"], facts["X"] @ w))
    return w, cvxpy.sum_squares(shortfall) + cvxpy.sum_squares(w) / 2, []


def _graphical_in(cvxpy: Any, facts: Any) -> Any:
    P = cvxpy.Variable(facts["S"].shape, symmetric=True)
    penalty = facts["weight"] * cvxpy.sum(cvxpy.abs(P))
    return P, cvxpy.trace(facts["S"] @ P) - cvxpy.log_det(P) + penalty, []


def _portfolio_in(cvxpy: Any, facts: Any) -> Any:
    x = cvxpy.Variable(len(facts["mu"]), nonneg=True)
    risk = cvxpy.sum_squares(facts["F"].T @ x) + cvxpy.sum_squares(cvxpy.multiply(np.sqrt(facts["d"]), x))
    return x, risk - facts["mu"] @ x, [cvxpy.sum(x) == 1]
