"""Is an entry true? The engine derives it anew and numbers confirm it.

Two independent checks. The *method* says how the stated right side was proved equal to what the
engine derives: by the same canonical form (`symbolic`), in exact arithmetic at random points
(`exact-random`), or to many digits (`numeric`). The *error* is the largest relative deviation of the
stated side from numerical differentiation, or of the two sides of an identity, in which no rule
of differentiation takes part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from time import perf_counter
from typing import Final, final

from frechet.cookbook.entry import Entry, Kind, entries
from frechet.differentiation.derivative import Derivative, derivative
from frechet.errors import DomainError, FrechetError
from frechet.expressions.nodes import Apply, Expr, Sum, Symbol, Zero
from frechet.expressions.traversal import substitute, symbols_of
from frechet.functions.indexing import VEC
from frechet.functions.linear_algebra import entries as numbers_of
from frechet.verification.arithmetic import PRECISE
from frechet.verification.equality import Verdict, equal_expressions
from frechet.verification.reference import evaluate
from frechet.verification.sampling import points
from frechet.verification.verify import Directions, verify, verify_differential

POINTS: Final = 2
LARGEST_SIZE: Final = 4
TOLERANCE: Final = 1e-8
REFUTED: Final = "refuted"
PROVED: Final = ("symbolic", "exact-random")


@final
@dataclass(frozen=True, slots=True)
class Proof:
    """How an entry was proved, and its numerical error; for an erratum, what refutes the print."""

    entry: Entry
    method: str
    error: float
    seconds: float
    message: str
    erratum: Verdict | None = None

    @property
    def ok(self) -> bool:
        """Tell whether the entry holds, and, for an erratum, whether what is printed does not."""
        print_holds = self.erratum is not None and self.erratum.equal
        return self.method != REFUTED and self.error <= TOLERANCE and not print_holds

    @property
    def proved(self) -> bool:
        """Tell whether the proof is symbolic or exact, not only numerical."""
        return self.ok and self.method in PROVED


def prove(entry: Entry) -> Proof:
    """Derive the entry anew and compare with what it states."""
    started = perf_counter()
    try:
        found = _derived(entry)
        verdict = _compared(entry, found)
        error = _error(entry)
        erratum = equal_expressions(found, entry.side(entry.printed)) if entry.printed else None
    except FrechetError as problem:
        return Proof(entry, REFUTED, float("inf"), perf_counter() - started, str(problem))
    method = verdict.how if verdict else REFUTED
    return Proof(entry, method, error, perf_counter() - started, verdict.message, erratum)


def verify_all(
    progress: Callable[[Proof], None] | None = None, chosen: Sequence[Entry] | None = None
) -> list[Proof]:
    """Prove every entry, telling each result as it comes."""
    proofs = []
    for entry in entries() if chosen is None else chosen:
        proofs.append(prove(entry))
        if progress is not None:
            progress(proofs[-1])
    return proofs


def _compared(entry: Entry, found: Expr) -> Verdict:
    stated = entry.stated
    if entry.stacked:
        change = _derivatives(entry)[0].changes[0]
        return equal_expressions(Apply.of(VEC, found), stated @ Apply.of(VEC, change))
    return equal_expressions(found, stated)


def _derived(entry: Entry) -> Expr:
    """Return what the engine finds: the derivative, the differential, or the left side."""
    if entry.kind is Kind.IDENTITY:
        return entry.function.expression
    parts = _derivatives(entry)
    if entry.stacked or entry.kind is Kind.DIFFERENTIAL:
        return Sum.of(part.differential for part in parts)
    found = parts[0].expression
    return substitute(_as_formula(found), _point(entry))


def _as_formula(found: Expr | None) -> Expr:
    if found is None:
        raise FrechetError(
            "the derivative has more than two axes", hint='State the differential, or layout = "vec".'
        )
    return found


def _derivatives(entry: Entry) -> list[Derivative]:
    """Return the derivative by all variables in turn, or one by each where a differential is stated."""
    if entry.kind is Kind.DIFFERENTIAL:
        return [derivative(entry.function, name, structured=entry.convention) for name in entry.wrt]
    return [derivative(entry.function, *entry.wrt, structured=entry.convention)]


def _point(entry: Entry) -> dict[Expr, Expr]:
    names = entry.function.declarations
    return {names[name]: entry.side(value) for name, value in entry.at.items()}


def _error(entry: Entry) -> float:
    """Return the deviation of the stated side from numbers that no rule produced."""
    function = entry.function.expression
    if entry.kind is Kind.IDENTITY:
        return _deviation(function, entry.stated)
    parts, directions = _derivatives(entry), Directions(entry.convention)
    if entry.at:
        found = _as_formula(parts[0].expression)
        return max(
            verify(function, parts[0].variables, found, count=POINTS).largest_relative_error,
            _deviation(substitute(found, _point(entry)), entry.stated),
        )
    if entry.kind is Kind.DERIVATIVE and not entry.stacked:
        checked = verify(function, parts[0].variables, entry.stated, count=POINTS, directions=directions)
        return checked.largest_relative_error
    changes = [part.changes[0] for part in parts]
    return max(
        _error_of_part(function, part, _alone(entry, change, changes), change)
        for part, change in zip(parts, changes, strict=True)
    )


def _alone(entry: Entry, change: Symbol, changes: Sequence[Symbol]) -> Expr:
    """Return the stated differential with only one variable changing."""
    if entry.stacked:
        return entry.stated @ Apply.of(VEC, change)
    return substitute(entry.stated, {c: Zero.of(c.shape) for c in changes if c is not change})


def _error_of_part(function: Expr, part: Derivative, differential: Expr, change: Symbol) -> float:
    stacked = differential.shape != function.shape
    target = Apply.of(VEC, function) if stacked else function
    return verify_differential(
        target, part.variables, differential, (change,), count=POINTS
    ).largest_relative_error


def _deviation(left: Expr, right: Expr) -> float:
    """Return the largest relative difference of two formulas at random points."""
    worst, done = Decimal(0), 0
    for point in points(
        (left, right), 2 * POINTS, 0, PRECISE, LARGEST_SIZE, list(symbols_of(left, right).values())
    ):
        try:
            values = [
                numbers_of(evaluate(side, point.values, point.sizes, PRECISE)) for side in (left, right)
            ]
        except DomainError:
            continue
        with PRECISE.context():
            scale = max(1, *(abs(x) for side in values for x in side))
            difference = max(abs(x - y) for x, y in zip(*values, strict=True))
            worst, done = max(worst, difference / scale), done + 1
        if done == POINTS:
            break
    if not done:
        raise FrechetError(
            "no point was found at which both sides have a value", hint="Check the declarations."
        )
    return float(worst)
