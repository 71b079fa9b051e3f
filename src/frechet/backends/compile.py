"""One program for several formulas: shared parts are computed once, in dependency order.

A program is a list of steps over numbered registers; no source text is executed. `compile` stands
at the top of the back ends: it chooses the back end, rewrites to stable forms, and plans.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from frechet.backends.stable import stabilize
from frechet.errors import EvaluationError, UnsupportedError, quoted
from frechet.expressions.nodes import Expr
from frechet.formula import Formula

if TYPE_CHECKING:
    from frechet.backends.inputs import Array
    from frechet.tensors.nodes import Tensor

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
    tensor_evaluator: Callable[[Tensor], TensorEvaluator] | None = None,
) -> Callable[..., list[Any]]:
    """Return a function of the named inputs that computes all outputs together, as a list.

    A scalar comes as a float, a vector 1-D, a matrix 2-D, a row as 1 × n. With
    `nonfinite="raise"` a value that is not finite raises `EvaluationError` and names the part that
    is to blame; with `"keep"` it is returned. `tensor_evaluator` computes outputs of order above 2.

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
            tensors[place] = _evaluator(output, tensor_evaluator)
    roots = iter(stabilize(*(f for f in formulas if f is not None)))
    return Program([None if f is None else next(roots) for f in formulas], tensors, nonfinite == "raise")


def _evaluator(output: Any, tensor_evaluator: Callable[[Tensor], TensorEvaluator] | None) -> TensorEvaluator:
    tensor = getattr(output, "tensor", None)
    if tensor is None:
        raise EvaluationError(
            f"{quoted(type(output).__name__)} is not a formula", hint="Pass formulas or derivatives."
        )
    if tensor_evaluator is None:
        raise UnsupportedError("a derivative of order above 2 needs an evaluator of tensors", hint="Lower the order.")
    return tensor_evaluator(tensor)
