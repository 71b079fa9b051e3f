"""One program for several formulas: `compile` chooses the back end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from frechet.backends.targets import Output, Target, targets_of
from frechet.errors import UnsupportedError, needing, quoted
from frechet.expressions.nodes import Symbol

if TYPE_CHECKING:
    from frechet.backends.inputs import Known
    from frechet.backends.program import Program
    from frechet.backends.structured_program import StructuredProgram

BACKENDS: Final = ("numpy", "jax", "torch", "cupy", "dask")
DTYPES: Final = ("float64", "float32")
PATIENCE: Final = 12_000.0


class AbstractBound(Protocol):
    """A compiled function bound to data: a call passes what varies, by name."""

    def __call__(self, /, **inputs: Any) -> list[Any]: ...

    def change(self, values: Mapping[str, Any]) -> None: ...


def compile(
    outputs: Output | Sequence[Output],
    backend: str = "numpy",
    nonfinite: str = "raise",
    dtype: str = "float64",
    hessians: str = "dense",
) -> Callable[..., list[Any]]:
    """Return a function of the named inputs that computes all outputs together, as a list.

    With NumPy a scalar comes as a float, a vector 1-D, a matrix 2-D, a row as 1 × n. With
    `nonfinite="raise"` a value that is not finite raises `EvaluationError` and names the part that
    is to blame; with `"keep"` it is returned. JAX, PyTorch and CuPy take arrays of their own and return
    such, on the device where they are; what is not finite is then returned as it is. With Dask the
    outputs are sums over the rows of the data, which may be Dask arrays or memory maps; a call is one
    pass over them.

    With `hessians="structured"` a scalar's second derivative by one variable comes as the algebra found
    it, a `StructuredMatrix` with products, `solve`, `logdet` and `todense`, which forms no more than
    it must, and when it must. Data in it are referred to, not copied.

    Raises:
        UnsupportedError: there is no such back end, no such option, or a library is not installed.
    """
    _check("back end", backend, BACKENDS)
    _check("dtype", dtype, DTYPES)
    _check("form of Hessians", hessians, ("dense", "structured"))
    _check("treatment of values that are not finite", nonfinite, ("raise", "keep"))
    targets, declared = targets_of(outputs)
    if backend == "dask" and (dtype, hessians) == ("float64", "dense"):
        with needing("dask", "a compiled program"):
            from frechet.backends.dask_program import DaskProgram

        return DaskProgram(targets, declared, nonfinite == "raise")
    if backend != "numpy":
        if (dtype, nonfinite, hessians) != ("float64", "raise", "dense"):
            raise UnsupportedError(
                f"the back end {backend} computes in float64 and returns what it finds",
                hint="Leave dtype, nonfinite and hessians out.",
            )
        with needing("numeric", "a compiled program"):
            from frechet.backends.array_program import ArrayProgram

        return ArrayProgram(backend, targets, declared)
    with needing("numeric", "a compiled program"):
        from frechet.backends.program import Program
        from frechet.backends.structured_program import StructuredProgram, second_derivatives

    if hessians == "structured":
        return StructuredProgram(targets, second_derivatives(outputs), declared, nonfinite == "raise")
    return Program(targets, declared, nonfinite == "raise", dtype)


def bind(
    outputs: Output | Sequence[Output],
    data: Mapping[str, Any],
    known: Known | None = None,
    deferred: int = 0,
) -> AbstractBound:
    """Return a function of the names that are not data; what is not finite is returned.

    It is for a caller that changes a few inputs many times: nothing is checked again. Programs that
    share `known` read the same data once. Data that need not be in memory are read in one pass per
    call. For data in memory the last `deferred` outputs come as a function that computes them from what
    was computed for the others; it may be called once.
    """
    from frechet.backends.bound import BoundProgram

    targets, declared = targets_of(outputs)
    if backend_for(outputs, data) == "dask":
        from frechet.backends.dask_program import BoundDaskProgram, DaskProgram

        return BoundDaskProgram(DaskProgram(targets, declared, strict=False), data)
    return BoundProgram(_program(tuple(targets), tuple(declared.items()), deferred), data, known)


@lru_cache(maxsize=64)
def _program(targets: tuple[Target, ...], declared: tuple[tuple[str, Symbol], ...], deferred: int) -> Program:
    """Return a program, remembered with its plans for when it is bound to other data."""
    from frechet.backends.program import Program

    return Program(targets, dict(declared), strict=False, patience=PATIENCE, deferred=deferred)


def backend_for(outputs: Output | Sequence[Output], data: Mapping[str, Any]) -> str:
    """Return "dask" for Dask arrays, and for memory maps where the outputs are sums over their rows."""
    from frechet.backends.dask_arrays import is_chunked, is_dask

    used = [value for name, value in data.items() if is_chunked(value)]
    if not used or any(is_dask(value) for value in used):
        return "dask" if used else "numpy"
    try:
        compile(outputs, backend="dask")
    except UnsupportedError:
        return "numpy"
    return "dask"


def bind_structured(
    outputs: Output | Sequence[Output], data: Mapping[str, Any], known: Known | None = None
) -> StructuredProgram:
    """Return the same with every second derivative as a `StructuredMatrix`."""
    from frechet.backends.structured_program import StructuredProgram, second_derivatives

    targets, declared = targets_of(outputs)
    return StructuredProgram(targets, second_derivatives(outputs), declared, False, data, known)


def _check(what: str, value: object, known: Sequence[str]) -> None:
    if value not in known:
        raise UnsupportedError(
            f"there is no {what} {quoted(str(value))}", hint=f"There are: {', '.join(known)}."
        )
