"""The law of the engine: every derivative equals the numerical one, whatever the formula."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.strategies import DECLARATIONS, expressions

import frechet as fr
from frechet.differentiation.derivative import derivative
from frechet.errors import DomainError, EvaluationError, UnsupportedError
from frechet.expressions.nodes import Expr
from frechet.expressions.traversal import symbols_of
from frechet.formula import of_expression
from frechet.tensors.differentiate import differentiate
from frechet.tensors.nodes import Leaf, Tensor


@given(expressions(depth=3), st.data())
@settings(max_examples=150)
def test_a_derivative_is_the_numerical_derivative(expression: Expr, data: st.DataObject) -> None:
    _check(expression, data, orders=1)


@given(expressions(shape=(1, 1), depth=3), st.data())
@settings(max_examples=80)
def test_a_second_derivative_is_the_numerical_second_derivative(
    expression: Expr, data: st.DataObject
) -> None:
    _check(expression, data, orders=2)


def _check(expression: Expr, data: st.DataObject, orders: int) -> None:
    names = [n for n, s in symbols_of(expression).items() if n != "k"]
    assume(names)
    variables = [data.draw(st.sampled_from(names)) for _ in range(orders)]
    try:
        found = derivative(of_expression(expression), *variables)
        verification = found.verification()
    except (DomainError, EvaluationError, UnsupportedError):
        assume(False)
        raise
    assert verification.ok, f"d {found.function} / d {variables} = {found}: {verification}"


@given(expressions(depth=3), st.data())
@settings(max_examples=80)
def test_a_written_derivative_reads_back(expression: Expr, data: st.DataObject) -> None:
    names = [n for n in symbols_of(expression) if n != "k"]
    assume(names)
    found = derivative(of_expression(expression), data.draw(st.sampled_from(names)))
    assume(found.expression is not None)
    again = fr.parse(str(found), DECLARATIONS)
    assert again.shape == found.shape
    verdict = fr.equal(found, again)
    assert verdict or "No point" in verdict.message, f"{found}: {verdict}"


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("norm2(A*x - b)^2", ["x"], "2*A'*(A*x - b)"),
        ("norm2(A*x - b)^2", ["x", "x"], "2*A'*A"),
        ("log(det(X))", ["X"], "inv(X)'"),
        ("x'*A*x", ["x"], "(A + A')*x"),
        ("tr(A*X*B)", ["X"], "A'*B'"),
        ("a'*inv(X)*b", ["X"], "-inv(X)'*a*b'*inv(X)'"),
        ("sum(relu(x).^2)", ["x"], "2*relu(x)"),
        ("log(abs(det(W)))", ["W"], "inv(W)'"),
        ("tr(X^k)", ["X"], "k*(X^(k - 1))'"),
        ("a'*X^k*b", ["X"], "dpower(X', k, a*b')"),
    ],
)
def test_well_known_results_are_written_as_in_textbooks(text: str, names: list[str], expected: str) -> None:
    declared = {"a": "vector(n)", "b": "vector(n)", "k": "integer"} if "k" in text or "inv" in text else {}
    assert str(fr.derivative(fr.parse(text, declared), *names)) == expected


def test_a_variable_that_does_not_occur_gives_zero_of_the_right_shape() -> None:
    found = fr.derivative(fr.parse("x'*x", {"x": "vector(n)", "A": "matrix(m, n)"}), "A")
    assert str(found) == "matrix(0, m, n)"
    assert found.notes == ("A does not occur in the formula: the derivative is zero",)


def test_an_undeclared_variable_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(fr.FrechetError, match="'q' is not a declared variable") as refusal:
        fr.derivative(fr.parse("x'*x"), "q")
    assert refusal.value.hint == "Its variables: x. Declare another one to differentiate by it."


def test_a_whole_number_is_no_variable() -> None:
    with pytest.raises(UnsupportedError, match="k is a whole number"):
        fr.derivative(fr.parse("tr(X^k)", {"k": "integer"}), "k")


def test_the_denominator_layout_is_the_transposed_jacobian() -> None:
    f = fr.parse("A*x")
    assert str(fr.derivative(f, "x")) == "A"
    assert str(fr.derivative(f, "x", layout="denominator")) == "A'"
    assert fr.derivative(f, "x", layout="denominator").verification().ok


def test_results_above_order_two_come_in_three_forms() -> None:
    found = fr.derivative(fr.parse("A*X*B"), "X")
    assert found.forms == {
        "index": "A[i,k]*B[l,j]",
        "differential": "dY = A*dX*B",
        "kronecker": "kron(B', A)",
    }
    assert str(found) == "A[i,k]*B[l,j]"


@pytest.mark.parametrize("text", ["max(exp(a*vector(1, m)))", "min(a*x - a*x + a*vector(1, n))"])
def test_entries_that_are_equal_by_construction_count_once(text: str) -> None:
    """Found at random: every tied entry was counted, and the derivative was m times too large."""
    assert fr.derivative(fr.parse(text, {"a": "scalar", "x": "vector(n)"}), "a").verification().ok


@pytest.mark.parametrize("text", ["expm(expm(C))", "(C^k)^k", "tr(B*expm(C*expm(C)))", "expm(C)*C^k"])
@pytest.mark.parametrize("order", [1, 2])
def test_matrix_functions_of_matrix_functions(text: str, order: int) -> None:
    declared = {"C": "matrix(n, n)", "B": "matrix(n, n)", "k": "integer"}
    assert fr.derivative(fr.parse(text, declared), "C", order=order).verification().ok


@pytest.mark.parametrize("kind", ["symmetric", "psd", "diagonal", "skew", "lower", "orthogonal"])
def test_a_gradient_in_a_structured_space_moves_inside_it(kind: str) -> None:
    f = fr.parse("tr(A*X) + norm2(X - A)^2", {"A": "matrix(n, n)", "X": f"{kind}(n)"})
    assert fr.derivative(f, "X").verification().ok


def test_a_second_derivative_in_a_structured_space_is_verified() -> None:
    found = fr.derivative(fr.parse("logdet(P)", {"P": "psd(n)"}), "P", "P")
    assert found.forms["differential"] == "d2f = -tr(inv(P)*dP1*inv(P)*dP2)"
    assert found.verification().ok


@pytest.mark.parametrize("kind", ["symmetric", "psd", "diagonal", "skew", "lower"])
def test_the_entrywise_form_varies_each_free_entry(kind: str) -> None:
    f = fr.parse("tr(A*X*B*X)", {"A": "matrix(n, n)", "B": "matrix(n, n)", "X": f"{kind}(n)"})
    assert fr.derivative(f, "X", structured="entries").verification().ok


def test_the_cookbook_form_for_a_symmetric_matrix() -> None:
    f = fr.parse("tr(A*X)", {"A": "matrix(n, n)", "X": "symmetric(n)"})
    assert fr.equal(fr.derivative(f, "X", structured="entries"), "A + A' - A.*eye(n)")
    assert str(fr.derivative(f, "X")) == "(A + A')/2"
    assert str(fr.derivative(f, "X", structured="none")) == "A'"


def test_a_hessian_goes_on_from_the_gradient_derived_before(monkeypatch: pytest.MonkeyPatch) -> None:
    formula = fr.parse("sum(exp(A*z))", {"A": "matrix(m, n)", "z": "vector(n)"})
    assert str(derivative(formula, "z")) == "A'*exp(A*z)"
    done: list[Tensor] = []

    def recorded(tensor: Tensor, leaf: Leaf) -> Tensor:
        done.append(tensor)
        return differentiate(tensor, leaf)

    monkeypatch.setattr("frechet.differentiation.derivative.differentiate", recorded)
    assert str(derivative(formula, "z", "z")) == "A'*diag(exp(A*z))*A"
    assert done == [derivative(formula, "z").tensor]
