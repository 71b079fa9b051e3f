"""The derivative in components: indices, sums and Kronecker deltas.

Every entry is a sum of products of entries; the derivative of one entry of X by another is a product
of deltas, which rename indices. What the sums say in matrix notation is the last line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Final, final

from frechet.derivations.differential import Form, Outcome, differential_steps
from frechet.derivations.terms import Finder
from frechet.derivations.workbench import FineStep, Theme
from frechet.errors import FrechetError, UnsupportedError
from frechet.expressions.function import AbstractDefined, AbstractElementwise
from frechet.expressions.nodes import (
    Apply,
    ElementwisePower,
    Expr,
    Hadamard,
    Identity,
    Number,
    Ones,
    Power,
    Product,
    Sum,
    Symbol,
    Transpose,
)
from frechet.expressions.text import write
from frechet.functions.indexing import DIAGONAL, SUM, SUM_COLUMNS, SUM_ROWS, TRACE
from frechet.functions.norms import NORM2
from frechet.notation.latex import latex
from frechet.rewriting.steps import Phase, Shown, Step
from frechet.shapes import Dimension, value_of
from frechet.verification.reference import evaluate
from frechet.verification.sampling import Point, points

REFERENCE: Final = "Magnus & Neudecker, ch. 5"
LARGEST, MOST_INDICES = 150, 7
_IN_COMPONENTS: Final = "Write the function in components: a product sums over the inner index."
_PRODUCT_RULE: Final = (
    "Product rule; an entry of {} depends only on itself, so its derivative is a Kronecker delta."
)
_DELTAS: Final = "A delta keeps the one term of the sum in which its two indices are equal."
_SUMMED: Final = "pqrstuvwabcdefgh"


@final
@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a formula, `A[i, j]`; without a formula the Kronecker delta of two indices."""

    formula: Expr | None
    indices: tuple[str, ...]


@final
@dataclass(frozen=True, slots=True)
class IndexTerm:
    """A coefficient times a product of entries; what is not free is summed."""

    coefficient: Fraction
    entries: tuple[Entry, ...]

    def __mul__(self, other: IndexTerm) -> IndexTerm:
        return IndexTerm(self.coefficient * other.coefficient, (*self.entries, *other.entries))


ONE: Final = IndexTerm(Fraction(1), ())


