"""Numerical derivatives are accurate to many digits and notice kinks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from frechet.errors import DomainError
from frechet.language import read
from frechet.verification.numerical import directional_derivative
from frechet.verification.sampling import Point

ONE = {"a": [[Decimal(1)]]}


@pytest.mark.parametrize(("order", "expected"), [(1, 5), (2, 20), (3, 60), (4, 120)])
def test_mixed_differences_of_every_order(order: int, expected: int) -> None:
    formula = read("a^5", {"a": "scalar"}).expression
    value, error = directional_derivative(formula, Point(dict(ONE), {}), [ONE] * order)
    assert abs(value[0][0] - expected) < Decimal("1e-20")
    assert error < Decimal("1e-12")


def test_a_kink_shows_in_the_error() -> None:
    formula = read("abs(a)^3 + abs(a - b)", {"a": "scalar", "b": "scalar"}).expression
    close = Point({"a": [[Decimal(1)]], "b": [[1 + Decimal("6e-9")]]}, {})
    assert directional_derivative(formula, close, [ONE]).error > Decimal("0.1")


def test_the_edge_of_the_domain_raises() -> None:
    with pytest.raises(DomainError):
        directional_derivative(
            read("log(a)", {"a": "scalar"}).expression, Point({"a": [[Decimal("1e-9")]]}, {}), [ONE]
        )
