"""Unicode for a terminal: `2 Aᵀ(A x − b)`, `‖x‖₂²`, `X⁻¹`, `x ⊙ y`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, final

from frechet.expressions.bindings import Binding
from frechet.expressions.function import Axis
from frechet.expressions.nodes import Apply, Expr
from frechet.expressions.traversal import symbols_of
from frechet.functions.determinants import LOGDET
from frechet.functions.elementwise import ABS, SIGMOID
from frechet.functions.inverses import PSEUDOINVERSE
from frechet.functions.norms import DOT, NORM1, NORM2, OUTER
from frechet.notation.names import LETTER_OF, repeated, split_name
from frechet.notation.precedence import Strength, Written
from frechet.notation.printer import AbstractNotation, render
from frechet.shapes import Dimension, Shape, factors_of

_SUBSCRIPTS: Final = str.maketrans("0123456789aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_HAS_SUBSCRIPT: Final = frozenset("0123456789aehijklmnoprstuvx")
_SUPERSCRIPTS: Final = str.maketrans(
    "0123456789-−+abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁺ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
)
_HAS_SUPERSCRIPT: Final = frozenset("0123456789-−+abcdefghijklmnoprstuvwxyz")
_RAISED_END: Final = frozenset("ᵀ⁻⁺)]‖|⁰¹²³⁴⁵⁶⁷⁸⁹")

_FRACTIONS: Final = {("1", "2"): "½", ("1", "3"): "⅓", ("2", "3"): "⅔", ("1", "4"): "¼", ("3", "4"): "¾"}


def unicode(expr: Expr) -> str:
    """Return the formula in Unicode, for reading in a terminal.

    Raises:
        LimitError: the written formula would be too long.
    """
    return render(expr, UnicodeNotation(symbols_of(expr)))


def unicode_of_name(name: str) -> str:
    """Return a name with its Greek letter and its subscript.

    >>> unicode_of_name("W1"), unicode_of_name("alpha"), unicode_of_name("x_hat")
    ('W₁', 'α', 'x_hat')
    """
    parts = split_name(name)
    if parts is None or not (parts.is_letter and _fits_below(parts.subscript)):
        return name
    base = LETTER_OF.get(parts.base, parts.base)
    return ("d" if parts.differential else "") + base + parts.subscript.translate(_SUBSCRIPTS)


def _fits_below(subscript: str) -> bool:
    return subscript.isdecimal() or (len(subscript) < 2 and _HAS_SUBSCRIPT.issuperset(subscript))


def _size(size: Dimension) -> str:
    factors = [str(factor) for factor in factors_of(size)]
    text = "".join(factors)
    if all(len(f) == 1 or f.isdigit() for f in factors) and _HAS_SUBSCRIPT.issuperset(text):
        return text.translate(_SUBSCRIPTS)
    return f"_({'·'.join(factors)})" if len(factors) > 1 else f"_{text}"


@final
class UnicodeNotation(AbstractNotation):
    """The table of Unicode."""

    minus, plus = "−", "+"
    hadamard, quotient, kronecker = " ⊙ ", " ⊘ ", " ⊗ "

    def __init__(self, symbols: Iterable[str]) -> None:
        self._alike = repeated(map(unicode_of_name, symbols))

    def brackets(self, text: str) -> str:
        return f"({text})"

    def symbol(self, name: str, shape: Shape) -> Written:
        look = unicode_of_name(name)
        return Written(name if look in self._alike else look, Strength.ATOM)

    def constant(self, name: str) -> Written:
        return Written(LETTER_OF.get(name, name), Strength.ATOM)

    def identity(self, size: Dimension) -> Written:
        return Written(f"I{_size(size)}", Strength.ATOM)

    def filled(self, digit: str, shape: Shape) -> Written:
        rows, columns = shape
        letter = {"0": "𝟎", "1": "𝟏"}[digit]
        if columns == 1:
            return Written(letter + _size(rows), Strength.ATOM)
        if rows == 1:
            return Written(f"{letter}{_size(columns)}ᵀ", Strength.POSTFIX)
        return Written(f"{letter}_({rows}×{columns})".replace("*", "·"), Strength.ATOM)

    def juxtapose(self, parts: Sequence[str]) -> str:
        text = parts[0]
        for part in parts[1:]:
            if part[0].isdecimal():
                text += "·"
            elif not (part[0] in "(‖" and text[-1] in _RAISED_END):
                text += " "
            text += part
        return text

    def fraction(self, above: Written, below: Written) -> Written:
        if (above.text, below.text) in _FRACTIONS and not above.negative:
            return Written(_FRACTIONS[above.text, below.text], Strength.POSTFIX)
        top = self.signed(above) if above.binds >= Strength.PRODUCT else self.brackets(self.signed(above))
        return Written(f"{top}/{self.at_least(below, Strength.POSTFIX)}", Strength.PRODUCT)

    def root(self, inner: str) -> Written:
        return Written(f"√{inner}" if len(inner) == 1 else f"√({inner})", Strength.POSTFIX)

    def power(self, base: str, exponent: Written) -> str:
        text = self.signed(exponent)
        if _HAS_SUPERSCRIPT.issuperset(text):
            return base + text.translate(_SUPERSCRIPTS)
        return f"{base}^{self.at_least(exponent, Strength.ATOM)}"

    def elementwise_power(self, base: str, exponent: Written) -> str:
        return f"{base}^⊙{self.at_least(exponent, Strength.ATOM)}"

    def transpose(self, base: str) -> str:
        return f"{base}ᵀ"

    def inverse_transpose(self, base: str) -> str:
        return f"{base}⁻ᵀ"

    def apply(self, node: Apply, arguments: Sequence[Written]) -> Written:
        inside = ", ".join(map(self.signed, arguments))
        fence = {
            ABS: "|{}|",
            NORM1: "‖{}‖₁",
            NORM2: "‖{}‖_F" if 1 not in node.arguments[0].shape else "‖{}‖₂",
        }
        if node.function in fence:
            return Written(fence[node.function].format(inside), Strength.ATOM)
        if node.function is DOT:
            return Written(f"⟨{inside}⟩", Strength.ATOM)
        if node.function is PSEUDOINVERSE:
            return Written(self.base(arguments[0]) + "⁺", Strength.POSTFIX)
        if node.function is OUTER:
            right = self.transpose(self.base(arguments[1]))
            return Written(self.juxtapose([self.factor(arguments[0]), right]), Strength.PRODUCT)
        if node.function.axis is not Axis.ALL:
            inside += f", {node.function.axis.value}"
        name = {LOGDET: "log det", SIGMOID: "σ"}.get(node.function, node.function.name)
        return Written(f"{name}({inside})", Strength.ATOM)

    def where(self, text: str, bindings: Sequence[Binding]) -> str:
        lines = [f"{name} = {value}" for name, value in bindings]
        return f"{text}\nwhere " + "\n      ".join(lines)
