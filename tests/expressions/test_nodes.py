from __future__ import annotations

from fractions import Fraction

import pytest

from frechet.assumptions import Structure
from frechet.errors import DomainError, LimitError, ShapeError
from frechet.expressions.nodes import (
    ElementwisePower,
    Expr,
    Hadamard,
    Identity,
    Kronecker,
    Number,
    Ones,
    Power,
    Product,
    Sum,
    Symbol,
    Transpose,
    Zero,
    is_integer,
)

A, B = Symbol.of("A", ("m", "n")), Symbol.of("B", ("n", "n"))
x, y = Symbol.of("x", ("n", 1)), Symbol.of("y", ("n", 1))
a, k = Symbol.of("a"), Symbol.of("k", structure=Structure.INTEGER)


def test_equal_content_is_one_object() -> None:
    assert Symbol.of("A", ("m", "n")) is A
    assert A @ x + A @ y is A @ x + A @ y
    assert A @ x is not A @ y


def test_numbers_fold_exactly() -> None:
    assert Number.of(Fraction(1, 3)) + Number.of(Fraction(1, 6)) is Number.of(Fraction(1, 2))
    assert Power.of(Number.of(2), Number.of(-3)) is Number.of(Fraction(1, 8))
    assert Power.of(Number.of(1), Number.of(10**9)) is Number.of(1)
    assert isinstance(Power.of(Number.of(10), Number.of(10**10)), Power)
    with pytest.raises(DomainError, match="0 has no inverse"):
        Power.of(Number.of(0), Number.of(-1))
    with pytest.raises(LimitError):
        Number.of(2**5_000)


def test_sums_and_products_are_flat_and_drop_what_is_neutral() -> None:
    assert Sum.of((x, Zero.of(x.shape), y)) is x + y
    assert Sum.of((Sum.of((x, y)), x)) is Sum.of((x, y, x))
    assert Product.of((Identity.of("m"), A, Identity.of("n"))) is A
    assert Hadamard.of((Ones.of(x.shape), x)) is x
    assert A @ Zero.of(("n", 1)) is Zero.of(("m", 1))
    assert Transpose.of(Transpose.of(A)) is A
    assert Transpose.of(a) is a


def test_a_scalar_inside_a_product_moves_out() -> None:
    product = Product.of((x, Product.of((x.T, y)), y.T))
    assert isinstance(product, Product)
    assert product.scalars == (x.T @ y,)
    assert product.chain == (x, y.T)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Sum.of((x, a)),
        lambda: Sum.of((A, B)),
        lambda: Product.of((x, y)),
        lambda: Hadamard.of((A, B)),
        lambda: Power.of(A, Number.of(2)),
        lambda: Power.of(B, a),
        lambda: Power.of(a, x),
        lambda: ElementwisePower.of(A, B),
    ],
)
def test_shapes_that_do_not_fit_are_refused_with_a_hint(build: object) -> None:
    assert callable(build)
    with pytest.raises(ShapeError) as caught:
        build()
    assert caught.value.hint


def test_kronecker_multiplies_sizes() -> None:
    assert Kronecker.of(A, B).shape == ("m*n", "n*n")
    assert Kronecker.of(Identity.of("m"), Identity.of("n")) is Identity.of("m*n")


def test_a_whole_exponent_is_recognized_without_recursion() -> None:
    exponent: Expr = k
    for _ in range(5_000):
        exponent = Sum.of((Product.of((exponent, k)), Number.of(1)))
    assert is_integer(exponent)
    assert not is_integer(exponent + a)
    assert not is_integer(k / 2)


def test_a_flat_sum_has_a_longest_length() -> None:
    with pytest.raises(LimitError, match="more than 5,000 parts"):
        Sum.of([x] * 5_001)