@final
class Components:
    """Writes formulas in indices; remembers how far each index runs."""

    __slots__ = ("_finder", "_names", "ranges")

    def __init__(self, variable: Symbol) -> None:
        self._finder = Finder(variable)
        self._names: Iterator[str] = iter(_SUMMED)
        self.ranges: dict[str, Dimension] = {}

    def index(self, dimension: Dimension, name: str = "") -> str:
        """Return a new index; an axis of length one has none."""
        if dimension == 1:
            return ""
        chosen = name or next(self._names, "")
        if not chosen:
            raise UnsupportedError("too many indices", hint="Use the differential method.")
        self.ranges[chosen] = dimension
        return chosen

    def terms(self, node: Expr, row: str, column: str) -> list[IndexTerm]:
        """Return the entry of a formula as a sum of terms."""
        if not self._finder.inside(node) and not isinstance(node, Product | Transpose | Sum):
            return self._constant(node, row, column)
        match node:
            case Sum(terms):
                return [t for term in terms for t in self.terms(term, row, column)]
            case Product():
                return self._product(node, row, column)
            case Hadamard(factors):
                return _products([self.terms(f, row, column) for f in factors])
            case Transpose(operand):
                return self.terms(operand, column, row)
            case Power(Apply(function, (operand,)), Number(value)) if function is NORM2 and value == 2:
                i, j = self.index(operand.shape[0]), self.index(operand.shape[1])
                return _products([self.terms(operand, i, j), self.terms(operand, i, j)])
            case Apply(function, arguments) if isinstance(function, AbstractDefined) and len(arguments) == 2:
                return self.terms(function.definition(*arguments), row, column)
            case Apply():
                return self._apply(node, row, column)
        return [IndexTerm(Fraction(1), (_entry(node, row, column),))]

    def _constant(self, node: Expr, row: str, column: str) -> list[IndexTerm]:
        match node:
            case Number(value):
                return [IndexTerm(value, ())]
            case Ones():
                return [ONE]
            case Identity():
                return [IndexTerm(Fraction(1), (Entry(None, (row, column)),))]
        return [IndexTerm(Fraction(1), (_entry(node, row, column),))]

    def _product(self, node: Product, row: str, column: str) -> list[IndexTerm]:
        lists = [[IndexTerm(node.coefficient, ())], *(self.terms(s, "", "") for s in node.scalars)]
        left = row
        for place, factor in enumerate(node.chain):
            right = column if place == len(node.chain) - 1 else self.index(factor.shape[1])
            lists.append(self.terms(factor, left, right))
            left = right
        return _products(lists)

    def _apply(self, node: Apply, row: str, column: str) -> list[IndexTerm]:
        operand = node.arguments[0]
        if node.function is TRACE:
            i = self.index(operand.shape[0])
            return self.terms(operand, i, i)
        if node.function is SUM:
            return self.terms(operand, self.index(operand.shape[0]), self.index(operand.shape[1]))
        if node.function is SUM_ROWS:
            return self.terms(operand, row, self.index(operand.shape[1]))
        if node.function is SUM_COLUMNS:
            return self.terms(operand, self.index(operand.shape[0]), row)
        if node.function is DIAGONAL and operand.shape[1] != 1:
            return self.terms(operand, row, row)
        if node.function is DIAGONAL:
            return _products(
                [self.terms(operand, row, ""), [IndexTerm(Fraction(1), (Entry(None, (row, column)),))]]
            )
        return [IndexTerm(Fraction(1), (_entry(node, row, column),))]

    def differentiated(self, term: IndexTerm, variable: Symbol, by: tuple[str, str]) -> list[IndexTerm]:
        """Product rule over the entries of a term."""
        found: list[IndexTerm] = []
        for place, entry in enumerate(term.entries):
            if entry.formula is None or not self._finder.inside(entry.formula):
                continue
            rest = IndexTerm(term.coefficient, (*term.entries[:place], *term.entries[place + 1 :]))
            found.extend(rest * change for change in self._change(entry, variable, by))
        return found

    def _change(self, entry: Entry, variable: Symbol, by: tuple[str, str]) -> list[IndexTerm]:
        row, column = entry.indices if len(entry.indices) == 2 else ("", "")
        match entry.formula:
            case Symbol():
                deltas = [Entry(None, pair) for pair in zip((row, column), by, strict=True) if all(pair)]
                return [IndexTerm(Fraction(1), tuple(deltas))]
            case Apply(function, (operand,)) if isinstance(function, AbstractElementwise):
                outer = IndexTerm(Fraction(1), (_entry(function.derivative(operand), row, column),))
            case ElementwisePower(operand, exponent) | Power(operand, exponent) if (
                exponent.is_scalar
                and not self._finder.inside(exponent)
                and (operand.is_scalar or isinstance(entry.formula, ElementwisePower))
            ):
                lowered = exponent * ElementwisePower.of(operand, exponent - Number.of(1))
                outer = IndexTerm(Fraction(1), (_entry(lowered, row, column),))
            case _:
                raise UnsupportedError(
                    "no component rule for this function", hint="Use the differential method."
                )
        inner = [d for t in self.terms(operand, row, column) for d in self.differentiated(t, variable, by)]
        return [outer * t for t in inner]


def _entry(node: Expr, row: str, column: str) -> Entry:
    return Entry(node, (row, column))


def _products(lists: list[list[IndexTerm]]) -> list[IndexTerm]:
    found = [ONE]
    for terms in lists:
        found = [a * b for a in found for b in terms]
    return found


