"""A symmetric matrix as the algebra found it: a sum of terms that are never formed.

Terms are a diagonal, A′ diag(d) A, the outer product u v′, the Kronecker product A ⊗ B, a dense matrix.
A Hessian by a matrix variable acts on the variable's entries row by row. Products cost what the
terms cost; a diagonal or a Kronecker product is solved as such, a diagonal plus a few outer products
by the formula of Sherman, Morrison and Woodbury, anything else after forming it once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from frechet.backends.inputs import Array
from frechet.backends.runtime import SMALLEST_CONDITION, lu_and_condition, lu_inverse, lu_solve
from frechet.errors import EvaluationError

Indices: TypeAlias = NDArray[np.intp]
LOW_RANK: Final = 0.3


@final
@dataclass(frozen=True, eq=False)
class Diagonal:
    """diag(d)."""

    entries: Array

    def product(self, x: Array) -> Array:
        return np.asarray(self.entries[:, None] * x)

    def diagonal(self) -> Array:
        return self.entries

    def block(self, i: Indices) -> Array:
        return np.diag(self.entries[i])

    def dense(self) -> Array:
        return np.diag(self.entries)


@final
@dataclass(frozen=True, eq=False)
class Gram:
    """A′ diag(d) A, unformed."""

    matrix: Array
    weights: Array

    def product(self, x: Array) -> Array:
        return np.asarray(self.matrix.T @ (self.weights[:, None] * (self.matrix @ x)))

    def diagonal(self) -> Array:
        return np.asarray(np.einsum("pi,p,pi->i", self.matrix, self.weights, self.matrix))

    def block(self, i: Indices) -> Array:
        return Gram(self.matrix.take(i, axis=1), self.weights).dense()

    def dense(self) -> Array:
        if np.all(self.weights == self.weights[:1]):
            return np.asarray(self.weights[0] * (self.matrix.T @ self.matrix))
        if np.all(self.weights >= 0):
            scaled = self.matrix * np.sqrt(self.weights)[:, None]
            return np.asarray(scaled.T @ scaled)
        return np.asarray(self.matrix.T @ (self.weights[:, None] * self.matrix))


@final
@dataclass(frozen=True, eq=False)
class Outer:
    """u v′."""

    left: Array
    right: Array

    def product(self, x: Array) -> Array:
        return np.asarray(self.left[:, None] * (self.right @ x))

    def diagonal(self) -> Array:
        return np.asarray(self.left * self.right)

    def block(self, i: Indices) -> Array:
        return np.outer(self.left[i], self.right[i])

    def dense(self) -> Array:
        return np.outer(self.left, self.right)


@final
@dataclass(frozen=True, eq=False)
class KroneckerProduct:
    """A ⊗ B on the entries of a matrix, row by row: X goes to A X B′, or to A X′ B′ when `turned`."""

    left: Array
    right: Array
    turned: bool = False

    def product(self, x: Array) -> Array:
        rows, columns = self.left.shape[1], self.right.shape[1]
        if self.turned:
            blocks = x.T.reshape(-1, columns, rows).swapaxes(1, 2)
        else:
            blocks = x.T.reshape(-1, rows, columns)
        return np.asarray((self.left @ blocks @ self.right.T).reshape(x.shape[1], -1).T)

    def diagonal(self) -> Array:
        if self.turned:
            return np.asarray(self.left * self.right.T).ravel()
        return np.outer(np.diag(self.left), np.diag(self.right)).ravel()

    def block(self, i: Indices) -> Array:
        shape = (self.left.shape[1], self.right.shape[1])
        row, column = np.unravel_index(i, shape)
        if self.turned:
            return np.asarray(self.left[np.ix_(row, column)] * self.right[np.ix_(column, row)])
        return np.asarray(self.left[np.ix_(row, row)] * self.right[np.ix_(column, column)])

    def dense(self) -> Array:
        pattern = "il,jk->ijkl" if self.turned else "ik,jl->ijkl"
        size = len(self.left) * len(self.right)
        return np.asarray(np.einsum(pattern, self.left, self.right).reshape(size, size))

    def solve(self, b: Array) -> Array:
        """Return the X with A X B′ (or A X′ B′) = b for every column of b."""
        left, right = (_inverse(m) for m in (self.left, self.right))
        if not self.turned:
            return KroneckerProduct(left, right).product(b)
        solved = left @ b.T.reshape(-1, len(left), len(right)) @ right.T
        return np.asarray(solved.swapaxes(1, 2).reshape(b.shape[1], -1).T)

    def logdet(self) -> float:
        (s, a), (t, b) = np.linalg.slogdet(self.left), np.linalg.slogdet(self.right)
        m, n = len(self.left), len(self.right)
        sign = s**n * t**m * (-1.0 if self.turned and n * (n - 1) // 2 % 2 else 1.0)
        return float(a * n + b * m) if sign > 0 else float("nan")


@final
@dataclass(frozen=True, eq=False)
class Dense:
    """A matrix that is formed."""

    matrix: Array

    def product(self, x: Array) -> Array:
        return np.asarray(self.matrix @ x)

    def diagonal(self) -> Array:
        return np.diag(self.matrix)

    def block(self, i: Indices) -> Array:
        return np.asarray(self.matrix[np.ix_(i, i)])

    def dense(self) -> Array:
        return self.matrix


def _inverse(matrix: Array) -> Array:
    factorization, condition = lu_and_condition(matrix)
    if not condition >= SMALLEST_CONDITION:
        raise np.linalg.LinAlgError
    return lu_inverse(factorization)


Term: TypeAlias = Diagonal | Gram | Outer | KroneckerProduct | Dense


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
        size = int(np.prod(variable_shape))
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
        return self._product(given.reshape(-1, 1)).reshape(given.shape)

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
        result = np.zeros((self.shape[0], x.shape[1]))
        for term in self.terms:
            result += term.product(x)
        return result

    def __matmul__(self, x: Any) -> Array:
        is_matrix = np.ndim(x) == 2 and len(x) == self.shape[1] and np.shape(x) != self.variable_shape
        return self.matmat(x) if is_matrix else self.matvec(x)

    def diagonal(self) -> Array:
        """Return the diagonal."""
        return np.asarray(sum((term.diagonal() for term in self.terms), np.zeros(self.shape[0])))

    def block(self, indices: Indices) -> Array:
        """Return the rows and columns with these indices; nothing else is formed."""
        size = len(indices)
        return np.asarray(sum((term.block(indices) for term in self.terms), np.zeros((size, size))))

    def todense(self) -> Array:
        """Return all entries, on the variable's axes twice."""
        return self._matrix.reshape(self.variable_shape * 2).copy()

    @cached_property
    def _matrix(self) -> Array:
        return np.asarray(sum((term.dense() for term in self.terms), np.zeros(self.shape)))

    def solve(self, right: Any) -> Array:
        """Return H⁻¹ b.

        Raises:
            EvaluationError: the matrix is singular.
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
        woodbury = self._diagonal_and_outer()
        if woodbury is not None:
            return _solve_woodbury(*woodbury, b)
        match self.terms:
            case (KroneckerProduct() as product,):
                return product.solve(b)
        factorization, condition = lu_and_condition(self._matrix)
        if not condition >= SMALLEST_CONDITION:
            raise np.linalg.LinAlgError
        return lu_solve(factorization, b)

    def _diagonal_and_outer(self) -> tuple[Array, Array, Array] | None:
        """Return d, U and V of diag(d) + U V′ when the matrix is that, with a d that can be divided by."""
        diagonals = [t.entries for t in self.terms if isinstance(t, Diagonal)]
        outers = [t for t in self.terms if isinstance(t, Outer)]
        if not diagonals or len(diagonals) + len(outers) < len(self.terms):
            return None
        total = np.asarray(sum(diagonals, np.zeros(self.shape[0])))
        if outers and not np.all(total):
            return None
        left = np.array([t.left for t in outers]).reshape(-1, self.shape[0]).T
        right = np.array([t.right for t in outers]).reshape(-1, self.shape[0]).T
        return total, left, right

    def shifted_solver(self, shift: Array) -> Callable[[Array], Array]:
        """Return b ↦ (H + diag(shift))⁻¹ b for a positive definite sum, by the cheaper of two ways.

        A diagonal plus few A′ diag(d) A with d > 0 takes the formula of Woodbury, anything else Cholesky.

        Raises:
            LinAlgError: the sum is not positive definite.
        """
        low_rank = self._diagonal_and_rows()
        if low_rank is None:
            factor = cho_factor(self._matrix + np.diag(shift), check_finite=False)
            return lambda b: np.asarray(cho_solve(factor, b, check_finite=False))
        diagonal, rows, weights = low_rank
        total = diagonal + shift
        if not np.all(total > 0):
            raise np.linalg.LinAlgError
        spread = rows / total
        core = cho_factor(spread @ rows.T + np.diag(1 / weights), check_finite=False)

        def solve(b: Array) -> Array:
            scaled = b / (total if b.ndim == 1 else total[:, None])
            return np.asarray(scaled - spread.T @ cho_solve(core, rows @ scaled, check_finite=False))

        return solve

    def _diagonal_and_rows(self) -> tuple[Array, Array, Array] | None:
        """Return d, A and w of diag(d) + A′ diag(w) A when A has few rows and w is positive."""
        grams = [t for t in self.terms if isinstance(t, Gram)]
        diagonals = [t.entries for t in self.terms if isinstance(t, Diagonal)]
        count = sum(len(t.matrix) for t in grams)
        if len(grams) + len(diagonals) < len(self.terms) or count > LOW_RANK * self.shape[0]:
            return None
        rows = np.vstack([t.matrix for t in grams]) if grams else np.zeros((0, self.shape[0]))
        weights = np.concatenate([np.ravel(t.weights) for t in grams]) if grams else np.zeros(0)
        if not np.all(weights > 0):
            return None
        return np.asarray(sum(diagonals, np.zeros(self.shape[0]))), rows, weights

    def logdet(self) -> float:
        """Return log det H, or not-a-number where the determinant is not positive."""
        woodbury = self._diagonal_and_outer()
        if woodbury is not None:
            d, left, right = woodbury
            core = np.eye(left.shape[1]) + right.T @ (left / d[:, None]) if left.size else np.eye(1)
            sign, value = np.linalg.slogdet(core)
            sign *= np.prod(np.sign(d))
            with np.errstate(divide="ignore"):
                return float(value + np.log(np.abs(d)).sum()) if sign > 0 else float("nan")
        match self.terms:
            case (KroneckerProduct() as product,):
                return product.logdet()
        sign, value = np.linalg.slogdet(self._matrix)
        return float(value) if sign > 0 else float("nan")


def _solve_woodbury(d: Array, left: Array, right: Array, b: Array) -> Array:
    """Return (diag(d) + U V′)⁻¹ B, refused where the small system is singular up to rounding."""
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = b / d[:, None]
        if not left.size:
            return np.asarray(scaled)
        spread = left / d[:, None]
    core = np.eye(left.shape[1]) + right.T @ spread
    if np.linalg.cond(core) > 1e13 or np.abs(core).max() < 1e-13:
        raise np.linalg.LinAlgError
    return np.asarray(scaled - spread @ np.linalg.solve(core, right.T @ scaled))
