"""What every function of the table owes, for every shape that it admits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import NamedTuple

import numpy as np
import pytest

from frechet.assumptions import Structure
from frechet.backends.compile import compile
from frechet.differentiation.derivative import derivative
from frechet.errors import DomainError, EvaluationError, FrechetError, ShapeError
from frechet.expressions.function import (
    AbstractDefined,
    AbstractFunction,
    Curvature,
    Domain,
    Matrix,
    Monotonicity,
    Sign,
)
from frechet.expressions.nodes import Apply, Expr, Number, Symbol, Zero
from frechet.expressions.traversal import substitute, symbols_of
from frechet.formula import Formula
from frechet.functions import FUNCTIONS
from frechet.functions.linear_algebra import add, entries, scale
from frechet.shapes import SCALAR, Shape, value_of
from frechet.verification.arithmetic import EXACT, FLOAT, PRECISE
from frechet.verification.reference import evaluate
from frechet.verification.sampling import MIXED, STYLES, Point, Style, draw, points
from frechet.verification.verify import verify_differential

INSIDE = Style("inside the unit interval", -0.9, 0.9)
SHAPES: tuple[Shape, ...] = (SCALAR, ("n", 1), (1, "n"), ("m", "n"), ("n", "n"))


class Case(NamedTuple):
    function: AbstractFunction
    arguments: tuple[Symbol, ...]

    @property
    def formula(self) -> Expr:
        return Apply.of(self.function, *self.arguments)

    @property
    def variables(self) -> tuple[Symbol, ...]:
        return tuple(a for a in self.arguments if a.structure is not Structure.INTEGER)

    def differential(self, changes: Sequence[Expr]) -> Expr:
        given = iter(changes)
        differentials = tuple(
            Zero.of(a.shape) if a.structure is Structure.INTEGER else next(given) for a in self.arguments
        )
        return self.function.differential(self.arguments, differentials)


def arguments_of(function: AbstractFunction, shape: Shape) -> tuple[Symbol, ...]:
    count = function.arity[0]
    if function.name == "dpower":
        exponent = Symbol.of("k", SCALAR, Structure.INTEGER)
        return (Symbol.of("X", shape), exponent, Symbol.of("E", shape), Symbol.of("F", shape))
    if function.name == "dexpm":
        return tuple(Symbol.of(name, shape) for name in "XEF")
    return tuple(Symbol.of(f"X{place}", shape) for place in range(count))


def admissible() -> list[Case]:
    cases = []
    for function in FUNCTIONS:
        for shape in SHAPES:
            arguments = arguments_of(function, shape)
            try:
                Apply.of(function, *arguments)
            except ShapeError:
                continue
            cases.append(Case(function, arguments))
    return cases


def name_of(case: Case) -> str:
    return f"{case.function.key}-{'×'.join(map(str, case.arguments[0].shape))}"


CASES = admissible()
over_cases = pytest.mark.parametrize("case", CASES, ids=name_of)


def changes_of(case: Case) -> tuple[Symbol, ...]:
    return tuple(Symbol.of(f"d{v.name}", v.shape) for v in case.variables)


@over_cases
def test_the_value_has_the_inferred_shape(case: Case) -> None:
    for point in points([case.formula], 2):
        value = evaluate(case.formula, *point)
        rows, columns = case.formula.shape
        assert (len(value), len(value[0])) == (value_of(rows, point.sizes), value_of(columns, point.sizes))


@over_cases
def test_the_differential_has_the_shape_of_the_value(case: Case) -> None:
    assert case.differential(changes_of(case)).shape == case.formula.shape


@over_cases
def test_the_differential_agrees_with_numerical_differentiation(case: Case) -> None:
    changes = changes_of(case)
    for place, variable in enumerate(case.variables):
        only = [c if i == place else Zero.of(c.shape) for i, c in enumerate(changes)]
        found = verify_differential(
            case.formula, [variable], case.differential(only), [changes[place]], count=3
        )
        assert found.ok, f"{variable.name}: {found}"


@over_cases
def test_the_differential_is_linear_in_the_changes(case: Case) -> None:
    changes, random = changes_of(case), Random(5)
    form = case.differential(changes)
    for point in points([case.formula], 2, arithmetic=PRECISE):
        first, second = (
            {c.name: draw(c, point.sizes, random, MIXED, PRECISE) for c in changes} for _ in range(2)
        )
        with PRECISE.context():
            both = {name: add(scale(Decimal(3), first[name]), second[name]) for name in first}

        def at(change: dict[str, Matrix], point: Point = point) -> Matrix:
            return evaluate(form, {**point.values, **change}, point.sizes, PRECISE)

        with PRECISE.context():
            expected = add(scale(Decimal(3), at(first)), at(second))
        for found, wanted in zip(entries(at(both)), entries(expected), strict=True):
            assert abs(found - wanted) < Decimal("1e-35")


@over_cases
def test_the_second_differential_agrees_with_numerical_differentiation(case: Case) -> None:
    changes = changes_of(case)
    for place, (variable, change) in enumerate(zip(case.variables, changes, strict=True)):
        only = [c if i == place else Zero.of(c.shape) for i, c in enumerate(changes)]
        first = case.differential(only)
        if isinstance(first, Zero | Number):
            continue
        second = differential_of(first, variable, Symbol.of("second", variable.shape))
        found = verify_differential(
            case.formula, [variable] * 2, second, [change, Symbol.of("second", variable.shape)], count=2
        )
        assert found.ok, f"{variable.name}: {found}"


def differential_of(formula: Expr, variable: Symbol, change: Symbol) -> Expr:
    """Differentiate once more by the engine, as a form in `change`."""
    once_more = derivative(Formula(formula, {**symbols_of(formula), variable.name: variable}), variable.name)
    return substitute(once_more.differential, {once_more.changes[0]: change})


@over_cases
def test_numpy_agrees_with_the_reference(case: Case) -> None:
    run = compile([case.formula])
    for point in points([case.formula], 3, seed=1):
        (value,) = run(**{name: np.array(x) for name, x in point.values.items()})
        expected: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = np.array(evaluate(case.formula, *point))
        np.testing.assert_allclose(np.asarray(value).reshape(expected.shape), expected, rtol=1e-9, atol=1e-12)


@over_cases
def test_decimals_agree_with_floats(case: Case) -> None:
    for point in points([case.formula], 2):
        with PRECISE.context():
            values = {n: [[Decimal(a) for a in row] for row in x] for n, x in point.values.items()}
        precise = evaluate(case.formula, values, point.sizes, PRECISE)
        for a, b in zip(entries(precise), entries(evaluate(case.formula, *point)), strict=True):
            assert math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.parametrize("case", [c for c in CASES if c.function.exact], ids=name_of)
def test_exact_functions_have_rational_values(case: Case) -> None:
    for point in points([case.formula], 1, arithmetic=EXACT):
        value = entries(evaluate(case.formula, point.values, point.sizes, EXACT))
        assert all(isinstance(entry, Fraction) for entry in value)


@pytest.mark.parametrize("case", [c for c in CASES if isinstance(c.function, AbstractDefined)], ids=name_of)
def test_a_defined_function_equals_its_definition(case: Case) -> None:
    assert isinstance(case.function, AbstractDefined)
    definition = case.function.definition(*case.arguments)
    for point in points([case.formula, definition], 3):
        left, right = evaluate(case.formula, *point), evaluate(definition, *point)
        for a, b in zip(entries(left), entries(right), strict=True):
            assert math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


OUTSIDE: dict[Domain, list[Matrix]] = {
    Domain.POSITIVE: [[[-1.0]], [[0.0]]],
    Domain.NONNEGATIVE: [[[-1.0]]],
    Domain.UNIT_INTERVAL: [[[1.5]], [[-2.0]]],
    Domain.NONSINGULAR: [[[0.0]], [[1.0, 2.0], [2.0, 4.0]]],
    Domain.POSITIVE_DETERMINANT: [[[-1.0]], [[0.0, 1.0], [1.0, 0.0]], [[1.0, 2.0], [2.0, 4.0]]],
}
outside = [(f, x) for f in FUNCTIONS for x in OUTSIDE.get(f.domain, [])]


@pytest.mark.parametrize(("function", "x"), outside, ids=lambda v: getattr(v, "key", str(v)))
def test_outside_the_domain_there_is_no_value(function: AbstractFunction, x: Matrix) -> None:
    size = len(x)
    symbol = Symbol.of("X", (size, size))
    with pytest.raises(DomainError):
        function.evaluate(x)
    with pytest.raises(EvaluationError):
        compile([Apply.of(function, symbol)])(X=np.array(x))


def pairs_in_domain(case: Case) -> list[tuple[Point, Point]]:
    random, found = Random(3), []
    bounded = case.function.domain is Domain.UNIT_INTERVAL
    for style in (INSIDE,) if bounded else STYLES:
        for size in (2, 3):
            sizes = {"m": size + 1, "n": size}
            drawn = [
                {a.name: domain_value(a, sizes, random, style, not bounded) for a in case.arguments}
                for _ in "xy"
            ]
            pair = [Point(values, sizes) for values in drawn]
            if all(has_value(case, point) for point in pair):
                found.append((pair[0], pair[1]))
    return found


def domain_value(
    symbol: Symbol, sizes: dict[str, int], random: Random, style: Style, definite: bool
) -> Matrix:
    """Draw a value; a square matrix positive definite where entries may be of any size."""
    drawn = symbol
    if definite and symbol.shape == ("n", "n"):
        drawn = Symbol.of(symbol.name, symbol.shape, Structure.PSD)
    return draw(drawn, sizes, random, style, FLOAT)


def has_value(case: Case, point: Point) -> bool:
    try:
        evaluate(case.formula, *point)
    except FrechetError:
        return False
    return True


def mean(x: Matrix, y: Matrix) -> Matrix:
    return scale(0.5, add(x, y))


curved = [c for c in CASES if c.function.curvature is not Curvature.UNKNOWN and len(c.arguments) == 1]


@pytest.mark.parametrize("case", curved, ids=name_of)
def test_the_midpoint_lies_on_the_side_that_the_curvature_says(case: Case) -> None:
    name, checked = case.arguments[0].name, 0
    for x, y in pairs_in_domain(case):
        middle = Point({name: mean(x.values[name], y.values[name])}, x.sizes)
        chord = entries(mean(evaluate(case.formula, *x), evaluate(case.formula, *y)))
        for value, above in zip(entries(evaluate(case.formula, *middle)), chord, strict=True):
            slack = 1e-12 * max(1.0, abs(above))
            if case.function.curvature in (Curvature.CONVEX, Curvature.AFFINE):
                assert value <= above + slack
            if case.function.curvature in (Curvature.CONCAVE, Curvature.AFFINE):
                assert value >= above - slack
        checked += 1
    assert checked >= 2


monotone = [c for c in CASES if c.function.monotonicity is not Monotonicity.NONE]


@pytest.mark.parametrize("case", monotone, ids=name_of)
def test_a_larger_argument_moves_the_value_as_the_monotonicity_says(case: Case) -> None:
    name, checked = case.arguments[0].name, 0
    for x, y in pairs_in_domain(case):
        larger = [
            [max(a, b) for a, b in zip(p, q, strict=True)]
            for p, q in zip(x.values[name], y.values[name], strict=True)
        ]
        before = entries(evaluate(case.formula, *x))
        after = entries(evaluate(case.formula, {name: larger}, x.sizes))
        direction = 1 if case.function.monotonicity is Monotonicity.INCREASING else -1
        assert all(direction * (b - a) >= -1e-12 for a, b in zip(before, after, strict=True))
        checked += 1
    assert checked >= 2


@pytest.mark.parametrize("case", [c for c in CASES if c.function.sign is not Sign.UNKNOWN], ids=name_of)
def test_the_value_has_the_stated_sign(case: Case) -> None:
    for x, y in pairs_in_domain(case):
        for point in (x, y):
            for entry in entries(evaluate(case.formula, *point)):
                assert entry > 0 if case.function.sign is Sign.POSITIVE else entry >= 0


@pytest.mark.parametrize(
    "case",
    [c for c in CASES if c.function.preserves_symmetry and c.arguments[0].shape == ("n", "n")],
    ids=name_of,
)
def test_a_symmetric_argument_gives_a_symmetric_value(case: Case) -> None:
    for x, _ in pairs_in_domain(case):
        value = evaluate(case.formula, *x)
        for i, row in enumerate(value):
            for j, entry in enumerate(row):
                assert math.isclose(entry, value[j][i], rel_tol=1e-9, abs_tol=1e-12)


EXTREMES: dict[str, list[tuple[Matrix, Matrix]]] = {
    "logsumexp": [([[1e4], [1e4]], [[1e4 + math.log(2)]]), ([[-1e4], [-1e4]], [[-1e4 + math.log(2)]])],
    "softmax": [([[1e4], [1e4]], [[0.5], [0.5]]), ([[-1e4], [0.0]], [[0.0], [1.0]])],
    "sigmoid": [([[1e4]], [[1.0]]), ([[-1e4]], [[0.0]])],
    "softplus": [([[1e4]], [[1e4]]), ([[-1e4]], [[0.0]]), ([[-40.0]], [[math.log1p(math.exp(-40.0))]])],
    "norm2": [
        ([[1e-200], [1e-200]], [[math.sqrt(2) * 1e-200]]),
        ([[1e200], [1e200]], [[math.sqrt(2) * 1e200]]),
    ],
    "tanh": [([[1e4]], [[1.0]])],
    "logdet": [([[1e200, 0.0], [0.0, 1e200]], [[400 * math.log(10)]])],
    "sum": [([[1e16], [1.0], [-1e16]], [[1.0]])],
}


@pytest.mark.parametrize("name", EXTREMES)
def test_stable_functions_are_right_at_extreme_arguments(name: str) -> None:
    function = next(f for f in FUNCTIONS if f.key == name)
    for x, expected in EXTREMES[name]:
        shape: Shape = (len(x), len(x[0]))
        (value,) = compile([Apply.of(function, Symbol.of("X", shape))])(X=np.array(x))
        found = np.asarray(value).reshape(len(expected), len(expected[0]))
        np.testing.assert_allclose(found, expected, rtol=1e-14)
        if name != "sum":
            np.testing.assert_allclose(function.evaluate(x), expected, rtol=1e-14)
