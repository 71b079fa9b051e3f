"""The operations of a program in NumPy. Inside a program every value is a 2-D array.

A product is multiplied in the order that costs least; an inverse that is only applied becomes a
solve; a matrix that is singular up to rounding is refused, because NumPy inverts it without a word.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from scipy import linalg, special

from frechet.backends.inputs import Array
from frechet.errors import EvaluationError

Operation = Callable[..., Array]
_SMALLEST_CONDITION: Final = 1e-15
_EXACT_SUM: Final = 512


def scalar(value: Any) -> Array:
    return np.asarray(value, dtype=np.float64).reshape(1, 1)


def column(values: Any) -> Array:
    return np.asarray(values, dtype=np.float64).reshape(-1, 1)


def total(x: Array) -> float:
    """Return the sum of all entries; a short one without loss by cancellation."""
    if x.size > _EXACT_SUM or not np.isfinite(x).all():
        return float(np.sum(x))
    try:
        return math.fsum(x.ravel().tolist())
    except OverflowError:
        return float(np.sum(x))


def euclidean_norm(x: Array, axis: int | None = None) -> Array:
    """Return sqrt(Σ x²) with the largest entry factored out."""
    largest = np.max(np.abs(x), axis=axis, keepdims=True, initial=0.0)
    safe = np.where((largest == 0) | ~np.isfinite(largest), 1.0, largest)
    return np.asarray(safe * np.sqrt(np.sum((x / safe) ** 2, axis=axis, keepdims=True)), dtype=np.float64)


def diagonal(x: Array) -> Array:
    return np.diag(x[:, 0]) if x.shape[1] == 1 else column(np.diag(x))


def factorize(x: Array) -> tuple[Array, Array]:
    """Return the LU factors and the pivots.

    Raises:
        EvaluationError: the matrix is singular, exactly or up to rounding.
    """
    if not np.isfinite(x).all():
        raise EvaluationError("is not finite", hint="Check the values it is computed from.")
    lu, pivots, exact_zero = linalg.lapack.dgetrf(x)
    condition = 0.0
    if exact_zero == 0:
        condition, _ = linalg.lapack.dgecon(lu, np.linalg.norm(x, 1))
    if condition < _SMALLEST_CONDITION:
        rank = int(np.linalg.matrix_rank(x))
        what = f"is singular (rank {rank} of {len(x)})" if rank < len(x) else "is singular up to rounding"
        raise EvaluationError(
            f"{what}: reciprocal condition number {condition:.1e}",
            hint="It has no inverse; pinv, or adding a small multiple of eye(n), may be what you want.",
        )
    return lu, pivots


def inverse(x: Array) -> Array:
    return solve(x, np.eye(len(x)))


def solve(x: Array, right: Array) -> Array:
    """Return X⁻¹ B."""
    lu, pivots = factorize(x)
    solution, _ = linalg.lapack.dgetrs(lu, pivots, right)
    return np.asarray(solution, dtype=np.float64)


def log_determinant(x: Array) -> Array:
    sign, value = np.linalg.slogdet(x)
    return scalar(value if sign > 0 else np.nan)


def determinant(x: Array) -> Array:
    return scalar(np.linalg.det(x))


def adjugate(x: Array) -> Array:
    """Return adj X = det(U) det(V) V adj(S) U′ from the singular values, also for a singular X."""
    if len(x) == 1:
        return np.ones((1, 1))
    u, s, vt = np.linalg.svd(x)
    products = [np.prod(np.delete(s, i)) for i in range(len(s))]
    return np.asarray(np.linalg.det(u) * np.linalg.det(vt) * (vt.T * products) @ u.T, dtype=np.float64)


def matrix_power(x: Array, exponent: Array) -> Array:
    whole = _whole(exponent)
    return np.linalg.matrix_power(inverse(x) if whole < 0 else x, abs(whole))


def _whole(exponent: Array) -> int:
    value = float(exponent[0, 0])
    if value != round(value):
        raise EvaluationError(f"has the exponent {value}", hint="A matrix power needs a whole exponent.")
    return round(value)


def _jet(x: Array, directions: Sequence[Array]) -> Array:
    """Return the block triangular matrix whose corner holds the mixed derivative (Higham §3.2)."""
    result = x
    for place, direction in enumerate(directions):
        tile = np.kron(np.eye(2**place), direction)
        zero = np.zeros_like(result)
        result = np.block([[result, tile], [zero, result]])
    return result


def exponential_derivative(x: Array, *directions: Array) -> Array:
    size = len(x)
    return np.asarray(linalg.expm(_jet(x, directions))[:size, -size:], dtype=np.float64)


def power_derivative(x: Array, exponent: Array, *directions: Array) -> Array:
    size = len(x)
    return matrix_power(_jet(x, directions), exponent)[:size, -size:]


def power(base: Array, exponent: Array) -> Array:
    """Return base .^ exponent; a scalar combines with every entry."""
    return np.asarray(np.power(base, exponent), dtype=np.float64)


FUNCTIONS: Final[dict[str, Operation]] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sign": np.sign,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "arcsin": np.arcsin,
    "arccos": np.arccos,
    "arctan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0.0),
    "sigmoid": special.expit,
    "softplus": lambda x: np.logaddexp(x, 0.0),
    "tr": lambda x: scalar(total(np.diag(x))),
    "diag": diagonal,
    "vec": lambda x: x.reshape(-1, 1, order="F"),
    "sum": lambda x: scalar(total(x)),
    "sum:rows": lambda x: column(x.sum(axis=1)),
    "sum:columns": lambda x: column(x.sum(axis=0)),
    "norm1": lambda x: scalar(np.abs(x).sum()),
    "norm2": euclidean_norm,
    "norm2:rows": lambda x: column(euclidean_norm(x, 1)),
    "norm2:columns": lambda x: column(euclidean_norm(x, 0)),
    "dot": lambda x, y: x.T @ y,
    "outer": lambda x, y: x @ y.T,
    "logsumexp": lambda x: scalar(special.logsumexp(x)),
    "logsumexp:rows": lambda x: column(special.logsumexp(x, axis=1)),
    "logsumexp:columns": lambda x: column(special.logsumexp(x, axis=0)),
    "softmax": special.softmax,
    "softmax:rows": lambda x: special.softmax(x, axis=1),
    "softmax:columns": lambda x: special.softmax(x, axis=0),
    "max": lambda x: scalar(x.max()),
    "min": lambda x: scalar(x.min()),
    "det": determinant,
    "logdet": log_determinant,
    "adj": adjugate,
    "inv": inverse,
    "pinv": np.linalg.pinv,
    "expm": linalg.expm,
    "dexpm": exponential_derivative,
    "dpower": power_derivative,
    "tril": np.tril,
}


def product(coefficient: float, scalars: int, inverted: Sequence[bool]) -> Operation:
    """Return the operation c · s₁ ⋯ sₖ · M₁ M₂ ⋯, where an inverted Mᵢ is to be applied as Mᵢ⁻¹."""

    def operation(*values: Array) -> Array:
        factor = np.full((1, 1), coefficient)
        for value in values[:scalars]:
            factor = factor * value
        matrices = values[scalars:]
        return factor * _chain(matrices, inverted) if matrices else factor

    return operation


def _chain(matrices: Sequence[Array], inverted: Sequence[bool]) -> Array:
    if matrices[-1].shape[1] == 1 or (any(inverted) and not _is_narrow(matrices[0])):
        result: Array | None = None
        for matrix, is_inverse in zip(reversed(matrices), reversed(inverted), strict=True):
            if is_inverse:
                result = inverse(matrix) if result is None else solve(matrix, result)
            else:
                result = matrix if result is None else matrix @ result
        assert result is not None
        return result
    if any(inverted):
        return _chain([m.T for m in reversed(matrices)], list(reversed(inverted))).T
    return matrices[0] if len(matrices) == 1 else np.asarray(np.linalg.multi_dot(matrices), dtype=np.float64)


def _is_narrow(x: Array) -> bool:
    return x.shape[0] == 1 and x.shape[1] > 1
