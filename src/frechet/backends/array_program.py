"""Compiled functions over JAX, PyTorch and CuPy: device arrays go in, device arrays come out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, final

from frechet.backends.dialects import READABLE, vocabulary
from frechet.backends.execution import load
from frechet.backends.inputs import sizes_of
from frechet.backends.source import SourceText
from frechet.backends.targets import Target
from frechet.errors import EvaluationError, FrechetError, UnsupportedError
from frechet.expressions.nodes import Symbol
from frechet.limits import budget
from frechet.shapes import describe, public_shape


@final
class ArrayProgram:
    """A compiled function: call it with the inputs by name. JAX compiles it once for each set of shapes."""

    def __init__(self, backend: str, targets: Sequence[Target], declared: Mapping[str, Symbol]) -> None:
        described = READABLE[backend]
        with budget():
            source = SourceText(described, targets, declared, {}, generated=True)
            text = source.written("program")
        self.symbols = list(source.symbols)
        try:
            module = load(text, vocabulary(described))
        except ImportError as error:
            raise UnsupportedError(
                f"the back end {backend} needs {error.name}, which is not installed",
                hint=f"pip install {error.name}",
            ) from None
        self.run = module["program"]
        if backend == "jax" and "matrix_power" not in text:
            self.run = module["jax"].jit(self.run)

    def __call__(self, /, **inputs: Any) -> list[Any]:
        """Return the outputs for these inputs, as arrays of the back end.

        Raises:
            EvaluationError: an input is missing or does not fit.
        """
        values = []
        shapes: dict[str, tuple[int, ...]] = {}
        for symbol in self.symbols:
            if inputs.get(symbol.name) is None:
                raise EvaluationError(
                    f"{symbol.name} has no value", hint=f"Pass {symbol.name}=…, a {describe(symbol.shape)}."
                )
            values.append(inputs[symbol.name])
            shapes[symbol.name] = _matrix_shape(symbol, inputs[symbol.name])
        sizes_of(self.symbols, shapes)
        try:
            return list(self.run(*values))
        except FrechetError:
            raise
        except Exception as error:
            raise EvaluationError(
                f"the program has no value for these inputs: {str(error)[:200]}", hint="Check the inputs."
            ) from None


def _matrix_shape(symbol: Symbol, value: Any) -> tuple[int, ...]:
    """Return the rows and columns of an input, whatever library holds it."""
    import numpy as np

    shape = tuple(value.shape) if hasattr(value, "shape") else np.shape(value)
    wanted = public_shape(symbol.shape)
    if len(shape) != len(wanted):
        raise EvaluationError(
            f"{symbol.name} is declared {describe(symbol.shape)}, but the value has {len(shape)} axes",
            hint="Vectors have one axis, matrices two, scalars none.",
        )
    return (*shape, 1, 1)[:2]
