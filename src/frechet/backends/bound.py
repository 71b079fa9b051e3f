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
from frechet.backends.program import Program, Run


@final
class BoundProgram:
    """A compiled function of the inputs that are not among the data; they keep their shapes."""

    def __init__(self, program: Program, data: Mapping[str, Any], known: Known | None = None) -> None:
        self._program, self._data = program, dict(data)
        self._known: Known = {} if known is None else known
        self._values: dict[str, Any] = {}
        self._sizes: dict[str, int] = {}
        self._run: Run | None = None
        symbols = {symbol.name: symbol for symbol in program.symbols}
        self._varying = {name: s for name, s in symbols.items() if name not in self._data}
        self._unusual = {name: s for name, s in self._varying.items() if program.is_reshaped(s)}

    def change(self, values: Mapping[str, Any]) -> None:
        """Bind some of the data anew."""
        self._data.update(values)
        self._run = None

    def at(self, **inputs: Any) -> BoundProgram:
        """Return the program with more inputs bound, for many calls that change the others."""
        return BoundProgram(self._program, {**self._data, **inputs}, self._known)

    def __call__(self, **inputs: Any) -> list[Any]:
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
                return run(values, self._sizes)
        except Exception:
            return self._program.explained({**self._data, **inputs})

    def prepare(self, inputs: Mapping[str, Any]) -> Run:
        """Read the inputs, compute what depends on the data alone, and return the function of the rest.

        Raises:
            EvaluationError: the data do not fit, or a step has no value here.
        """
        self._values, sizes, bound = self._program.bound_to(self._data, inputs, self._known)
        self._sizes = bound.rest.renamed(sizes)
        try:
            with np.errstate(all="ignore"):
                if bound.once is not None:
                    found = bound.once(self._values, sizes)
                    self._values.update(zip(bound.names, found, strict=True))
        except Exception:
            self._program.explained({**self._data, **inputs})
            raise
        self._run = bound.rest.run
        return self._run
