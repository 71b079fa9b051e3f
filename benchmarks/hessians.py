"""Dense Hessians against JAX and PyTorch, who differentiate the program instead of the formula.

`jax.jit(jax.hessian(f))` and `torch.func.hessian(f)` get the function as one would write it in
either; everything is float64 on one thread, in one process, in turn. The results are compared first.
"First call" is the CPU time from the formula, or the function, to the first Hessian, compilation
included; then medians of CPU time of a call.
"""

from __future__ import annotations

import os
import sys

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import statistics  # noqa: E402 (threads first)
import time  # noqa: E402
from collections.abc import Callable, Mapping  # noqa: E402
from typing import Any, Final, NamedTuple  # noqa: E402

import jax  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402

import frechet as fr  # noqa: E402
from benchmarks.measure import table  # noqa: E402

ROUNDS: Final = 5
LONG: Final = 1.0
Value = Callable[..., Any]


class Problem(NamedTuple):
    """A formula with data, and the same function in the words that JAX and PyTorch share."""

    title: str
    formula: str
    declarations: Mapping[str, str]
    variable: str
    data: Mapping[str, Any]
    function: Callable[[Any], Value]


def _random(*shape: int, scale: float = 1.0) -> Any:
    return scale * np.random.default_rng(sum(shape)).standard_normal(shape)


def quadratic(n: int) -> Problem:
    return Problem(
        f"quadratic form, n = {n}", "x'*A*x", {"A": "matrix(n, n)", "x": "vector(n)"}, "x",
        {"A": _random(n, n), "x": _random(n)}, lambda xp: lambda x, A: x @ (A @ x),
    )  # fmt: skip


def logistic(m: int, n: int) -> Problem:
    def function(xp: Any) -> Value:
        return lambda w, X, y: xp.logaddexp(0 * y, -y * (X @ w)).sum()

    data = {"X": _random(m, n), "w": _random(n, scale=n**-0.5), "y": np.sign(_random(m))}
    declared = {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)"}
    return Problem(f"logistic, {m} × {n}", "sum(softplus(-y.*(X*w)))", declared, "w", data, function)


def factorization(n: int, k: int) -> Problem:
    data = {"M": _random(n, n), "U": _random(n, k), "V": 2 * _random(n, k)}
    declared = {"M": "matrix(m, n)", "U": "matrix(m, k)", "V": "matrix(n, k)"}
    return Problem(
        f"factorization, n = {n}, k = {k}", "norm2(M - U*V')^2", declared, "U", data,
        lambda xp: lambda U, M, V: ((M - U @ V.T) ** 2).sum(),
    )  # fmt: skip


def log_sum_exp(m: int, n: int) -> Problem:
    def function(xp: Any) -> Value:
        def value(x: Any, A: Any) -> Any:
            z = A @ x
            return z.max() + xp.log(xp.exp(z - z.max()).sum())

        return value

    data = {"A": _random(m, n), "x": _random(n, scale=n**-0.5)}
    declared = {"A": "matrix(m, n)", "x": "vector(n)"}
    return Problem(f"log-sum-exp, {m} × {n}", "log(sum(exp(A*x)))", declared, "x", data, function)


def softmax(m: int, n: int, k: int) -> Problem:
    def function(xp: Any) -> Value:
        def value(W: Any, X: Any, Y: Any) -> Any:
            Z = X @ W
            return xp.log(xp.exp(Z).sum(1)).sum() - (Y * Z).sum()

        return value

    Y = np.eye(k)[np.random.default_rng(0).integers(k, size=m)]
    data = {"X": _random(m, n), "Y": Y, "W": _random(n, k, scale=0.1)}
    declared = {"X": "matrix(m, n)", "Y": "matrix(m, k)", "W": "matrix(n, k)"}
    formula = "sum(logsumexp(X*W, rows)) - sum(Y.*(X*W))"
    return Problem(f"softmax regression, {m} × {n} × {k}", formula, declared, "W", data, function)


