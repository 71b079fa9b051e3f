"""Eigenvalues of a small symmetric matrix by Jacobi's rotations (Golub & Van Loan, §8.5)."""

from __future__ import annotations

from math import hypot
from typing import Final

from frechet.expressions.function import Matrix

_SWEEPS: Final = 60
_ZERO: Final = 1e-12


def eigenvalues(matrix: Matrix) -> list[float]:
    """Return the eigenvalues of a symmetric matrix, the smallest first.

    >>> [round(value, 9) for value in eigenvalues([[3, 1], [1, 3]])]
    [2.0, 4.0]
    """
    a = [[float(x) for x in row] for row in matrix]
    size = len(a)
    for _ in range(_SWEEPS):
        p, q = max(
            ((i, j) for i in range(size) for j in range(i + 1, size)),
            key=lambda at: abs(a[at[0]][at[1]]),
            default=(0, 0),
        )
        if p == q or abs(a[p][q]) <= _ZERO * max(1.0, abs(a[p][p]), abs(a[q][q])):
            break
        _rotate(a, p, q)
    return sorted(a[i][i] for i in range(size))


def _rotate(a: list[list[float]], p: int, q: int) -> None:
    """Make the entry at p, q zero by a rotation of rows and columns p and q."""
    half = (a[q][q] - a[p][p]) / (2 * a[p][q])
    t = 1 / (abs(half) + hypot(half, 1)) * (1 if half >= 0 else -1)
    c = 1 / hypot(t, 1)
    s = t * c
    for row in a:
        row[p], row[q] = c * row[p] - s * row[q], s * row[p] + c * row[q]
    a[p], a[q] = (
        [c * x - s * y for x, y in zip(a[p], a[q], strict=True)],
        [s * x + c * y for x, y in zip(a[p], a[q], strict=True)],
    )
