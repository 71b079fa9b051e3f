"""A plan's steps as lines of array code.

One writer serves every back end; what differs stands in its `Dialect`: names of functions, how a
product, a sum, a transpose is written. Names of registers and sizes are given from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, final

from frechet.backends.plan import CONSTANT, Dimensions, Plan, Step
from frechet.errors import EvaluationError
from frechet.shapes import Dimension, factors_of

NARROW: Final = 32
LONG: Final = 16
LETTERS: Final = "ijklmnpqrstuvwxyzabcdefgh"


@final
@dataclass(frozen=True)
class Dialect:
    """How a back end writes the operations of a plan; `{0}`, `{1}` are the operands.

    Whole powers up to `largest_product` are written as products, which NumPy computes many times faster.
    `narrow_dot` is a product with a narrow result: its operands are the transposed factors.
    """

    functions: Mapping[str, str]
    dot: str = "{0} @ {1}"
    narrow_dot: str | None = None
    transpose: str = "{0}.transpose({1})"
    sum_over: str = "{0}.sum(axis={1})"
    in_place: bool = False
    largest_product: int = 2
    templates: Mapping[str, str] = field(default_factory=dict)

    def call(self, name: str, *arguments: str) -> str:
        return self.functions[name].format(*arguments)


@final
class Coder:
    """Writes steps; `name` gives the name of a register, `size` that of a size."""

    def __init__(
        self, plan: Plan, dialect: Dialect, name: Callable[[int], str], size: Callable[[str], str]
    ) -> None:
        self.plan, self.dialect, self.name, self.size = plan, dialect, name, size

    def code(self, register: int) -> str:
        """Return the expression that computes a register, in the dialect."""
        step = self.plan.steps[register]
        write: Callable[[Step], str] = getattr(self, f"_{step.kind}")
        return write(step)

    def dimension(self, dimension: Dimension) -> str:
        return " * ".join(str(f) if isinstance(f, int) else self.size(f) for f in factors_of(dimension))

    def shape(self, dims: Dimensions) -> str:
        inner = ", ".join(self.dimension(d) for d in dims)
        return f"({inner},)" if len(dims) == 1 else f"({inner})"

    def seen(self, register: int, places: tuple[int, ...]) -> str:
        """Write a register on the axes of a result: reordered, and stretched where it is constant."""
        held = [p for p in places if p != CONSTANT]
        text = self.reordered(register, tuple(held))
        while places and places[0] == CONSTANT:
            places = places[1:]
        if CONSTANT not in places or not held:
            return text
        return f"{text}[{', '.join('None' if p == CONSTANT else ':' for p in places)}]"

    def reordered(self, register: int, order: tuple[int, ...]) -> str:
        name = self.name(register)
        if order == tuple(range(len(order))):
            return name
        if order == (1, 0):
            return f"{name}.T"
        return self.dialect.transpose.format(name, ", ".join(map(str, order)))

    def _grouped(self, register: int, order: tuple[int, ...], counts: tuple[int, ...]) -> str:
        """Write a register with its axes in this order and gathered into groups of these sizes."""
        text = self.reordered(register, order)
        if all(count <= 1 for count in counts):
            return text
        dims, lengths, at = self.plan.steps[register].dims, [], 0
        for count in counts:
            group = [dims[place] for place in order[at : at + count]]
            at += count
            if group:
                lengths.append(" * ".join(self.dimension(d) for d in group))
        return f"{text}.reshape({', '.join(lengths)})"

    def _operand(self, step: Step, k: int = 0) -> str:
        return self.name(step.operands[k])

    def _pi(self, _: Step) -> str:
        return self.dialect.call("pi")

    def _number(self, step: Step) -> str:
        return self.dialect.call("number", decimal(step.parameters[0]))

    def _size(self, step: Step) -> str:
        return self.dialect.call("number", self.dimension(step.parameters[0]))

    def _mask(self, step: Step) -> str:
        return self.dialect.call("mask", self.shape(step.dims))

    def _ones(self, step: Step) -> str:
        return self.dialect.call("ones", self.shape(step.dims))

    def _zeros(self, step: Step) -> str:
        return self.dialect.call("zeros", self.shape(step.dims))

    def _transpose(self, step: Step) -> str:
        return self.reordered(step.operands[0], step.parameters[0])

    def _reshape(self, step: Step) -> str:
        return f"{self._operand(step)}.reshape({self.shape(step.dims)})"

    def _broadcast(self, step: Step) -> str:
        seen = self.seen(step.operands[0], step.parameters[0])
        return f"{seen} * {self.dialect.call('ones', self.shape(step.dims))}"

    def _unary(self, step: Step) -> str:
        name, sign = step.parameters
        if name == "sigmoid" and sign < 0 and "sigmoid of minus" in self.dialect.functions:
            return self.dialect.call("sigmoid of minus", self._operand(step))
        return self.dialect.call(name, ("-" if sign < 0 else "") + self._operand(step))

    def _scale(self, step: Step) -> str:
        return _times(step.parameters[0], self._operand(step))

    def _power(self, step: Step) -> str:
        exponent, base = step.parameters[0], self._operand(step)
        if exponent.denominator == 1 and 2 <= exponent <= self.dialect.largest_product:
            return " * ".join([base] * int(exponent))
        if exponent == -1:
            return f"1.0 / {base}"
        if abs(exponent) == Fraction(1, 2):
            root = self.dialect.call("sqrt", base)
            return root if exponent > 0 else f"1.0 / {root}"
        return f"{base} ** {decimal(exponent) if exponent >= 0 else f'({decimal(exponent)})'}"

    def _raise(self, step: Step) -> str:
        base, exponent = (
            self.seen(r, places) for r, places in zip(step.operands, step.parameters[0], strict=True)
        )
        return self.dialect.call("raise", base, exponent)

    def _norm(self, step: Step) -> str:
        if step.dims:
            axes = step.parameters[0]
            return self.dialect.call("norm_along", self._operand(step), _axes(axes))
        return self.dialect.call("norm", self._operand(step))

    def _function(self, step: Step) -> str:
        name, place = step.parameters
        if place is None:
            return self.dialect.call(name, self._operand(step))
        return self.dialect.call(f"{name} along", self._operand(step), str(place))

    def _factor(self, step: Step) -> str:
        return self.dialect.call(step.parameters[0], self._operand(step))

    def _logdet(self, step: Step) -> str:
        return self.dialect.call(f"{step.parameters[0]}_logdet", self._operand(step))

    def _inverse(self, step: Step) -> str:
        return self.dialect.call(f"{step.parameters[0]}_inverse", self._operand(step))

    def _solve(self, step: Step) -> str:
        transposed, order = step.parameters
        method = self.plan.steps[step.operands[0]].parameters[-1]
        right = self._grouped(step.operands[1], order, (1, len(order) - 1))
        name = f"{method}_solve" + (" transposed" if transposed and method == "lu" else "")
        solved = self.dialect.call(name, self._operand(step), right)
        return f"{solved}.reshape({self.shape(step.dims)})" if len(order) > 2 else solved

    def _matrix_power(self, step: Step) -> str:
        return self.dialect.call("matrix_power", *map(self.name, step.operands))

    def _frechet(self, step: Step) -> str:
        name = "power_derivative" if step.parameters[1] else "expm_derivative"
        return self.dialect.call(name, ", ".join(map(self.name, step.operands)))

    def _kernel(self, step: Step) -> str:
        name = "power_kernel" if step.parameters[1] else "expm_kernel"
        return self.dialect.call(name, ", ".join(map(self.name, step.operands)), str(step.parameters[0]))

    def _sum(self, step: Step) -> str:
        if not step.dims:
            return self.dialect.call("total", self._operand(step))
        return self.dialect.sum_over.format(self._operand(step), _axes(step.parameters[0]))

    def _diagonal(self, step: Step) -> str:
        letters = "".join(LETTERS[label] for label in step.parameters[0])
        kept = "".join(dict.fromkeys(letters))
        return self.dialect.call("einsum", f"'{letters}->{kept}'", self._operand(step))

    def _multiply(self, step: Step) -> str:
        _, maps = step.parameters
        return " * ".join(self.seen(r, places) for r, places in zip(step.operands, maps, strict=True))

    def _linear(self, step: Step) -> str:
        number, coefficients, maps = step.parameters
        pieces = [
            (c, self.seen(r, places)) for c, r, places in zip(coefficients, step.operands, maps, strict=True)
        ]
        pieces.sort(key=lambda piece: piece[0] < 0)
        if number:
            pieces.insert(0 if pieces[0][0] < 0 and number > 0 else len(pieces), (number, ""))
        text = ""
        for coefficient, term in pieces:
            part = _times(abs(coefficient), term) if term else decimal(abs(coefficient))
            sign = "-" if coefficient < 0 else "+"
            text += f" {sign} {part}" if text else part if coefficient > 0 else f"-{part}"
        return text

    def _add_diagonal(self, step: Step) -> str:
        coefficient, labels = step.parameters
        base, diagonal = step.operands
        places = [
            label if label >= 0 and labels.index(label) == k else CONSTANT for k, label in enumerate(labels)
        ]
        text = _times(coefficient, self.seen(diagonal, tuple(places)))
        for k, label in enumerate(labels):
            first = labels.index(label)
            if first != k:
                index = ", ".join(":" if j in (first, k) else "None" for j in range(len(labels)))
                eye = self.dialect.call("eye", self.dimension(step.dims[k]))
                text += f" * {eye}" if len(labels) == 2 else f" * {eye}[{index}]"
        if self.plan.steps[base].kind == "zeros":
            return text
        return f"{self.name(base)} + {text}"

    def _matmul(self, step: Step) -> str:
        order_a, order_b, counts = step.parameters
        (a, b), (batch, left, summed, right) = step.operands, counts
        if batch == left == right == 0 and summed > 1:
            if order_a == order_b:
                return self.dialect.call("vdot", self.name(a), self.name(b))
            return self._einsum(step)
        if batch and not (left and right):
            return self._einsum(step)
        text_a = self._grouped(a, order_a, (*(1,) * batch, left, summed))
        text_b = self._grouped(b, order_b, (*(1,) * batch, summed, right))
        if self.dialect.narrow_dot is not None and counts == (0, 1, 1, 1) and self._is_narrow(step):
            return self.dialect.narrow_dot.format(_transposed(text_a), _transposed(text_b))
        template = "{0} @ {1}" if batch else self.dialect.dot
        product = template.format(text_a, text_b)
        if left > 1 or right > 1:
            return f"({product}).reshape({self.shape(step.dims)})"
        return product

    def _is_narrow(self, step: Step) -> bool:
        """Tell a product of few columns of long vectors: they are better kept column by column."""
        rows, columns = map(self.plan.length, step.dims)
        summed = self.plan.length(self.plan.steps[step.operands[0]].dims[step.parameters[0][1]])
        return 1 < columns <= NARROW and max(rows, summed) >= LONG * columns and rows >= columns

    def _einsum(self, step: Step) -> str:
        order_a, order_b, (batch, left, summed, right) = step.parameters
        shared = LETTERS[:batch]
        free_a = LETTERS[batch : batch + left]
        inner = LETTERS[batch + left : batch + left + summed]
        free_b = LETTERS[batch + left + summed : batch + left + summed + right]
        ordered_a, ordered_b = shared + free_a + inner, shared + inner + free_b
        letters_a = "".join(ordered_a[order_a.index(k)] for k in range(len(order_a)))
        letters_b = "".join(ordered_b[order_b.index(k)] for k in range(len(order_b)))
        pattern = f"'{letters_a},{letters_b}->{shared}{free_a}{free_b}'"
        return self.dialect.call("einsum", f"{pattern}, {self._operand(step)}", self._operand(step, 1))


def _transposed(text: str) -> str:
    return text.removesuffix(".T") if text.endswith(".T") else f"{text}.T"


def decimal(value: Fraction) -> str:
    """Write a number so that a program reads it back.

    Raises:
        EvaluationError: it does not fit a floating-point number.
    """
    try:
        return repr(value.numerator / value.denominator)
    except OverflowError:
        raise EvaluationError(
            "a number does not fit a floating-point number", hint="Scale the formula."
        ) from None


def _times(coefficient: Fraction, text: str) -> str:
    if coefficient == 1:
        return text
    return f"-{text}" if coefficient == -1 else f"{decimal(coefficient)} * {text}"


def _axes(axes: tuple[int, ...]) -> str:
    return str(axes[0]) if len(axes) == 1 else str(axes)
