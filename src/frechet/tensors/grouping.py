"""How a sum is written: order of terms, and common factors in front or behind."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

from frechet.expressions.nodes import Expr, Identity, Number, Ones, Power, Product, Sum, Symbol, Transpose
from frechet.expressions.traversal import postorder
from frechet.tensors.writing import Writer

_Split: TypeAlias = tuple[Expr, Expr]
_Side: TypeAlias = Callable[[Expr], list[_Split]]


def grouped_sum(terms: list[tuple[Fraction, Expr]], writer: Writer) -> Expr:
    """Return Σ cᵢ·termᵢ as people write it."""
    written = [writer.without_minus(Product.of((Number.of(c), t))) for c, t in terms]
    if len(written) > 24:
        return Sum.of(sorted(written, key=lambda t: _rank(t, writer)))
    plain = Sum.of(sorted(written, key=lambda t: _rank(t, writer)))
    candidates = [plain]
    grouped = _factored(written, writer)
    if len(grouped) < len(written):
        candidates.append(Sum.of(sorted(grouped, key=lambda t: _rank(t, writer))))
    if plain.shape[0] != 1 and plain.shape[1] != 1:
        candidates.extend(_turned(written, writer, grouped))
    return writer.shortest(candidates)


def _turned(written: list[Expr], writer: Writer, grouped: list[Expr]) -> list[Expr]:
    """Return the forms that write the whole sum as a transpose."""
    forms = []
    for parts in (written, grouped):
        turned = [writer.turn(p) for p in parts]
        forms.append(Transpose.of(Sum.of(sorted(turned, key=lambda t: _rank(t, writer)))))
    return forms


_Rank: TypeAlias = tuple[bool, bool, int, int, list[str], int]


def _rank(term: Expr, writer: Writer) -> _Rank:
    """Order terms: positive before negative, constants last, long before short, A before A', by name."""
    negative = (isinstance(term, Product) and term.coefficient < 0) or (
        isinstance(term, Number) and term.value < 0
    )
    core = term.chain[0] if isinstance(term, Product) and len(term.chain) == 1 and not term.scalars else term
    constant = isinstance(core, Number | Ones | Identity)
    parts = list(postorder(term))
    turned = sum(isinstance(part, Transpose) for part in parts)
    names = [part.name for part in parts if isinstance(part, Symbol)]
    return negative, constant, turned - writer.cost(term), turned, names, term.digest


def _factored(terms: list[Expr], writer: Writer) -> list[Expr]:
    """Pull common scalar factors and common first or last matrix factors out, greedily."""
    terms = list(terms)
    while len(terms) > 1:
        best: tuple[int, Expr, list[tuple[int, Expr]], _Side] | None = None
        sides: tuple[_Side, ...] = (_split_last, _split_first, _split_scalar)
        for side in sides:
            for key, members in _shared(terms, side).items():
                if len(members) < 2:
                    continue
                merged = _merge(key, [rest for _, rest in members], side)
                gain = sum(writer.cost(terms[k]) + 1 for k, _ in members) - writer.cost(merged) - 1
                if gain > 0 and (best is None or gain > best[0]):
                    best = gain, key, members, side
        if best is None:
            return terms
        _, key, members, chosen_side = best
        inner = _factored([rest for _, rest in members], writer)
        chosen = {k for k, _ in members}
        merged = _merge(key, sorted(inner, key=lambda t: _rank(t, writer)), chosen_side)
        terms = [merged, *(t for k, t in enumerate(terms) if k not in chosen)]
    return terms


def _shared(terms: list[Expr], side: _Side) -> dict[Expr, list[tuple[int, Expr]]]:
    found: dict[Expr, list[tuple[int, Expr]]] = {}
    for k, term in enumerate(terms):
        for key, rest in dict(side(term)).items():
            found.setdefault(key, []).append((k, rest))
    return found


def _split_last(term: Expr) -> list[_Split]:
    match term:
        case Product(coefficient, scalars, (*front, last)) if front:
            return [(last, Product.of((Number.of(coefficient), *scalars, Product.of(front))))]
        case Product(coefficient, scalars, (last,)) if _is_square_factor(last):
            return [(last, Product.of((Number.of(coefficient), *scalars, Identity.of(last.shape[0]))))]
        case Product():
            return []
        case _ if _is_square_factor(term):
            return [(term, Identity.of(term.shape[0]))]
        case _:
            return []


def _split_first(term: Expr) -> list[_Split]:
    match term:
        case Product(coefficient, scalars, (first, *back)) if back:
            return [(first, Product.of((Number.of(coefficient), *scalars, Product.of(back))))]
        case Product(coefficient, scalars, (first,)) if _is_square_factor(first):
            return [(first, Product.of((Number.of(coefficient), *scalars, Identity.of(first.shape[1]))))]
        case Product():
            return []
        case _ if _is_square_factor(term):
            return [(term, Identity.of(term.shape[1]))]
        case _:
            return []


def _is_square_factor(term: Expr) -> bool:
    return term.shape[0] == term.shape[1] and not term.is_scalar and not isinstance(term, Identity)


def _split_scalar(term: Expr) -> list[_Split]:
    if not isinstance(term, Product):
        return []
    splits = []
    for k, scalar in enumerate(term.scalars):
        rest = [*term.scalars[:k], *term.scalars[k + 1 :]]
        body = [Product.of(term.chain)] if term.chain else []
        front = Number.of(term.coefficient)
        splits.append((scalar, Product.of((front, *rest, *body))))
        if isinstance(scalar, Power) and isinstance(scalar.exponent, Number) and scalar.exponent.value > 1:
            lower = Power.of(scalar.base, Number.of(scalar.exponent.value - 1))
            splits.append((scalar.base, Product.of((front, lower, *rest, *body))))
    return splits


def _merge(key: Expr, rests: list[Expr], side: _Side) -> Expr:
    inner = Sum.of(rests)
    if side is _split_last:
        return Product.of((inner, key))
    return Product.of((key, inner))
