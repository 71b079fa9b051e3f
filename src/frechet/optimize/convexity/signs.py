"""The signs and the definiteness of every part of a formula, on the domain of the formula.

`Signs` is the set of signs that an entry may have; sums and products are computed on such sets.
A square part may besides be symmetric, positive semidefinite or positive definite: B′DB is
semidefinite when D is (Horn & Johnson, Observation 7.1.8), and so are sums, nonnegative multiples,
Hadamard products (Schur) and Kronecker products of semidefinite matrices, and inverses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Flag, IntEnum
from fractions import Fraction
from functools import reduce
from itertools import product
from typing import Final, final

from frechet.assumptions import Structure
from frechet.expressions.function import Sign
from frechet.expressions.nodes import (
    Apply,
    Constant,
    ElementwisePower,
    Expr,
    Hadamard,
    Identity,
    Kronecker,
    Number,
    Ones,
    Power,
    Product,
    Sum,
    Symbol,
    Transpose,
)
from frechet.expressions.traversal import postorder
from frechet.functions.determinants import DET
from frechet.functions.elementwise import SQRT
from frechet.functions.extrema import MAX, MIN
from frechet.functions.indexing import DIAGONAL, SUM, SUM_COLUMNS, SUM_ROWS, TRACE, VEC
from frechet.functions.inverses import INVERSE, PSEUDOINVERSE
from frechet.functions.primary import EXPM

LONGEST_TRACE: Final = 16


class Signs(Flag):
    """The signs that the entries of a value may have."""

    NEGATIVE = 1
    ZERO = 2
    POSITIVE = 4
    NONNEGATIVE = 6
    NONPOSITIVE = 3
    NONZERO = 5
    ANY = 7

    @property
    def nonnegative(self) -> bool:
        return not self & Signs.NEGATIVE

    @property
    def nonpositive(self) -> bool:
        return not self & Signs.POSITIVE

    @property
    def positive(self) -> bool:
        return self is Signs.POSITIVE


_VALUE: Final = {Signs.NEGATIVE: -1, Signs.ZERO: 0, Signs.POSITIVE: 1}
_SIGN: Final = {value: sign for sign, value in _VALUE.items()}


def times(left: Signs, right: Signs) -> Signs:
    """Return the signs of a product."""
    return _union(_SIGN[_VALUE[a] * _VALUE[b]] for a, b in product(left, right))


def plus(left: Signs, right: Signs) -> Signs:
    """Return the signs of a sum."""
    return _union(
        Signs.ANY if _VALUE[a] * _VALUE[b] < 0 else _SIGN[max(-1, min(1, _VALUE[a] + _VALUE[b]))]
        for a, b in product(left, right)
    )


def _union(signs: Iterable[Signs]) -> Signs:
    return reduce(lambda a, b: a | b, signs, Signs(0))


def sign_of_number(value: Fraction | int) -> Signs:
    return _SIGN[(value > 0) - (value < 0)]


class Definiteness(IntEnum):
    """What is known of x′Mx for a square M."""

    UNKNOWN = 0
    SEMIDEFINITE = 1
    DEFINITE = 2


@final
@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of a part: the signs of its entries, its symmetry and definiteness."""

    signs: Signs = Signs.ANY
    symmetric: bool = False
    definiteness: Definiteness = Definiteness.UNKNOWN

    @property
    def semidefinite(self) -> bool:
        return self.definiteness >= Definiteness.SEMIDEFINITE


Facts = Mapping[Expr, Fact]


def facts_of(
    roots: Sequence[Expr], domain: Mapping[Expr, Signs], positive: Collection[str] = ()
) -> dict[Expr, Fact]:
    """Return the facts of every part; `domain` holds the signs that the domain imposes."""
    facts: dict[Expr, Fact] = {}
    for node in postorder(*roots):
        fact = _fact(node, facts)
        signs = fact.signs & domain.get(node, Signs.ANY)
        if isinstance(node, Symbol) and node.name in positive:
            signs &= Signs.POSITIVE
        facts[node] = _of_scalar(signs) if node.is_scalar else Fact(signs, fact.symmetric, fact.definiteness)
    return facts


def _of_scalar(signs: Signs) -> Fact:
    if not signs.nonnegative:
        return Fact(signs, symmetric=True)
    return Fact(signs, True, Definiteness.DEFINITE if signs.positive else Definiteness.SEMIDEFINITE)


