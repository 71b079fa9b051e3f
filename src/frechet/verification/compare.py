"""`equal` as people call it: formulas, derivatives, or text that is read with the other's names."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from frechet.errors import ShapeError, UnsupportedError, quoted
from frechet.expressions.nodes import Expr, Number, Symbol
from frechet.expressions.traversal import symbols_of
from frechet.formula import Formula
from frechet.language import read
from frechet.tensors.nodes import Tensor
from frechet.verification.equality import SYMBOLIC, Verdict, equal_expressions


@runtime_checkable
class Derived(Protocol):
    """A derivative, as far as equality is concerned."""

    @property
    def expression(self) -> Expr | None: ...

    @property
    def tensor(self) -> Tensor: ...

    @property
    def differential(self) -> Expr: ...

    @property
    def declarations(self) -> dict[str, Symbol]: ...


def equal(left: object, right: object) -> Verdict:
    """Decide whether two formulas, derivatives or texts are equal.

    A text is read with the declarations of the other side; one whose sizes do not fit equals nothing.

    >>> bool(equal("x'*C*x", "x'*C'*x"))
    True

    Raises:
        FrechetError: a text cannot be read.
    """
    names = {**_declarations(right), **_declarations(left)}
    try:
        first = read(left, names) if isinstance(left, str) else left
        second = read(right, {**_declarations(first), **names}) if isinstance(right, str) else right
    except ShapeError as misfit:
        return Verdict(False, SYMBOLIC, f"One side has no value: {misfit.message}.")
    ours, theirs = _expression(first), _expression(second)
    if ours is not None and theirs is not None:
        return equal_expressions(ours, theirs)
    if not isinstance(first, Derived) or not isinstance(second, Derived) or ours is not theirs:
        return Verdict(False, SYMBOLIC, "The orders differ: one side has more than two axes.")
    if first.tensor is second.tensor:
        return Verdict(True, SYMBOLIC, "Both have the same canonical form.")
    if first.tensor.dims != second.tensor.dims:
        return Verdict(False, SYMBOLIC, "The shapes differ.")
    return equal_expressions(first.differential, second.differential)


def _declarations(side: object) -> dict[str, Symbol]:
    if isinstance(side, Expr):
        return symbols_of(side)
    return dict(side.declarations) if isinstance(side, Formula | Derived) else {}


def _expression(side: object) -> Expr | None:
    if isinstance(side, Expr):
        return side
    if isinstance(side, Formula | Derived):
        return side.expression
    if isinstance(side, int):
        return Number.of(side)
    raise UnsupportedError(f"{quoted(type(side).__name__)} is not a formula", hint="Pass formulas or texts.")
