"""One program for several formulas: `compile` chooses the back end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from frechet.backends.targets import Output, targets_of
from frechet.errors import UnsupportedError, quoted

BACKENDS: Final = ("numpy",)
DTYPES: Final = ("float64", "float32")


def compile(
    outputs: Output | Sequence[Output],
    backend: str = "numpy",
    nonfinite: str = "raise",
    dtype: str = "float64",
) -> Callable[..., list[Any]]:
    """Return a function of the named inputs that computes all outputs together, as a list.

    A scalar comes as a float, a vector 1-D, a matrix 2-D, a row as 1 × n. With
    `nonfinite="raise"` a value that is not finite raises `EvaluationError` and names the part that
    is to blame; with `"keep"` it is returned.

    Raises:
        UnsupportedError: there is no such back end, or no such option.
    """
    _check("back end", backend, BACKENDS)
    _check("dtype", dtype, DTYPES)
    _check("treatment of values that are not finite", nonfinite, ("raise", "keep"))
    from frechet.backends.program import Program

    targets, declared = targets_of(outputs)
    return Program(targets, declared, nonfinite == "raise", dtype)


def _check(what: str, value: object, known: Sequence[str]) -> None:
    if value not in known:
        raise UnsupportedError(
            f"there is no {what} {quoted(str(value))}", hint=f"There are: {', '.join(known)}."
        )
