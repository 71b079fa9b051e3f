"""Find an entry by a formula, by words, or by its equation number.

Two formulas state the same if some renaming makes their canonical tensors identical; transposed
traces and rotated products have one tensor anyway. Constants may also stand for their transposes.
A query matches an entry

* exactly, when each is an instance of the other (`logdet(X)` counts as `log(det(X))`);
* as a special case of the entry (the entry is more general), or as a generalization of it.

The best matches come first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import permutations, product
from typing import Final, final

from frechet.assumptions import Structure
from frechet.cookbook.entry import Entry, Kind, entries
from frechet.errors import FrechetError, LimitError
from frechet.expressions.nodes import Apply, Expr, Symbol
from frechet.expressions.traversal import fold, rebuild, substitute, symbols_of
from frechet.formula import Formula
from frechet.functions.determinants import DET, LOGDET
from frechet.functions.elementwise import LOG
from frechet.language import read
from frechet.limits import budget
from frechet.shapes import Shape
from frechet.tensors.lower import lower

LIMIT: Final = 20
MOST_SYMBOLS: Final = 6
MOST_RENAMINGS: Final = 720
_EQUATION: Final = re.compile(r"(?:cookbook|eq\.?|equation)?\s*\(?(\d{1,3})\)?", re.IGNORECASE)
_WORD: Final = re.compile(r"\w+")
_EXACT, _GENERAL, _SPECIAL = 1.0, 0.9, 0.7
_OTHER: Final = 0.1


@final
@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found, how well it matches (0 to 1), and why."""

    entry: Entry
    score: float
    why: str


def search(
    query: str | Formula,
    wrt: str | None = None,
    declarations: Mapping[str, str] | None = None,
    limit: int = LIMIT,
) -> list[Hit]:
    """Return the entries that fit a formula, an equation number or words, the best first.

    Raises:
        FrechetError: `wrt` is no name of the formula, or a formula with `wrt` cannot be read.
    """
    if isinstance(query, Formula):
        return _ranked(_by_formula(query, wrt), limit)
    if not isinstance(query, str):
        raise FrechetError(
            f"a {type(query).__name__} is nothing to search for",
            hint="Give a formula, words, or an equation number.",
        )
    number = _EQUATION.fullmatch(query.strip())
    if number is not None:
        wanted = int(number.group(1))
        return _ranked(
            (Hit(e, 1.0, f"equation ({wanted})") for e in entries() if wanted in e.equations), limit
        )
    formula = _formula(query, wrt, declarations)
    found = [] if formula is None else _ranked(_by_formula(formula, wrt), limit)
    return found if found or wrt is not None else _ranked(_by_words(query), limit)


def _formula(query: str, wrt: str | None, declarations: Mapping[str, str] | None) -> Formula | None:
    """Read the query as a formula; a lone word, or what cannot be read, is words."""
    try:
        formula = read(query, dict(declarations or {}))
    except FrechetError:
        if wrt is not None or declarations:
            raise
        return None
    if wrt is not None and wrt not in symbols_of(formula.expression):
        raise FrechetError(f"{wrt} does not occur in the formula", hint="Name one of its variables.")
    return None if isinstance(formula.expression, Symbol) and wrt is None else formula


def _ranked(hits: Iterable[Hit], limit: int) -> list[Hit]:
    return sorted(hits, key=lambda hit: -hit.score)[: max(limit, 0)]


def _by_words(query: str) -> Iterator[Hit]:
    wanted = set(_words(query))
    for entry in entries():
        title = set(_words(entry.title))
        everywhere = title | set(_words(" ".join((entry.id, entry.conditions, entry.source, *entry.tags))))
        found = wanted & everywhere
        if found and len(found) >= (len(wanted) + 1) // 2:
            score = (len(found) + len(wanted & title)) / (2 * len(wanted)) - 0.001 * len(title - wanted)
            yield Hit(entry, max(score, 0.0), f"words: {', '.join(sorted(found))}")


def _words(text: str) -> list[str]:
    """Return the words in lower case, plurals and singulars alike."""
    return [
        w.removesuffix("s") if len(w) > 3 else w
        for w in _WORD.findall(text.lower())
        if w not in ("of", "the", "by", "a")
    ]


def _by_formula(query: Formula, wrt: str | None) -> Iterator[Hit]:
    expression, sides = _logdet_spelled_out(query.expression), _sides()
    variable = None if wrt is None else symbols_of(expression)[wrt]
    if len(symbols_of(expression)) > MOST_SYMBOLS:
        return
    with budget():
        for entry, side, variables in sides:
            if variable is not None and not variables:
                continue
            score = _score(expression, side, {} if variable is None else {variable: variables[0]})
            if score:
                other = variable is not None and len(entry.wrt) > 1
                yield Hit(entry, score - _OTHER if other else score, _REASONS[score])