def network(n: int) -> Problem:
    data = {name: _random(n, n, scale=n**-0.5) for name in "VWXY"}
    declared = dict.fromkeys("VWXY", "matrix(n, n)")
    return Problem(
        f"two-layer network, n = {n}", "norm2(W*tanh(V*X) - Y)^2", declared, "V", data,
        lambda xp: lambda V, W, X, Y: ((W @ xp.tanh(V @ X) - Y) ** 2).sum(),
    )  # fmt: skip


PROBLEMS: Final = (
    (quadratic, 1000), (logistic, 2000, 500), (logistic, 100_000, 50), (factorization, 100, 5),
    (factorization, 300, 5), (log_sum_exp, 2000, 500), (softmax, 2000, 64, 10), (network, 32),
)  # fmt: skip


def run() -> str:
    """Return the table."""
    jax.config.update("jax_enable_x64", True)
    torch.set_num_threads(1)
    rows = [_row(make(*sizes)) for make, *sizes in PROBLEMS]  # type: ignore[operator]
    titles = ["formula", *(f"{who}, {what}" for what in ("first call, ms", "ms") for who in _systems())]
    return table([*titles, "fastest peer / Fréchet"], rows)


def _systems() -> tuple[str, ...]:
    return "Fréchet", "JAX", "PyTorch"


def _row(problem: Problem) -> list[str]:
    makers = (_ours, _in_jax, _in_torch)
    ready = [_first(make, problem) for make in makers]
    expected = ready[0][1]
    for _, found, _ in ready[1:]:
        if not np.allclose(found, expected, rtol=1e-6, atol=1e-8 * float(np.abs(expected).max())):
            raise AssertionError(f"{problem.title}: the results differ")
    times: list[list[float]] = [[] for _ in ready]
    for k in range(ROUNDS):
        for (call, _, _), samples in zip(ready, times, strict=True):
            if k == 0 or samples[0] < LONG:
                samples.append(_seconds(call)[1])
    medians = [statistics.median(samples) for samples in times]
    print(problem.title, *(f"{1e3 * t:.3g}" for t in medians), file=sys.stderr)
    cells = [f"{1e3 * seconds:.3g}" for seconds in (*(first for *_, first in ready), *medians)]
    return [problem.title, *cells, f"{min(medians[1:]) / medians[0]:.1f}"]


def _first(
    make: Callable[[Problem], Callable[[], Any]], problem: Problem
) -> tuple[Callable[[], Any], Any, float]:
    """Return the call, what it gave at first, as a square matrix, and how long that took."""
    started = time.process_time()
    call = make(problem)
    found = call()
    seconds = time.process_time() - started
    size = np.size(problem.data[problem.variable])
    return call, np.asarray(found).reshape(size, size), seconds


def _seconds(call: Callable[[], Any]) -> tuple[Any, float]:
    started = time.process_time()
    result = call()
    return result, time.process_time() - started


def _ours(problem: Problem) -> Callable[[], Any]:
    formula = fr.parse(problem.formula, dict(problem.declarations))
    program = fr.compile(fr.derivative(formula, problem.variable, problem.variable))
    return lambda: program(**problem.data)[0]


def _arguments(problem: Problem) -> list[Any]:
    others = [value for name, value in problem.data.items() if name != problem.variable]
    return [problem.data[problem.variable], *others]


def _in_jax(problem: Problem) -> Callable[[], Any]:
    hessian = jax.jit(jax.hessian(problem.function(jax.numpy)))
    arguments = [jax.numpy.asarray(a) for a in _arguments(problem)]
    return lambda: hessian(*arguments).block_until_ready()


def _in_torch(problem: Problem) -> Callable[[], Any]:
    hessian = torch.func.hessian(problem.function(torch))
    arguments = [torch.as_tensor(a) for a in _arguments(problem)]
    return lambda: hessian(*arguments)


if __name__ == "__main__":
    print(run())
