"""Rules of differentials with one thing wrong in each, and the name of what is wrong.

For every node that varies, `wrong_rules` gives what d of that node becomes under each mistake that
people make with its rule. Put into the differential of the whole (`leibniz.py`), each is the
answer of somebody who made that one mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from frechet.derivations.mistakes import catalogue as names
from frechet.derivations.mistakes.catalogue import Mistake
from frechet.derivations.mistakes.leibniz import (
    Differentials,
    factors,
    leibniz,
    power_terms,
    product_of,
    varying_factors,
    with_factor,
)
from frechet.errors import FrechetError
from frechet.expressions.function import AbstractElementwise, AbstractFunction
from frechet.expressions.nodes import (
    Apply,
    ElementwisePower,
    Expr,
    Hadamard,
    Kronecker,
    Number,
    Power,
    Product,
    Sum,
    Transpose,
)
from frechet.expressions.traversal import postorder
from frechet.functions.determinants import DET, LOGDET, det
from frechet.functions.elementwise import exp
from frechet.functions.exponentials import LOGSUMEXP, SOFTMAX
from frechet.functions.indexing import TRACE, sum_all, tr
from frechet.functions.inverses import INVERSE, inv
from frechet.functions.norms import NORM2
from frechet.functions.primary import EXPM

Wrong = tuple[Mistake, Expr]
MINUS_ONE: Final = Number.of(-1)


def wrong_differentials(right: Differentials) -> Iterator[Wrong]:
    """Yield differentials of the whole with one rule wrong at one node, the outermost node first.

    A number lost in one term explains much that another mistake explains better: it comes last.
    """
    traces = [node for node in right.nodes if isinstance(node, Apply) and node.function is TRACE]
    inside_traces = set(postorder(*traces))
    for node, rules in [
        *((node, wrong_rules) for node in reversed(right.nodes)),
        *((node, _scaled_terms) for node in reversed(right.nodes)),
    ]:
        traced = node in inside_traces
        for mistake, wrong in _possible(rules(node, right)):
            try:
                total = right.with_wrong(node, wrong)
            except (FrechetError, ValueError):
                continue
            if total is not right.total:
                yield names.NOT_CYCLIC if traced and mistake is names.COMMUTED else mistake, total


def _possible(rules: Iterator[Wrong]) -> Iterator[Wrong]:
    """Yield wrong rules as far as they make sense for the shapes."""
    try:
        yield from rules
    except FrechetError:
        return


def wrong_rules(node: Expr, right: Differentials) -> Iterator[Wrong]:
    """Yield d of a node under each mistake with its rule."""
    match node:
        case Sum():
            yield from _sums(node, right)
        case Product() | Hadamard():
            yield from _quotients(node, right)
            yield from _products(node, right)
        case Kronecker():
            yield from _terms_lost(leibniz(node, right.known), names.PRODUCT_TERM_LOST)
        case Transpose(operand) if operand.shape == node.shape:
            yield names.TRANSPOSE_MISSING, right.of(operand)
        case Power(base, _) if not base.is_scalar:
            yield from _matrix_powers(node, right)
        case Power() | ElementwisePower():
            yield from _powers(node, right)
        case Apply(function, _):
            yield from _applications(function, node, right)
        case _:
            return


def _terms_lost(terms: list[Expr], name: Mistake) -> Iterator[Wrong]:
    if len(terms) > 1:
        for place in range(len(terms)):
            yield name, Sum.of(terms[:place] + terms[place + 1 :])
        for place, term in enumerate(terms):
            flipped = [*terms]
            flipped[place] = -term
            yield names.SIGN, Sum.of(flipped)


def _sums(node: Sum, right: Differentials) -> Iterator[Wrong]:
    terms = leibniz(node, right.known)
    yield from _terms_lost(terms, names.TERM_LOST)
    for term in node.terms:
        if not right.varies(term):
            yield names.CONSTANT_KEPT, right.of(node) + term


def _scaled_terms(node: Expr, right: Differentials) -> Iterator[Wrong]:
    """Lose or double a number in one term of a sum."""
    terms = leibniz(node, right.known) if isinstance(node, Sum) else []
    for place, term in enumerate(terms if len(terms) > 1 else ()):
        for factor in _lost_numbers(term):
            scaled = [*terms]
            scaled[place] = factor * term
            yield names.FACTOR_LOST, Sum.of(scaled)


def _lost_numbers(term: Expr) -> list[Expr]:
    """Return what a term may be scaled by: a 2 too many or too few, its own number lost."""
    found = [Number.of(2), Number.of(1) / 2]
    if isinstance(term, Product) and abs(term.coefficient) not in (1, 2):
        found.append(Number.of(1 / abs(term.coefficient)))
    return found


def _products(node: Expr, right: Differentials) -> Iterator[Wrong]:
    terms = leibniz(node, right.known)
    yield from _terms_lost(terms, names.PRODUCT_TERM_LOST)
    if len(terms) > 1:
        for term in terms:
            yield names.PRODUCT_TERM_LOST, len(terms) * term
        both = [right.of(f) if right.varies(f) else f for f in factors(node)]
        yield names.PRODUCT_TERM_LOST, product_of(node, both)
    yield from _constants_lost(node, right)
    yield from _displaced(node, right)


def _constants_lost(node: Expr, right: Differentials) -> Iterator[Wrong]:
    """Drop constant factors one by one, and all of them."""
    changed = right.of(node)
    if isinstance(node, Product) and node.coefficient != 1:
        number = Number.of(node.coefficient)
        yield names.SIGN if number is MINUS_ONE else names.FACTOR_LOST, changed / number
        if node.coefficient < 0:
            yield names.SIGN, -changed
    constants = [place for place, f in enumerate(factors(node)) if not right.varies(f)]
    for lost in [*([place] for place in constants), constants]:
        kept = [f for place, f in enumerate(factors(node)) if place not in lost]
        if lost and kept:
            outermost = node is right.root or (isinstance(right.root, Sum) and node in right.root.terms)
            scalar = all(factors(node)[place].is_scalar for place in lost)
            name = names.FACTOR_LOST if outermost and scalar else names.CHAIN_FACTOR_LOST
            yield from _without(name, node, kept, right)


def _without(name: Mistake, node: Expr, kept: list[Expr], right: Differentials) -> Iterator[Wrong]:
    """Differentiate the product of the factors that are kept."""
    try:
        numbers = [Number.of(node.coefficient)] if isinstance(node, Product) else []
        rest = Hadamard.of(kept) if isinstance(node, Hadamard) else Product.of([*numbers, *kept])
        found = Differentials(rest, right.variable, right.change)
        known = found.known | right.known
        change = Sum.of(leibniz(rest, known)) if rest not in known else known[rest]
    except FrechetError:
        return
    yield name, change
    if isinstance(node, Product) and node.coefficient != 1:
        yield name, change / Number.of(node.coefficient)


def _displaced(node: Expr, right: Differentials) -> Iterator[Wrong]:
    """Let neighbors change places around the factor that varies; forget or add a transpose."""
    own = factors(node)
    for place, factor in varying_factors(node, right.known):
        change = right.of(factor)
        rest = right.of(node) - with_factor(node, place, change)
        if factor.shape[0] == factor.shape[1] and not factor.is_scalar:
            yield names.TRANSPOSE_MISSING, rest + with_factor(node, place, change.T)
        for other, constant in enumerate(own):
            if other != place and constant.shape[0] == constant.shape[1] and not constant.is_scalar:
                turned = [*own]
                turned[place], turned[other] = change, constant.T
                yield names.TRANSPOSE_MISSING, rest + product_of(node, turned)
        if isinstance(node, Product):
            changed = [*own]
            changed[place] = change
            for i, _ in pairwise(range(len(node.scalars), len(own))):
                swapped = _swapped(node, changed, i)
                if swapped is not None:
                    yield names.COMMUTED, rest + swapped


def _swapped(node: Expr, own: list[Expr], place: int) -> Expr | None:
    """Return a product with neighbors exchanged, None where the sizes forbid it."""
    new = [*own[:place], own[place + 1], own[place], *own[place + 2 :]]
    try:
        found = product_of(node, new)
    except FrechetError:
        return None
    return found if found.shape == node.shape else None


def _quotients(node: Expr, right: Differentials) -> Iterator[Wrong]:
    """u/v: the quotient of the differentials, a wrong sign, the square forgotten."""
    for place, factor in varying_factors(node, right.known):
        if not isinstance(factor, Power | ElementwisePower) or factor.exponent is not MINUS_ONE:
            continue
        if not factor.is_scalar and isinstance(factor, Power):
            continue
        v = factor.base
        dv = right.of(v)
        terms = leibniz(node, right.known)
        by_v = with_factor(node, place, right.of(factor))
        rest = Sum.of([*terms, -by_v]) if len(terms) > 1 else None
        if rest is not None:
            yield names.QUOTIENT_RULE, v * rest * dv**MINUS_ONE
            yield names.SIGN, rest - by_v
            yield names.SIGN, by_v - rest
            yield names.QUOTIENT_RULE, v * (rest + by_v)
        yield names.QUOTIENT_RULE, right.of(node) - by_v + with_factor(node, place, dv**MINUS_ONE)


def _matrix_powers(node: Power, right: Differentials) -> Iterator[Wrong]:
    base, exponent, change = node.base, node.exponent, right.of(node.base)
    if exponent is MINUS_ONE:
        yield from _inverses(base, change)
        return
    yield from _terms_lost(power_terms(base, exponent, change), names.PRODUCT_TERM_LOST)
    less = Power.of(base, exponent - 1)
    yield names.POWER_RULE, exponent * (less @ change)
    yield names.POWER_RULE, exponent * (change @ less)


def _inverses(base: Expr, change: Expr) -> Iterator[Wrong]:
    inverse = inv(base)
    square = inverse @ inverse
    yield names.SIGN, inverse @ change @ inverse
    for right_sign in (-1, 1):
        yield names.INVERSE_RULE, right_sign * (square @ change)
        yield names.INVERSE_RULE, right_sign * (change @ square)
        yield names.INVERSE_RULE, right_sign * (inverse @ change)
        yield names.INVERSE_RULE, right_sign * (change @ inverse)
        yield names.INVERSE_RULE, right_sign * change
    yield names.TRANSPOSE_MISSING, -(inverse.T @ change @ inverse.T)
    yield names.TRANSPOSE_MISSING, -(inverse @ change.T @ inverse)
    yield names.INVERSE_MISPLACED, -(base @ change @ base)
    yield names.INVERSE_RULE, inv(change)


def _powers(node: Expr, right: Differentials) -> Iterator[Wrong]:
    assert isinstance(node, Power | ElementwisePower)
    base, exponent = node.base, node.exponent
    if not right.varies(base):
        yield names.CHAIN_FACTOR_LOST, node * right.of(exponent)
        return
    du = right.of(base)
    slope = exponent * base ** (exponent - 1)
    if isinstance(base, Apply) and base.function is NORM2:
        yield names.NORM_NOT_SQUARED, du
    if isinstance(exponent, Number):
        yield names.FACTOR_LOST, right.of(node) / exponent
    yield names.POWER_RULE, exponent * node * du
    yield names.CHAIN_FACTOR_LOST, du
    yield names.POWER_RULE, exponent * du
    yield names.SIGN, -right.of(node)
    yield from _inner_lost(slope, base, right)


def _inner_lost(slope: Expr, argument: Expr, right: Differentials) -> Iterator[Wrong]:
    """Stop the chain too early: d of an inner part, or dX itself, where d of the argument belongs."""
    for part in reversed(list(postorder(argument))):
        if part is not argument and right.varies(part) and part.shape == argument.shape:
            yield names.CHAIN_FACTOR_LOST, slope * right.of(part)


def _applications(function: AbstractFunction, node: Apply, right: Differentials) -> Iterator[Wrong]:
    u = node.arguments[0]
    du = right.of(u)
    if isinstance(function, AbstractElementwise):
        yield from _slopes(function, u, du, right)
    elif function.name in _CONFUSED:
        yield from _CONFUSED[function.name](u, du)
    whole = right.of(node)
    if isinstance(whole, Sum):
        yield from _terms_lost(list(whole.terms), names.TERM_LOST)
    yield names.SIGN, -whole


def _slopes(function: AbstractElementwise, u: Expr, du: Expr, right: Differentials) -> Iterator[Wrong]:
    slope = function.derivative(u)
    yield from _inner_lost(slope, u, right)
    yield names.CHAIN_FACTOR_LOST, du
    yield names.VALUE, Apply.of(function, u) * du
    yield names.SIGN, -(slope * du)
    yield names.CHAIN_FACTOR_LOST, u * du
    if u.shape == right.variable.shape and u is not right.variable:
        yield names.WRONG_POINT, function.derivative(right.variable) * du
    for part in _pieces(slope):
        yield names.CHAIN_FACTOR_LOST, part * du
    if isinstance(slope, Sum):
        for name, part in _terms_lost(list(slope.terms), names.TERM_LOST):
            yield name, part * du


def _pieces(slope: Expr) -> list[Expr]:
    """Return a slope with one of its factors lost."""
    if not isinstance(slope, Hadamard | Product) or len(factors(slope)) < 2:
        return []
    own = factors(slope)
    kept = [[*own[:i], *own[i + 1 :]] for i in range(len(own))]
    kind = Hadamard if isinstance(slope, Hadamard) else Product
    return [kind.of(rest) for rest in kept]


def _inverse(u: Expr, du: Expr) -> Iterator[Wrong]:
    yield from _inverses(u, du)


def _determinant(u: Expr, du: Expr) -> Iterator[Wrong]:
    yield names.LOGDET_CONFUSED, tr(inv(u) @ du)
    yield names.TRANSPOSE_MISSING, det(u) * tr(inv(u).T @ du)
    yield names.INVERSE_MISPLACED, det(u) * tr(u @ du)
    yield names.INVERSE_MISPLACED, det(u) * tr(du)
    yield names.SCALAR_RULE, det(du)


def _log_determinant(u: Expr, du: Expr) -> Iterator[Wrong]:
    yield names.TRANSPOSE_MISSING, tr(inv(u).T @ du)
    yield names.LOGDET_CONFUSED, det(u) * tr(inv(u) @ du)
    yield names.LOGDET_CONFUSED, tr(inv(u) @ du) / det(u)
    yield names.LOGDET_CONFUSED, tr(du) / det(u)
    yield names.INVERSE_MISPLACED, tr(u @ du)
    yield names.INVERSE_MISPLACED, tr(du)


def _norm(u: Expr, du: Expr) -> Iterator[Wrong]:
    inner = sum_all(u * du)
    length = Apply.of(NORM2, u)
    yield names.NORM_NOT_SQUARED, 2 * inner
    yield names.NORM_NOT_SQUARED, inner
    yield names.NORM_NOT_SQUARED, inner / length**2
    yield names.NORM_NOT_SQUARED, 2 * (inner / length)
    yield names.FACTOR_LOST, inner / (2 * length)


def _softmax(u: Expr, du: Expr) -> Iterator[Wrong]:
    p = Apply.of(SOFTMAX, u)
    yield names.SOFTMAX, p * du
    yield names.SOFTMAX, p * du - p * p * du
    yield names.SIGN, p * du + sum_all(p * du) * p


def _log_sum_exp(u: Expr, du: Expr) -> Iterator[Wrong]:
    yield names.CHAIN_FACTOR_LOST, sum_all(exp(u) * du)
    yield names.CHAIN_FACTOR_LOST, sum_all(du)
    yield names.CHAIN_FACTOR_LOST, sum_all(du) / sum_all(exp(u))


def _matrix_exponential(u: Expr, du: Expr) -> Iterator[Wrong]:
    yield names.ELEMENTWISE, exp(u) * du
    yield names.SCALAR_RULE, Apply.of(EXPM, u) @ du
    yield names.SCALAR_RULE, du @ Apply.of(EXPM, u)


_CONFUSED: Final[dict[str, Callable[[Expr, Expr], Iterator[Wrong]]]] = {
    INVERSE.name: _inverse,
    DET.name: _determinant,
    LOGDET.name: _log_determinant,
    NORM2.name: _norm,
    SOFTMAX.name: _softmax,
    LOGSUMEXP.name: _log_sum_exp,
    EXPM.name: _matrix_exponential,
}
