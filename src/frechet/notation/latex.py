r"""LaTeX as a journal prints it: `\left\|A x - b\right\|_2^2`, `X^{-\top}`, `\frac{x}{\left\|x\right\|_2}`.

A function's entry gives its look as `latex`: the name of an operator (`\operatorname{tr}`), or a
template with a place for every argument: `{0}` as it is, `{0:base}` to be raised, `{0:factor}` as
a factor. Without either, the function's name is the operator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, final

from frechet.expressions.bindings import Binding
from frechet.expressions.function import AbstractElementwise, AbstractFunction, Axis
from frechet.expressions.nodes import Apply, Expr
from frechet.expressions.traversal import symbols_of
from frechet.functions.elementwise import ABS, SIGMOID
from frechet.functions.indexing import SUM_COLUMNS, SUM_ROWS
from frechet.notation.names import LATIN_CAPITALS, LETTER_OF, MACRO_OF, Name, repeated, split_name
from frechet.notation.precedence import Strength, Written
from frechet.notation.printer import AbstractNotation, render
from frechet.shapes import Dimension, Shape, factors_of, is_scalar

BARE: Final = frozenset(
    [
        r"\log",
        r"\det",
        r"\log\det",
        r"\sin",
        r"\cos",
        r"\tan",
        r"\sinh",
        r"\cosh",
        r"\tanh",
        r"\arcsin",
        r"\arccos",
        r"\arctan",
    ]
)
"""Operators written without brackets before a single letter."""

_SLOT: Final = re.compile(r"\{(\d)(?::(base|factor))?\}")
_NEEDS_SIGN: Final = re.compile(r"[0-9.]")
_WIDE_END: Final = re.compile(r"\\(?:mathit\{[^{}]*\}|mathrm\{d\}[^)\s]+)$")
_WIDE_START: Final = re.compile(r"\\(?:mathit|mathrm)\{")


def latex(expr: Expr, *, bold: bool = False) -> str:
    """Return the LaTeX of a formula; `bold` sets vectors and matrices in bold letters.

    Raises:
        LimitError: the written formula would be too long.
    """
    return render(expr, LatexNotation(symbols_of(expr), bold=bold))


def latex_of_name(name: str, *, bold: bool = False) -> str:
    r"""Return a name in LaTeX.

    >>> print(latex_of_name("W1"), latex_of_name("alpha"), latex_of_name("x_hat"), latex_of_name("dX"))
    W_1 \alpha x_{\mathrm{hat}} \mathrm{d}X
    """
    parts = split_name(name)
    if parts is None:
        return _spelled(name)
    base = _base(parts, bold)
    if base is None:
        return _spelled(name)
    text = ("\\mathrm{d}" if parts.differential else "") + base
    return f"{text}_{_subscript(parts.subscript)}" if parts.subscript else text


def _base(parts: Name, bold: bool) -> str | None:
    base = MACRO_OF.get(parts.base, parts.base)
    if base in LETTER_OF:
        if base in LATIN_CAPITALS:
            return None
        return f"\\boldsymbol{{\\{base}}}" if bold else f"\\{base}"
    if len(base) == 1 and base.isascii():
        return f"\\mathbf{{{base}}}" if bold else base
    return f"\\mathbf{{{base}}}" if bold and base.isascii() else _spelled(base)


def _spelled(name: str) -> str:
    escaped = name.replace("_", r"\_")
    return f"\\mathit{{{escaped}}}"


def _subscript(subscript: str) -> str:
    if len(subscript) == 1:
        return subscript
    return f"{{{subscript}}}" if subscript.isdigit() else f"{{\\mathrm{{{subscript}}}}}"


def latex_of_size(size: Dimension) -> str:
    """Return a dimension in LaTeX: `n`, `3`, `m n`."""
    return " ".join(str(f) if isinstance(f, int) else latex_of_name(f) for f in factors_of(size))


def script(text: str) -> str:
    """Return a sub- or superscript, in braces unless it is one character."""
    return text if len(text) == 1 else f"{{{text}}}"


@final
class LatexNotation(AbstractNotation):
    """The table of LaTeX."""

    minus, plus = "-", "+"
    hadamard, quotient, kronecker = r" \odot ", r" \oslash ", r" \otimes "

    def __init__(self, symbols: Iterable[str], *, bold: bool) -> None:
        self._bold = bold
        looks = [latex_of_name(name) for name in symbols]
        self._taken = frozenset(looks)
        self._alike = repeated(looks)

    def brackets(self, text: str) -> str:
        return rf"\left({text}\right)"

    def symbol(self, name: str, shape: Shape) -> Written:
        plain = latex_of_name(name)
        text = latex_of_name(name, bold=self._bold and not is_scalar(shape))
        if plain in self._alike:
            text = _spelled(name)
        differential = text.startswith(r"\mathrm{d}")
        return Written(
            text,
            Strength.FUNCTION if differential else Strength.ATOM,
        )

    def constant(self, name: str) -> Written:
        return Written(f"\\{name}", Strength.ATOM)

    def identity(self, size: Dimension) -> Written:
        letter = (
            r"\mathbf{I}" if self._bold or self._taken & {"I", f"I_{script(latex_of_size(size))}"} else "I"
        )
        return Written(f"{letter}_{script(latex_of_size(size))}", Strength.ATOM)

    def filled(self, digit: str, shape: Shape) -> Written:
        rows, columns = shape
        if columns == 1:
            return Written(rf"\mathbf{{{digit}}}_{script(latex_of_size(rows))}", Strength.ATOM)
        if rows == 1:
            size = script(latex_of_size(columns))
            return Written(rf"\mathbf{{{digit}}}_{size}^{{\top}}", Strength.POSTFIX)
        return Written(
            rf"\mathbf{{{digit}}}_{{{latex_of_size(rows)} \times {latex_of_size(columns)}}}", Strength.ATOM
        )

    def juxtapose(self, parts: Sequence[str]) -> str:
        text = parts[0]
        for part in parts[1:]:
            if _NEEDS_SIGN.match(part):
                text += r" \cdot "
            elif _WIDE_START.match(part) or _WIDE_END.search(text):
                text += r"\,"
            else:
                text += " "
            text += part
        return text

    def fraction(self, above: Written, below: Written) -> Written:
        return Written(rf"\frac{{{self.signed(above)}}}{{{self.signed(below)}}}", Strength.POSTFIX)

    def root(self, inner: str) -> Written:
        return Written(rf"\sqrt{{{inner}}}", Strength.ATOM)

    def power(self, base: str, exponent: Written) -> str:
        text = self.signed(exponent)
        return f"{base}^{script(_spelled(text) if text == 'T' else text)}"

    def elementwise_power(self, base: str, exponent: Written) -> str:
        return rf"{base}^{{\odot {self.at_least(exponent, Strength.SIGN)}}}"

    def transpose(self, base: str) -> str:
        return rf"{base}^{{\top}}"

    def inverse_transpose(self, base: str) -> str:
        return rf"{base}^{{-\top}}"

    def apply(self, node: Apply, arguments: Sequence[Written]) -> Written:
        function, argument = node.function, node.arguments[0]
        if function in (SUM_ROWS, SUM_COLUMNS):
            return self._row_sums(node, arguments[0])
        template = self._template(function, argument.shape)
        if _SLOT.search(template):
            return self._filled_template(template, arguments)
        closed = template + self._axis(function) + self.brackets(", ".join(map(self.signed, arguments)))
        if template not in BARE:
            return Written(closed, Strength.ATOM)
        if self._may_stand_bare(arguments[0], argument, function):
            return Written(f"{template} {arguments[0].text}", Strength.FUNCTION, closed=closed)
        return Written(closed, Strength.FUNCTION, closed=closed)

    def _template(self, function: AbstractFunction, shape: Shape) -> str:
        if function is ABS and not is_scalar(shape):
            return r"\operatorname{abs}"
        if function is SIGMOID and any(look.startswith(r"\sigma") for look in self._taken):
            return r"\operatorname{sigmoid}"
        if 1 not in shape and function.latex_of_matrix:
            return function.latex_of_matrix
        return function.latex or rf"\operatorname{{{function.name}}}"

    def _axis(self, function: AbstractFunction) -> str:
        return "" if function.axis is Axis.ALL else rf"_{{\mathrm{{{function.axis.value}}}}}"

    def _may_stand_bare(self, written: Written, argument: Expr, function: AbstractFunction) -> bool:
        if written.negative or (isinstance(function, AbstractElementwise) and not argument.is_scalar):
            return False
        return written.binds is Strength.ATOM or bool(written.closed and written.text != written.closed)

    def _filled_template(self, template: str, arguments: Sequence[Written]) -> Written:
        def fill(slot: re.Match[str]) -> str:
            argument = arguments[int(slot[1])]
            if slot[2] == "base":
                return self.base(argument)
            return self.factor(argument) if slot[2] == "factor" else self.signed(argument)

        kinds: Mapping[str | None, Strength] = {"base": Strength.POSTFIX, "factor": Strength.PRODUCT}
        strength = min(kinds.get(slot[2], Strength.ATOM) for slot in _SLOT.finditer(template))
        return Written(_SLOT.sub(fill, template), strength)

    def _row_sums(self, node: Apply, argument: Written) -> Written:
        """Write the sums of the rows as a product with a vector of ones: `X 1`, `Xᵀ 1`."""
        rows, columns = node.arguments[0].shape
        if node.function is SUM_ROWS:
            parts = [self.factor(argument), self.filled("1", (columns, 1)).text]
        else:
            parts = [self.transpose(self.base(argument)), self.filled("1", (rows, 1)).text]
        return Written(self.juxtapose(parts), Strength.PRODUCT)

    def where(self, text: str, bindings: Sequence[Binding]) -> str:
        lines = [rf"{name} &= {value}" for name, value in bindings]
        lines[0] = r"\text{where } " + lines[0]
        return "\\begin{aligned}\n& " + text + " \\\\\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"
