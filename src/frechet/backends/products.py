"""Hessian times vector, without the Hessian.

The product H v is the gradient of g′v, where g is the gradient and v is held fixed (Pearlmutter,
Fast exact multiplication by the Hessian, 1994): it costs a few evaluations of the function.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from frechet.backends.targets import AbstractDerivative
from frechet.differentiation.derivative import Derivative, derivative
from frechet.differentiation.forms import applied_to
from frechet.differentiation.structured import is_structured
from frechet.errors import DeclarationError, FrechetError, quoted
from frechet.expressions.nodes import Apply, Hadamard, Sum, Symbol
from frechet.formula import Formula, checked_formula
from frechet.functions.indexing import SUM
from frechet.limits import budget
from frechet.tensors.algebra import add
from frechet.tensors.differentiate import Differentiator
from frechet.tensors.nodes import Leaf, Tensor


@final
@dataclass(frozen=True)
class DirectionalGradient:
    """How a gradient changes along changes of the variables: a tensor to compile."""

    tensor: Tensor
    declarations: dict[str, Symbol]


def directional_gradients(gradients: Sequence[Derivative]) -> list[AbstractDerivative]:
    """Return the Hessian times changes of all variables, one part in the shape of each, from the gradients.

    The changes are the inputs that every gradient names in its `changes`.
    """
    changes = [g.changes[0] for g in gradients]
    declared = {**gradients[0].declarations, **{c.name: c for c in changes}}
    variables = [g.variables[0] for g in gradients]
    if any(is_structured(variable) for variable in variables):
        slope = Formula(Sum.of(g.differential for g in gradients), declared)
        return [derivative(slope, variable.name, structured="none") for variable in variables]
    with budget():
        along = add([(1, applied_to(g.numerator, 0, g.changes)) for g in gradients], ())
        tensors = [Differentiator(Leaf.of(variable))(along) for variable in variables]
    return [DirectionalGradient(tensor, declared) for tensor in tensors]


def hessian_product(
    function: Formula, variable: str, direction: str, structured: str = "project"
) -> Derivative:
    """Return the Hessian of a scalar formula times a direction, as a derivative in the variable's shape.

    `direction` is the new name of the vector or matrix that the Hessian is applied to.

    Raises:
        FrechetError: the formula is not a scalar, or a name does not serve.
    """
    function = checked_formula(function)
    gradient = derivative(function, variable, structured=structured)
    if function.shape != ():
        raise FrechetError(
            "only a scalar formula has a Hessian", hint="Sum its entries, or take one of them."
        )
    name = str(direction)
    if not name.isidentifier() or name in function.declarations:
        raise DeclarationError(
            f"{quoted(name)} does not serve as the name of a direction",
            hint="Choose a name that the formula does not use.",
        )
    expression = gradient.expression
    if expression is None:
        raise FrechetError("the variable is not a vector or a matrix", hint="Name one of the variables.")
    symbol = Symbol.of(name, expression.shape)
    along = expression * symbol if expression.is_scalar else Apply.of(SUM, Hadamard.of((expression, symbol)))
    inner = Formula(along, {**function.declarations, name: symbol}, dict(function.assumed))
    return derivative(inner, variable, structured=structured)
