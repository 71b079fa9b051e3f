"""Convexity that the composition rules show by themselves: cheap enough to ask before minimizing."""

from __future__ import annotations

from functools import lru_cache

from frechet.assumptions import Structure
from frechet.expressions.nodes import Apply, Expr, Number, Power, Product, Sum, Symbol
from frechet.functions.norms import NORM2
from frechet.optimize.convexity.composition import Shape, forms_of
from frechet.optimize.convexity.domain import contradictory, imposed_signs, obstacle_to_convex_domain
from frechet.optimize.convexity.signs import facts_of


@lru_cache(maxsize=128)
def is_evidently_convex(root: Expr, variables: frozenset[Symbol]) -> bool:
    """Tell whether the rules prove an expression convex on its domain; False where they are silent."""
    domain = imposed_signs(root, ())
    unrestricted = facts_of((root,), {})
    facts = facts_of((root,), domain) if domain else unrestricted
    if contradictory(facts):
        return False
    forms = forms_of(root, frozenset[Expr](variables), facts)
    if obstacle_to_convex_domain(root, facts, unrestricted, forms) is not None:
        return False
    return forms[root].shape in (Shape.CONVEX, Shape.AFFINE, Shape.CONSTANT)


def is_sum_of_squares(root: Expr) -> bool:
    """Tell a sum of c‖u‖² with c > 0: where it is quadratic, each u is affine, and it is convex."""
    return all(_is_square(term) for term in (root.terms if isinstance(root, Sum) else (root,)))


def _is_square(term: Expr) -> bool:
    match term:
        case Power(Apply(function, _), Number(value)):
            return function is NORM2 and value == 2
        case Product(coefficient, scalars, ()) if coefficient > 0:
            others = [s for s in scalars if not (isinstance(s, Symbol) and s.structure is Structure.POSITIVE)]
            return len(others) == 1 and _is_square(others[0])
        case _:
            return False
