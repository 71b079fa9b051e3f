"""Programs that run in blocks of rows, and the other ways to read large data less often."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.corpus.test_public_corpus import STRUCTURED, TOPICS, inputs_of

from frechet import compile, derivative, minimize, parse
from frechet.backends import inputs as inputs_module
from frechet.backends import numpy_program, row_blocks, runtime, sparing
from frechet.backends.compile import bind
from frechet.backends.growing_block import GrowingBlock
from frechet.backends.program import Program
from frechet.backends.runtime import thin_product, weighted_rows
from frechet.backends.structured_matrix import StructuredMatrix
from frechet.backends.structured_terms import Dense, Diagonal, Gram, Term
from frechet.backends.targets import Output, targets_of
from frechet.errors import EvaluationError

RANDOM = np.random.default_rng(3)
X, Y, W = RANDOM.standard_normal((11, 4)), RANDOM.standard_normal(11), RANDOM.standard_normal(4)
DECLARED = {"X": "matrix(m, n)", "y": "vector(m)", "w": "vector(n)"}


@pytest.fixture
def tiny_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all data count as large, on one core, and blocks have a few rows."""
    monkeypatch.setattr(row_blocks, "cores", lambda: 1)
    monkeypatch.setattr(row_blocks, "LARGE", 1)
    monkeypatch.setattr(inputs_module, "LARGE", 1)
    monkeypatch.setattr(row_blocks, "BLOCK_ENTRIES", 9)
    monkeypatch.setattr(sparing, "LARGE", 1)


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.usefixtures("tiny_blocks")
def test_blocks_of_rows_change_no_value_of_the_corpus(topic: str) -> None:
    for case in TOPICS[topic]:
        function = parse(case["expr"], case["declare"])
        structured = STRUCTURED[case["convention"]] if case.get("convention") else "project"
        outputs: list[Output] = [function, derivative(function, *case["wrt"], structured=structured)]
        inputs = inputs_of(case["points"][0])
        wanted = compile(outputs)(**inputs)
        for varying in ({*case["wrt"]}, {next(iter(inputs))}):
            data = {name: value for name, value in inputs.items() if name not in varying}
            rest = {name: np.asarray(inputs[name], float) for name in varying}
            for found, value in zip(bind(outputs, data)(**rest), wanted, strict=True):
                scale = np.abs(value).max(initial=1e-9)
                assert np.asarray(found) == pytest.approx(np.asarray(value), rel=1e-9, abs=1e-10 * scale)


def text_for(formula: str, data: set[str]) -> str:
    """Return the text of the program of value and gradient, bound to data."""
    function = parse(formula, DECLARED)
    targets, declared = targets_of([function, derivative(function, "w")])
    variant = Program(targets, declared, strict=False).variant({"m": 11, "n": 4})
    code = numpy_program.NumpyCode(variant.plan, variant.code.outputs, data=data)
    return code.function({r: f"k{r}" for r in code.inputs}, {}, trusting=True, sharing=True)


@pytest.mark.parametrize(
    ("formula", "in_blocks"),
    [
        ("sum(softplus(-y.*(X*w)))", True),
        ("norm2(X*w - y)^2 + w'*w", True),
        ("sum(exp(X*w))^2", True),
        ("sum(exp(X*w - vector(1)*sum(X*w)))", False),
        ("norm2(X*w - y)", False),
        ("logsumexp(X*w)", False),
    ],
)
@pytest.mark.usefixtures("tiny_blocks")
def test_one_pass_must_be_enough(formula: str, in_blocks: bool) -> None:
    assert ("slices" in text_for(formula, {"X", "y"})) == in_blocks


@pytest.mark.usefixtures("tiny_blocks")
def test_the_rows_of_a_variable_are_no_blocks() -> None:
    assert "slices" not in text_for("norm2(X*w - y)^2", {"w"})


@pytest.mark.usefixtures("tiny_blocks")
def test_several_cores_get_the_whole_product(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_blocks, "cores", lambda: 2)
    assert "slices" not in text_for("norm2(X*w - y)^2", {"X", "y"})


def test_small_data_are_left_whole() -> None:
    assert "slices" not in text_for("norm2(X*w - y)^2", {"X", "y"})


@pytest.mark.usefixtures("tiny_blocks")
def test_no_block_sees_what_another_one_wrote() -> None:
    function = parse("sum(exp(X*w + t*X*(w.*w)).*(y.*y)) + t*w'*w", {**DECLARED, "t": "scalar"})
    outputs: list[Output] = [function, derivative(function, "w"), derivative(function, "t")]
    program = bind(outputs, {"X": X, "y": Y, "t": 0.1})
    for w in (W, -W, W):
        for found, value in zip(program(w=w), compile(outputs)(X=X, y=Y, t=0.1, w=w), strict=True):
            assert np.asarray(found) == pytest.approx(np.asarray(value))


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("entries", [[], [5], [0, 63], list(range(40))])
def test_a_product_with_few_entries_is_the_product(order: Any, entries: list[int]) -> None:
    matrix, v = np.asarray(RANDOM.standard_normal((6, 64)), order=order), np.zeros(64)
    v[entries] = RANDOM.standard_normal(len(entries))
    assert thin_product(matrix, v) == pytest.approx(matrix @ v)
    assert thin_product(matrix, v[:, None] * np.ones(3)) == pytest.approx(matrix @ (v[:, None] * np.ones(3)))