_REASONS: Final = {
    _EXACT: "the same formula up to names",
    _GENERAL: "your formula is a special case of it",
    _SPECIAL: "a special case of your formula",
}


@cache
def _sides() -> tuple[tuple[Entry, Expr, tuple[Symbol, ...]], ...]:
    """Return each formula that can be looked for, with its variables of differentiation."""
    found: list[tuple[Entry, Expr, tuple[Symbol, ...]]] = []
    for entry in entries():
        function = entry.function
        found.append(
            (
                entry,
                _logdet_spelled_out(function.expression),
                tuple(function.declarations[n] for n in entry.wrt),
            )
        )
        if entry.kind is Kind.IDENTITY and not isinstance(entry.stated, Symbol):
            found.append((entry, _logdet_spelled_out(entry.stated), ()))
    return tuple(found)


def _logdet_spelled_out(root: Expr) -> Expr:
    """Write the log-determinant as the logarithm of the determinant."""

    def rule(node: Expr, results: Mapping[Expr, Expr]) -> Expr:
        if isinstance(node, Apply) and node.function is LOGDET:
            return Apply.of(LOG, Apply.of(DET, results[node.arguments[0]]))
        return rebuild(node, results)

    return fold(root, rule)


def _score(query: Expr, side: Expr, fixed: Mapping[Symbol, Symbol]) -> float:
    ours, theirs = list(symbols_of(query).values()), list(symbols_of(side).values())
    orders = sorted(_order(s.shape) for s in ours) == sorted(_order(s.shape) for s in theirs)
    if not orders or _order(query.shape) != _order(side.shape):
        return 0.0
    general = _is_instance(query, side, {b: a for a, b in fixed.items()})
    special = _is_instance(side, query, fixed)
    if general and special:
        return _EXACT
    return _GENERAL if general else _SPECIAL if special else 0.0


def _order(shape: Shape) -> int:
    return sum(size != 1 for size in shape)


def _is_instance(instance: Expr, pattern: Expr, fixed: Mapping[Symbol, Symbol]) -> bool:
    """Tell whether some renaming of the pattern's symbols makes it the instance."""
    wanted = lower(instance)
    ours, theirs = list(symbols_of(pattern).values()), list(symbols_of(instance).values())
    return any(_lowers_to(wanted, pattern, renaming) for renaming in _renamings(ours, theirs, fixed))


def _lowers_to(wanted: object, pattern: Expr, renaming: Mapping[Expr, Expr]) -> bool:
    try:
        return lower(substitute(pattern, renaming)) is wanted
    except LimitError:
        raise
    except FrechetError:
        return False


def _renamings(
    pattern: Sequence[Symbol], instance: Sequence[Symbol], fixed: Mapping[Symbol, Symbol]
) -> Iterator[dict[Expr, Expr]]:
    """Yield the ways to put the instance's symbols for the pattern's, each perhaps transposed."""
    tried = 0
    for order in permutations(instance):
        pairs = list(zip(pattern, order, strict=True))
        if any(fixed.get(p, s) is not s or not _may_stand(s, p) for p, s in pairs):
            continue
        for choice in product(*(_turns(p, s) for p, s in pairs)):
            renaming: dict[Expr, Expr] = dict(zip(pattern, choice, strict=True))
            if not _sizes_fit(renaming):
                continue
            tried += 1
            if tried > MOST_RENAMINGS:
                return
            yield renaming


def _may_stand(symbol: Symbol, pattern: Symbol) -> bool:
    """Tell whether a symbol has the order and the structure that the pattern's symbol has."""
    if _order(symbol.shape) != _order(pattern.shape):
        return False
    if pattern.structure is Structure.GENERAL:
        return True
    if pattern.structure is Structure.SYMMETRIC:
        return symbol.structure.symmetric
    return symbol.structure is pattern.structure


def _turns(pattern: Symbol, symbol: Symbol) -> tuple[Expr, ...]:
    if _order(symbol.shape) < 2 or symbol.structure.symmetric or pattern.structure.square:
        return (symbol,)
    return (symbol, symbol.T)


def _sizes_fit(renaming: Mapping[Expr, Expr]) -> bool:
    """Tell whether one value for each size of the pattern explains all shapes."""
    values: dict[object, object] = {}
    return all(
        values.setdefault(size, value) == value if isinstance(size, str) else size == value
        for symbol, other in renaming.items()
        for size, value in zip(symbol.shape, other.shape, strict=True)
    )
