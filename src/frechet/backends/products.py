"""Hessian times vector, without the Hessian.

The product H v is the gradient of g′v, where g is the gradient and v is held fixed (Pearlmutter,
Fast exact multiplication by the Hessian, 1994): it costs a few evaluations of the function.
"""

from __future__ import annotations

from frechet.differentiation.derivative import Derivative, derivative
from frechet.errors import DeclarationError, FrechetError, quoted
from frechet.expressions.nodes import Apply, Hadamard, Symbol
from frechet.formula import Formula, checked_formula
from frechet.functions.indexing import SUM


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
