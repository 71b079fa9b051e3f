"""A rule is found wherever its left side occurs, and nowhere else."""

from __future__ import annotations

import pytest

from frechet.expressions.nodes import Expr, Symbol
from frechet.expressions.text import write
from frechet.functions.indexing import tr
from frechet.functions.inverses import inv
from frechet.rewriting import differentials
from frechet.rewriting.patterns import applications, matches
from frechet.rewriting.pending import d
from frechet.rewriting.rules import Rule
from frechet.simplification import RULES, traces, transposes

A, B, C = (Symbol.of(name, ("n", "n")) for name in "ABC")
S = Symbol.of("S", ("n", "n"))
x = Symbol.of("x", ("n", 1))


def test_the_cyclic_property_matches_every_split() -> None:
    found = {write(m.after) for m in matches(traces.cyclic_property_of_the_trace, tr(A @ B @ C))}
    assert found == {"tr(B*C*A)", "tr(C*A*B)"}


def test_a_rule_is_found_inside_a_formula() -> None:
    formula = 2 * tr((A @ B).T) + tr(C)
    found = [write(m.before) for m in applications(transposes.transpose_of_a_product, formula)]
    assert found == ["(A*B)'"]


def test_the_inverse_rule_of_differentials_matches() -> None:
    pending = d(inv(A @ B))
    rule = differentials.function_rule(pending.arguments[0].function, (A,))  # type: ignore[attr-defined]
    (found,) = matches(rule, pending)
    assert write(found.after) == "-inv(A*B)*d(A*B)*inv(A*B)"


def test_a_condition_on_the_structure_is_respected() -> None:
    assert not list(matches(transposes.a_symmetric_matrix_equals_its_transpose, A.T))


@pytest.mark.parametrize("rule", [*differentials.RULES, *RULES], ids=lambda r: r.name)
def test_a_rule_matches_its_own_left_side(rule: Rule) -> None:
    left: Expr = rule.statement()[0]
    found = [m for m in matches(rule, left) if m.before is left]
    assert found