def _fact(node: Expr, facts: Facts) -> Fact:
    match node:
        case Number(value):
            return Fact(sign_of_number(value))
        case Constant():
            return Fact(Signs.POSITIVE)
        case Symbol():
            return _fact_of_symbol(node)
        case Identity():
            return Fact(Signs.NONNEGATIVE, True, Definiteness.DEFINITE)
        case Ones():
            square = node.shape[0] == node.shape[1]
            return Fact(Signs.POSITIVE, square, Definiteness(int(square)))
        case Sum(terms):
            return _fact_of_sum([facts[t] for t in terms])
        case Product():
            return _fact_of_product(node, facts)
        case Hadamard(factors):
            parts = [facts[f] for f in factors]
            weakest = min(p.definiteness for p in parts)
            return Fact(signs_of_factors(factors, facts), all(p.symmetric for p in parts), weakest)
        case Power(base, exponent) if not base.is_scalar:
            return _fact_of_matrix_power(facts[base], exponent)
        case Power(base, exponent) | ElementwisePower(base, exponent):
            return Fact(_signs_of_power(facts[base].signs, exponent, facts))
        case Transpose(operand):
            return facts[operand]
        case Kronecker(left, right):
            a, b = facts[left], facts[right]
            definiteness = min(a.definiteness, b.definiteness)
            return Fact(times(a.signs, b.signs), a.symmetric and b.symmetric, definiteness)
        case Apply():
            return _fact_of_application(node, facts)
        case _:
            return Fact(Signs.ZERO, node.shape[0] == node.shape[1], Definiteness.SEMIDEFINITE)


def _fact_of_symbol(symbol: Symbol) -> Fact:
    if symbol.structure is Structure.POSITIVE:
        return Fact(Signs.POSITIVE)
    definite = symbol.structure is Structure.PSD
    return Fact(
        Signs.ANY,
        symbol.structure.symmetric,
        Definiteness.DEFINITE if definite else Definiteness.UNKNOWN,
    )


def _fact_of_sum(terms: Sequence[Fact]) -> Fact:
    signs = reduce(plus, (t.signs for t in terms))
    semidefinite = all(t.semidefinite for t in terms)
    strongest = max(t.definiteness for t in terms)
    return Fact(signs, all(t.symmetric for t in terms), strongest if semidefinite else Definiteness.UNKNOWN)


def _fact_of_product(node: Product, facts: Facts) -> Fact:
    scale = times(sign_of_number(node.coefficient), signs_of_factors(node.scalars, facts))
    if not node.chain:
        return Fact(scale)
    if node.is_scalar:
        return Fact(times(scale, signs_of_scalar_chain(node.chain, facts)))
    entries = [facts[f].signs for f in node.chain]
    signs = times(scale, reduce(lambda a, b: _summed(times(a, b)), entries))
    symmetric = _is_palindrome(node.chain, facts)
    if len(node.chain) == 1:
        definiteness = facts[node.chain[0]].definiteness
    else:
        definiteness = Definiteness(int(is_semidefinite_chain(node.chain, facts)))
    kept = scale.nonnegative and (scale.positive or definiteness < Definiteness.DEFINITE)
    return Fact(
        signs, symmetric, definiteness if kept else Definiteness(int(scale.nonnegative and definiteness > 0))
    )


def signs_of_scalar_chain(chain: Sequence[Expr], facts: Facts) -> Signs:
    """Return the signs of u′Mv: nonnegative for u′Mu with M semidefinite, and for Σᵢ dᵢuᵢ² with d ≥ 0."""
    found = reduce(lambda a, b: _summed(times(a, b)), [facts[f].signs for f in chain])
    if is_semidefinite_chain(chain, facts):
        found &= Signs.NONNEGATIVE
    for row, column in ((chain[:1], chain[1:]), (chain[:-1], chain[-1:])):
        left, right = Product.of(row).T, Product.of(column)
        if left in facts or right in facts:
            factors = (*_factors(left), *_factors(right))
            found &= _summed(signs_of_factors(factors, facts))
    return found


def _factors(node: Expr) -> tuple[Expr, ...]:
    match node:
        case Hadamard(factors):
            return factors
        case _:
            return (node,)


def _summed(signs: Signs) -> Signs:
    """Return the signs of a sum of one or more such entries."""
    return Signs.ANY if signs & Signs.NEGATIVE and signs & Signs.POSITIVE else signs


def signs_of_factors(factors: Sequence[Expr], facts: Facts) -> Signs:
    """Return the signs of a product, entry by entry: a factor that occurs twice is a square."""
    result = Signs.POSITIVE
    for factor, count in Counter(factors).items():
        signs = facts[factor].signs if factor in facts else Signs.ANY
        result = times(result, _even(signs) if count % 2 == 0 else signs)
    return result


def _even(signs: Signs) -> Signs:
    return _union(times(sign, sign) for sign in signs)


