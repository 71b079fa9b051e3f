"""A symmetric matrix as the algebra found it: a sum of terms that are never formed.

A Hessian by a matrix variable acts on the variable's entries row by row. Products cost what the terms
cost; a diagonal, a Kronecker product or a block diagonal is solved as such, also with a few outer
products on top, by the formula of Sherman, Morrison and Woodbury. Any other sum is formed once and
factorized while it is small; a large one is solved by conjugate gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from math import prod
from typing import Any, Final, NamedTuple, TypeAlias, final

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from frechet.backends.inputs import Array
from frechet.backends.runtime import SMALLEST_CONDITION, lu_and_condition, lu_solve
from frechet.backends.structured_terms import (
    BlockDiagonal,
    Dense,
    Diagonal,
    Gram,
    Indices,
    KroneckerProduct,
    Outer,
    Term,
)
from frechet.errors import EvaluationError, LimitError

LOW_RANK: Final = 0.3
LARGEST_FACTORIZED: Final = 2_000
LARGEST_FORMED: Final = 20_000
MOST_STEPS: Final = 2_000
RESIDUAL: Final = 1e-12
Solver: TypeAlias = Callable[[Array], Array]


class LowRankSum(NamedTuple):
    """A term that is easily solved, U and V of a sum B + U V′."""

    base: Diagonal | BlockDiagonal
    left: Array
    right: Array


@final
class StructuredMatrix:
    """A sum of structured terms; `scipy.sparse.linalg.aslinearoperator` takes it as it is.

    `variable_shape` is the shape of the variable that a Hessian belongs to: `todense` gives the axes
    of the variable twice, products take vectors of its entries.
    """

    dtype = np.dtype(np.float64)

    def __init__(self, terms: Sequence[Term], variable_shape: tuple[int, ...]) -> None:
        self.terms = tuple(terms)
        self.variable_shape = variable_shape
        size = prod(variable_shape)
        self.shape = (size, size)

    def __repr__(self) -> str:
        names = " + ".join(type(term).__name__ for term in self.terms) or "zero"
        return f"StructuredMatrix({names}, shape={self.shape})"

    def matvec(self, x: Any) -> Array:
        """Return H x for the entries of a change of the variable, in its shape or as a vector."""
        given = np.asarray(x, np.float64)
        if given.size != self.shape[1]:
            raise EvaluationError(
                f"a vector with {given.size} entries does not fit a matrix with {self.shape[1]} columns",
                hint="Pass one number for every entry of the variable.",
            )
        return self._product(given.reshape(-1)).reshape(given.shape)

    def rmatvec(self, x: Any) -> Array:
        """Return H′x, which is H x."""
        return self.matvec(x)

    def matmat(self, x: Any) -> Array:
        """Return H X for the columns of X."""
        given = np.asarray(x, np.float64)
        if given.ndim != 2 or len(given) != self.shape[1]:
            raise EvaluationError(
                f"an array of shape {given.shape} does not fit a matrix with {self.shape[1]} columns",
                hint="Pass one row for every entry of the variable.",
            )
        return self._product(given)

    def _product(self, x: Array) -> Array:
        if "_matrix" in self.__dict__:
            return np.asarray(self._matrix @ x)
        if not self.terms:
            return np.zeros_like(x)
        result = self.terms[0].product(x)
        for term in self.terms[1:]:
            result = result + term.product(x)
        return result

    def __matmul__(self, x: Any) -> Array:
        is_matrix = np.ndim(x) == 2 and len(x) == self.shape[1] and np.shape(x) != self.variable_shape
        return self.matmat(x) if is_matrix else self.matvec(x)

    def diagonal(self) -> Array:
        """Return the diagonal."""
        return np.asarray(sum((term.diagonal() for term in self.terms), np.zeros(self.shape[0])))

    def block(self, indices: Indices) -> Array:
        """Return the rows and columns with these indices."""
        size = len(indices)
        return np.asarray(sum((term.block(indices) for term in self.terms), np.zeros((size, size))))

    def todense(self) -> Array:
        """Return all entries, on the variable's axes twice.

        Raises:
            LimitError: there are too many.
        """
        return self._matrix.reshape(self.variable_shape * 2).copy()

    @cached_property
    def _matrix(self) -> Array:
        if self.shape[0] > LARGEST_FORMED:
            raise LimitError(
                f"a matrix of {self.shape[0]:,} × {self.shape[0]:,} entries is too large to form",
                hint="Use products with it.",
            )
        return np.asarray(sum((term.dense() for term in self.terms), np.zeros(self.shape)))

    def solve(self, right: Any) -> Array:
        """Return H⁻¹ b.

        Raises:
            EvaluationError: the matrix is singular.
            LimitError: it is too large to factorize, and conjugate gradients do not reach the solution.
        """
        given = np.asarray(right, np.float64)
        if given.size % self.shape[0] or not given.size:
            raise EvaluationError(
                f"a right-hand side of shape {given.shape} does not fit a matrix with {self.shape[0]} rows",
                hint="Pass one number for every entry of the variable.",
            )
        is_matrix = given.ndim == 2 and len(given) == self.shape[0]
        columns = given if is_matrix else given.reshape(-1, 1)
        try:
            solution = self._solved(columns)
        except np.linalg.LinAlgError:
            raise EvaluationError("the matrix is singular", hint="Add a multiple of the identity.") from None
        if not np.isfinite(solution).all():
            raise EvaluationError("the matrix is singular", hint="Add a multiple of the identity.")
        return solution.reshape(given.shape)

    def _solved(self, b: Array) -> Array:
        found = self._low_rank_sum
        if found is not None:
            return _solve_woodbury(found, b)
        match self.terms:
            case (KroneckerProduct() as product,):
                return product.solve(b)
        if self._diagonal_and_rows is not None:
            try:
                return self.shifted_solver(np.zeros(self.shape[0]))(b)
            except np.linalg.LinAlgError:
                return self._solver(b)
        if self.shape[0] > LARGEST_FACTORIZED and not any(isinstance(t, Dense) for t in self.terms):
            solution = self._iterated(b)
            if solution is not None:
                return solution
        return self._solver(b)

    @cached_property
    def _solver(self) -> Solver:
        """Return the solution by a factorization, kept for other right-hand sides."""
        factorization, condition = lu_and_condition(self._matrix)
        if not condition >= SMALLEST_CONDITION:
            raise np.linalg.LinAlgError
        return lambda b: lu_solve(factorization, b)

    def _iterated(self, b: Array) -> Array | None:
        """Return the solution by conjugate gradients, scaled by the diagonal, or None where they fail."""
        diagonal = self.diagonal()
        if not np.all(diagonal > 0):
            return None
        columns = [_conjugate_gradients(self._product, diagonal, column) for column in b.T]
        found = [column for column in columns if column is not None]
        return np.stack(found, axis=1) if len(found) == len(columns) else None

    @cached_property
    def _low_rank_sum(self) -> LowRankSum | None:
        """Return the matrix as a diagonal, or a block diagonal, plus outer products if it is that."""
        diagonals = [t.entries for t in self.terms if isinstance(t, Diagonal)]
        blocks = [t for t in self.terms if isinstance(t, BlockDiagonal)]
        outers = [t for t in self.terms if isinstance(t, Outer)]
        if len(diagonals) + len(blocks) + len(outers) < len(self.terms) or bool(diagonals) == bool(blocks):
            return None
        if len(blocks) > 1 or len(outers) > LOW_RANK * self.shape[0] + 1:
            return None
        base = blocks[0] if blocks else Diagonal(np.asarray(sum(diagonals, np.zeros(self.shape[0]))))
        if outers and not _is_regular(base):
            return None
        left = np.array([t.left for t in outers]).reshape(-1, self.shape[0]).T
        right = np.array([t.right for t in outers]).reshape(-1, self.shape[0]).T
        return LowRankSum(base, left, right)

    def shifted_solver(self, shift: Array) -> Solver:
        """Return b ↦ (H + diag(shift))⁻¹ b for a positive definite sum, by the cheapest way.

        A block diagonal is solved block by block; a diagonal plus few A′ diag(d) A with d > 0 takes the
        formula of Woodbury, anything else Cholesky.

        Raises:
            LinAlgError: the sum is not positive definite.
        """
        match self.terms:
            case (BlockDiagonal() as blocks,):
                inverses = blocks.shifted(shift)
                return lambda b: blocks.times(inverses, b)
        low_rank = self._diagonal_and_rows
        if low_rank is None:
            matrix = self._matrix.copy()
            matrix.reshape(-1)[:: len(matrix) + 1] += shift
            return _cholesky_solver(matrix)
        diagonal, rows, weights = low_rank
        return _positive_solver(diagonal + shift, rows, weights)

    def restricted_solver(self, indices: Indices) -> Solver:
        """Return b ↦ H⁻¹ b for the rows and columns of H with these indices, in the same ways.

        Raises:
            LinAlgError: they are not positive definite.
        """
        low_rank = self._diagonal_and_rows
        if low_rank is not None and np.all(low_rank[0] > 0):
            diagonal, rows, weights = low_rank
            return _positive_solver(diagonal[indices], rows[:, indices], weights)
        return _cholesky_solver(self._matrix.take(indices, 0).take(indices, 1))

    @cached_property
    def _diagonal_and_rows(self) -> tuple[Array, Array, Array] | None:
        """Return d, A and w of diag(d) + A′ diag(w) A when few rows of A have a weight, all positive."""
        grams = [t for t in self.terms if isinstance(t, Gram)]
        diagonals = [t.entries for t in self.terms if isinstance(t, Diagonal)]
        count = sum(np.count_nonzero(t.weights) for t in grams)
        if len(grams) + len(diagonals) < len(self.terms) or count > LOW_RANK * self.shape[0]:
            return None
        if not all(np.all(t.weights >= 0) for t in grams):
            return None
        parts = [t if np.all(t.weights) else t.without_zeros() for t in grams]
        rows = np.vstack([t.matrix for t in parts]) if parts else np.zeros((0, self.shape[0]))
        weights = np.concatenate([t.weights for t in parts]) if parts else np.zeros(0)
        return np.asarray(sum(diagonals, np.zeros(self.shape[0]))), rows, weights

    def logdet(self) -> float:
        """Return log det H, or not-a-number where the determinant is not positive.

        Raises:
            LimitError: the matrix would have to be formed, and is too large.
        """
        found = self._low_rank_sum
        if found is not None:
            return _logdet_of(found)
        match self.terms:
            case (KroneckerProduct() as product,):
                return product.logdet()
        sign, value = np.linalg.slogdet(self._matrix)
        return float(value) if sign > 0 else float("nan")


def _cholesky_solver(matrix: Array) -> Solver:
    """Return b ↦ M⁻¹ b; the symmetric matrix is overwritten."""
    factor = cho_factor(matrix.T, lower=True, overwrite_a=True, check_finite=False)
    return lambda b: np.asarray(cho_solve(factor, b, check_finite=False))


def _positive_solver(diagonal: Array, rows: Array, weights: Array) -> Solver:
    """Return b ↦ (diag(d) + A′ diag(w) A)⁻¹ b by the formula of Woodbury."""
    if not np.all(diagonal > 0):
        raise np.linalg.LinAlgError
    spread = rows / diagonal
    core = cho_factor(spread @ rows.T + np.diag(1 / weights), check_finite=False)

    def solve(b: Array) -> Array:
        scaled = b / (diagonal if b.ndim == 1 else diagonal[:, None])
        return np.asarray(scaled - spread.T @ cho_solve(core, rows @ scaled, check_finite=False))

    return solve


def _is_regular(base: Diagonal | BlockDiagonal) -> bool:
    if isinstance(base, Diagonal):
        return bool(np.all(base.entries))
    try:
        base.solve(np.zeros(prod(base.variable_shape)))
    except np.linalg.LinAlgError:
        return False
    return True


def _base_solved(base: Diagonal | BlockDiagonal, b: Array) -> Array:
    if isinstance(base, BlockDiagonal):
        return base.solve(b)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(b / base.entries[:, None])


def _solve_woodbury(found: LowRankSum, b: Array) -> Array:
    """Return (B + U V′)⁻¹ b, refused where the small system is singular up to rounding."""
    base, left, right = found
    scaled = _base_solved(base, b)
    if not left.size:
        return scaled
    spread = _base_solved(base, left)
    core = np.eye(left.shape[1]) + right.T @ spread
    if np.linalg.cond(core) > 1e13 or np.abs(core).max() < 1e-13:
        raise np.linalg.LinAlgError
    return np.asarray(scaled - spread @ np.linalg.solve(core, right.T @ scaled))


def _logdet_of(found: LowRankSum) -> float:
    """Return log det (B + U V′) = log det B + log det (I + V′B⁻¹U)."""
    base, left, right = found
    core = np.eye(left.shape[1]) + right.T @ _base_solved(base, left) if left.size else np.eye(1)
    sign, value = np.linalg.slogdet(core)
    more, others = _sign_and_logdet(base)
    return float(value + others) if sign * more > 0 else float("nan")


def _sign_and_logdet(base: Diagonal | BlockDiagonal) -> tuple[float, float]:
    if isinstance(base, BlockDiagonal):
        return base.sign_and_logdet()
    with np.errstate(divide="ignore"):
        return float(np.prod(np.sign(base.entries))), float(np.log(np.abs(base.entries)).sum())


def _conjugate_gradients(product: Solver, diagonal: Array, b: Array) -> Array | None:
    """Return the solution of H x = b by conjugate gradients (Nocedal & Wright, Algorithm 5.3).

    The diagonal is the preconditioner. None comes where H is not positive definite, or too badly scaled.
    """
    x, residual = np.zeros_like(b), -b
    scaled = residual / diagonal
    direction, squared = -scaled, float(residual @ scaled)
    wanted = RESIDUAL * float(np.linalg.norm(b))
    for _ in range(MOST_STEPS):
        if float(np.linalg.norm(residual)) <= wanted:
            return x
        applied = product(direction)
        curvature = float(direction @ applied)
        if not curvature > 0:
            return None
        length = squared / curvature
        x = x + length * direction
        residual = residual + length * applied
        scaled = residual / diagonal
        previous, squared = squared, float(residual @ scaled)
        direction = -scaled + squared / previous * direction
    return None
