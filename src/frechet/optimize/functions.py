"""A Python function as an objective; derivatives that are not given come from central differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from frechet.errors import EvaluationError
from frechet.optimize.objective import Array, Objective, differenced

LARGEST_DIFFERENCED: Final = 200


def objective_of_function(
    function: Callable[..., Any],
    size: int,
    gradient: Callable[[Array], Any] | None,
    hessian: Callable[[Array], Any] | None,
) -> Objective:
    """Return the objective. What the function raises outside its domain counts as no value there."""

    def value_at(x: Array) -> float:
        try:
            with np.errstate(all="ignore"):
                found = np.asarray(function(x.copy()), dtype=np.float64)
        except (ArithmeticError, ValueError, np.linalg.LinAlgError):
            return np.inf
        except TypeError as error:
            raise EvaluationError(
                f"the function cannot be called with an array: {error}", hint="It takes one flat array."
            ) from None
        if found.size != 1:
            raise EvaluationError(
                f"the function returns {found.size} numbers", hint="It must return a single number."
            )
        return float(found.reshape(-1)[0])

    if gradient is not None:
        gradient_at = _array_valued("gradient", gradient, (size,))
    else:

        def gradient_at(x: Array) -> Array:
            return differenced(lambda at: np.array(value_at(at)), x)

    if hessian is not None:
        hessian_at = _array_valued("Hessian", hessian, (size, size))
    elif gradient is not None and size <= LARGEST_DIFFERENCED:

        def hessian_at(x: Array) -> Array:
            return differenced(gradient_at, x)

    else:
        return Objective(size, value_at, gradient_at)
    return Objective(size, value_at, gradient_at, hessian_at)


def _array_valued(
    what: str, function: Callable[[Array], Any], shape: tuple[int, ...]
) -> Callable[[Array], Array]:
    def checked(x: Array) -> Array:
        try:
            with np.errstate(all="ignore"):
                found = np.asarray(function(x.copy()), dtype=np.float64)
        except (ArithmeticError, ValueError, np.linalg.LinAlgError):
            return np.full(shape, np.nan)
        if found.size != int(np.prod(shape)):
            raise EvaluationError(
                f"the {what} has shape {found.shape}, and {shape} is needed", hint="Check its shape."
            )
        return found.reshape(shape)

    return checked
