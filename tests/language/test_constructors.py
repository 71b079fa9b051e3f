from __future__ import annotations

import pytest

from frechet.errors import DeclarationError
from frechet.formula import Formula
from frechet.language import constructors, read


@pytest.mark.parametrize("kind", ["symmetric", "psd", "diagonal", "skew", "orthogonal", "lower"])
def test_a_constructor_and_a_declaration_give_the_same_symbol(kind: str) -> None:
    made: Formula = getattr(constructors, kind)("M", "n")
    assert made == read("M", {"M": f"{kind}(n)"})


def test_scalars_vectors_and_matrices_are_made_by_name_and_size() -> None:
    assert constructors.scalar("a").shape == ()
    assert constructors.vector("x", "n").shape == ("n",)
    assert constructors.matrix("A", 3, "2*n").shape == (3, "2*n")
    assert constructors.integer("k") == read("k", {"k": "integer"})
    assert constructors.positive("s") == read("s", {"s": "positive"})


@pytest.mark.parametrize("size", [0, -1, 2.0, None, "m+n", True, ""])
def test_a_size_that_is_none_is_refused(size: object) -> None:
    with pytest.raises(DeclarationError):
        constructors.vector("x", size)  # type: ignore[arg-type]


def test_a_name_that_is_its_own_size_is_refused() -> None:
    with pytest.raises(DeclarationError, match="also a size"):
        constructors.vector("n", "n")