def _signs_of_power(base: Signs, exponent: Expr, facts: Facts) -> Signs:
    if base.positive:
        return Signs.POSITIVE
    match exponent:
        case Number(value) if value.denominator == 1:
            kept = base if value > 0 else base & Signs.NONZERO
            return _even(kept) if value % 2 == 0 else kept
        case Number(value):
            return Signs.NONNEGATIVE if value > 0 else Signs.POSITIVE
        case _:
            return Signs.NONNEGATIVE if base.nonnegative else Signs.ANY


def _fact_of_matrix_power(base: Fact, exponent: Expr) -> Fact:
    match exponent:
        case Number(value) if base.symmetric and (base.semidefinite or value % 2 == 0):
            strongest = base.definiteness if value > 0 else Definiteness.DEFINITE
            return Fact(Signs.ANY, True, max(strongest, Definiteness.SEMIDEFINITE))
        case _:
            return Fact(Signs.ANY, base.symmetric)


def _fact_of_application(node: Apply, facts: Facts) -> Fact:
    function, argument = node.function, facts[node.arguments[0]]
    if function is TRACE:
        return Fact(_signs_of_trace(node.arguments[0], facts))
    if function in (SUM, SUM_ROWS, SUM_COLUMNS):
        return Fact(_summed(argument.signs))
    if function in (MAX, MIN, VEC):
        return Fact(argument.signs)
    if function is DIAGONAL and node.shape[1] == 1:
        return Fact(argument.signs & (Signs.NONNEGATIVE if argument.semidefinite else Signs.ANY))
    if function is DIAGONAL:
        return Fact(argument.signs | Signs.ZERO, True, _definiteness_of_diagonal(argument.signs))
    if function in (INVERSE, PSEUDOINVERSE):
        strongest = Definiteness.DEFINITE if function is INVERSE else Definiteness.SEMIDEFINITE
        return Fact(
            Signs.ANY, argument.symmetric, strongest if argument.semidefinite else Definiteness.UNKNOWN
        )
    if function is EXPM:
        return Fact(Signs.ANY, argument.symmetric, Definiteness(2 * argument.symmetric))
    if function is DET and argument.semidefinite:
        definite = argument.definiteness is Definiteness.DEFINITE
        return Fact(Signs.POSITIVE if definite else Signs.NONNEGATIVE)
    if function is SQRT and argument.signs.positive:
        return Fact(Signs.POSITIVE)
    return Fact(_OF_TABLE[function.sign])


_OF_TABLE: Final = {
    Sign.POSITIVE: Signs.POSITIVE,
    Sign.NONNEGATIVE: Signs.NONNEGATIVE,
    Sign.UNKNOWN: Signs.ANY,
}


def _definiteness_of_diagonal(entries: Signs) -> Definiteness:
    if entries.positive:
        return Definiteness.DEFINITE
    return Definiteness(int(entries.nonnegative))


def _signs_of_trace(argument: Expr, facts: Facts) -> Signs:
    """Return the signs of tr M; tr(PS) is nonnegative for semidefinite P and S, in any rotation."""
    fact = facts[argument]
    found = fact.signs if fact.signs in (Signs.POSITIVE, Signs.NONNEGATIVE) else Signs.ANY
    if fact.semidefinite:
        return found & Signs.NONNEGATIVE
    match argument:
        case Product(coefficient, scalars, chain) if len(chain) <= LONGEST_TRACE:
            scale = times(sign_of_number(coefficient), signs_of_factors(scalars, facts))
            if _is_nonnegative_trace(chain, facts):
                return found & times(scale, Signs.NONNEGATIVE)
    return found


def _is_nonnegative_trace(chain: Sequence[Expr], facts: Facts) -> bool:
    rotations = [(*chain[k:], *chain[:k]) for k in range(len(chain))]
    return any(
        is_semidefinite_chain(rotated[:cut], facts) and is_semidefinite_chain(rotated[cut:], facts)
        for rotated in rotations
        for cut in range(len(rotated))
    )


def is_semidefinite_chain(chain: Sequence[Expr], facts: Facts) -> bool:
    """Tell whether a product is B′DB with D semidefinite (or B′B, or nothing)."""
    first, last = 0, len(chain) - 1
    while first < last and _is_transpose(chain[first], chain[last], facts):
        first, last = first + 1, last - 1
    return first > last or (first == last and chain[first] in facts and facts[chain[first]].semidefinite)


def _is_palindrome(chain: Sequence[Expr], facts: Facts) -> bool:
    return all(_is_transpose(a, b, facts) for a, b in zip(chain, reversed(chain), strict=True))


def _is_transpose(left: Expr, right: Expr, facts: Facts) -> bool:
    return left is right.T or (left is right and left in facts and facts[left].symmetric)
