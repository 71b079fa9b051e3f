"""MODEL files in the modeling language of GENO: parameters, variables, an objective, constraints.

Parameters
      Matrix A
      Vector b
    variables
      Vector x
    min
      norm2(A*x - b)^2
    st
      x >= 0

A declaration is a kind and a name, with `symmetric`, `psd`, … after it, or `name: kind` as
everywhere else. Sizes of parameters come from the data, those of variables by unification.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any, Final, final

import numpy as np

from frechet.assumptions import Structure
from frechet.errors import FrechetError, LimitError, ParseError, ShapeError, quoted
from frechet.expressions.nodes import Symbol
from frechet.formula import Formula, described
from frechet.language.declarations import KINDS, check_name
from frechet.language.reader import read
from frechet.limits import MAX_CHARACTERS
from frechet.optimize.minimization import minimize
from frechet.optimize.result import Result

_HEADINGS: Final = {
    "parameters": "parameters",
    "variables": "variables",
    "min": "min",
    "max": "max",
    "st": "st",
    "s.t.": "st",
    "subject to": "st",
}
_STRUCTURES: Final = {s.value for s in Structure}
_COMMENT: Final = re.compile(r"[%#].*")
_LETTERS: Final = {True: "xyzuvwhijklmnopqrst", False: ascii_uppercase}
_WORD: Final = re.compile(r"[^\W\d]\w*")
_QUOTED: Final = re.compile(r""""[^"]*"|'[^']*'""")
_ORIGIN: Final = re.compile(rf"follows from (?:{_QUOTED.pattern})")


@final
@dataclass(frozen=True, slots=True)
class Model:
    """A model as written: kinds by name, the objective, whether to maximize, the constraints."""

    parameters: dict[str, str]
    variables: dict[str, str]
    objective: str
    maximize: bool
    constraints: tuple[str, ...]

    def formula(self, data: Mapping[str, Any]) -> Formula:
        """Return the objective to minimize, with the sizes of the data.

        Raises:
            FrechetError: the objective cannot be read.
        """
        sizes: dict[str, int] = {}
        declared = {name: _with_sizes(kind, name, data, sizes) for name, kind in self.parameters.items()}
        text = f"-({self.objective})" if self.maximize else self.objective
        shapes = self._inferred(text, declared, sizes)
        return read(text, {**declared, **shapes})

    def _inferred(self, text: str, declared: Mapping[str, str], sizes: Mapping[str, int]) -> dict[str, str]:
        """Find the sizes of the variables: a stand-in of the same kind, left undeclared, gets them."""
        fixed = {n: _numbered(k, sizes) for n, k in self.variables.items() if "(" in k or k in _SIZELESS}
        open_ones = {n: k for n, k in self.variables.items() if n not in fixed}
        stand_ins: dict[str, str] = {}
        for name, kind in open_ones.items():
            stand_ins[name] = _stand_in(kind, {*declared, *self.variables, *stand_ins.values()})
        found = _read_with(stand_ins, text, {**declared, **fixed}) if open_ones else {}
        shapes = dict(fixed)
        for name, kind in open_ones.items():
            symbol = found.get(stand_ins[name])
            if symbol is None:
                raise ParseError(
                    f"the variable {quoted(name)} does not occur in the objective",
                    hint="Use it, or declare it with its size.",
                )
            word = kind.partition(" ")[2] or kind
            shapes[name] = described(symbol) if word in ("vector", "matrix") else f"{word}({symbol.shape[0]})"
        return shapes

    def minimize(self, data: Mapping[str, Any], **options: Any) -> Result:
        """Solve the model with these data."""
        formula = self.formula(data)
        used = {name: data[name] for name in self.parameters if name in data}
        return minimize(formula, list(self.variables), used, self.constraints, **options)


_SIZELESS: Final = ("scalar", "positive", "integer")


def read_model(text: str) -> Model:
    """Read a model.

    Raises:
        ParseError: a block is missing or appears twice, or a declaration is malformed.
        LimitError: the text is too long.
    """
    if len(text) > MAX_CHARACTERS:
        raise LimitError(
            f"the model has {len(text):,} characters, more than {MAX_CHARACTERS:,}", hint="Shorten it."
        )
    blocks: dict[str, list[str]] = {}
    current: str | None = None
    for line in (_COMMENT.sub("", raw).strip() for raw in text.splitlines()):
        heading = _HEADINGS.get(line.rstrip(":").strip().lower())
        if heading is not None:
            if heading in blocks:
                raise ParseError(f"the block {quoted(heading)} appears twice", hint="Join the two.")
            current = heading
            blocks[heading] = []
        elif line and current is None:
            raise ParseError(
                f"{quoted(line)} stands before the first block",
                hint="Begin with a line `parameters` or `variables`.",
            )
        elif line and current is not None:
            blocks[current].append(line)
    return _model_of(blocks)


