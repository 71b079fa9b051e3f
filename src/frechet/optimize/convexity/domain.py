"""Where a formula is defined, and whether that set is convex.

log u asks u > 0, sqrt u asks u ≥ 0, a fractional power likewise. From a product that must be
positive and factors that are, the remaining factor must be. The domain is convex when every
restriction is: an affine or concave part that must be positive, or one that holds anyway.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from frechet.expressions.function import Domain
from frechet.expressions.nodes import (
    Apply,
    ElementwisePower,
    Expr,
    Hadamard,
    Number,
    Power,
    Product,
)
from frechet.expressions.traversal import postorder
from frechet.optimize.convexity.composition import Form, Shape
from frechet.optimize.convexity.signs import (
    Definiteness,
    Facts,
    Signs,
    facts_of,
    sign_of_number,
)

_REQUIRED: Final = {
    Domain.POSITIVE: Signs.POSITIVE,
    Domain.NONNEGATIVE: Signs.NONNEGATIVE,
    Domain.NONZERO: Signs.NONZERO,
}
_OF_MATRICES: Final = (Domain.NONSINGULAR, Domain.POSITIVE_DETERMINANT, Domain.FULL_RANK)
_ROUNDS: Final = 8


def imposed_signs(root: Expr, positive: Collection[str] = ()) -> dict[Expr, Signs]:
    """Return the signs that being defined imposes on the parts of a formula."""
    imposed: dict[Expr, Signs] = {}
    for node in postorder(root):
        for part, signs in _demands(node):
            imposed[part] = imposed.get(part, Signs.ANY) & signs
    if not imposed and not positive:
        return imposed
    for _ in range(_ROUNDS):
        facts = facts_of((root,), imposed, positive)
        found = {
            part: signs
            for node in postorder(root)
            if facts[node].signs.positive
            for part, signs in _consequences(node, facts)
            if facts[part].signs & signs is not facts[part].signs
        }
        if not found:
            break
        imposed.update(found)
    return imposed


def _demands(node: Expr) -> list[tuple[Expr, Signs]]:
    match node:
        case Apply(function, (argument,)) if function.domain in _REQUIRED:
            return [(argument, _REQUIRED[function.domain])]
        case ElementwisePower(base, Number(value)) | Power(base, Number(value)) if _is_entrywise(node):
            if value.denominator == 1:
                return [(base, Signs.NONZERO)] if value < 0 else []
            return [(base, Signs.NONNEGATIVE if value > 0 else Signs.POSITIVE)]
        case _:
            return []


def _is_entrywise(node: Expr) -> bool:
    return isinstance(node, ElementwisePower) or node.is_scalar


def _consequences(node: Expr, facts: Facts) -> list[tuple[Expr, Signs]]:
    """Return what a positive product or power says about its parts."""
    match node:
        case Hadamard(factors):
            scale = Signs.POSITIVE
        case Product(coefficient, factors, ()):
            scale = sign_of_number(coefficient)
        case ElementwisePower(base, Number(value)) | Power(base, Number(value)) if value % 2 == 1:
            return [(base, Signs.POSITIVE)]
        case _:
            return []
    open_ones = [f for f in factors if not facts[f].signs.positive]
    if len(open_ones) != 1 or not scale.positive:
        return []
    return [(open_ones[0], Signs.POSITIVE)]


def obstacle_to_convex_domain(
    root: Expr, facts: Facts, unrestricted: Facts, forms: Mapping[Expr, Form]
) -> Expr | None:
    """Return a part whose domain is not known to be convex, or None.

    `unrestricted` are the facts without those that the domain imposes.
    """
    for node in postorder(root):
        if forms[node].shape is Shape.CONSTANT:
            continue
        for part, signs in _demands(node):
            if not _is_convex_restriction(part, signs, facts, unrestricted, forms):
                return node
        match node:
            case Apply(function, (argument,)) if function.domain in _OF_MATRICES:
                matrix = argument
            case Apply(function, (argument,)) if function.domain is Domain.UNIT_INTERVAL:
                if forms[argument].shape is not Shape.AFFINE:
                    return node
                continue
            case Power(base, Number(value)) if value < 0 and not base.is_scalar:
                matrix = base
            case Power(base, exponent) if not isinstance(exponent, Number) and not facts[base].signs.positive:
                return node
            case _:
                continue
        if not _is_convex_set_of_definite(matrix, facts, forms):
            return node
    return None


def _is_convex_restriction(
    part: Expr, signs: Signs, facts: Facts, unrestricted: Facts, forms: Mapping[Expr, Form]
) -> bool:
    if not unrestricted[part].signs & ~signs:
        return True
    if signs is Signs.NONZERO:
        return facts[part].signs.positive or facts[part].signs is Signs.NEGATIVE
    return forms[part].shape in (Shape.CONSTANT, Shape.AFFINE, Shape.CONCAVE)


def _is_convex_set_of_definite(matrix: Expr, facts: Facts, forms: Mapping[Expr, Form]) -> bool:
    """Tell whether {X: M(X) nonsingular} is convex: M definite anyway, or M affine and semidefinite."""
    if facts[matrix].definiteness is Definiteness.DEFINITE:
        return True
    return facts[matrix].semidefinite and forms[matrix].shape in (Shape.CONSTANT, Shape.AFFINE)


def contradictory(facts: Facts) -> bool:
    """Tell whether some part would need a sign that it cannot have: the formula is defined nowhere."""
    return any(not fact.signs for fact in facts.values())
