"""What the writer of an unknown name may have meant."""

from __future__ import annotations

from typing import Final

from frechet.language.vocabulary import is_function

_WORDS: Final = frozenset(
    [
        "inf",
        "nan",
        "true",
        "none",
        "null",
        "if",
        "for",
        "in",
        "not",
        "and",
        "or",
        "is",
        "def",
        "do",
        "let",
        "end",
        "min",
        "max",
        "var",
        "int",
    ]
)


def mend_of_name(name: str, known: list[str]) -> str:
    """Say what the writer of an unknown name may have meant."""
    if is_function(name):
        return f"It is a function: write {name}(…)."
    near = [other for other in known if other.lower() == name.lower() or _one_edit(other, name)]
    if near:
        return f"Did you mean {near[0]}?"
    if len(name) == 2 and name[0] == "d" and name[1].isalpha():
        return 'For a derivative write the formula only, and name the variable: derivative(f, "x").'
    first = next((c for c in name if c.isalpha()), "x")
    kind = (
        "matrix(m, n)"
        if first.isupper()
        else "vector(n)"
        if "h" <= first <= "z" and len(name) < 4
        else "scalar"
    )
    declare = f'Declare it, for example "{name}": "{kind}"'
    if name.isascii() and name.isalpha() and len(name) <= 4 and name.lower() not in _WORDS:
        return f"{declare}; for a product write {_product_of_letters(name)}."
    return f"{declare}."


def _product_of_letters(name: str) -> str:
    """Return `x'*A*x` for `xTAx`."""
    letters = name.replace("T", "'")
    return "*".join(letters).replace("*'", "'")


def _one_edit(left: str, right: str) -> bool:
    """Tell whether one letter makes the difference."""
    if min(len(left), len(right)) < 3:
        return False
    if left[:-1] == right[:-1] or left[1:] == right[1:] or sorted(left) == sorted(right):
        return True
    return left in right or right in left if abs(len(left) - len(right)) == 1 else False
