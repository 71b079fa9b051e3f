"""Programs bound to data: the same results, data checked once, changes of data seen."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from tests.corpus.test_public_corpus import STRUCTURED, TOPICS, inputs_of

from frechet import derivative, parse
from frechet.assumptions import Structure
from frechet.backends.bound import BoundProgram
from frechet.backends.compile import bind, bind_structured, compile
from frechet.backends.execution import namespace, run
from frechet.backends.hoisting import hoisted
from frechet.backends.numpy_program import NumpyCode, Output
from frechet.backends.plan import Plan
from frechet.backends.program import Program
from frechet.backends.structured_matrix import StructuredMatrix
from frechet.backends.structured_terms import (
    Dense,
    Diagonal,
    Gram,
    KroneckerProduct,
    Outer,
)
from frechet.backends.targets import Output as Asked
from frechet.backends.targets import targets_of
from frechet.errors import EvaluationError

RANDOM = np.random.default_rng(5)
A, B, X = RANDOM.standard_normal((7, 4)), RANDOM.standard_normal(7), RANDOM.standard_normal(4)
FORMULA = parse("sum(exp(A*x - b)) + c*x'*x", {"c": "positive", "b": "vector(m)"})


def test_a_bound_program_gives_what_the_compiled_one_gives() -> None:
    outputs: list[Asked] = [FORMULA, derivative(FORMULA, "x"), derivative(FORMULA, "x", "x")]
    program, data = bind(outputs, {"A": A, "b": B, "c": 2.0}), {"A": A, "b": B, "c": 2.0}
    for x in (X, 2 * X, X - 1):
        for found, expected in zip(program(x=x), compile(outputs)(**data, x=x), strict=True):
            assert np.asarray(found) == pytest.approx(np.asarray(expected), rel=1e-12)


def test_changed_data_are_used() -> None:
    program = bind([FORMULA], {"A": A, "b": B, "c": 2.0})
    before = program(x=X)[0]
    program.change({"c": 3.0})
    assert program(x=X)[0] == pytest.approx(before + X @ X)


def test_what_is_not_finite_is_returned() -> None:
    assert bind([FORMULA], {"A": A, "b": B, "c": 2.0})(x=1e4 * X)[0] == np.inf


def test_data_that_do_not_fit_are_refused_by_name() -> None:
    with pytest.raises(EvaluationError) as refused:
        bind([FORMULA], {"A": A, "b": B[:-1], "c": 2.0})(x=X)
    assert "size 6 where" in refused.value.message or "size 7 where" in refused.value.message


def test_data_that_are_not_finite_are_refused_though_their_sum_overflows_nothing() -> None:
    broken = A.copy()
    broken[2, 1] = np.nan
    with pytest.raises(EvaluationError, match="A is not finite at entry 3, 2"):
        bind([FORMULA], {"A": broken, "b": B, "c": 2.0})(x=X)


def test_finite_data_whose_sum_is_not_are_accepted() -> None:
    formula = parse("b'*x", {"b": "vector(n)", "x": "vector(n)"})
    assert bind([formula], {"b": np.array([1.5e308, 1.5e308])})(x=np.array([1e-10, 0.0]))[0] == pytest.approx(
        1.5e298
    )


def test_programs_that_share_what_is_known_read_the_data_once() -> None:
    known: dict[object, object] = {}
    data = {"A": A, "b": B, "c": 2.0}
    bind([FORMULA], data, known)(x=X)  # type: ignore[arg-type]
    broken = [value for value in known.values() if isinstance(value, tuple) and value[0] is A]
    assert len(broken) == 1


S = StructuredMatrix(
    [
        Diagonal(np.arange(1.0, 7.0)),
        Gram(RANDOM.standard_normal((2, 6)), np.array([0.5, 2.0])),
        Outer(np.ones(6), np.ones(6)),
        KroneckerProduct(np.diag([1.0, 2.0]), np.eye(3)),
        Dense(np.full((6, 6), 0.25)),
    ],
    (2, 3),
)


def test_a_block_is_that_of_the_dense_matrix() -> None:
    chosen = np.array([0, 2, 5])
    dense = S.todense().reshape(6, 6)
    assert S.block(chosen) == pytest.approx(dense[np.ix_(chosen, chosen)])


def test_a_block_of_a_turned_kronecker_product() -> None:
    left, right = RANDOM.standard_normal((3, 3)), RANDOM.standard_normal((3, 3))
    matrix = StructuredMatrix([KroneckerProduct(left, right, turned=True)], (3, 3))
    chosen = np.array([1, 3, 8])
    assert matrix.block(chosen) == pytest.approx(matrix.todense().reshape(9, 9)[np.ix_(chosen, chosen)])


@pytest.mark.parametrize("rows", [2, 30])
def test_the_shifted_solver_solves(rows: int) -> None:
    n = 20
    gram = Gram(RANDOM.standard_normal((rows, n)), RANDOM.uniform(1, 2, rows))
    matrix, shift = StructuredMatrix([Diagonal(np.ones(n)), gram], (n,)), RANDOM.uniform(0, 1, n)
    right = RANDOM.standard_normal((n, 3))
    solve = matrix.shifted_solver(shift)
    dense = matrix.todense() + np.diag(shift)
    assert solve(right) == pytest.approx(np.linalg.solve(dense, right))
    assert solve(right[:, 0]) == pytest.approx(np.linalg.solve(dense, right[:, 0]))


def test_the_shifted_solver_refuses_what_is_not_positive_definite() -> None:
    with pytest.raises(np.linalg.LinAlgError):
        StructuredMatrix([Diagonal(np.ones(3))], (3,)).shifted_solver(np.full(3, -2.0))


def test_a_structured_hessian_is_bound_too() -> None:
    hessian = derivative(FORMULA, "x", "x")
    (found,) = bind_structured([hessian], {"A": A, "b": B, "c": 2.0})(x=X)
    (dense,) = compile([hessian])(A=A, b=B, c=2.0, x=X)
    assert found.todense() == pytest.approx(dense)


def test_what_depends_on_the_data_alone_is_computed_once() -> None:
    formula = parse("norm2(A*x)^2 + sum(exp(x))")
    outputs: list[Asked] = [derivative(formula, "x", "x")]
    program = bind(outputs, {"A": A})
    for x in (X, 2 * X, X):
        assert program(x=x)[0] == pytest.approx(compile(outputs)(A=A, x=x)[0], rel=1e-12)
    plan = Program(*targets_of(outputs)).variant({"m": 7, "n": 4})
    parts = hoisted(plan.plan, plan.code.outputs, plan.code.live, {"A"})
    assert parts is not None
    assert len(parts.rest.live) < len(plan.code.live)


@pytest.mark.parametrize("structure", ["psd(n)", "matrix(n, n)"])
def test_a_factorization_of_bound_data_serves_every_call(structure: str) -> None:
    formula = parse("x'*inv(P)*x + logdet(P)", {"P": structure, "x": "vector(n)"})
    P = A.T @ A + np.eye(4)
    program, gradient = bind([formula, derivative(formula, "x")], {"P": P}), derivative(formula, "x")
    for x in (X, X - 1):
        value, slope = program(x=x)
        expected = compile([formula, gradient])(P=P, x=x)
        assert value == pytest.approx(expected[0])
        assert slope == pytest.approx(expected[1])


def test_more_inputs_can_be_bound() -> None:
    program = bind([FORMULA], {"A": A, "b": B, "c": 2.0})
    assert isinstance(program, BoundProgram)
    assert program.at(x=X)()[0] == pytest.approx(program(x=X)[0])


def test_the_next_point_reads_nothing_but_itself_and_leaves_the_last_one_valid() -> None:
    program = bind([derivative(FORMULA, "x")], {"A": A, "b": B})
    assert isinstance(program, BoundProgram)
    expected = compile([derivative(FORMULA, "x")])
    points = [2.0, 3.0, 4.0]
    bound = []
    for c in points:
        bound.append(program.at(c=c))
        bound[-1](x=X)
    for here, c in zip(bound, points, strict=True):
        np.testing.assert_allclose(here(x=X)[0], expected(A=A, b=B, c=c, x=X)[0], rtol=1e-12)


def test_changed_data_are_read_at_the_next_point() -> None:
    program = bind([FORMULA], {"A": A, "b": B})
    assert isinstance(program, BoundProgram)
    program.at(c=1.0)(x=X)
    program.change({"b": 2 * B})
    assert program.at(c=1.0)(x=X) == pytest.approx(compile([FORMULA])(A=A, b=2 * B, c=1.0, x=X))


def test_a_point_of_another_size_is_read_from_the_start() -> None:
    formula = parse("sum(exp(x))*y'*y", {"x": "vector(n)", "y": "vector(m)"})
    program = bind([formula], {})
    assert isinstance(program, BoundProgram)
    for size in (2, 5, 3):
        assert program.at(x=np.zeros(size))(y=np.ones(2))[0] == pytest.approx(2.0 * size)


def test_a_point_without_a_value_is_explained_as_in_any_call() -> None:
    formula = parse("v'*inv(C)*v", {"C": "psd(n)", "v": "vector(n)"})
    program = bind([formula], {})
    assert isinstance(program, BoundProgram)
    assert program.at(C=np.eye(2))(v=np.ones(2))[0] == pytest.approx(2.0)
    with pytest.raises(EvaluationError, match="C"):
        program.at(C=-np.eye(2))(v=np.ones(2))


@pytest.mark.parametrize("rows", [20, 20_000])
def test_a_form_that_is_good_enough_gives_what_the_cheapest_gives(rows: int) -> None:
    names = {"X": "matrix(m, n)", "W": "matrix(n, k)", "Y": "matrix(m, k)"}
    random = np.random.default_rng(4)
    data = {"X": random.standard_normal((rows, 3)), "Y": random.random((rows, 2))}
    w = random.standard_normal((3, 2))
    function = parse("sum(logsumexp(X*W, rows)) - sum(Y.*(X*W))", names)
    outputs: list[Asked] = [function, derivative(function, "W"), derivative(function, "W", order=2)]
    found, expected = bind(outputs, data)(W=w), compile(outputs)(**data, W=w)
    assert all(np.allclose(a, b) for a, b in zip(found, expected, strict=True))


def test_a_failure_of_what_the_data_alone_decide_names_the_part() -> None:
    function = parse("x'*inv(A)*x", {"A": "matrix(n, n)", "x": "vector(n)"})
    with pytest.raises(EvaluationError, match="A is singular"):
        bind([function], {"A": np.ones((3, 3))})(x=np.ones(3))


@pytest.mark.parametrize("order", ["rows", "columns", "every second row"])
def test_an_infinite_entry_is_found_in_any_memory_order_and_huge_ones_are_none(order: str) -> None:
    matrix = np.full((8, 3), 1e200)[:: 2 if order == "every second row" else 1]
    matrix = np.asfortranarray(matrix) if order == "columns" else matrix
    program = compile(parse("A*x"))
    assert program(A=matrix, x=np.ones(3))[0] == pytest.approx(np.full(len(matrix), 3e200))
    matrix[2, 1] = -np.inf
    with pytest.raises(EvaluationError, match="A is not finite at entry 3, 2"):
        program(A=matrix, x=np.ones(3))


@pytest.mark.parametrize("topic", TOPICS)
def test_outputs_that_come_later_are_those_that_come_at_once(topic: str) -> None:
    for case in TOPICS[topic]:
        function = parse(case["expr"], case["declare"])
        structured = STRUCTURED[case["convention"]] if case.get("convention") else "project"
        first = derivative(function, *case["wrt"], structured=structured)
        outputs: list[Asked] = [function, first, derivative(first.function, case["wrt"][0])]
        inputs = inputs_of(case["points"][0])
        wanted = compile(outputs)(**inputs)
        varying = {*case["wrt"]}
        data = {name: value for name, value in inputs.items() if name not in varying}
        rest = {name: np.asarray(inputs[name], float) for name in varying}
        for deferred in (1, 2):
            program = bind(outputs, data, None, deferred)
            for _ in range(2):
                *found, later = program(**rest)
                for value, right in zip([*found, *later()], wanted, strict=True):
                    assert np.asarray(value) == pytest.approx(np.asarray(right), rel=1e-9, abs=1e-10)


def test_a_hessian_goes_on_from_value_and_gradient() -> None:
    declared_as = {"X": "matrix(m, n)", "y": "vector(m)", "w": "vector(n)"}
    f = parse("sum(softplus(-y.*(X*w))) + norm2(w)^2/2", declared_as)
    outputs: list[Asked] = [f, derivative(f, "w"), derivative(f, "w", "w")]
    targets, declared = targets_of(outputs)
    program = Program(targets, declared, strict=False, deferred=1)
    variant = program.variant({"m": 9, "n": 3})
    code = NumpyCode(variant.plan, variant.outputs, data=("X", "y"), deferred=1)
    text = code.function({r: f"k{r}" for r in code.inputs}, {}, trusting=True, sharing=True)
    later, now = text.split("        return [")
    assert "exp(" not in later
    assert now.count("exp(") == 1


def test_what_comes_later_finds_what_it_reads_as_it_was() -> None:
    plan = Plan({"n": 3})
    x = plan.add("input", (), ("x", Structure.GENERAL), ("n",), 0.0)
    power = plan.add("unary", (x,), ("exp", 1), ("n",), 1.0)
    later = plan.add("scale", (power,), (Fraction(3),), ("n",), 1.0)
    now = plan.add("scale", (power,), (Fraction(2),), ("n",), 1.0)
    code = NumpyCode(plan, [Output(now, (0,), is_row=False), Output(later, (0,), is_row=False)], deferred=1)
    names = namespace(np.float64, {"k0": "x"})
    run(code.function({x: "k0"}, {}, trusting=True), names)
    value, rest = names["program"]({"x": np.zeros(3)}, {})
    assert np.array_equal(value, [2.0, 2.0, 2.0])
    assert np.array_equal(rest()[0], [3.0, 3.0, 3.0])
