r"""Names in LaTeX: which plain name `W_1`, `\Sigma` or `\hat{x}` stands for.

The same look may be spelled in several ways (`W1` and `W_1`, `alpha` and `α`): a declared spelling
wins; where none is declared, the plainest is taken.
"""

from __future__ import annotations

from collections.abc import Container

from frechet.notation.names import LETTER_OF, MACRO_OF


def letter_spellings(letter: str) -> list[str]:
    """Return the plain spellings of a letter or of a Greek command without its backslash.

    >>> letter_spellings("x"), letter_spellings("alpha"), letter_spellings("varphi")
    (['x'], ['alpha', 'α'], ['varphi', 'ϕ', 'phi', 'φ'])
    """
    letter = MACRO_OF.get(letter, letter)
    if letter not in LETTER_OF:
        return [letter]
    plain = letter.removeprefix("var")
    return list(dict.fromkeys([letter, LETTER_OF[letter], plain, LETTER_OF[plain]]))


def with_subscript(spellings: list[str], subscript: str) -> list[str]:
    """Return the spellings of a name with a subscript, digits joined first."""
    joined = [base + subscript for base in spellings]
    apart = [f"{base}_{subscript}" for base in spellings]
    return [*joined, *apart] if subscript.isdigit() else [*apart, *joined]


def declared_spelling(spellings: list[str], declared: Container[str]) -> str | None:
    """Return the first spelling that is declared."""
    return next((name for name in spellings if name in declared), None)


def plainest(spellings: list[str]) -> str:
    r"""Return the spelling of an undeclared name: `\varphi` is `phi`."""
    first = spellings[0]
    return first.removeprefix("var") if first.startswith("var") and len(spellings) > 1 else first
