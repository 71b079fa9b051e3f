"""A plan's steps as lines of a matrix language: at most two axes, and the first one runs down a column.

An operand of a matrix is the whole matrix, a column that repeats along it, a row, or a number. MATLAB
and Julia stretch columns and rows by themselves; R stretches columns only, beside a matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from fractions import Fraction
from typing import Final, NamedTuple, final

from frechet.backends.code import decimal
from frechet.backends.matrix_languages import Language
from frechet.backends.named_plan import NamedPlan
from frechet.backends.plan import CONSTANT, Dimensions, Step
from frechet.errors import UnsupportedError
from frechet.shapes import Dimension, factors_of

MOST_AXES: Final = 2
_HALF: Final = Fraction(1, 2)


class Kind(Enum):
    """How an operand lies in the result."""

    NUMBER = 0
    COLUMN = 1
    ROW = 2
    WHOLE = 3


class Operand(NamedTuple):
    """The text of an operand and how it lies."""

    text: str
    kind: Kind


@final
class MatrixCoder:
    """Writes steps in a language."""

    def __init__(self, named: NamedPlan, language: Language) -> None:
        self.plan, self.language = named.plan, language
        self._names, self._sizes = named.names, named.sizes

    def code(self, register: int) -> str:
        """Return the expression that computes a register.

        Raises:
            UnsupportedError: it has more than two axes, or the language has no words for it.
        """
        step = self.plan.steps[register]
        if len(step.dims) > MOST_AXES:
            raise _too_many_axes(len(step.dims))
        write: Callable[[Step], str] | None = getattr(self, f"_{step.kind}", None)
        if write is None:
            raise UnsupportedError(
                "the derivative of a matrix function with all its axes has no short program",
                hint="Ask for it in a direction, or compile it for NumPy.",
            )
        return write(step)

    def name(self, register: int, order: tuple[int, ...] = ()) -> str:
        """Write a register, transposed when its axes are asked for in the other order."""
        name = self._names[register]
        return self._call("transpose", name) if order == (1, 0) else name

    def dimension(self, dimension: Dimension) -> str:
        return " * ".join(str(f) if isinstance(f, int) else self._sizes[f] for f in factors_of(dimension))

    def _call(self, name: str, *arguments: str) -> str:
        return self.language.call(name, *arguments)

    def _operand(self, register: int, places: tuple[int, ...]) -> Operand:
        held = tuple(p for p in places if p != CONSTANT)
        text = self.name(register, held)
        if not held:
            return Operand(text, Kind.NUMBER)
        if len(held) == len(places):
            return Operand(text, Kind.WHOLE)
        return Operand(text, Kind.ROW if places[0] == CONSTANT else Kind.COLUMN)

    def _stretched(self, operands: Sequence[Operand], dims: Dimensions) -> list[str]:
        """Write operands so that they combine entry by entry."""
        if len(dims) < MOST_AXES:
            return [o.text for o in operands]
        rows, columns = map(self.dimension, dims)
        if self.language.broadcasts:
            return [self._call("as row", o.text) if o.kind is Kind.ROW else o.text for o in operands]
        if any(o.kind is Kind.WHOLE for o in operands):
            return [self._call("as row", o.text, rows) if o.kind is Kind.ROW else o.text for o in operands]
        spread = {Kind.ROW: "spread row", Kind.COLUMN: "spread column"}
        return [
            self._call(spread[o.kind], o.text, rows, columns) if o.kind in spread else o.text
            for o in operands
        ]

    def _joined(self, operation: str, texts: Sequence[str]) -> str:
        found = texts[0]
        for text in texts[1:]:
            found = self._call(operation, found, text)
        return found

    def _combined(self, operation: str, operands: Sequence[Operand], dims: Dimensions) -> str:
        """Write an operation on operands entry by entry; on numbers it needs no dots."""
        texts = self._stretched(operands, dims)
        return self._joined(operation if dims else f"{operation} numbers", texts)

    def _pi(self, _: Step) -> str:
        return self._call("pi")

    def _number(self, step: Step) -> str:
        return decimal(step.parameters[0])

    def _size(self, step: Step) -> str:
        return self.dimension(step.parameters[0])

    def _filled(self, name: str, step: Step) -> str:
        return self._call(f"{name} {len(step.dims)}", *map(self.dimension, step.dims))

    def _ones(self, step: Step) -> str:
        return self._filled("ones", step)

    def _zeros(self, step: Step) -> str:
        return self._filled("zeros", step)

    def _mask(self, step: Step) -> str:
        return self._call("mask", *map(self.dimension, step.dims))

    def _transpose(self, step: Step) -> str:
        return self.name(step.operands[0], step.parameters[0])

    def _reshape(self, step: Step) -> str:
        name, held = self.name(step.operands[0]), self.plan.steps[step.operands[0]].dims
        match len(held), len(step.dims):
            case 2, 1:
                return self._call("flatten", name)
            case 1, 2:
                return self._call("unflatten", name, *map(self.dimension, step.dims))
            case before, after:
                raise _too_many_axes(max(before, after))

    def _broadcast(self, step: Step) -> str:
        ones = Operand(self._filled("ones", step), Kind.WHOLE)
        texts = self._stretched([self._operand(step.operands[0], step.parameters[0]), ones], step.dims)
        return self._joined("multiply", texts)

    def _unary(self, step: Step) -> str:
        name, sign = step.parameters
        return self._call(name, ("-" if sign < 0 else "") + self.name(step.operands[0]))

    def _scale(self, step: Step) -> str:
        return _times(step.parameters[0], self.name(step.operands[0]))

    def _power(self, step: Step) -> str:
        exponent, base = step.parameters[0], self.name(step.operands[0])
        if exponent == -1:
            return self._call("divide", "1", base)
        if abs(exponent) == _HALF:
            root = self._call("sqrt", base)
            return root if exponent > 0 else self._call("divide", "1", root)
        shown = str(exponent) if exponent.denominator == 1 and exponent > 0 else decimal(exponent)
        return self._call("raise", base, shown if exponent > 0 else f"({shown})")

    def _raise(self, step: Step) -> str:
        operands = [self._operand(r, p) for r, p in zip(step.operands, step.parameters[0], strict=True)]
        return self._call("raise", *self._stretched(operands, step.dims))

    def _norm(self, step: Step) -> str:
        name = self.name(step.operands[0])
        if not step.dims:
            return self._call("norm", name)
        return self._call("sqrt", self._summed(self._call("raise", name, "2"), step.parameters[0]))

    def _sum(self, step: Step) -> str:
        name = self.name(step.operands[0])
        return self._summed(name, step.parameters[0]) if step.dims else self._call("total", name)

    def _summed(self, text: str, axes: tuple[int, ...]) -> str:
        return self._call(f"sum over {axes[0] + 1}", text)

    def _function(self, step: Step) -> str:
        name, place = step.parameters
        operand = self.name(step.operands[0])
        return (
            self._call(name, operand)
            if place is None
            else self._call(f"{name} along", operand, str(place + 1))
        )

    def _factor(self, step: Step) -> str:
        return self._call(step.parameters[0], self.name(step.operands[0]))

    def _logdet(self, step: Step) -> str:
        return self._call(f"{step.parameters[0]}_logdet", self.name(step.operands[0]))

    def _inverse(self, step: Step) -> str:
        return self._call(f"{step.parameters[0]}_inverse", self.name(step.operands[0]))

    def _solve(self, step: Step) -> str:
        transposed, order = step.parameters
        method = self.plan.steps[step.operands[0]].parameters[0]
        name = f"{method}_solve" + (" transposed" if transposed and method == "lu" else "")
        return self._call(name, self.name(step.operands[0]), self.name(step.operands[1], order))

    def _matrix_power(self, step: Step) -> str:
        return self._call("matrix_power", *map(self.name, step.operands))

    def _frechet(self, step: Step) -> str:
        name = "power_derivative" if step.parameters[1] else "expm_derivative"
        return self._call(name, ", ".join(map(self.name, step.operands)))

    def _diagonal(self, step: Step) -> str:
        return self._call("diagonal", self.name(step.operands[0]))

    def _multiply(self, step: Step) -> str:
        _, maps = step.parameters
        operands = [self._operand(r, p) for r, p in zip(step.operands, maps, strict=True)]
        if len(step.dims) < MOST_AXES or any(o.kind is Kind.WHOLE for o in operands):
            return self._combined("multiply", operands, step.dims)
        down = self._joined("multiply", [o.text for o in operands if o.kind is not Kind.ROW])
        along = [o.text for o in operands if o.kind is Kind.ROW]
        across = self._joined("multiply", along)
        return self._call("outer", down, across if len(along) == 1 else f"({across})")

    def _linear(self, step: Step) -> str:
        number, coefficients, maps = step.parameters
        operands = [self._operand(r, p) for r, p in zip(step.operands, maps, strict=True)]
        pieces = list(zip(coefficients, self._stretched(operands, step.dims), strict=True))
        pieces.sort(key=lambda piece: piece[0] < 0)
        if number:
            pieces.insert(0 if pieces[0][0] < 0 and number > 0 else len(pieces), (number, ""))
        found = ""
        for coefficient, term in pieces:
            part = _times(abs(coefficient), term) if term else decimal(abs(coefficient))
            if found:
                operation = "subtract" if coefficient < 0 else "add"
                found = self._call(operation if step.dims else f"{operation} numbers", found, part)
            else:
                found = part if coefficient > 0 else f"-{part}"
        return found

    def _add_diagonal(self, step: Step) -> str:
        coefficient, labels = step.parameters
        base, diagonal = step.operands
        size = self.dimension(step.dims[0])
        if labels[0] == CONSTANT or not self.plan.steps[diagonal].dims:
            text = self._call("multiply", self.name(diagonal), self._call("eye", size))
        else:
            text = self._call("diagonal matrix", self.name(diagonal), size)
        if self.plan.steps[base].kind == "zeros":
            return _times(coefficient, text)
        operation = "subtract" if coefficient < 0 else "add"
        return self._call(operation, self.name(base), _times(abs(coefficient), text))

    def _matmul(self, step: Step) -> str:
        order_a, order_b, (batch, left, summed, right) = step.parameters
        a, b = step.operands
        if batch or summed != 1:
            return self._aligned_product(step)
        if not left and not right:
            return self._call("dot", self.name(a), self.name(b))
        if not left:
            return self._call("matrix vector", self.name(b, order_b[::-1]), self.name(a))
        product = "product" if right else "matrix vector"
        return self._call(product, self.name(a, order_a), self.name(b, order_b))

    def _aligned_product(self, step: Step) -> str:
        """Write Σ AB entry by entry: over both axes, or along one of them."""
        order_a, order_b, (batch, left, summed, right) = step.parameters
        if left or right or batch + summed > MOST_AXES:
            raise _too_many_axes(batch + left + summed + right)
        a, b = step.operands
        pair = self._call("multiply", self.name(a), self.name(b, (0, 1) if order_a == order_b else (1, 0)))
        return self._summed(pair, (order_a[batch],)) if batch else self._call("total", pair)


def _times(coefficient: Fraction, text: str) -> str:
    if coefficient == 1:
        return text
    return f"-{text}" if coefficient == -1 else f"{decimal(coefficient)} * {text}"


def _too_many_axes(count: int) -> UnsupportedError:
    return UnsupportedError(
        f"the program needs an array with {count} axes, and programs in this language have two at most",
        hint='Ask for the derivative in a direction, or choose backend="numpy".',
    )
