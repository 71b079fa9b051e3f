"""What a picture needs of a problem: values, slopes and violations at a flat point, and axes with names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from frechet.optimize.objective import Array, Objective
from frechet.optimize.variables import Variables
from frechet.shapes import is_scalar

LOW: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@final
@dataclass(frozen=True, slots=True)
class Landscape:
    """The function around a path. `sides` gives the largest g of g ≤ 0, and every h of h = 0."""

    objective: Objective
    variables: Variables
    sides: Callable[[Array], tuple[float, Array]] | None = None

    @property
    def size(self) -> int:
        return self.variables.size

    def value(self, z: Array) -> float:
        """Return the value, NaN where there is none."""
        with np.errstate(all="ignore"):
            value = self.objective.value(z)
        return value if np.isfinite(value) else np.nan

    def violation(self, z: Array) -> float:
        """Return how far the constraints are from being met."""
        if self.sides is None:
            return 0.0
        largest, equalities = self.sides(z)
        return max(0.0, largest, float(np.max(np.abs(equalities), initial=0.0)))

    def values(self, *axes: Array) -> Array:
        """Return the values at all points of a grid, NaN where there is none."""
        found = [self.value(z) for z in _points(axes)]
        return np.array(found).reshape([len(axis) for axis in axes])

    def constraints(self, *axes: Array) -> tuple[Array | None, list[Array]]:
        """Return the largest g of all inequalities on a grid, if there are any, and every equality."""
        if self.sides is None:
            return None, []
        shape = [len(axis) for axis in axes]
        pairs = [self.sides(z) for z in _points(axes)]
        largest = np.array([g for g, _ in pairs]).reshape(shape)
        equalities = np.array([h for _, h in pairs]).T
        return None if np.isneginf(largest).all() else largest, [h.reshape(shape) for h in equalities]

    def slopes(self, axis: Array) -> Array:
        """Return f' along the axis of a single variable."""
        with np.errstate(all="ignore"):
            return np.array([self.objective.gradient(np.array([t]))[0] for t in axis])

    def labels(self) -> list[str]:
        """Return a name for every entry of the flat vector."""
        found: list[str] = []
        for block in self.variables.blocks:
            name, count = block.symbol.name, block.place.stop - block.place.start
            if is_scalar(block.symbol.shape):
                found.append(name)
            elif block.columns == 1 or block.free is None:
                shape = (block.rows,) if block.columns == 1 else (block.rows, block.columns)
                found += [name + "".join(str(i + 1) for i in at).translate(LOW) for at in np.ndindex(shape)]
            else:
                found += [f"{name}, free entry {k + 1}" for k in range(count)]
        return found


def _points(axes: Sequence[Array]) -> Array:
    """Return the points of a grid as rows."""
    return np.stack([g.ravel() for g in np.meshgrid(*axes, indexing="ij")], axis=1)