def without_deltas(term: IndexTerm, free: tuple[str, ...]) -> IndexTerm:
    """Rename a summed index that a delta ties to another; a delta of two free indices stays."""
    entries = list(term.entries)
    place = 0
    while place < len(entries):
        entry = entries[place]
        summed = [i for i in entry.indices if i not in free]
        if (
            entry.formula is None
            and (summed or entry.indices[0] == entry.indices[1])
            and _elsewhere(entries, place, summed)
        ):
            old = summed[0] if summed else entry.indices[0]
            new = next((i for i in entry.indices if i != old), old)
            del entries[place]
            entries = [replace(e, indices=tuple(new if i == old else i for i in e.indices)) for e in entries]
            place = 0
        else:
            place += 1
    return IndexTerm(term.coefficient, tuple(entries))


def _elsewhere(entries: list[Entry], place: int, summed: list[str]) -> bool:
    others = {i for n, e in enumerate(entries) if n != place for i in e.indices}
    return not summed or summed[0] in others


def component_steps(function: Expr, variable: Symbol, structured: str = "project") -> Outcome:
    """Derive in components; what they cannot say is left to the differential method."""
    outcome = differential_steps(function, variable, structured)
    if (
        outcome.derivative is None
        or outcome.form in (Form.DIFFERENTIAL, Form.VEC_JACOBIAN)
        or function.size > LARGEST
    ):
        return outcome
    if variable.structure.square:
        return outcome
    try:
        return _in_indices(function, variable, outcome)
    except FrechetError:
        return outcome


def _in_indices(function: Expr, variable: Symbol, outcome: Outcome) -> Outcome:
    writer = Components(variable)
    own = writer.index(function.shape[0], "i"), writer.index(function.shape[1], "j")
    by = writer.index(variable.shape[0], "k"), writer.index(variable.shape[1], "l")
    free = tuple(i for i in (*own, *by) if i)
    entry = writer.terms(function, *own)
    changed = [d for t in entry for d in writer.differentiated(t, variable, by)]
    short = [without_deltas(t, free) for t in changed]
    if any(len(_indices(t)) > MOST_INDICES for t in (*entry, *changed)) or outcome.derivative is None:
        return outcome
    name = "f" if function.is_scalar else "F"
    left = _subscripted(name, own), f"d{_subscripted(name, own)}/d{_subscripted(variable.name, by)}"
    checked = _holds(short, changed, writer, function, variable, outcome, (own, by))
    lines = [
        (left[0], entry, own, "write in components", _IN_COMPONENTS),
        (left[1], changed, free, "product rule in components", _PRODUCT_RULE.format(variable.name)),
        ("", short, free, "Kronecker deltas", _DELTAS),
    ]
    steps = [
        FineStep(_line(function, outcome.derivative, line, checked), Theme.PROPER)
        for line in lines
        if line[3] != "Kronecker deltas" or short != changed
    ]
    words = ("Read the sums as products of matrices, the free indices as rows and columns.",)
    last = Step(
        "read as matrices",
        function,
        outcome.derivative,
        words,
        REFERENCE,
        Phase.IDENTIFICATION,
        checked=checked,
    )
    steps.append(FineStep(last, Theme.IDENTIFY))
    return Outcome(tuple(steps), outcome.derivative, outcome.form, "components")


def _line(
    function: Expr,
    derivative: Expr,
    line: tuple[str, list[IndexTerm], tuple[str, ...], str, str],
    checked: bool,
) -> Step:
    left, terms, free, rule, words = line
    tex_left = rf"\mathrm{{{left}}}" if "/" in left else left
    shown = Shown(left, _tex_left(tex_left), written_terms(terms, free), latex_terms(terms, free))
    return Step(
        rule, function, derivative, (words,), REFERENCE, Phase.DERIVATIVE, checked=checked, shown=shown
    )


def _tex_left(left: str) -> str:
    return left.replace("[", "_{").replace("]", "}").replace(r"\mathrm{", "{")


def _indices(term: IndexTerm) -> set[str]:
    return {i for e in term.entries for i in e.indices if i}


