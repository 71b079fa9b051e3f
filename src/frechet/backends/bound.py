"""A program bound to data: they are read and checked once, and a call passes only what varies.

A minimizer calls the same program hundreds of times with one small vector changed. The function
that runs then has no guards, and what depends on the data alone is computed once. What it finds is
returned even where it is not finite, and may share memory with the data. If it fails, the inputs
are looked at with care, as in any other call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, final

import numpy as np

from frechet.backends.inputs import Known
from frechet.backends.program import Bound, Program, Run
from frechet.backends.runtime import UNCHECKED, UNCHECKED_ROWS


@final
class BoundProgram:
    """A compiled function of the inputs that are not among the data; they keep their shapes."""

    def __init__(self, program: Program, data: Mapping[str, Any], known: Known | None = None) -> None:
        self._program, self._data = program, dict(data)
        self._known: Known = {} if known is None else known
        self._values: dict[str, Any] = {}
        self._sizes: dict[str, int] = {}
        self._renamed: dict[str, int] = {}
        self._run: Run | None = None
        self._bound: Bound | None = None
        self._latest: BoundProgram | None = None
        self._varying = [symbol.name for symbol in program.symbols if symbol.name not in data]
        self._unusual = {name: s for name, s in program.reshaped.items() if name not in data}

    def change(self, values: Mapping[str, Any]) -> None:
        """Bind some of the data anew."""
        self._data.update(values)
        self._run = self._latest = None

    def at(self, /, **inputs: Any) -> BoundProgram:
        """Return the program with more inputs bound, for many calls that change the others.

        The next such program reads nothing again but these inputs, passed as float64 arrays.
        """
        here, latest = BoundProgram(self._program, {**self._data, **inputs}, self._known), self._latest
        if latest is not None and latest._run is not None:
            here._go_on_from(latest, inputs)
        self._latest = here
        return here

    @property
    def is_prepared(self) -> bool:
        """Tell whether the inputs were read."""
        return self._run is not None

    @property
    def is_finite(self) -> bool:
        """Tell whether what was computed once is: arrays without an infinite entry."""
        found = [self._values[name] for name in self._bound.names] if self._bound is not None else []
        return all(isinstance(value, np.ndarray | float) and np.isfinite(value).all() for value in found)

    def _go_on_from(self, other: BoundProgram, inputs: Mapping[str, Any]) -> None:
        """Take over from a program that is bound to the same data what these inputs do not change."""
        assert other._bound is not None
        names = [symbol.name for symbol in self._program.symbols if symbol.name in inputs]
        if any(np.shape(inputs[name]) != np.shape(other._data[name]) for name in names):
            return
        values = {**other._values, **{name: inputs[name] for name in names}}
        for name, symbol in self._program.reshaped.items():
            if name in inputs:
                values[name] = self._program.canonical(symbol, np.asarray(inputs[name]))
        self._values, self._sizes = values, other._sizes
        try:
            self._run = self._computed_once(other._bound)
        except Exception:
            self._run = None

    def __call__(self, /, **inputs: Any) -> list[Any]:
        """Return the outputs; what varies is passed as float64 arrays.

        Raises:
            EvaluationError: the data do not fit, or a step has no value here.
        """
        run, values = self._run, self._values
        if run is None:
            run, values = self.prepare(inputs), self._values
        else:
            for name in self._varying:
                values[name] = inputs[name]
            for name, symbol in self._unusual.items():
                values[name] = self._program.canonical(symbol, np.asarray(inputs[name]))
        try:
            with np.errstate(all="ignore"):
                found = run(values, self._renamed)
        except Exception:
            return self._program.explained({**self._data, **inputs})
        if UNCHECKED in values:
            values.pop(UNCHECKED_ROWS)
            self._known.update((symbol, (value, value)) for symbol, value in values.pop(UNCHECKED).items())
        return found

    def prepare(self, inputs: Mapping[str, Any]) -> Run:
        """Read the inputs, compute what depends on the data alone, and return the function of the rest.

        Raises:
            EvaluationError: the data do not fit, or a step has no value here.
        """
        self._values, self._sizes, bound = self._program.bound_to(self._data, inputs, self._known)
        try:
            self._run = self._computed_once(bound)
        except Exception:
            self._program.explained({**self._data, **inputs})
            raise
        return self._run

    def _computed_once(self, bound: Bound) -> Run:
        self._bound, self._renamed = bound, bound.rest.renamed(self._sizes)
        if bound.once is not None:
            with np.errstate(all="ignore"):
                found = bound.once(self._values, self._sizes)
            self._values.update(zip(bound.names, found, strict=True))
        return bound.rest.run
