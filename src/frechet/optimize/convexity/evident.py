"""Convexity that the composition rules show by themselves: cheap enough to ask before minimizing."""

from __future__ import annotations

from functools import lru_cache

from frechet.expressions.nodes import Expr, Symbol
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
