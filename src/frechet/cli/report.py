"""What `frechet derive` has to say about one derivative, gathered once for every format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from frechet.derivations.derivation import Derivation
from frechet.differentiation.derivative import Derivative
from frechet.formula import Formula
from frechet.shapes import Dimension
from frechet.verification.verify import Verification

RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Report:
    """A formula, its derivative and what must be known about the answer."""

    formula: Formula
    derivative: Derivative
    names: tuple[str, ...]
    layout: str
    structured: str
    verification: Verification | None
    derivation: Derivation | None = None
    shapes: bool = False
    unverified: str = ""

    @property
    def label(self) -> str:
        """Name the derivative: `df/dx`, `d2f/dx2`, `d2f/dx dA`."""
        return label_of(self.names)

    @property
    def other_forms(self) -> dict[str, str]:
        """Return the forms that the derivative's own text does not show already."""
        shown = str(self.derivative)
        return {name: form for name, form in self.derivative.forms.items() if form != shown}

    @property
    def refuted(self) -> bool:
        """Tell whether numerical differentiation contradicts the answer."""
        return self.verification is not None and not self.verification.ok

    @property
    def verdict(self) -> tuple[str, str]:
        """Return the label and the words of the verification, empty without one."""
        if self.verification is None:
            return "unverified", self.unverified
        return ("NOT RIGHT" if self.refuted else "verified"), str(self.verification)

    @property
    def notes(self) -> list[str]:
        """Return the notes of formula and derivative, each once."""
        return list(dict.fromkeys([*self.formula.notes, *self.derivative.notes]))

    @property
    def assumed(self) -> str:
        """List what was assumed of undeclared names."""
        names = sorted(self.formula.assumed, key=str.casefold)
        return ", ".join(f"{name}: {self.formula.assumed[name]}" for name in names)


def label_of(names: Sequence[str]) -> str:
    """Name a derivative by the variables in order of differentiation.

    >>> label_of(["x"]), label_of(["x", "x", "A"])
    ('df/dx', 'd3f/dx2 dA')
    """
    below = " ".join(f"d{name}{_power(len(list(run)))}" for name, run in groupby(names))
    return f"d{_power(len(names))}f/{below}"


def unicode_label_of(names: Sequence[str]) -> str:
    """Name a derivative as one writes it by hand.

    >>> unicode_label_of(["x"]), unicode_label_of(["x", "x", "A"])
    ('∂f/∂x', '∂³f/∂x²∂A')
    """
    below = "".join(f"∂{name}{_power(len(list(run))).translate(RAISED)}" for name, run in groupby(names))
    return f"∂{_power(len(names)).translate(RAISED)}f/{below}"


def latex_label_of(names: Sequence[str], latex_names: Sequence[str]) -> str:
    r"""Name a derivative in LaTeX.

    >>> latex_label_of(["x", "x"], ["x", "x"])
    '\\frac{\\partial^{2} f}{\\partial x^{2}}'
    """
    runs = [list(run) for _, run in groupby(zip(names, latex_names, strict=True))]
    below = r" \, ".join(rf"\partial {run[0][1]}{_latex_power(len(run))}" for run in runs)
    return rf"\frac{{\partial{_latex_power(len(names))} f}}{{{below}}}"


def describe_axes(shape: tuple[Dimension, ...]) -> str:
    """Name a shape by its axes.

    >>> [describe_axes(shape) for shape in [(), ("n",), (1, "n"), ("m", "n"), ("m", "n", 3)]]
    ['scalar', 'vector(n)', 'row(n)', 'matrix(m, n)', 'tensor(m, n, 3)']
    """
    if shape and len(shape) == 2 and shape[0] == 1:
        return f"row({shape[1]})"
    kind = ("scalar", "vector", "matrix")[len(shape)] if len(shape) < 3 else "tensor"
    return f"{kind}({', '.join(map(str, shape))})" if shape else kind


def _power(count: int) -> str:
    return str(count) if count > 1 else ""


def _latex_power(count: int) -> str:
    return f"^{{{count}}}" if count > 1 else ""
