"""Every rule is true: both sides agree at random values of its pattern variables."""

from __future__ import annotations

from random import Random

import pytest

from frechet.assumptions import Structure
from frechet.derivations.jacobians import a_number_commutes
from frechet.derivations.scalars import scalar_out_of_a_kronecker_product, scalar_out_of_a_sum
from frechet.derivations.witness import close
from frechet.expressions.function import Matrix
from frechet.expressions.nodes import Expr, Symbol
from frechet.expressions.traversal import substitute, symbols_of
from frechet.functions import FUNCTIONS
from frechet.functions.inverses import inv
from frechet.rewriting import differentials
from frechet.rewriting.pending import d, pending_in
from frechet.rewriting.rules import MatrixNP, Rule, Sides, Square, rule
from frechet.simplification import RULES
from frechet.verification.reference import evaluate
from frechet.verification.sampling import POSITIVE, Point, Style, draw, draw_sizes, size_names

ALL_RULES = (
    *differentials.RULES,
    *RULES,
    a_number_commutes,
    scalar_out_of_a_sum,
    scalar_out_of_a_kronecker_product,
)
STEP = 2.0**-9
NEAR_ONE = Style("near one", 0.5, 1.5, dominant=2)


def value(formula: Expr, point: Point, changes: dict[str, Matrix]) -> Matrix:
    """Evaluate a formula in which d(U) means the derivative along the given changes."""
    values = dict(point.values)
    pending = pending_in(formula)
    named: dict[Expr, Symbol] = {node: Symbol.of(f"pending{i}", node.shape) for i, node in enumerate(pending)}
    for node in pending:
        values[named[node].name] = directional(node.arguments[0], point, changes)
    return evaluate(substitute(formula, named), values, point.sizes)


def directional(formula: Expr, point: Point, changes: dict[str, Matrix]) -> Matrix:
    def shifted(step: float) -> Matrix:
        values = {
            name: [
                [a + step * b for a, b in zip(p, q, strict=True)]
                for p, q in zip(x, changes[name], strict=True)
            ]
            if name in changes
            else x
            for name, x in point.values.items()
        }
        return evaluate(formula, values, point.sizes)

    far, back, near, behind = (shifted(s * STEP) for s in (1, -1, 0.5, -0.5))
    return [
        [(8 * (n - h) - (f - b)) / (6 * STEP) for f, b, n, h in zip(*r, strict=True)]
        for r in zip(far, back, near, behind, strict=True)
    ]


def unstructured(symbol: Symbol) -> Symbol:
    """Return the symbol without a sign; a linear structure stays."""
    signed = symbol.structure is Structure.POSITIVE
    return Symbol.of(symbol.name, symbol.shape) if signed else symbol


def drawn(symbol: Symbol, sizes: dict[str, int], random: Random) -> Matrix:
    if symbol.structure is Structure.POSITIVE:
        return draw(unstructured(symbol), sizes, random, POSITIVE)
    return draw(symbol, sizes, random, NEAR_ONE)


def holds(checked: Rule, seed: int) -> bool:
    random = Random(seed)
    symbols = checked.symbols(copies=2 + seed % 2)
    constants = checked.constants(copies=3)
    left, right = checked.body(*symbols)
    sizes = draw_sizes(size_names(left, right, *symbols), random, largest=4)
    point = Point({s.name: drawn(s, sizes, random) for s in symbols}, sizes)
    changes = {
        s.name: draw(unstructured(s), sizes, random, POSITIVE) for s in symbols if s.name not in constants
    }
    return close(value(left, point, changes), value(right, point, changes))


@pytest.mark.parametrize("checked", ALL_RULES, ids=lambda r: r.name)
def test_both_sides_of_a_rule_agree_at_random_values(checked: Rule) -> None:
    assert all(holds(checked, seed) for seed in range(4))


@pytest.mark.parametrize("checked", ALL_RULES, ids=lambda r: r.name)
def test_both_sides_have_one_shape_and_the_right_side_only_the_parameters(checked: Rule) -> None:
    left, right = checked.statement()
    assert left.shape == right.shape
    assert set(symbols_of(right)) <= {s.name for s in checked.symbols()}


@pytest.mark.parametrize("checked", ALL_RULES, ids=lambda r: r.name)
def test_a_rule_has_a_sentence_that_ends_with_a_full_stop(checked: Rule) -> None:
    words = checked.at(*checked.symbols()).words()
    assert str(words[-1]).endswith(".") or not isinstance(words[-1], str)
    assert checked.sentence.endswith(".")


def test_the_check_finds_a_wrong_rule() -> None:
    @rule("")
    def inverse_of_a_product_in_the_wrong_order(A: Square, B: Square) -> Sides:
        """Wrong."""
        return inv(A @ B), inv(A) @ inv(B)

    assert not holds(inverse_of_a_product_in_the_wrong_order, 0)


def test_the_check_finds_a_wrong_product_rule() -> None:
    @rule("")
    def product_rule_with_a_term_lost(A: Square, B: MatrixNP) -> Sides:
        """Wrong."""
        return d(A @ B), d(A) @ B

    assert not holds(product_rule_with_a_term_lost, 0)


def test_every_function_of_the_table_has_a_rule_with_words() -> None:
    for function in FUNCTIONS:
        made = differentials.function_rule(function, [Symbol.of("U", ("n", "n"))])
        assert made.sentence.endswith(".")
