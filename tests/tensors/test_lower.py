"""A formula is lowered to index notation once."""

from __future__ import annotations

import pytest

import frechet as fr
from frechet.tensors import lower as lowering
from frechet.tensors.lower import lower


def test_a_formula_and_its_parts_are_lowered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    formula = fr.parse("norm2(exp(A*once))^2", {"A": "matrix(m, n)", "once": "vector(n)"})
    tensor = lower(formula.expression)
    monkeypatch.setattr(lowering, "_apply", None)
    assert lower(formula.expression) is tensor
    assert lower(fr.parse("exp(A*once)", formula.declarations).expression).dims == ("m",)


def test_every_negative_power_of_zero_is_the_same_value() -> None:
    nowhere = fr.parse("1./(log(vector(1, m)).^2)").expression
    assert lower(nowhere) is lower(fr.parse("log(vector(1, m)).^(-3)").expression)
    assert lower(nowhere) is lower(fr.parse("1./log(vector(1, m))").expression)
