"""The functions that a NumPy program calls by name, besides NumPy's own.

A matrix is factorized once, by Cholesky when it is declared positive definite and by LU otherwise;
one that is singular up to rounding is refused, because NumPy inverts it without a word. LAPACK
works on columns: what it gets is the transpose, which costs no copy.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
from numpy import vdot
from scipy import linalg
from scipy.linalg import lapack

from frechet.backends.code import LONG, NARROW
from frechet.backends.inputs import Array, is_finite
from frechet.errors import EvaluationError

SYMMETRIC: Final = {"d": 1e-9, "f": 1e-5}
# No input of a formula can have these names.
UNCHECKED: Final = "not checked"
UNCHECKED_ROWS: Final = "rows not checked"
REMEMBERED: Final = 16
SMALLEST_CONDITION: Final = 1e-15
_SUSPICIOUS: Final = 1e-7
_EXACT_SUM: Final = 64
# A column that lies in pieces is read eight times as slowly, or more.
_FEW_COLUMNS: Final = 4
_FEW_PIECES: Final = 32
_FEW_ROWS: Final = 1.5
_SAFE_SQUARES: Final = (1e-250, 1e250)
_LARGEST_SKEW: Final = 128


class Factorization(NamedTuple):
    """L of X = LL′, or the LU factors and the pivots of X′."""

    factor: Array
    pivots: Array | None


_ROUTINES: Final[dict[str, Any]] = {
    kind + name: getattr(lapack, prefix + name)
    for kind, prefix in (("f", "s"), ("d", "d"))
    for name in ("potrf", "potri", "potrs", "getrf", "getri", "getrs", "gecon")
}


def _routine(name: str, x: Array) -> Any:
    return _ROUTINES[x.dtype.char + name]


def total(x: Array) -> Any:
    """Return the sum of all entries; a short one without loss by cancellation."""
    if x.size <= _EXACT_SUM:
        try:
            return x.dtype.type(math.fsum(x.ravel().tolist()))
        except (OverflowError, ValueError):
            pass
    return np.add.reduce(x, None)


def norm(x: Array) -> Any:
    """Return sqrt(Σ x²) without overflow or underflow on the way."""
    squares = vdot(x, x)
    if x.dtype != np.float32 and _SAFE_SQUARES[0] < squares < _SAFE_SQUARES[1]:
        return np.sqrt(squares)
    return norm_along(x, None)


def norm_along(x: Array, axis: int | tuple[int, ...] | None) -> Any:
    """Return sqrt(Σ x²) along some axes with the largest entry factored out."""
    largest = np.max(np.abs(x), axis=axis, keepdims=True, initial=0.0)
    safe = np.where((largest == 0) | ~np.isfinite(largest), 1.0, largest)
    scaled = np.sqrt(np.sum((x / safe) ** 2, axis=axis, keepdims=True)) * safe
    return scaled.ravel()[0] if axis is None else np.squeeze(scaled, axis)


def sigmoid(x: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-x))


def softplus(x: Any) -> Any:
    return np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0.0)


def softmax(x: Array, axis: int | None = None) -> Array:
    if axis is None:
        exponentials: Array = np.exp(x - np.maximum.reduce(x, None))
        exponentials /= np.add.reduce(exponentials, None)
        return exponentials
    exponentials = x - np.maximum.reduce(x, axis, keepdims=True)
    np.exp(exponentials, exponentials)
    exponentials /= np.add.reduce(exponentials, axis, keepdims=True)
    return exponentials


def logsumexp(x: Array, axis: int | None = None) -> Any:
    if axis is None:
        top = np.maximum.reduce(x, None)
        return top + np.log(np.add.reduce(np.exp(x - top), None)) if math.isfinite(top) else top
    top = np.maximum.reduce(x, axis, keepdims=True)
    if not np.isfinite(top).all():
        top = np.where(np.isfinite(top), top, 0.0)
    shifted = x - top
    return np.log(np.add.reduce(np.exp(shifted, shifted), axis)) + np.squeeze(top, axis)


def slices(x: Array, length: int, inputs: Mapping[str, Any]) -> Iterable[slice]:
    """Return the rows of x in blocks of this length, the last one shorter.

    Inputs whose rows are listed as unchecked are looked at block by block, when they are read anyway.
    """
    found = [slice(start, start + length) for start in range(0, len(x), length)]
    unchecked = inputs.get(UNCHECKED_ROWS)
    return found if not unchecked else _checked(found, unchecked)


def _checked(blocks: Iterable[slice], arrays: Sequence[Array]) -> Iterator[slice]:
    for block in blocks:
        for array in arrays:
            _check_data(array[block])
        yield block


def _check_data(x: Array) -> None:
    if not is_finite(x):
        raise EvaluationError("the data are not finite", hint="Inputs must be finite numbers.")


def showing_product(x: Array, v: Array, inputs: Mapping[str, Any]) -> Array:
    """Return x v. Unchecked data x are finite if the product is and v has no zero; else they are looked at.

    An infinite or undefined entry of x makes a sum infinite or undefined; BLAS may skip zeros of v.
    """
    product = x.dot(v)
    if UNCHECKED in inputs and not (v.all() and np.isfinite(product).all()):
        _check_data(x)
    return np.asarray(product)


def thin_product(x: Array, v: Array) -> Array:
    """Return x v for a finite x; where few entries of v are not zero, from those columns alone."""
    used = v.nonzero()[0]
    if not used.size:
        return np.zeros((len(x), *v.shape[1:]), x.dtype)
    if v.ndim > 1:
        narrow = v.shape[1] <= NARROW and LONG * v.shape[1] <= len(x)
        return np.asarray(v.T.dot(x.T).T if narrow else x.dot(v))
    if used.size * (_FEW_COLUMNS if x.flags.f_contiguous else _FEW_PIECES) > v.size:
        return np.asarray(x.dot(v))
    return np.asarray(x.take(used, 1).dot(v[used]) if x.flags.c_contiguous else x[:, used].dot(v[used]))


def weighted_rows(x: Array, weights: Array) -> Array:
    """Return diag(weights) x, without the rows of no weight where they are many."""
    used = weights.nonzero()[0]
    if _FEW_ROWS * used.size < weights.size:
        x, weights = x.take(used, 0), weights[used]
    return np.asarray(x * weights[:, None])


def cholesky(x: Array) -> Factorization:
    """Factorize a positive definite matrix.

    Raises:
        EvaluationError: it is not positive definite, or singular up to rounding.
    """
    factor, failed = _ROUTINES[x.dtype.char + "potrf"](x.T, 1, 0)
    diagonal = factor.diagonal()
    if failed or not diagonal[diagonal.argmin()] > _SUSPICIOUS * math.sqrt(diagonal.dot(diagonal)):
        if failed or not np.isfinite(x).all():
            _check_finite(x)
            raise EvaluationError(
                "is declared psd, but is not positive definite",
                hint='Declare it "symmetric" instead, or add a small multiple of eye(n).',
            )
        lu(x)
    return Factorization(factor, None)


def lu(x: Array) -> Factorization:
    """Factorize a square matrix.

    Raises:
        EvaluationError: it is singular, exactly or up to rounding.
    """
    factorization, condition = lu_and_condition(x)
    if not condition >= SMALLEST_CONDITION and x.size:
        _check_finite(x)
        rank = int(np.linalg.matrix_rank(x))
        what = f"is singular (rank {rank} of {len(x)})" if rank < len(x) else "is singular up to rounding"
        raise EvaluationError(
            f"{what}: reciprocal condition number {condition:.1e}",
            hint="It has no inverse; pinv, or adding a small multiple of eye(n), may be what you want.",
        )
    return factorization


def lu_and_condition(x: Array) -> tuple[Factorization, float]:
    """Return the LU factorization and an estimate of the reciprocal condition number, 0 if singular."""
    factors, pivots, exact_zero = _routine("getrf", x)(x.T)
    condition = 0.0
    if exact_zero == 0:
        largest = np.abs(x).sum(axis=0).max(initial=0.0)
        condition, _ = _routine("gecon", x)(factors, largest, norm="I")
    return Factorization(factors, pivots), condition


def _check_finite(x: Array) -> None:
    if not np.isfinite(x).all():
        raise EvaluationError("is not finite", hint="Check the values it is computed from.")


def cholesky_logdet(factorization: Factorization) -> Any:
    return 2.0 * np.add.reduce(np.log(factorization.factor.diagonal()))


def lu_logdet(factorization: Factorization) -> Any:
    """Return log det X, or not-a-number where the determinant is negative."""
    factor, pivots = factorization
    assert pivots is not None
    diagonal = factor.diagonal()
    negative = np.count_nonzero(diagonal < 0) + np.count_nonzero(pivots != np.arange(len(pivots)))
    return np.nan if negative % 2 else np.log(np.abs(diagonal)).sum()


def cholesky_inverse(factorization: Factorization) -> Array:
    factor = factorization.factor
    half, _ = _routine("potri", factor)(factor, lower=1)
    lower = np.tril(half)
    whole = lower + lower.T
    whole.reshape(-1)[:: len(whole) + 1] *= 0.5
    return np.asarray(whole)


def lu_inverse(factorization: Factorization) -> Array:
    factor, pivots = factorization
    inverted, _ = _routine("getri", factor)(factor, pivots)
    return np.asarray(inverted.T)


def cholesky_solve(factorization: Factorization, right: Array) -> Array:
    """Return X⁻¹B."""
    solution, _ = _routine("potrs", factorization.factor)(factorization.factor, right, lower=1)
    return np.asarray(solution)


def lu_solve(factorization: Factorization, right: Array, transposed: bool = False) -> Array:
    """Return X⁻¹B, or X′⁻¹B."""
    factor, pivots = factorization
    solution, _ = _routine("getrs", factor)(factor, pivots, right, trans=0 if transposed else 1)
    return np.asarray(solution)


def adjugate(x: Array) -> Array:
    """Return det(X) X⁻¹, or for a singular X det(U) det(V) V adj(S) U′ from the singular values."""
    if len(x) == 1:
        return np.ones((1, 1), x.dtype)
    try:
        return np.asarray(np.linalg.det(x) * lu_inverse(lu(x)))
    except EvaluationError:
        _check_finite(x)
    u, s, vt = np.linalg.svd(x)
    products = [np.prod(np.delete(s, i)) for i in range(len(s))]
    return np.asarray(np.linalg.det(u) * np.linalg.det(vt) * (vt.T * products) @ u.T)


def matrix_power(x: Array, exponent: Any) -> Array:
    if exponent != round(exponent):
        raise EvaluationError(f"has the exponent {exponent}", hint="A matrix power needs a whole exponent.")
    base = lu_inverse(lu(x)) if exponent < 0 else x
    return np.asarray(np.linalg.matrix_power(base, abs(round(exponent))))


def _jet(x: Array, directions: Sequence[Array]) -> Array:
    """Return the block triangular matrix whose corner holds the mixed derivative (Higham §3.2)."""
    result = x
    for place, direction in enumerate(directions):
        tile = np.kron(np.eye(2**place), direction)
        result = np.block([[result, tile], [np.zeros_like(result), result]])
    return result


def expm_derivative(x: Array, *directions: Array) -> Array:
    size = len(x)
    return np.asarray(linalg.expm(_jet(x, directions))[:size, -size:])


def power_derivative(x: Array, exponent: Any, *directions: Array) -> Array:
    size = len(x)
    return matrix_power(_jet(x, directions), exponent)[:size, -size:]


def expm_kernel(x: Array, rank: int) -> Array:
    """Return the r-th derivative of the exponential by all entries of X."""
    return _kernel(x, rank, lambda *directions: expm_derivative(x, *directions))


def power_kernel(x: Array, exponent: Any, rank: int) -> Array:
    """Return the r-th derivative of a power by all entries of X."""
    return _kernel(x, rank, lambda *directions: power_derivative(x, exponent, *directions))


def _kernel(x: Array, rank: int, derivative: Any) -> Array:
    size = len(x)
    result = np.zeros((size,) * (2 + 2 * rank))
    for places in np.ndindex(*(size,) * (2 * rank)):
        directions = np.zeros((rank, size, size))
        for k in range(rank):
            directions[k, places[2 * k], places[2 * k + 1]] = 1.0
        index: Any = (..., *places)
        result[index] = derivative(*directions)
    return result


def is_symmetric(x: Array) -> bool:
    """Tell a symmetric matrix by one number: Σ xᵢⱼkᵢⱼ = 0 for a random skew k.

    A large one is not to be read together with a k as large: it is symmetric if x·r and x′·r agree for a
    random vector r (Freivalds).
    """
    kind, size = x.dtype.char, len(x)
    allowed = SYMMETRIC[kind]
    if 0 < size <= _LARGEST_SKEW:
        entries = x.ravel("K")
        found = abs(float(entries.dot(_skew(size, kind))))
        # One entry of many is a bound below the scale, and mostly enough.
        return bool(found <= allowed * abs(entries.item(0)) or found <= allowed * norm(entries))
    r = _direction(size, kind)
    product = x.dot(r)
    return bool(norm(product - r.dot(x)) <= allowed * norm(product))


@lru_cache(maxsize=REMEMBERED)
def _skew(size: int, kind: str) -> Array:
    """Return a random skew matrix of entries between 0.5 and 1.5, row after row."""
    upper = np.triu(np.random.default_rng(size).uniform(0.5, 1.5, (size, size)), 1)
    return np.asarray((upper - upper.T).astype(kind).reshape(-1))


@lru_cache(maxsize=REMEMBERED)
def _direction(size: int, kind: str) -> Array:
    return np.asarray(np.random.default_rng(size).uniform(0.5, 1.5, size).astype(kind))
