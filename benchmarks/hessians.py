"""Dense Hessians against JAX and PyTorch, who differentiate the program, and against tensorgrad.

`jax.jit(jax.hessian(f))` and `torch.func.hessian(f)` get the function as one would write it in
either, tensorgrad the formula as a tensor network, which it compiles for PyTorch; everything is
float64 on one thread, in one process, in turn. The results are compared first.
"First call" is the CPU time from the formula, or the function, to the first Hessian, compilation
included; then medians of CPU time of a call that follows a call of the same system.
"""

from __future__ import annotations

import os
import sys

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import statistics  # noqa: E402 (threads first)
from collections.abc import Callable  # noqa: E402
from typing import Any, Final, NamedTuple  # noqa: E402

import jax  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402

import frechet as fr  # noqa: E402
from benchmarks.evaluation import Family, factorization, log_sum_exp, logistic, quadratic  # noqa: E402
from benchmarks.measure import table, timed  # noqa: E402
from benchmarks.peers.tensorgrad_peer import Tensorgrad  # noqa: E402

ROUNDS: Final = 9
LONG: Final = 1.0
Value = Callable[..., Any]


class Problem(NamedTuple):
    """A formula with data, and the same function in the words that JAX and PyTorch share."""

    family: Family
    function: Callable[[Any], Value]


def _quadratic(xp: Any) -> Value:
    return lambda x, A: x @ (A @ x)


def _logistic(xp: Any) -> Value:
    return lambda w, X, y: xp.logaddexp(0 * y, -y * (X @ w)).sum()


def _factorization(xp: Any) -> Value:
    return lambda U, M, V: ((M - U @ V.T) ** 2).sum()


def _log_sum_exp(xp: Any) -> Value:
    def value(x: Any, A: Any) -> Any:
        z = A @ x
        return z.max() + xp.log(xp.exp(z - z.max()).sum())

    return value


def _softmax(xp: Any) -> Value:
    def value(W: Any, X: Any, Y: Any) -> Any:
        Z = X @ W
        return xp.log(xp.exp(Z).sum(1)).sum() - (Y * Z).sum()

    return value


def _network(xp: Any) -> Value:
    return lambda V, W, X, Y: ((W @ xp.tanh(V @ X) - Y) ** 2).sum()


def softmax(m: int, n: int, k: int) -> Family:
    random = np.random.default_rng(0)
    X, W = random.standard_normal((m, n)), random.standard_normal((n, k)) / 10
    data = {"X": X, "Y": np.eye(k)[random.integers(k, size=m)], "W": W}
    declared = {"X": "matrix(m, n)", "Y": "matrix(m, k)", "W": "matrix(n, k)"}
    formula = "sum(logsumexp(X*W, rows)) - sum(Y.*(X*W))"
    return Family(f"softmax regression, {m} × {n} × {k}", formula, declared, "W", data, {})


def network(n: int) -> Family:
    random = np.random.default_rng(0)
    data = {name: random.standard_normal((n, n)) / n**0.5 for name in "VWXY"}
    declared = dict.fromkeys("VWXY", "matrix(n, n)")
    return Family(f"two-layer network, n = {n}", "norm2(W*tanh(V*X) - Y)^2", declared, "V", data, {})


PROBLEMS: Final = (
    Problem(quadratic(1000), _quadratic),
    Problem(logistic(2000, 500), _logistic),
    Problem(logistic(100_000, 50), _logistic),
    Problem(factorization(100, 5), _factorization),
    Problem(factorization(300, 5), _factorization),
    Problem(log_sum_exp(2000, 500), _log_sum_exp),
    Problem(softmax(2000, 64, 10), _softmax),
    Problem(network(32), _network),
)


def run() -> str:
    """Return the table."""
    jax.config.update("jax_enable_x64", True)
    torch.set_num_threads(1)
    rows = [_row(problem) for problem in PROBLEMS]
    titles = ["formula", *(f"{who}, {what}" for what in ("first call, ms", "ms") for who in _systems())]
    return table([*titles, "fastest peer / Fréchet"], rows)


def _systems() -> tuple[str, ...]:
    return "Fréchet", "JAX", "PyTorch", "tensorgrad"


def _row(problem: Problem) -> list[str]:
    makers = (_ours, _in_jax, _in_torch, _in_tensorgrad)
    ready = [_first(make, problem) for make in makers]
    expected = ready[0][1]
    for _, found, _ in ready[1:]:
        if not np.allclose(found, expected, rtol=1e-6, atol=1e-8 * float(np.abs(expected).max())):
            raise AssertionError(f"{problem.family.title}: the results differ")
    times: list[list[float]] = [[] for _ in ready]
    for k in range(ROUNDS):
        for (call, _, _), samples in zip(ready, times, strict=True):
            if k == 0 or samples[0] < LONG:
                # Memory that another system gave back would be this one's to fetch anew.
                call()
                samples.append(timed(call)[1])
    medians = [statistics.median(samples) for samples in times]
    print(problem.family.title, *(f"{1e3 * t:.3g}" for t in medians), file=sys.stderr)
    cells = [f"{1e3 * seconds:.3g}" for seconds in (*(first for *_, first in ready), *medians)]
    return [problem.family.title, *cells, f"{min(medians[1:]) / medians[0]:.1f}"]


def _first(
    make: Callable[[Problem], Callable[[], Any]], problem: Problem
) -> tuple[Callable[[], Any], Any, float]:
    """Return the call, what it gave at first, as a square matrix, and how long that took."""
    call, making = timed(lambda: make(problem))
    found, calling = timed(call)
    size = np.size(problem.family.data[problem.family.variable])
    return call, np.asarray(found).reshape(size, size), making + calling


def _ours(problem: Problem) -> Callable[[], Any]:
    formula = fr.parse(problem.family.formula, dict(problem.family.declarations))
    program = fr.compile(fr.derivative(formula, problem.family.variable, problem.family.variable))
    return lambda: program(**problem.family.data)[0]


def _arguments(problem: Problem) -> list[Any]:
    others = [value for name, value in problem.family.data.items() if name != problem.family.variable]
    return [problem.family.data[problem.family.variable], *others]


def _in_jax(problem: Problem) -> Callable[[], Any]:
    hessian = jax.jit(jax.hessian(problem.function(jax.numpy)))
    arguments = [jax.numpy.asarray(a) for a in _arguments(problem)]
    return lambda: hessian(*arguments).block_until_ready()


def _in_torch(problem: Problem) -> Callable[[], Any]:
    hessian = torch.func.hessian(problem.function(torch))
    arguments = [torch.as_tensor(a) for a in _arguments(problem)]
    return lambda: hessian(*arguments)


def _in_tensorgrad(problem: Problem) -> Callable[[], Any]:
    family, peer = problem.family, Tensorgrad()
    formula = fr.parse(family.formula, dict(family.declarations))
    stated = peer.build(formula.expression, [family.variable] * 2, "network")
    sizes = {
        str(dimension): size
        for name, symbol in formula.declarations.items()
        for dimension, size in zip(symbol.shape, np.shape(family.data[name]), strict=False)
    }
    return peer.compiled(stated, peer.differentiate(stated), family.data, sizes)


if __name__ == "__main__":
    print(run())
