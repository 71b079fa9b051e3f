"""Small dense linear algebra in pure Python, over any kind of number.

A matrix is a list of rows. The entries may be floats, `Decimal`, `Fraction`, complex numbers or
`Modular` integers: only `+ - * /`, `abs` and comparison with 0 are used, so one implementation
serves the reference evaluator, the exact tests of equality, and numbers of many digits. It is
meant for sizes up to a few dozen; the back ends do the large ones.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from decimal import Decimal, getcontext, localcontext
from typing import Final

from frechet.errors import DomainError
from frechet.expressions.function import Entry, Matrix
from frechet.functions.elementary import elementary
from frechet.functions.modular import Modular

_DIGITS_OF_PSEUDOINVERSE: Final = 50
_RANK_TOLERANCE: Final = 1e-13


def zero_of(x: Entry) -> Entry:
    """Return the zero of the number's own kind."""
    return type(x)(0)


def one_of(x: Entry) -> Entry:
    """Return the one of the number's own kind."""
    return type(x)(1)


def identity(size: int, one: Entry = 1.0) -> Matrix:
    zero = zero_of(one)
    return [[one if i == j else zero for j in range(size)] for i in range(size)]


def entries(x: Matrix) -> list[Entry]:
    """Return the entries row by row."""
    return [entry for row in x for entry in row]


def transpose(x: Matrix) -> Matrix:
    return [list(column) for column in zip(*x, strict=True)]


def total(terms: Iterable[Entry]) -> Entry:
    """Add numbers; floats without loss by cancellation."""
    numbers = list(terms)
    if isinstance(numbers[0], float):
        try:
            return math.fsum(numbers)
        except (OverflowError, ValueError):
            return float(sum(numbers))
    result = numbers[0]
    for number in numbers[1:]:
        result = result + number
    return result


def inner(x: list[Entry], y: list[Entry]) -> Entry:
    """Return Σ xᵢ yᵢ."""
    result = x[0] * y[0]
    for a, b in zip(x[1:], y[1:], strict=True):
        result = result + a * b
    return result


def matmul(x: Matrix, y: Matrix) -> Matrix:
    columns = transpose(y)
    return [[inner(row, column) for column in columns] for row in x]


def add(x: Matrix, y: Matrix) -> Matrix:
    return [[a + b for a, b in zip(p, q, strict=True)] for p, q in zip(x, y, strict=True)]


def hadamard(x: Matrix, y: Matrix) -> Matrix:
    return [[a * b for a, b in zip(p, q, strict=True)] for p, q in zip(x, y, strict=True)]


def scale(factor: Entry, x: Matrix) -> Matrix:
    return [[factor * a for a in row] for row in x]


def kron(x: Matrix, y: Matrix) -> Matrix:
    return [[a * b for a in p for b in q] for p in x for q in y]


def whole(x: Entry) -> int:
    """Return the whole number that an exponent is.

    Raises:
        DomainError: it is not a whole number of sensible size.
    """
    number = x.signed if isinstance(x, Modular) else x
    if number != number or number != (near := round(number)) or abs(near) > 10_000:
        raise DomainError(
            f"{number} is not a small whole number", hint="A matrix power needs a whole exponent."
        )
    return near


def _rounding(x: Entry) -> Entry:
    """Return the unit of rounding of the number's kind, 0 for exact kinds."""
    if isinstance(x, float | complex):
        return sys.float_info.epsilon
    return Decimal(10) ** (3 - getcontext().prec) if isinstance(x, Decimal) else 0


def _pivot(rows: Matrix, scales: list[Entry], column: int, size: int) -> tuple[int, Entry]:
    """Return the row with the largest entry relative to its original size, and that ratio."""
    ratios = [abs(rows[i][column]) / scales[i] if scales[i] else scales[i] for i in range(column, size)]
    if any(ratio != ratio for ratio in ratios):
        raise DomainError("a matrix has an entry that is not a number", hint="Check the values.")
    best = max(range(len(ratios)), key=ratios.__getitem__)
    return column + best, ratios[best]


def solve(x: Matrix, right: Matrix) -> Matrix:
    """Return X⁻¹ B by elimination with scaled partial pivoting.

    Raises:
        DomainError: X is singular, exactly or up to rounding.
    """
    size, rows = len(x), [[*p, *q] for p, q in zip(x, right, strict=True)]
    scales = [max(abs(a) for a in row) for row in x]
    tolerance = size * _rounding(x[0][0])
    for k in range(size):
        place, ratio = _pivot(rows, scales, k, size)
        if ratio <= tolerance:
            raise DomainError("a matrix is singular", hint="Only nonsingular matrices have an inverse.")
        rows[k], rows[place] = rows[place], rows[k]
        scales[k], scales[place] = scales[place], scales[k]
        reciprocal = one_of(rows[k][k]) / rows[k][k]
        pivot_row = rows[k] = [a * reciprocal for a in rows[k]]
        for i in range(size):
            factor = rows[i][k]
            if i != k and factor != 0:
                rows[i] = [a - factor * b for a, b in zip(rows[i], pivot_row, strict=True)]
    return [row[size:] for row in rows]


def inverse(x: Matrix) -> Matrix:
    return solve(x, identity(len(x), one_of(x[0][0])))


