from __future__ import annotations

import pytest

from frechet.notation.names import LETTER_OF, MACRO_OF, Name, split_name


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("x", Name(False, "x", "")),
        ("W12", Name(False, "W", "12")),
        ("x_i", Name(False, "x", "i")),
        ("dX", Name(True, "X", "")),
        ("dW1", Name(True, "W", "1")),
        ("delta", Name(False, "delta", "")),
        ("ddelta", Name(True, "delta", "")),
        ("rate", Name(False, "rate", "")),
        ("x_1_2", None),
        ("a1b", None),
    ],
)
def test_a_name_is_taken_apart(name: str, parts: Name | None) -> None:
    assert split_name(name) == parts


def test_every_greek_letter_has_one_command() -> None:
    assert {MACRO_OF[letter] for letter in LETTER_OF.values()} == set(LETTER_OF)
