"""What a function says about itself: the interface of the function table.

An entry states, in one class: its name and synonyms, its shape rule, its differential (the rule
of Magnus & Neudecker, as a formula), its numeric code, its LaTeX, its domain, curvature,
monotonicity and sign, and where the rule is from. Parser, derivations, tensors, back ends,
printers, curvature and tests read nothing else.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum
from itertools import product
from typing import Any, ClassVar, TypeAlias

from frechet.errors import DomainError
from frechet.expressions.nodes import Apply, Expr
from frechet.shapes import Shape

# A number of any kind: float, Decimal, Fraction, complex, Modular. No protocol describes them all.
Entry: TypeAlias = Any
Matrix: TypeAlias = list[list[Entry]]


class Curvature(Enum):
    """Curvature on the domain, in the sense of Boyd & Vandenberghe §3.1."""

    CONVEX = "convex"
    CONCAVE = "concave"
    AFFINE = "affine"
    UNKNOWN = "unknown"


class Monotonicity(Enum):
    """Monotonicity in every argument entry (for a matrix function, in the Loewner order)."""

    INCREASING = "increasing"
    DECREASING = "decreasing"
    NONE = "none"


class Sign(Enum):
    """The sign of every entry of the value."""

    POSITIVE = "positive"
    NONNEGATIVE = "nonnegative"
    UNKNOWN = "unknown"


class Domain(Enum):
    """Where the function is defined, entry by entry or as a matrix."""

    ALL = "all"
    NONZERO = "nonzero"
    POSITIVE = "positive"
    NONNEGATIVE = "nonnegative"
    UNIT_INTERVAL = "[-1, 1]"
    NONSINGULAR = "nonsingular"
    POSITIVE_DETERMINANT = "positive determinant"
    FULL_RANK = "full rank"


class Axis(Enum):
    """Over what a reduction runs: all entries, within each row, or within each column."""

    ALL = "all"
    ROWS = "rows"
    COLUMNS = "columns"


@dataclass(frozen=True, slots=True)
class Code:
    """NumPy source as a template, `{0}` the first argument; other libraries where they differ."""

    numpy: str
    jax: str = ""
    torch: str = ""


class AbstractFunction(ABC):
    """A function of the table. Subclasses are final and have no state but class attributes."""

    name: ClassVar[str]
    synonyms: ClassVar[tuple[str, ...]] = ()
    latex: ClassVar[str] = ""
    latex_of_matrix: ClassVar[str] = ""
    arity: ClassVar[tuple[int, int]] = (1, 1)
    axis: ClassVar[Axis] = Axis.ALL
    domain: ClassVar[Domain] = Domain.ALL
    curvature: ClassVar[Curvature] = Curvature.UNKNOWN
    monotonicity: ClassVar[Monotonicity] = Monotonicity.NONE
    sign: ClassVar[Sign] = Sign.UNKNOWN
    preserves_symmetry: ClassVar[bool] = False
    smooth: ClassVar[bool] = True
    smooth_when_squared: ClassVar[bool] = False
    citation: ClassVar[str] = ""
    exact: ClassVar[bool] = False
    code: ClassVar[Code]

    @property
    def key(self) -> str:
        """Return the text that identifies the entry: the name, and the axis if it has one."""
        return self.name if self.axis is Axis.ALL else f"{self.name}:{self.axis.value}"

    @abstractmethod
    def shape_of(self, *shapes: Shape) -> Shape:
        """Return the value's shape; raise `ShapeError` naming the function and the shape."""

    @abstractmethod
    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        """Return d f(X; dX), linear in the differentials; a constant's is zero."""

    @abstractmethod
    def evaluate(self, *arguments: Matrix) -> Matrix:
        """Return the value in plain Python, for every kind of number when `exact` is set.

        Raises:
            DomainError: the function is not defined there, or its value is out of range.
        """


class AbstractElementwise(AbstractFunction):
    """f applied to every entry: d f(X) = f′(X) ⊙ dX."""

    @abstractmethod
    def derivative(self, x: Expr) -> Expr:
        """Return f′ at every entry of `x`, in the shape of `x`."""

    def shape_of(self, *shapes: Shape) -> Shape:
        return shapes[0]

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        return self.derivative(arguments[0]) * differentials[0]

    @abstractmethod
    def scalar(self, x: Entry) -> Entry:
        """Return f at one number."""

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return [[self._at(x) for x in row] for row in arguments[0]]

    def _at(self, x: Entry) -> Entry:
        try:
            return self.scalar(x)
        except (ValueError, ArithmeticError):
            raise DomainError(
                f"{self.name} has no finite value at {float(x):.6g}", hint=f"Its domain: {self.domain.value}."
            ) from None


class AbstractIndexing(AbstractFunction):
    """A linear function that only renames indices: `tr` is `ii->`, `vec` is `ij->(ji)`.

    In `indices`, a letter is an axis; a letter absent on the right is summed; a letter repeated
    is a diagonal; letters in parentheses are fused, the first the slowest. A scalar argument has
    no letters. d f(X) = f(dX).
    """

    exact = True

    @abstractmethod
    def indices(self, shape: Shape) -> str:
        """Return the index map for an argument of this shape."""

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        return Apply.of(self, differentials[0])

    def evaluate(self, *arguments: Matrix) -> Matrix:
        x = arguments[0]
        source, target = self.indices((len(x), len(x[0]))).split("->")
        axes = target.strip("()")
        sums: dict[tuple[int, ...], Entry] = {}
        for i, j in product(range(len(x)), range(len(x[0]))):
            places = (i, j) if len(source) == 2 else (max(i, j),)
            at = dict(zip(source, places, strict=False))
            if source[:1] != source[1:] or i == j:
                key = tuple(at[letter] for letter in axes)
                sums[key] = sums[key] + x[i][j] if key in sums else x[i][j]
        if len(axes) < 2 or "(" in target:
            return [[sums[key]] for key in sorted(sums)]
        zero = type(x[0][0])(0)
        rows, columns = (1 + max(places) for places in zip(*sums, strict=True))
        return [[sums.get((i, j), zero) for j in range(columns)] for i in range(rows)]


class AbstractDefined(AbstractFunction):
    """A function defined by a formula in others: `norm2(x) = sqrt(sum(x.^2))`."""

    @abstractmethod
    def definition(self, *arguments: Expr) -> Expr:
        """Return the defining formula."""
