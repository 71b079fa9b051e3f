"""Programs compute what the reference evaluator computes, for random formulas and their derivatives."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.strategies import SYMBOLS, expressions

from frechet.backends import execution
from frechet.backends.compile import bind, compile
from frechet.backends.program import Program
from frechet.backends.runtime import is_symmetric
from frechet.backends.source import source
from frechet.backends.targets import targets_of
from frechet.differentiation.derivative import derivative
from frechet.errors import EvaluationError, FrechetError, LimitError, UnsupportedError
from frechet.expressions.nodes import Expr
from frechet.formula import of_expression
from frechet.language import read
from frechet.shapes import public_shape
from frechet.verification.arithmetic import FLOAT
from frechet.verification.reference import evaluate
from frechet.verification.sampling import Point, points

TOLERANCE = 1e-6


def point_of(formula: Expr) -> Point:
    """Return a point at which the formula has a value; skip the example where there is none."""
    try:
        return next(points([formula], 1, 3, FLOAT, 4, tuple(SYMBOLS.values())))
    except FrechetError:
        assume(False)
        raise


def inputs_at(point: Point) -> dict[str, Any]:
    given = {}
    for name, rows in point.values.items():
        array = np.array(rows, float)
        shape = public_shape(SYMBOLS[name].shape)
        given[name] = float(array[0, 0]) if not shape else array[:, 0] if len(shape) == 1 else array
    return given


def is_close(found: Any, expected: Any) -> bool:
    scale = max(1.0, float(np.abs(expected).max(initial=0.0)))
    return bool(np.abs(np.asarray(found) - expected).max(initial=0.0) <= TOLERANCE * scale)


@settings(max_examples=300)
@given(expressions())
def test_a_program_agrees_with_the_reference(formula: Expr) -> None:
    point = point_of(formula)
    expected: Any = np.array(evaluate(formula, point.values, point.sizes))
    assume(np.abs(expected).max(initial=0.0) < 1e8)
    try:
        (found,) = compile([read_as_declared(formula)])(**inputs_at(point))
    except (EvaluationError, LimitError) as refusal:
        # An adjugate of an adjugate divides by a determinant, which singular matrices do not allow.
        assume("singular" not in refusal.message and "1/det(" not in refusal.message)
        raise
    if formula.shape[1] == 1:
        expected = expected[:, 0]
    assert is_close(np.reshape(found, np.shape(expected)), expected)


@settings(max_examples=200)
@given(expressions(depth=2), st.sampled_from(("x", "A", "C", "a")))
def test_the_program_of_a_derivative_agrees_with_its_formula(formula: Expr, name: str) -> None:
    try:
        found = derivative(read_as_declared(formula), name)
        written = found.expression
    except (UnsupportedError, LimitError):
        assume(False)
        raise
    assume(written is not None)
    assert written is not None
    point = point_of(written)
    expected: Any = np.array(evaluate(written, point.values, point.sizes))
    assume(np.abs(expected).max(initial=0.0) < 1e8)
    try:
        (value,) = compile([found])(**inputs_at(point))
    except (EvaluationError, LimitError) as refusal:
        assume("singular" not in refusal.message)
        raise
    assert is_close(np.reshape(value, expected.shape), expected)


def read_as_declared(formula: Expr) -> Any:
    plain = of_expression(formula)
    return type(plain)(formula, {**SYMBOLS, **plain.declarations})


@settings(max_examples=100)
@given(expressions())
def test_readable_source_runs_alone_and_agrees(formula: Expr) -> None:
    point = point_of(formula)
    expected: Any = np.array(evaluate(formula, point.values, point.sizes))
    assume(np.abs(expected).max(initial=0.0) < 1e6)
    try:
        text = source([read_as_declared(formula)])
    except UnsupportedError:
        assume(False)
        raise
    module: dict[str, Any] = {}
    exec(text, module)  # noqa: S102 (what a user does with it)
    given = inputs_at(point)
    names = module["program"].__code__.co_varnames[: module["program"].__code__.co_argcount]
    try:
        with np.errstate(all="ignore"):
            (found,) = module["program"](*(given[name] for name in names))
    except (ArithmeticError, np.linalg.LinAlgError, Warning):
        assume(False)
        raise
    assume(np.isfinite(found).all())
    assert is_close(np.reshape(found, expected.shape), expected)


def test_an_output_constant_along_an_axis_is_no_gram_matrix() -> None:
    names = {"x": "vector(n)", "a": "scalar"}
    formula = read("outer(softmax(x, columns), exp(x))*exp(a*vector(1, n))", names)
    x = np.array([0.1, -0.3, 0.7])
    (found,) = compile([formula])(x=x, a=0.5)
    softmax = np.exp(x) / np.exp(x).sum()
    np.testing.assert_allclose(found, softmax * np.exp(x).sum() * np.exp(0.5))
    (constant,) = compile([read("outer(softmax(x, rows), exp(x))*exp(a*vector(1, n))", names)])(x=x, a=0.5)
    np.testing.assert_allclose(constant, np.full(3, np.exp(x).sum() * np.exp(0.5)))


@pytest.mark.parametrize("text", ["diag(diag(E*F + E*G))", "eye(n).*(E*F + E*G)"])
@pytest.mark.parametrize(("m", "n"), [(3, 2), (2, 5), (60, 40)])
def test_a_common_factor_is_not_taken_out_of_a_diagonal(text: str, m: int, n: int) -> None:
    names = {"E": "matrix(n, m)", "F": "matrix(m, n)", "G": "matrix(m, n)"}
    random = np.random.default_rng(0)
    E, F, G = (random.standard_normal(shape) for shape in ((n, m), (m, n), (m, n)))
    (found,) = compile([read(text, names)])(E=E, F=F, G=G)
    np.testing.assert_allclose(found, np.diag(np.diag(E @ (F + G))), atol=1e-12)


def test_a_gradient_by_a_diagonal_matrix_is_diagonal() -> None:
    names = {"D": "diagonal(n)", "E": "matrix(n, m)", "F": "matrix(m, n)", "G": "matrix(m, n)"}
    gradient = compile([derivative(read("tr(D*E*F) + tr(D*E*G)", names), "D")])
    random = np.random.default_rng(0)
    E, F, G = (random.standard_normal(shape) for shape in ((3, 2), (2, 3), (2, 3)))
    (found,) = gradient(D=np.eye(3), E=E, F=F, G=G)
    np.testing.assert_allclose(found, np.diag(np.diag(E @ (F + G))), atol=1e-12)


def test_float32_data_give_float32_results() -> None:
    f = read("norm2(A*x)^2", {"A": "matrix(m, n)", "x": "vector(n)"})
    run = compile([f, derivative(f, "x"), derivative(f, "x", "x")], dtype="float32")
    a, x = np.eye(3, dtype=np.float32), np.ones(3, dtype=np.float32)
    value, gradient, hessian = run(A=a, x=x)
    assert (value, gradient.dtype, hessian.dtype) == (3.0, np.float32, np.float32)


def test_sizes_of_another_magnitude_get_a_plan_of_their_own() -> None:
    f = read("norm2(M - U*V')^2", {"M": "matrix(m, n)", "U": "matrix(m, k)", "V": "matrix(n, k)"})
    run = compile([derivative(f, "U")])
    random = np.random.default_rng(0)
    for m, n, k in ((3, 4, 2), (60, 50, 3), (5, 4, 30), (3, 4, 2)):
        M, U, V = (random.standard_normal(shape) for shape in ((m, n), (m, k), (n, k)))
        np.testing.assert_allclose(run(M=M, U=U, V=V)[0], -2 * (M - U @ V.T) @ V, rtol=1e-10, atol=1e-10)


def test_the_same_array_given_twice_is_not_written_to() -> None:
    x = np.array([1.0, 2.0])
    names = {"x": "vector(n)", "y": "vector(n)"}
    compile([read("(x + y).*exp(x).*y + x", names)])(x=x, y=x)
    assert x.tolist() == [1.0, 2.0]


def test_an_array_out_of_proportion_is_refused_before_it_is_formed() -> None:
    run = compile([derivative(read("sum(exp(x))^2", {"x": "vector(n)"}), "x", "x")])
    with pytest.raises(LimitError, match="an array of 100000 × 100000 entries is too large to form"):
        run(x=np.zeros(100_000))


def test_a_failure_names_the_part_and_not_the_program() -> None:
    run = compile([read("inv(C + C')*x", {"C": "matrix(n, n)", "x": "vector(n)"})])
    skew = np.array([[0.0, 1.0], [-1.0, 0.0]])
    with pytest.raises(EvaluationError) as refused:
        run(C=skew, x=np.ones(2))
    assert refused.value.message.startswith("C + C' is singular (rank 0 of 2)")
    assert run(C=np.eye(2), x=np.ones(2))[0].tolist() == [0.5, 0.5]


def test_nothing_but_generated_names_reaches_the_program() -> None:
    secret = "zygote"
    run = compile([read(f"sum({secret}.*{secret})", {secret: f"vector({secret}s)"})])
    assert isinstance(run, Program)
    assert secret not in run.source()


def test_a_variable_may_be_named_like_the_first_parameter_of_a_method() -> None:
    f = read("sum(exp(self)) + a*sum(self)", {"self": "vector(n)", "a": "scalar"})
    wanted, x = 2 * np.exp(1.0) + 6.0, np.ones(2)
    assert compile([f])(self=x, a=3.0) == pytest.approx([wanted])
    assert bind([f], {"a": 3.0})(self=x) == pytest.approx([wanted])
    hessian = compile([derivative(f, "self", "self")], hessians="structured")(self=x, a=3.0)[0]
    np.testing.assert_allclose(hessian.todense(), np.exp(1.0) * np.eye(2))


@pytest.mark.parametrize(
    "text",
    [
        "v0 = open",
        "v0 = v1.__class__",
        "v0 = v1 . __class__",
        "v0 = v1.exp",
        "import os",
        "from os import path",
        "v0 = lambda: 1",
        "v0 = __import__",
        "v0 = 'open'",
        "v0 = r'ij->i'",
        "v0 = f'ij->i'",
        "v0 = 1if ｏpen else 2",
        "global v0",
        "class v0: v1 = 1",
        "v0 = v1  # eval",
    ],
)
def test_a_text_with_anything_else_is_not_run(text: str) -> None:
    with pytest.raises(EvaluationError, match="a program may not hold"):
        execution.run(text, execution.namespace("float64"))


def test_the_words_that_the_templates_need_are_accepted() -> None:
    names = execution.namespace("float64")
    execution.run("v0 = 1e-09 * float64(2.5e+16)\nv1 = einsum('ii->i', eye(2)).sum(axis=0)", names)
    assert (names["v0"], names["v1"]) == (25000000.0, 2.0)


def test_terms_with_one_matrix_around_them_share_its_product() -> None:
    names = {"A": "matrix(m, n)", "x": "vector(n)", "b": "vector(m)"}
    hessian = derivative(read("sum(sqrt(vector(1) + (A*x - b).^2)) + norm2(x)^2", names), "x", order=2)
    text = source([hessian], sizes={"m": 2000, "n": 50})
    assert text.count(" @ ") == 2


def test_a_product_takes_the_order_that_uses_what_is_computed_anyway() -> None:
    names = {"X": "matrix(m, n)", "W": "matrix(n, k)", "Y": "matrix(m, k)"}
    text = source(
        [read("sum(logsumexp(X*W, rows)) - sum(Y.*(X*W))", names)], sizes={"m": 2000, "n": 64, "k": 10}
    )
    assert text.count(" @ ") == 1
    assert "np.sum(Y * t1)" in text


def test_a_matrix_without_entries_is_symmetric() -> None:
    assert is_symmetric(np.zeros((0, 0)))


@pytest.mark.parametrize("size", [1, 2, 7, 128, 129, 200])
@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("order", ["C", "F"])
def test_a_symmetric_matrix_is_told_from_one_that_is_not_in_a_single_entry(
    size: int, kind: Any, order: Any
) -> None:
    random = np.random.default_rng(size)
    matrix = random.standard_normal((size, size))
    symmetric = np.asarray(matrix @ matrix.T, kind, order=order)
    assert is_symmetric(symmetric)
    assert is_symmetric(0 * symmetric)
    without_first = symmetric.copy()
    without_first[0, 0] = 0
    assert is_symmetric(without_first)
    if size > 1:
        for place in ((0, size - 1), (size - 1, 0), (size - 1, size - 2)):
            for found in (symmetric, without_first, 0 * symmetric):
                changed = found.copy()
                changed[place] += 1e-3 * max(1.0, np.abs(found).max())
                assert not is_symmetric(changed)
                if kind is np.float64:  # squares would leave the floats
                    assert not is_symmetric(changed * 1e200)
                    assert not is_symmetric(changed * 1e-200)
            changed[place] = np.nan
            assert not is_symmetric(changed)


@pytest.mark.parametrize(
    "formula", ["sum(softplus(-y.*(X*w))) + c/2*norm2(w)^2", "s/2*norm2(X*w - y)^2 + a*sum(w)"]
)
@pytest.mark.parametrize("order", [1, 2])
def test_a_plan_costs_the_same_whatever_the_names_are(formula: str, order: int) -> None:
    def cost(mark: int) -> float:
        text = re.sub(r"\b([Xwyacs])\b", rf"\1_{mark}", formula)
        kinds = {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)"}
        declared = {f"{n}_{mark}": kinds.get(n, "positive") for n in "Xwyacs" if f"{n}_{mark}" in text}
        outputs: list[Any] = [derivative(read(text, declared), *[f"w_{mark}"] * order)]
        targets, symbols = targets_of(outputs)
        variant = Program(targets, symbols, strict=False).variant({"m": 1_800, "n": 64})
        return sum(variant.plan.costs[r] for r in variant.live)

    assert {round(cost(mark)) for mark in range(24)} == {round(cost(0))}