def _pivots(x: Matrix) -> tuple[int, list[Entry]]:
    """Return the sign of the row exchanges and the pivots of the elimination, up to the first zero."""
    size, rows = len(x), [list(row) for row in x]
    sign, pivots = 1, list[Entry]()
    for k in range(size):
        place = max(range(k, size), key=lambda i: abs(rows[i][k]))
        pivot = rows[place][k]
        pivots.append(pivot)
        if pivot == 0:
            break
        if place != k:
            rows[k], rows[place] = rows[place], rows[k]
            sign = -sign
        for i in range(k + 1, size):
            factor = rows[i][k] / pivot
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
    return sign, pivots


def determinant(x: Matrix) -> Entry:
    """Return det X by elimination with partial pivoting."""
    sign, pivots = _pivots(x)
    result = sign * pivots[0]
    for pivot in pivots[1:]:
        result = result * pivot
    return result


def log_determinant(x: Matrix) -> Entry:
    """Return log det X as the sum of the logarithms of the pivots, so that nothing overflows.

    Raises:
        DomainError: the determinant is not positive.
    """
    sign, pivots = _pivots(x)
    for pivot in pivots:
        sign = sign if pivot > 0 else -sign if pivot < 0 else 0
    if sign <= 0:
        raise DomainError("logdet of a determinant that is not positive", hint="Its domain: det(X) > 0.")
    return total(elementary(pivot).log(abs(pivot)) for pivot in pivots)


def largest(x: list[Entry]) -> Entry:
    """Return the largest number; one that is not a number wins."""
    result = x[0]
    for a in x[1:]:
        result = a if a > result or a != a else result
    return result


def euclidean_norm(x: list[Entry]) -> Entry:
    """Return sqrt(Σ xᵢ²) without overflow or underflow on the way."""
    if isinstance(x[0], float):
        return math.hypot(*x)
    return elementary(x[0]).sqrt(inner(x, x))


def adjugate(x: Matrix) -> Matrix:
    """Return the transposed matrix of cofactors, for singular matrices as well."""
    size = len(x)
    if size == 1:
        return [[one_of(x[0][0])]]

    def cofactor(i: int, j: int) -> Entry:
        minor = determinant([[a for c, a in enumerate(row) if c != j] for r, row in enumerate(x) if r != i])
        return -minor if (i + j) % 2 else minor

    return [[cofactor(j, i) for j in range(size)] for i in range(size)]


def power(x: Matrix, exponent: int) -> Matrix:
    """Return X^k for a whole k by repeated squaring; a negative k inverts."""
    base, result = (inverse(x) if exponent < 0 else x), identity(len(x), one_of(x[0][0]))
    rest = abs(exponent)
    while rest:
        if rest & 1:
            result = matmul(result, base)
        rest >>= 1
        base = matmul(base, base) if rest else base
    return result


def _echelon(x: Matrix, tolerance: Entry) -> tuple[Matrix, list[int]]:
    """Return the nonzero rows of the reduced echelon form (pivots of largest size) and the pivot columns."""
    rows, pivots = [list(row) for row in x], list[int]()
    while len(pivots) < len(rows):
        rank = len(pivots)
        places = [(i, j) for i in range(rank, len(rows)) for j in range(len(x[0])) if j not in pivots]
        if not places:
            break
        i, j = max(places, key=lambda place: abs(rows[place[0]][place[1]]))
        if abs(rows[i][j]) <= tolerance:
            break
        rows[rank], rows[i] = rows[i], rows[rank]
        reciprocal = one_of(rows[rank][j]) / rows[rank][j]
        rows[rank] = [a * reciprocal for a in rows[rank]]
        for r in range(len(rows)):
            factor = rows[r][j]
            if r != rank:
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[rank], strict=True)]
        pivots.append(j)
    return rows[: len(pivots)], pivots


def pseudoinverse(x: Matrix) -> Matrix:
    """Return X⁺ = C′(CC′)⁻¹(B′B)⁻¹B′ for the full-rank factorization X = BC (MacDuffee)."""
    if isinstance(x[0][0], float):
        if not all(math.isfinite(a) for a in entries(x)):
            raise DomainError("a matrix has an entry that is not finite", hint="Check the values.")
        with localcontext() as context:
            context.prec = _DIGITS_OF_PSEUDOINVERSE
            tolerance = Decimal(_RANK_TOLERANCE) * Decimal(max(abs(a) for a in entries(x)))
            exact = _pseudoinverse([[Decimal(a) for a in row] for row in x], tolerance)
            return [[float(a) for a in row] for row in exact]
    largest = max((abs(a) for a in entries(x)), default=0)
    return _pseudoinverse(x, largest * max(len(x), len(x[0])) * _rounding(x[0][0]))


def _pseudoinverse(x: Matrix, tolerance: Entry) -> Matrix:
    c, pivots = _echelon(x, tolerance)
    if not pivots:
        return [[zero_of(x[0][0]) for _ in x] for _ in x[0]]
    b = [[row[j] for j in pivots] for row in x]
    left, right = transpose(b), transpose(c)
    return matmul(right, solve(matmul(c, right), solve(matmul(left, b), left)))


def is_finite(x: Entry) -> bool:
    """Tell a finite number; exact kinds always are."""
    if isinstance(x, float):
        return math.isfinite(x)
    if isinstance(x, complex):
        return math.isfinite(x.real) and math.isfinite(x.imag)
    return x.is_finite() if isinstance(x, Decimal) else True
