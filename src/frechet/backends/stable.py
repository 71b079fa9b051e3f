"""Forms that lose no digits: each rule replaces a formula by an equal one that is safe in floats.

The rules hold on the whole domain of their left-hand side: log Σ exp u = logsumexp(u),
log det X = logdet(X), log(1 + exp u) = softplus(u), 1/(1 + exp u) = sigmoid(−u),
exp(u)/Σ exp u = softmax(u), sqrt(Σ x²) = sqrt(x′x) = norm2(x).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from frechet.expressions.nodes import (
    Apply,
    ElementwisePower,
    Expr,
    Number,
    Ones,
    Power,
    Product,
    Sum,
    Transpose,
)
from frechet.expressions.traversal import postorder, rebuild
from frechet.functions.determinants import DET, LOGDET
from frechet.functions.elementwise import EXP, LOG, SIGMOID, SOFTPLUS, SQRT
from frechet.functions.exponentials import (
    LOGSUMEXP,
    LOGSUMEXP_COLUMNS,
    LOGSUMEXP_ROWS,
    SOFTMAX,
)
from frechet.functions.indexing import SUM, SUM_COLUMNS, SUM_ROWS
from frechet.functions.norms import NORM2

_LOG_SUMS: Final = {SUM: LOGSUMEXP, SUM_ROWS: LOGSUMEXP_ROWS, SUM_COLUMNS: LOGSUMEXP_COLUMNS}


def stabilize(*roots: Expr) -> list[Expr]:
    """Return equal formulas in stable forms."""
    results: dict[Expr, Expr] = {}
    for node in postorder(*roots):
        rebuilt = rebuild(node, results)
        results[node] = _stable(rebuilt)
    return [results[root] for root in roots]


def _stable(node: Expr) -> Expr:
    match node:
        case Apply(function, (argument,)) if function is LOG:
            return _logarithm(argument) or node
        case Apply(function, (argument,)) if function is SQRT:
            return _root(argument) or node
        case Power(base, Number(value)) | ElementwisePower(base, Number(value)):
            if value == Fraction(1, 2):
                return _root(base) or node
            exponent = _one_plus_exp(base)
            if value == -1 and exponent is not None:
                return Apply.of(SIGMOID, -exponent)
            return node
        case Product():
            return _softmax(node) or node
        case _:
            return node


def _exponent(node: Expr) -> Expr | None:
    """Return u of exp(u)."""
    return node.arguments[0] if isinstance(node, Apply) and node.function is EXP else None


def _one_plus_exp(node: Expr) -> Expr | None:
    """Return u of 1 + exp(u), of any shape."""
    if not isinstance(node, Sum) or len(node.terms) != 2:
        return None
    for one, other in (node.terms, node.terms[::-1]):
        if isinstance(one, Ones) or one is Number.of(1):
            return _exponent(other)
    return None


def _logarithm(argument: Expr) -> Expr | None:
    exponent = _one_plus_exp(argument)
    if exponent is not None:
        return Apply.of(SOFTPLUS, exponent)
    match argument:
        case Apply(function, (inner,)) if function is DET:
            return Apply.of(LOGDET, inner)
        case Apply(function, (inner,)):
            stable = next((s for total, s in _LOG_SUMS.items() if function is total), None)
            exponent = _exponent(inner)
            return Apply.of(stable, exponent) if stable is not None and exponent is not None else None
    return None


def _root(argument: Expr) -> Expr | None:
    match argument:
        case Apply(function, (ElementwisePower(x, Number(value)),)) if function is SUM and value == 2:
            return Apply.of(NORM2, x)
        case Product(coefficient, (), (left, right)) if coefficient == 1 and right.shape[1] == 1:
            return Apply.of(NORM2, right) if Transpose.of(right) is left else None
    return None


def _softmax(node: Product) -> Expr | None:
    """Turn exp(u)/sum(exp(u)) inside a product into softmax(u)."""
    for factor in node.children:
        exponent = _exponent(factor)
        if exponent is None:
            continue
        normalizer = Power.of(Apply.of(SUM, factor), Number.of(-1))
        if normalizer in node.scalars:
            parts = list(node.children)
            parts.remove(normalizer)
            parts[parts.index(factor)] = Apply.of(SOFTMAX, exponent)
            return Product.of([Number.of(node.coefficient), *parts])
    return None
