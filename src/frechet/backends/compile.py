"""One program for several formulas: shared parts are computed once, in dependency order.

A program is a list of steps over numbered registers; no source text is executed. `compile` stands
at the top of the back ends: it chooses the back end, rewrites to stable forms, and plans.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from frechet.backends.stable import stabilize
from frechet.errors import EvaluationError, UnsupportedError, quoted
from frechet.expressions.nodes import Expr, Symbol
from frechet.formula import Formula
from frechet.tensors.nodes import Leaf, Tensor, postorder

if TYPE_CHECKING:
    from frechet.backends.inputs import Array

BACKENDS: Final = ("numpy",)
TensorEvaluator: TypeAlias = "Callable[[Mapping[str, Array], Mapping[str, int]], Array]"


class AbstractDerivative(Protocol):
    """What a derivative offers here: a formula, or only a tensor when its order is above 2."""

    @property
    def expression(self) -> Expr | None: ...

    @property
    def tensor(self) -> Tensor: ...


Output: TypeAlias = Expr | Formula | AbstractDerivative


def compile(
    outputs: Output | Sequence[Output],
    backend: str = "numpy",
    nonfinite: str = "raise",
) -> Callable[..., list[Any]]:
    """Return a function of the named inputs that computes all outputs together, as a list.

    A scalar comes as a float, a vector 1-D, a matrix 2-D, a row as 1 × n. With
    `nonfinite="raise"` a value that is not finite raises `EvaluationError` and names the part that
    is to blame; with `"keep"` it is returned.

    Raises:
        UnsupportedError: there is no such back end.
    """
    if backend not in BACKENDS:
        raise UnsupportedError(
            f"there is no back end {quoted(str(backend))}", hint=f"There are: {', '.join(BACKENDS)}."
        )
    if nonfinite not in ("raise", "keep"):
        raise UnsupportedError(f"nonfinite is {quoted(str(nonfinite))}", hint='It is "raise" or "keep".')
    from frechet.backends.program import Program

    listed = list(outputs) if isinstance(outputs, Sequence) else [outputs]
    formulas = [output if isinstance(output, Expr) else getattr(output, "expression", None) for output in listed]
    tensors: dict[int, TensorEvaluator] = {}
    for place, (output, formula) in enumerate(zip(listed, formulas, strict=True)):
        if formula is None:
            tensors[place] = _evaluator(output)
    roots = iter(stabilize(*(f for f in formulas if f is not None)))
    declared: dict[str, Symbol] = {}
    for output in listed:
        declared.update(getattr(output, "declarations", {}))
    return Program(
        [None if f is None else next(roots) for f in formulas],
        tensors,
        _symbols_of_tensors(listed, tensors),
        declared,
        nonfinite == "raise",
    )


def _symbols_of_tensors(outputs: Sequence[Any], places: Mapping[int, TensorEvaluator]) -> list[Symbol]:
    nodes = postorder(*(outputs[place].tensor for place in places))
    return [n.symbol for n in nodes if isinstance(n, Leaf) and isinstance(n.symbol, Symbol)]


def _evaluator(output: Any) -> TensorEvaluator:
    tensor = getattr(output, "tensor", None)
    if tensor is None:
        raise EvaluationError(
            f"{quoted(type(output).__name__)} is not a formula", hint="Pass formulas or derivatives."
        )
    from frechet.backends.tensor_numpy import evaluator

    return evaluator(tensor)
