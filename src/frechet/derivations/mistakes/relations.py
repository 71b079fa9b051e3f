"""What a wrong answer has to do with the right one: its negative, its transpose, a multiple of it,
the answer to another question, right only under an assumption.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from frechet.assumptions import Structure
from frechet.derivations.check_claims import Kind
from frechet.derivations.mistakes import catalogue as names
from frechet.derivations.mistakes.catalogue import Mistake
from frechet.derivations.mistakes.fingerprint import (
    TOLERANCE,
    Fingerprints,
    Values,
    is_zero,
    ratios,
    same,
    symmetrized,
)
from frechet.derivations.mistakes.rules import Wrong
from frechet.differentiation.derivative import derivative
from frechet.errors import FrechetError
from frechet.expressions.function import Matrix
from frechet.expressions.nodes import Apply, Expr, Number, Symbol
from frechet.expressions.traversal import postorder, symbols_of
from frechet.formula import of_expression
from frechet.functions.determinants import DET
from frechet.functions.indexing import diag
from frechet.functions.linear_algebra import transpose
from frechet.functions.norms import NORM2


def multiple(written: Values, right: Values) -> Mistake | None:
    """Name an answer that is the negative of the right one, or a constant number times it."""
    if is_zero(right) or is_zero(written):
        return names.TERM_LOST if is_zero(written) and not is_zero(right) else None
    if same(written, right, sign=-1):
        return names.SIGN
    found = ratios(written, right)
    if found is None or max(found) - min(found) > TOLERANCE * max(map(abs, found)):
        return None
    return names.FACTOR_LOST


def layout(written: Values, answer: Values) -> Mistake | None:
    """Name an answer that is the transpose of the right one."""
    turned = tuple(transpose(value) for value in answer)
    if not same(written, turned) or same(written, answer):
        return None
    square = all(len(value) == len(value[0]) for value in answer)
    return names.TRANSPOSE_MISSING if square else names.LAYOUT


def other_orders(function: Expr, variable: Symbol, kind: Kind) -> Iterator[Wrong]:
    """Yield the gradient where the Hessian is asked for, and the reverse."""
    order = {Kind.HESSIAN: 1, Kind.GRADIENT: 2}.get(kind)
    if order is not None:
        yield from _derivatives(function, [variable.name] * order, names.GRADIENT_FOR_HESSIAN)


def other_questions(
    function: Expr, variable: Symbol, kind: Kind, symbols: Sequence[Symbol]
) -> Iterator[Wrong]:
    """Yield right answers to other questions: the value, the derivative by another variable."""
    yield names.VALUE, function
    inside = symbols_of(function)
    for other in symbols:
        if other.name in inside and other is not variable:
            order = 2 if kind is Kind.HESSIAN else 1
            yield from _derivatives(function, [other.name] * order, names.WRONG_VARIABLE)


def _derivatives(function: Expr, by: Sequence[str], mistake: Mistake) -> Iterator[Wrong]:
    try:
        found = derivative(of_expression(function), *by).expression
    except FrechetError:
        return
    if found is not None:
        yield mistake, found
        if not found.is_scalar:
            yield mistake, found.T


def symmetric(
    points: Fingerprints, said: Expr, right: Expr, symbols: Sequence[Symbol], change: Symbol
) -> Mistake | None:
    """Tell whether the line is right as soon as the square matrices in it are symmetric."""
    square = {
        s.name
        for s in symbols
        if s.structure is Structure.GENERAL
        and s.shape[0] == s.shape[1]
        and not s.is_scalar
        and s is not change
    }

    def made_symmetric(values: dict[str, Matrix]) -> dict[str, Matrix]:
        return {name: symmetrized(v) if name in square else v for name, v in values.items()}

    if not square:
        return None
    altered = points.altered(made_symmetric)
    return names.SYMMETRY_ASSUMED if altered.agree(said, right) else None


def scalars(roots: Sequence[Expr], variable: Symbol) -> Iterator[Wrong]:
    """Yield the scalars by which a line may be off, with what it means to be off by one of them."""
    for node in postorder(*roots):
        if not node.is_scalar or isinstance(node, Number):
            continue
        mistake = names.FACTOR_LOST
        if isinstance(node, Apply) and node.function is DET:
            mistake = names.LOGDET_CONFUSED
        elif isinstance(node, Apply) and node.function is NORM2:
            mistake = names.NORM_NOT_SQUARED
        elif variable.name in symbols_of(node):
            mistake = names.CHAIN_FACTOR_LOST
        yield mistake, node


def scaled_by(written: Values, right: Values, factor: Values) -> bool:
    """Tell whether written = c*right*factor or c*right/factor with a number c."""
    found = ratios(written, right)
    if found is None:
        return False
    numbers = [value[0][0] for value in factor]
    if any(abs(n) < TOLERANCE for n in numbers):
        return False
    for quotients in (
        [r / n for r, n in zip(found, numbers, strict=True)],
        [r * n for r, n in zip(found, numbers, strict=True)],
    ):
        if max(quotients) - min(quotients) <= TOLERANCE * max(map(abs, quotients)):
            return True
    return False


def diagonals(answer: Expr) -> Iterator[Wrong]:
    """Yield what confuses a diagonal matrix with the vector of its entries."""
    if answer.shape[0] == answer.shape[1] and not answer.is_scalar:
        yield names.DIAGONAL_ONLY, diag(diag(answer))
        yield names.STRUCTURE, diag(answer)
    elif answer.shape[1] == 1 and not answer.is_scalar:
        yield names.STRUCTURE, diag(answer)
