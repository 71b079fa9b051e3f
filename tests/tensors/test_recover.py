"""What is lowered to index notation comes back as a formula of the same value."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from tests.agreement import agree
from tests.strategies import DECLARATIONS, expressions

import frechet as fr
from frechet.errors import DomainError, EvaluationError, UnsupportedError
from frechet.expressions.nodes import Expr
from frechet.expressions.text import write
from frechet.tensors.lower import lower
from frechet.tensors.nodes import postorder
from frechet.tensors.recover import recover
from frechet.tensors.symmetry import transposed


@given(expressions(depth=3))
@settings(max_examples=150)
def test_a_recovered_formula_has_the_value_of_the_original(expression: Expr) -> None:
    recovered = recovered_of(expression)
    if expression.shape[0] == 1 and expression.shape[1] != 1:
        recovered = recovered.T
    assert recovered.shape == expression.shape
    assume_defined(expression, recovered)


@given(expressions(depth=3))
@settings(max_examples=100)
def test_a_recovered_formula_lowers_to_the_same_tensor_again(expression: Expr) -> None:
    once = recovered_of(expression)
    twice = recovered_of(once)
    assume_defined(once, twice)


@given(expressions(depth=3))
@settings(max_examples=100)
def test_transposing_twice_changes_nothing(expression: Expr) -> None:
    for node in postorder(lower(expression)):
        if node.order == 2:
            assert transposed(transposed(node)) is node


def recovered_of(expression: Expr) -> Expr:
    """Lower and recover; skip a formula that divides by what is zero everywhere."""
    try:
        return recover(lower(expression))
    except DomainError:
        assume(False)
        raise


def assume_defined(left: Expr, right: Expr) -> None:
    """Demand equal values wherever both formulas have one; skip where they never do."""
    try:
        outcome = agree(left, right)
    except EvaluationError:
        assume(False)
        raise
    assert outcome, f"{write(left)} is not {write(right)}"


@pytest.mark.parametrize(
    ("text", "shortest"),
    [
        ("x'*Q'*Q*x", "x'*x"),
        ("inv(C)*C*x", "x"),
        ("tr(C*inv(C))", "tr(eye(n))"),
        ("C*S*inv(S)*C", "C^2"),
        ("(x'*C*x)'", "x'*C*x"),
        ("tr(A'*A*B*A*A'*B')", "tr(A'*A*B*A*A'*B')"),
        ("sum(A.*A)", "norm2(A)^2"),
        ("x'*W*x", "0"),
        ("diag(D)'*x", "x'*diag(D)"),
        ("sinh(x)./cosh(x)", "tanh(x)"),
        ("abs(x).*sign(x)", "x"),
        ("sqrt(x'*x)", "norm2(x)"),
        ("exp(x)/sum(exp(x))", "softmax(x)"),
        ("log(sum(exp(x)))", "logsumexp(x)"),
        ("log(vector(1, n) + exp(-x))", "softplus(-x)"),
        ("inv(B*B')*B", "pinv(B)'"),
        ("inv(kron(S, C))", "kron(inv(S), inv(C))"),
        ("x*x'*x", "(x'*x)*x"),
        ("tr(expm(C))", "tr(expm(C))"),
    ],
)
def test_the_form_is_the_one_that_people_write(text: str, shortest: str) -> None:
    expression = fr.parse(text, DECLARATIONS).expression
    assert write(recover(lower(expression))) == shortest


def test_a_graph_beyond_series_and_parallel_is_written_with_fused_axes() -> None:
    """The complete graph on four vertices has treewidth 3: Hadamard products and diag cannot say it."""
    declared = dict.fromkeys("ABCDE", "matrix(n, n)") | {"x": "vector(n)"}
    f = fr.parse("sum((A'*diag(x)*B).*C.*(D*diag(x)*E'))", declared)
    hessian = fr.derivative(f, "x", "x")
    assert "kron" in str(hessian)
    assert hessian.verification().ok
    assert fr.equal(hessian, fr.parse(str(hessian), declared))


def test_a_tensor_of_order_three_has_no_matrix_notation() -> None:
    derivative = fr.derivative(fr.parse("diag(x)*A", {"x": "vector(n)", "A": "matrix(n, m)"}), "x")
    assert derivative.expression is None
    with pytest.raises(UnsupportedError, match="order above 2"):
        recover(derivative.tensor)