def _subscripted(name: str, indices: tuple[str, ...]) -> str:
    shown = ",".join(i for i in indices if i)
    return f"{name}[{shown}]" if shown else name


def written_terms(terms: list[IndexTerm], free: tuple[str, ...]) -> str:
    """Return `sum_{p,q} x[p]*A[p,q]*x[q] + …`."""
    return _joined([_term(t, free, tex=False) for t in terms])


def latex_terms(terms: list[IndexTerm], free: tuple[str, ...]) -> str:
    """Return the same with sum signs and subscripts."""
    return _joined([_term(t, free, tex=True) for t in terms])


def _joined(pieces: list[str]) -> str:
    return " + ".join(pieces).replace("+ -", "- ") or "0"


def _term(term: IndexTerm, free: tuple[str, ...], *, tex: bool) -> str:
    factors = [_factor(e, tex=tex) for e in term.entries]
    size = abs(term.coefficient)
    if size != 1 or not factors:
        factors.insert(0, str(size))
    summed = sorted(_indices(term) - set(free))
    sign = "-" if term.coefficient < 0 else ""
    if not summed:
        return sign + (" " if tex else "*").join(factors)
    over = ",".join(summed)
    return (
        f"{sign}\\sum_{{{over}}} " + " ".join(factors)
        if tex
        else f"{sign}sum_{{{over}}} " + "*".join(factors)
    )


def _factor(entry: Entry, *, tex: bool) -> str:
    indices = "".join(entry.indices) if tex else ",".join(i for i in entry.indices if i)
    if entry.formula is None:
        return rf"\delta_{{{indices}}}" if tex else f"delta[{indices}]"
    plain = isinstance(entry.formula, Symbol)
    body = latex(entry.formula) if tex else write(entry.formula)
    if not indices:
        return body if plain else (rf"\left({body}\right)" if tex else f"({body})")
    shown = body if plain else (rf"\left({body}\right)" if tex else f"({body})")
    return f"{shown}_{{{indices}}}" if tex else f"{shown}[{indices}]"


def _holds(
    short: list[IndexTerm],
    changed: list[IndexTerm],
    writer: Components,
    function: Expr,
    variable: Symbol,
    outcome: Outcome,
    axes: tuple[tuple[str, str], tuple[str, str]],
) -> bool:
    """Sum over the indices in numbers, before and after the deltas, and compare with the matrix."""
    derivative = outcome.derivative
    if derivative is None:
        return False
    point = next(iter(points([function, derivative], 1, largest=3, also=[variable])))
    value = evaluate(derivative, point.values, point.sizes)
    own, by = axes
    rows, columns = by if outcome.form is Form.GRADIENT else (own[0] or own[1], by[0])
    if outcome.form is Form.DERIVATIVE:
        rows, columns = own
    wanted = {i: range(value_of(writer.ranges[i], point.sizes)) for i in (rows, columns) if i}
    for place in product(*wanted.values()):
        at = dict(zip(wanted, place, strict=True))
        expected = value[at.get(rows, 0)][at.get(columns, 0)]
        totals = [_total(terms, at, writer, point) for terms in (short, changed)]
        if any(abs(total - expected) > 1e-6 * max(1.0, abs(expected)) for total in totals):
            return False
    return True


def _total(terms: list[IndexTerm], at: dict[str, int], writer: Components, point: Point) -> float:
    known: dict[Expr, list[list[float]]] = {}
    total = 0.0
    for term in terms:
        summed = sorted(_indices(term) - set(at))
        ranges = [range(value_of(writer.ranges[i], point.sizes)) for i in summed]
        for place in product(*ranges):
            where = {**at, **dict(zip(summed, place, strict=True)), "": 0}
            value = float(term.coefficient)
            for entry in term.entries:
                i, j = (where[x] for x in entry.indices)
                if entry.formula is None:
                    value *= float(i == j)
                    continue
                if entry.formula not in known:
                    known[entry.formula] = evaluate(entry.formula, point.values, point.sizes)
                value *= known[entry.formula][i][j]
            total += value
    return total
