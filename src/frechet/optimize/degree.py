"""The degree of a formula as a polynomial in its variables, read off its index notation.

Infinite where it is not seen to be a polynomial. A function of degree 2 has a constant Hessian,
and nothing has to be derived to know.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from fractions import Fraction

from frechet.expressions.nodes import Symbol
from frechet.tensors.nodes import (
    Add,
    Contraction,
    Kernel,
    Leaf,
    Map,
    Mask,
    Opaque,
    Pow,
    Size,
    Tensor,
    postorder,
)


def degree(root: Tensor, variables: Collection[Symbol]) -> float:
    """Return the degree, at most, or infinity."""
    found: dict[Tensor, float] = {}
    for node in postorder(root):
        match node:
            case Leaf(symbol):
                found[node] = 1.0 if symbol in variables else 0.0
            case Size() | Mask():
                found[node] = 0.0
            case Add(terms):
                found[node] = max(found[term] for _, term in terms)
            case Contraction(_, scalars, factors, _, _):
                parts = [found[tensor] for tensor, _ in factors]
                found[node] = sum(parts, sum(_raised(found[base], e) for base, e in scalars))
            case Pow(base, exponent):
                fixed = isinstance(exponent, Fraction)
                moving = found[base] if fixed else max(found[child] for child in node.children)
                found[node] = _raised(moving, exponent) if fixed else (math.inf if moving else 0.0)
            case Map() | Opaque() | Kernel():
                found[node] = math.inf if any(found[child] for child in node.children) else 0.0
            case _:
                raise AssertionError(node)
    return found[root]


def _raised(degree_of_base: float, exponent: object) -> float:
    if not degree_of_base:
        return 0.0
    if isinstance(exponent, Fraction | int) and exponent > 0 and exponent == int(exponent):
        return degree_of_base * int(exponent)
    return math.inf