def _model_of(blocks: Mapping[str, list[str]]) -> Model:
    if ("min" in blocks) == ("max" in blocks):
        raise ParseError("a model has one block `min` or `max`", hint="State the objective in exactly one.")
    goal = "max" if "max" in blocks else "min"
    if not blocks.get("variables") or not blocks[goal]:
        missing = "variables" if not blocks.get("variables") else goal
        raise ParseError(f"the block {quoted(missing)} is missing or empty", hint="Add it.")
    parameters = _declarations(blocks.get("parameters", []))
    variables = _declarations(blocks["variables"])
    for name in parameters.keys() & variables.keys():
        raise ParseError(f"{quoted(name)} is both a parameter and a variable", hint="Keep one of the two.")
    constraints = [line.rstrip(",;") for line in blocks.get("st", [])]
    return Model(parameters, variables, " ".join(blocks[goal]), goal == "max", tuple(constraints))


def _declarations(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        name, kind = _declaration(line.rstrip(",;"))
        if name in found:
            raise ParseError(f"{quoted(name)} is declared twice", hint="Keep one of the two.")
        found[name] = kind
    return found


def _declaration(line: str) -> tuple[str, str]:
    """Return the name and the kind of `Matrix A symmetric`, or of `A: symmetric(n)`."""
    before, colon, after = line.partition(":")
    if colon:
        return check_name(before.strip()), after.strip()
    words = line.split()
    kind, name = (words[0].lower(), words[1]) if len(words) in (2, 3) else ("", "")
    structure = words[2].lower() if len(words) == 3 else kind
    if kind not in KINDS or structure not in (*_STRUCTURES, kind):
        raise ParseError(
            f"{quoted(line)} is not a declaration",
            hint="Write `Matrix A`, `Vector b`, `Scalar c`, `Matrix S symmetric`, or `A: matrix(m, n)`.",
        )
    return check_name(name), structure


def _with_sizes(kind: str, name: str, data: Mapping[str, Any], sizes: dict[str, int]) -> str:
    """Return a parameter's kind with the sizes of its value; `sizes` learns what their names stand for."""
    if kind in _SIZELESS:
        return kind
    if name not in data:
        raise ParseError(f"the parameter {quoted(name)} has no value", hint="Add it to the data file.")
    word, _, inside = kind.partition("(")
    lengths = [*map(int, np.shape(data[name])), 1, 1][: 2 if word.strip() == "matrix" else 1]
    for size, length in zip(inside.rstrip(") ").split(","), lengths, strict=False):
        if _WORD.fullmatch(size.strip()) and sizes.setdefault(size.strip(), length) != length:
            raise ShapeError(
                f"the size {size.strip()} is {sizes[size.strip()]} in one parameter and {length} in {name}",
                hint="Check the data.",
            )
    return f"{word.strip()}({', '.join(map(str, lengths))})"


def _read_with(stand_ins: Mapping[str, str], text: str, declared: Mapping[str, str]) -> dict[str, Symbol]:
    """Return what the formula declares with stand-ins for some names; a refusal speaks of the names."""
    renamed = _WORD.sub(lambda word: stand_ins.get(word[0], word[0]), text)
    try:
        return dict(read(renamed, declared).declarations)
    except FrechetError as error:
        names = {letter: name for name, letter in stand_ins.items()}

        def original(quotation: re.Match[str]) -> str:
            return _WORD.sub(lambda word: names.get(word[0], word[0]), quotation[0])

        error.message = _QUOTED.sub(original, error.message)
        error.hint = _ORIGIN.sub(original, error.hint)
        if error.position is not None:
            error.position = _place_before(stand_ins, text, error.position)
            error.source = text
        raise


def _place_before(stand_ins: Mapping[str, str], text: str, place: tuple[int, int]) -> tuple[int, int]:
    """Return where a place of the renamed text lies in the text itself."""
    places: list[int] = []
    at = 0
    for word in _WORD.finditer(text):
        places += range(at, word.start())
        length = len(stand_ins.get(word[0], word[0]))
        places += [min(word.start() + k, word.end() - 1) for k in range(length)]
        at = word.end()
    places += range(at, len(text) + 1)
    start, end = place
    last = places[end - 1] if end > start else places[start]
    ends = (w.end() for w in _WORD.finditer(text) if w[0] in stand_ins and w.start() <= last < w.end())
    return places[start], next(ends, last + 1)


def _numbered(kind: str, sizes: Mapping[str, int]) -> str:
    """Return a variable's kind with the sizes that are known as numbers."""
    word, parenthesis, inside = kind.partition("(")
    return word + parenthesis + _WORD.sub(lambda size: str(sizes.get(size[0], size[0])), inside)


def _stand_in(kind: str, taken: set[str]) -> str:
    """Return an unused letter that the language takes for a vector or a matrix when it is not declared."""
    found = next((letter for letter in _LETTERS[kind == "vector"] if letter not in taken), None)
    if found is None:
        raise ParseError(
            "too many variables are declared without a size", hint="Write sizes, as in `x: vector(n)`."
        )
    return found
