"""The component method and the chain rule end where the differential method ends."""

from __future__ import annotations

import pytest

from frechet.derivations import derive
from frechet.derivations.components import component_steps
from frechet.expressions.nodes import Symbol
from frechet.language import read

LEAST_SQUARES = ("norm2(A*x - b)^2", {"A": "matrix(m, n)", "x": "vector(n)", "b": "vector(m)"}, "x")
CASES = [
    LEAST_SQUARES,
    ("x'*A*x", {"A": "matrix(n, n)", "x": "vector(n)"}, "x"),
    ("sum(log(x))", {"x": "vector(n)"}, "x"),
    ("exp(A*x)", {"A": "matrix(m, n)", "x": "vector(n)"}, "x"),
    ("(x'*x)^3", {"x": "vector(n)"}, "x"),
    ("x*x'*a", {"x": "vector(n)", "a": "vector(n)"}, "x"),
]
MATRIX_CASES = [
    ("tr(A*X*B)", {"X": "matrix(m, n)", "A": "matrix(p, m)", "B": "matrix(n, p)"}, "X"),
    ("tr(X'*X)", {"X": "matrix(m, n)"}, "X"),
    ("a'*(X.*X)*b", {"X": "matrix(m, n)", "a": "vector(m)", "b": "vector(n)"}, "X"),
]


@pytest.mark.parametrize(("expression", "declarations", "name"), [*CASES, *MATRIX_CASES])
def test_components_reach_the_derivative_by_checked_sums(
    expression: str, declarations: dict[str, str], name: str
) -> None:
    found = derive(read(expression, declarations), name, method="components")
    assert found.verified
    assert not found.notes
    assert "delta" in found.text()


@pytest.mark.parametrize(("expression", "declarations", "name"), CASES)
def test_the_chain_rule_multiplies_jacobians_in_the_right_order(
    expression: str, declarations: dict[str, str], name: str
) -> None:
    found = derive(read(expression, declarations), name, method="chain")
    assert found.verified
    assert not found.notes


def test_components_of_the_quadratic_form_read_as_in_a_textbook() -> None:
    found = derive(read("x'*A*x", {"A": "matrix(n, n)", "x": "vector(n)"}), "x", method="components")
    shown = [step.shown.right for step in found.steps if step.shown is not None]
    assert shown[0] == "sum_{p,q} x[p]*A[p,q]*x[q]"
    assert shown[2] == "sum_{q} A[k,q]*x[q] + sum_{p} x[p]*A[p,k]"


def test_the_chain_rule_names_quantities_shapes_and_jacobians() -> None:
    told = derive(
        read("log(sum(exp(A*x)))", {"A": "matrix(m, n)", "x": "vector(n)"}), "x", method="chain"
    ).text()
    assert "With u1 = A*x (m × 1): du1/dx = A (m × n)" in told
    assert "du2/du1 = diag(exp(u1)) (m × m)" in told


def test_a_method_that_does_not_fit_says_so() -> None:
    found = derive(read("det(X)", {"X": "matrix(n, n)"}), "X", method="components")
    assert "does not fit" in found.notes[0]


def test_a_wrong_derivative_is_seen_by_the_sums() -> None:
    x = Symbol.of("x", ("n", 1))
    outcome = component_steps((x.T @ x) * 1, x)
    assert all(fine.step.checked for fine in outcome.steps)
