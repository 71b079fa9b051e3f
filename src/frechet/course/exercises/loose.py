r"""What people write between the two languages: `det(X)*inv(X)^T`, `-tr(X^{-1}AX^{-1}dX)`, `-g/||g||`.

Text and LaTeX are read as they stand; what neither takes is respelled here, as text with the marks
of LaTeX for a transpose, or as LaTeX with the functions and the longer names of text.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from frechet.language.names import GREEK, NAME
from frechet.language.vocabulary import CONSTANTS, is_function

_UPRIGHT: Final = ("T", "t")
_RAISED_LETTER: Final = r"(?:[Tt]|\\top|\\intercal|⊤)"
_TRANSPOSED: Final = re.compile(rf"\^\s*(?:{_RAISED_LETTER}(?![A-Za-z0-9])|\{{\s*{_RAISED_LETTER}\s*\}})")
_INVERSE_TRANSPOSED: Final = re.compile(
    rf"\^\s*(?:-\s*{_RAISED_LETTER}(?![A-Za-z0-9])|[({{]\s*-\s*{_RAISED_LETTER}\s*[)}}])"
)
_RAISED: Final = re.compile(r"\^\s*\{\s*(-?\d+)\s*\}")
_MARKS_OF_TEXT: Final = (
    (re.compile(r"\.\s*\^\s*(\d)"), r"^{\\odot \1}"),
    (re.compile(r"\.\*"), r" \\odot "),
    (re.compile(r"\./"), r" \\oslash "),
    (re.compile(r"\^\s*-\s*(\w)"), r"^{-\1}"),
    (re.compile(r"\|\|(.*?)\|\|"), r"\\|\1\\|"),
    (re.compile(r"⁻¹"), "^{-1}"),
    (re.compile(r"⁺|\^\s*(?:\\dagger(?![A-Za-z])|\{\s*\\dagger\s*\}|†)"), "^{+}"),
    (re.compile(r"½"), "(1/2)"),
    (re.compile(r"@"), " "),
    (re.compile(r"\bones\(\s*(\w+)\s*\)"), r"\\mathbf{1}_{\1}"),
    (re.compile(r"\b(?:vector\(\s*1\s*\)|ones\b(?!\())"), r"\\mathbf{1}"),
)
_MODULE: Final = re.compile(r"\b(?:np|numpy)\.(?:linalg\.)?(?=[a-z])")
_TRANSPOSED_OF_TEXT: Final = re.compile(r"\.T\b")
_WORD: Final = re.compile(rf"\\[A-Za-z]+|{NAME}")
_NUMBERED: Final = re.compile(r"([A-Za-z])(\d+)")


def as_text(body: str, known: Collection[str]) -> str:
    r"""Return a text in which `^T`, `^{-T}`, `^{-1}` and `np.linalg.inv` are written as text writes them.

    >>> as_text("det(X)*inv(X)^T + X^{-\\top}", ["X"])
    "det(X)*inv(X)' + X^(-1)'"
    """
    if not any(letter in known for letter in _UPRIGHT):
        body = _INVERSE_TRANSPOSED.sub("^(-1)'", body)
        body = _TRANSPOSED.sub("'", body)
    return _RAISED.sub(r"^(\1)", _MODULE.sub("", body))


def as_latex(body: str, known: Collection[str]) -> str:
    r"""Return a text as LaTeX: products may be left out, functions and long names are words.

    >>> as_latex("-y*sigmoid(-y*w'*x)*x", "xyw")
    "-y*\\operatorname{sigmoid}(-y*w'*x)*x"
    >>> as_latex("W1 x + mu - X.T/||x||", ["W1", "x", "mu", "X"])
    'W_{1} x + \\mu  - X^{\\top}/\\|x\\|'
    """
    if not any(letter in known for letter in _UPRIGHT):
        body = _INVERSE_TRANSPOSED.sub(r"^{-\\top}", body)
        body = _TRANSPOSED.sub(r"^{\\top}", body)
    body = _TRANSPOSED_OF_TEXT.sub(r"^{\\top}", body)
    for mark, latex in _MARKS_OF_TEXT:
        body = mark.sub(latex, body)
    return _WORD.sub(lambda match: _word(match, body, known), body)


def _word(match: re.Match[str], body: str, known: Collection[str]) -> str:
    word = match.group()
    if word in known:
        if word in GREEK:
            return rf"\{word} "
        numbered = _NUMBERED.fullmatch(word)
        return f"{numbered.group(1)}_{{{numbered.group(2)}}}" if numbered else word
    called = body[match.end() :].lstrip().startswith("(")
    if len(word) > 1 and called and (is_function(word.casefold()) or word in CONSTANTS):
        return rf"\operatorname{{{word.casefold()}}}"
    return word