@pytest.mark.parametrize("kept", [0, 1, 3, 9])
def test_rows_without_weight_add_nothing(kept: int) -> None:
    weights = np.where(np.arange(9) < kept, RANDOM.uniform(1, 2, 9), 0.0)
    matrix = RANDOM.standard_normal((9, 4))
    rows = weighted_rows(matrix, weights)
    assert rows.T @ rows == pytest.approx(matrix.T @ np.diag(weights**2) @ matrix)


@pytest.mark.usefixtures("tiny_blocks")
def test_the_hessian_of_a_squared_hinge_needs_the_rows_inside_the_margin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(row_blocks, "LARGE", 10**9)
    function = parse("norm2(relu(vector(1) - y.*(X*w)))^2 + w'*w", DECLARED)
    hessian = derivative(function, "w", "w")
    program = bind([hessian], {"X": X, "y": Y})
    for w in (0 * W, W, 40 * W):
        assert program(w=w)[0] == pytest.approx(compile(hessian)(X=X, y=Y, w=w)[0])


def test_a_growing_block_is_the_block_whatever_was_asked_before() -> None:
    n = 12
    half = RANDOM.standard_normal((n, n))
    terms: list[Term] = [
        Gram(RANDOM.standard_normal((20, n)), RANDOM.uniform(-1, 1, 20)),
        Gram(RANDOM.standard_normal((5, n)), np.full(5, 3.0)),
        Diagonal(RANDOM.standard_normal(n)),
        Dense(half + half.T),
    ]
    for kept in (terms, terms[:3], terms[:1], terms[2:]):
        matrix = StructuredMatrix(kept, (n,))
        dense, growing = matrix.todense(), GrowingBlock(matrix, 8)
        for size in (3, 2, 6, 5, 11, 4, 7):
            chosen = np.sort(RANDOM.permutation(n)[:size])
            v = RANDOM.standard_normal(size)
            assert growing.product(chosen, v) == pytest.approx(dense[:, chosen] @ v)
            assert growing.block(chosen) == pytest.approx(dense[np.ix_(chosen, chosen)])


def test_steps_that_are_not_evaluated_end_where_evaluations_say() -> None:
    function = parse("norm2(X*w - y)^2/2 + a*norm1(w)", {**DECLARED, "a": "scalar"})
    matrix = RANDOM.standard_normal((60, 90))
    y = matrix @ np.where(np.arange(90) < 5, 3.0, 0.0) + RANDOM.standard_normal(60)
    found = minimize(function, "w", {"X": matrix, "y": y, "a": 4.0}, tolerance=1e-10)
    w = found.x["w"]
    slope = matrix.T @ (matrix @ w - y)
    assert found.status.name == "CONVERGED"
    assert found.evaluations.gradient < found.iterations + 2
    assert slope[w != 0] == pytest.approx(-4.0 * np.sign(w[w != 0]), abs=1e-7)
    assert np.all(np.abs(slope[w == 0]) <= 4.0)
    assert found.value == pytest.approx(float(np.sum((matrix @ w - y) ** 2) / 2 + 4 * np.abs(w).sum()))


@pytest.mark.parametrize("cores", [1, 2])
@pytest.mark.parametrize("formula", ["norm2(relu(X*w - y))^2", "norm2(X*w - y)^2", "sum(exp(X*w)) - y'*X*w"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [(0, 0), (7, 2), (10, 3)])
@pytest.mark.usefixtures("tiny_blocks")
def test_data_that_are_checked_on_the_way_are_checked(
    place: tuple[int, int], bad: float, formula: str, cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_blocks, "cores", lambda: cores)
    function = parse(formula, DECLARED)
    where = f"{place[0] + 1}, {place[1] + 1}"
    broken, zero_there = X.copy(), Y.copy()
    broken[place] = bad
    zero_there[place[0]] = 0.0
    for y in (Y, zero_there):  # a product by a vector that is zero there may not show it
        program = bind([function, derivative(function, "w")], {"X": broken, "y": y})
        for _ in range(2):
            with pytest.raises(EvaluationError, match=f"X is not finite at entry {where}"):
                program(w=0 * W)
        with pytest.raises(EvaluationError, match=f"X is not finite at entry {where}"):
            minimize(function, "w", {"X": broken, "y": y})


@pytest.mark.usefixtures("tiny_blocks")
def test_a_finite_product_by_a_vector_without_zeros_needs_no_other_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[int] = []
    monkeypatch.setattr(runtime, "_check_data", lambda x: looked.append(x.size))
    function = parse("norm2(X*w - y)^2", DECLARED)
    program = bind([function, derivative(function, "w")], {"X": X, "y": Y}, {})
    program(w=W)
    assert not looked


@pytest.mark.usefixtures("tiny_blocks")
def test_what_was_checked_on_the_way_is_known_to_the_next_program() -> None:
    function = parse("norm2(X*w - y)^2", DECLARED)
    known: dict[Any, Any] = {}
    program = bind([function], {"X": X, "y": Y}, known)
    program.prepare({"w": W})  # type: ignore[attr-defined]
    assert not any(symbol.name == "X" for symbol in known)
    program(w=W)
    assert any(symbol.name == "X" and value[0] is X for symbol, value in known.items())


def test_data_of_which_a_start_at_zero_sees_nothing_are_still_checked() -> None:
    broken = np.ones((400, 300))
    broken[7, 2] = np.inf
    function = parse("norm2(X*w - y)^2", DECLARED)
    with pytest.raises(Exception, match="X is not finite at entry 8, 3"):
        minimize(function, "w", {"X": broken, "y": np.ones(400)})
