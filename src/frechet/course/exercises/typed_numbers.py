r"""Numbers as people type them: `[1, 2; 3, 4]`, `(7/6, 1/2)`, `u = 2, v = 3`, `1/5*[3; 4]`, `\frac{7}{6}`.

A decimal counts to the digits it is written in, a fraction is exact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, final

from frechet.course.exercises.names import MOST_CHARACTERS
from frechet.course.numbers import matrix_of_text, number_of
from frechet.errors import LimitError
from frechet.expressions.function import Matrix
from frechet.functions.linear_algebra import scale

_LEAST_RELATIVE: Final = 1e-6
_MOST_RELATIVE: Final = 2e-3
_NEAR_BY: Final = 1e-2

_DOLLARS: Final = re.compile(r"\$|\\[\[\]()]")
_WRAPPER: Final = re.compile(r"^(?:np\.|numpy\.)?array\s*(\(.*\))$", re.DOTALL)
_SPACING: Final = re.compile(r"\\left|\\right|\\[bB]igg?[lr]?(?![a-z])|\\[,;!: ]|\\q?quad")
_LATEX_MATRIX: Final = re.compile(
    r"\\begin\{([a-z]*matrix|array)\}(?:\{[lcr|]*\})?(.*?)\\end\{\1\}", re.DOTALL
)
_FRACTION: Final = re.compile(r"\\[td]?frac\s*(?:\{([^{}]*)\}|(\d))\s*(?:\{([^{}]*)\}|(\d))")
_LABEL: Final = re.compile(r"^[^=<>≤]{0,30}(?:=|<|≤|\\leq?(?![a-z]))")
_INNER_LABEL: Final = re.compile(r"([,;\n])\s*[A-Za-z\\][^=,;\n\[\]()]{0,20}=")
_TRANSPOSED: Final = re.compile(r"\s*(?:['’ᵀ⊤]|\^\s*\{?\s*(?:\\top|T)\s*\}?)$")
_NESTED: Final = re.compile(r"\]\s*,\s*\[")
_TUPLES: Final = re.compile(r"\(\s*(\([^()]*,[^()]*\)\s*,?\s*)+\)")
_DIVIDED: Final = re.compile(r"(.*[\])])\s*/\s*([\d.]+)", re.DOTALL)
_TIMES: Final = re.compile(r"\s*(?:\*|·|\\cdot)?\s*$")
_SEPARATED: Final = re.compile(r"[,;]|[\d)]\s+[-+]?[\d(]")
_DECIMAL: Final = re.compile(r"\d*\.(\d+)")
_SIGNS: Final = str.maketrans({"⟨": "(", "⟩": ")", "½": "(1/2)", "¼": "(1/4)", "¾": "(3/4)"})


@final
@dataclass(frozen=True, slots=True)
class Typed:
    """Numbers, and for each the unit of its last decimal: 0 where it is exact."""

    numbers: Matrix
    units: list[list[float]]

    @property
    def column(self) -> Typed:
        """Return a row turned into a column."""
        return Typed([[x] for x in self.numbers[0]], [[x] for x in self.units[0]])

    def agree(self, right: Matrix) -> bool:
        """Tell whether these are the right numbers, to the digits typed but three at least."""
        return self._within(right, 1.0, _MOST_RELATIVE)

    def begin(self, right: Matrix) -> bool:
        """Tell whether these are the right numbers rounded to very few digits."""
        return self._within(right, 0.5000001, _NEAR_BY)

    def _within(self, right: Matrix, units: float, most: float) -> bool:
        if (len(self.numbers), len(self.numbers[0])) != (len(right), len(right[0])):
            return False
        largest = max(abs(float(x)) for row in right for x in row) or 1.0
        return all(
            abs(float(x) - float(y)) <= max(_LEAST_RELATIVE * largest, min(units * unit, most * largest))
            for row, others, marks in zip(self.numbers, right, self.units, strict=True)
            for x, y, unit in zip(row, others, marks, strict=True)
        )


def typed_numbers(text: str) -> Typed:
    """Read numbers: a matrix, a list, a number.

    Raises:
        FrechetError: they are none, or far too many.
    """
    if len(text) > MOST_CHARACTERS:
        raise LimitError(
            f"the answer has more than {MOST_CHARACTERS:,} characters", hint="Give numbers only."
        )
    body = _TRANSPOSED.sub("", _LABEL.sub("", _plain(text)).strip())
    factor, inner = _unscaled(_wrapped(body))
    inner = bare(_NESTED.sub(";", inner))
    inner = _INNER_LABEL.sub(r"\1 ", re.sub(r"\s+and\s+", ", ", inner))
    numbers, written = matrix_of_text(f"[{_with_commas(inner)}]")
    units = [[_unit(part) for part in row] for row in written]
    if not factor:
        return Typed(numbers, units)
    by = number_of(factor)
    return Typed(scale(by, numbers), [[abs(float(by)) * unit for unit in row] for row in units])


def _plain(text: str) -> str:
    """Return a text without the marks of typesetting."""
    body = _LATEX_MATRIX.sub(_of_latex_matrix, text)
    body = _SPACING.sub(" ", _DOLLARS.sub("", body)).translate(_SIGNS).strip().rstrip(" .")
    return _FRACTION.sub(r"((\1\2)/(\3\4))", body)


def _of_latex_matrix(match: re.Match[str]) -> str:
    inner = match.group(2).replace("&", ",").replace("\\\\", ";").strip(" ;\n")
    return f"[{inner}]"


def _wrapped(body: str) -> str:
    wrapped = _WRAPPER.match(body)
    body = wrapped.group(1) if wrapped else body
    return body.replace("(", "[").replace(")", "]") if _TUPLES.fullmatch(body) else body


def _unscaled(body: str) -> tuple[str, str]:
    """Return the factor that stands before or below several numbers, and these."""
    divided = _DIVIDED.fullmatch(body)
    whole, below = divided.groups() if divided else (body, "1")
    for place in (k for k, character in enumerate(whole) if character in "[("):
        before, several = _TIMES.sub("", whole[:place]), whole[place:]
        if _enclosed(several) and _SEPARATED.search(several):
            if re.search(r"[,;]", before) or (not before and not divided):
                break
            return f"({before if before.strip('+-') else before + '1'})/{below}", several
    return "", body


def _with_commas(inner: str) -> str:
    """Return rows with semicolons between them and commas within."""
    if "\n" in inner:
        inner = ";".join(part for part in inner.splitlines() if part.strip())
    if not re.search(r"[,;]", inner) and re.search(r"[\d.)]\s+[-+\d.(]", inner):
        return ",".join(inner.split())
    if ";" in inner:
        return ";".join(row if "," in row else ",".join(row.split()) for row in inner.split(";"))
    return inner


def bare(text: str) -> str:
    """Return a text without the brackets around it."""
    while _enclosed(text):
        text = text[1:-1].strip()
    return text


def _enclosed(text: str) -> bool:
    """Tell whether the first bracket is closed by the last one."""
    if text[:1] not in ("[", "(", "{") or text[-1:] not in ("]", ")", "}"):
        return False
    depth = 0
    for place, character in enumerate(text):
        depth += (character in "[({") - (character in "])}")
        if depth == 0:
            return place == len(text) - 1
    return False


def _unit(text: str) -> float:
    """Return the unit of the last decimal in a text, 0 where it has none."""
    found = _DECIMAL.findall(text)
    return 10.0 ** -min(map(len, found)) if found else 0.0
