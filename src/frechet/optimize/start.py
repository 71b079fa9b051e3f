"""Where to start: what the caller gave, and for the rest a point at which the function is defined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from frechet.assumptions import Structure
from frechet.errors import EvaluationError, quoted
from frechet.optimize.objective import Array, Objective, Point
from frechet.optimize.variables import Block, Variables


def starting_point(variables: Variables, given: Mapping[str, Any], objective: Objective) -> Array:
    """Return the start; where nothing was given, zeros, small random numbers or ones, what is defined.

    Where zeros are stationary the random numbers come first: from ones, the columns of a factorization
    would stay equal for ever.
    """
    zeros = _filled(variables, given, 0.0)
    if all(b.symbol.name in given for b in variables.blocks):
        return zeros
    slope = _slope(objective, zeros)
    if slope is not None and np.any(slope != 0):
        return zeros
    for scale in (1.0, None) if slope is None else (None, 1.0):
        z = _filled(variables, given, scale)
        slope = _slope(objective, z)
        if slope is not None and np.any(slope != 0):
            return z
    return zeros


def _slope(objective: Objective, z: Array) -> Array | None:
    """Return the gradient, or None where the function or its gradient has no value."""
    if not np.isfinite(objective.value_at(z)):
        return None
    slope = objective.gradient_at(z)
    return slope if np.isfinite(slope).all() else None


def _filled(variables: Variables, given: Mapping[str, Any], scale: float | None) -> Array:
    random = np.random.default_rng(0) if scale is None else None
    return variables.flat(
        {
            b.symbol.name: given[b.symbol.name] if b.symbol.name in given else _value(b, scale, random)
            for b in variables.blocks
        }
    )


def _value(block: Block, scale: float | None, random: np.random.Generator | None) -> Array:
    shape = (block.rows, block.columns)
    if block.symbol.structure is Structure.PSD:
        return np.eye(block.rows)
    if block.symbol.structure is Structure.POSITIVE:
        return np.ones(shape)
    value = np.full(shape, scale) if random is None else 0.1 * random.standard_normal(shape)
    return _structured(value, block.symbol.structure)


def _structured(value: Array, structure: Structure) -> Array:
    match structure:
        case Structure.SYMMETRIC:
            return (value + value.T) / 2
        case Structure.DIAGONAL:
            return np.diag(np.diag(value))
        case Structure.SKEW:
            return np.tril(value, -1) - np.tril(value, -1).T
        case Structure.LOWER:
            return np.tril(value)
        case _:
            return value


def finite_point(objective: Objective, z: Array) -> Point:
    """Return the point of the start.

    Raises:
        EvaluationError: the value or the gradient is not finite there.
    """
    point = objective.point(z)
    if not np.isfinite(point.value) or not np.isfinite(point.gradient).all():
        what = "value" if not np.isfinite(point.value) else "gradient"
        raise EvaluationError(
            f"the {what} at the start is not finite", hint="Start inside the domain of the function."
        )
    return point


def given_values(start: object, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the start by name; an array stands for the only variable.

    Raises:
        EvaluationError: a name is not among the variables.
    """
    if start is None:
        return {}
    if not isinstance(start, Mapping):
        if len(names) != 1:
            raise EvaluationError(
                "the start is an array, and there are several variables", hint="Pass a dictionary."
            )
        return {names[0]: start}
    for name in start:
        if name not in names:
            raise EvaluationError(
                f"the start names {quoted(str(name))}, which is not a variable",
                hint=f"The variables: {', '.join(names)}.",
            )
    return dict(start)
