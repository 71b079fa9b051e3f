"""From what a caller passes to float matrices: every refusal is a sentence about the input.

Scalars are numbers, vectors 1-D (or one column), matrices 2-D. The sizes are read off the inputs;
two inputs that disagree are both named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from frechet.assumptions import Structure
from frechet.errors import EvaluationError, quoted
from frechet.expressions.nodes import Symbol
from frechet.shapes import Dimension, describe, factors_of, is_row, is_scalar, value_of

Array = NDArray[np.float64]
Known: TypeAlias = dict[Symbol, tuple[Any, Array]]
LARGE: Final = 400_000
_TOLERANCE: Final = 1e-9
KINDS: Final = {
    "b": "true or false", "c": "complex numbers", "U": "text", "S": "text", "O": "objects", "M": "dates",
    "m": "times", "V": "records",
}  # fmt: skip


def read_inputs(
    symbols: Sequence[Symbol],
    names: Sequence[str],
    given: Mapping[str, Any],
    declared: Sequence[Symbol] = (),
    known: Known | None = None,
    unchecked: list[Symbol] | None = None,
) -> tuple[dict[str, Array], dict[str, int]]:
    """Return every input as a 2-D array, and the sizes.

    Other `declared` inputs are looked at only for sizes that the needed ones leave open. What is
    `known` was read before, and is not read again as long as it is the same object. Given a list for
    what is left `unchecked`, it puts large matrices there instead of looking for what is not finite.

    Raises:
        EvaluationError: an input is missing, is not a real array, or does not fit.
    """
    arrays: dict[str, Array] = {}
    for symbol in symbols:
        if symbol.name not in given:
            raise EvaluationError(
                f"{symbol.name} has no value", hint=f"Pass {symbol.name}=…, a {describe(symbol.shape)}."
            )
        value, known_before = given[symbol.name], {} if known is None else known
        if unchecked is not None and symbol not in known_before and _is_large(symbol, value):
            unchecked.append(symbol)
            arrays[symbol.name] = _as_matrix(symbol, value)
        else:
            arrays[symbol.name] = _read(symbol, value, known_before)
    sizes = _sizes(symbols, arrays)
    if not sizes.keys() >= set(names):
        others = [s for s in declared if s.name in given]
        extra = {s.name: _array(s, given[s.name]) for s in others}
        sizes = _sizes([*symbols, *others], {**arrays, **extra})
    for name in names:
        if name not in sizes:
            raise EvaluationError(
                f"the size {name} does not follow from the inputs",
                hint="Write the number instead of the name, or use the size in an input's declaration.",
            )
    for symbol in symbols:
        if known is None or symbol not in known:
            _check_structure(symbol, arrays[symbol.name])
        if known is not None and symbol not in (unchecked or ()):
            known[symbol] = given[symbol.name], arrays[symbol.name]
    return arrays, sizes


def _is_large(symbol: Symbol, value: Any) -> bool:
    """Tell a float matrix that is read as it is, and so large that looking at it takes time."""
    if type(value) is not np.ndarray or value.dtype != np.float64 or value.ndim != 2:
        return False
    return value.size >= LARGE and symbol.structure is Structure.GENERAL and symbol.shape[1] != 1


def _read(symbol: Symbol, value: Any, known: Known) -> Array:
    if symbol in known and known[symbol][0] is not value:
        del known[symbol]
    return known[symbol][1] if symbol in known else _array(symbol, value)


def check_finite(name: str, array: Array) -> None:
    """Refuse an array that is not finite.

    Raises:
        EvaluationError: it is not; the first such entry is named.
    """
    if not is_finite(array):
        place = np.argwhere(~np.isfinite(array))[0] + 1
        where = f" at entry {', '.join(map(str, place))}" if place.size else ""
        raise EvaluationError(f"{name} is not finite{where}", hint="Inputs must be finite numbers.")


def is_finite(array: Array) -> bool:
    """Look at the sum of squares first, which costs one fast pass and no memory; it may overflow."""
    entries = array.ravel("K") if array.flags.forc else array
    with np.errstate(all="ignore"):
        total = entries.dot(entries) if entries.ndim == 1 else entries.sum()
        return bool(np.isfinite(total)) or bool(np.isfinite(array).all())


def _array(symbol: Symbol, value: Any) -> Array:
    name = symbol.name
    array = _numbers(name, value)
    check_finite(name, array)
    return _as_matrix(symbol, array)


def _numbers(name: str, value: Any) -> Array:
    if value is None:
        raise EvaluationError(f"{name} has no value (None)", hint="Pass a number or an array.")
    if np.ma.is_masked(value):
        raise EvaluationError(
            f"{name} has masked entries", hint="Fill them in, or leave their rows out, before they are data."
        )
    if hasattr(value, "toarray"):
        raise EvaluationError(f"{name} is a sparse matrix", hint=f"Pass {name}.toarray().")
    try:
        raw = np.asarray(value)
    except (ValueError, TypeError):
        raise EvaluationError(
            f"{name} is not an array of real numbers", hint="All rows must have the same length."
        ) from None
    if raw.dtype.kind == "O" and raw.size:
        raw = _unboxed(name, raw)
    if raw.dtype.kind not in "iuf":
        raise EvaluationError(
            f"{name} holds {KINDS.get(raw.dtype.kind, 'something else')}, not real numbers",
            hint="Convert it to floats first.",
        )
    return raw.astype(np.float64, copy=False)


def _unboxed(name: str, raw: Any) -> Any:
    """Return an array of Python numbers as floats."""
    found = np.empty(raw.shape)
    for place, entry in zip(np.ndindex(raw.shape), raw.flat, strict=True):
        where = f" at entry {', '.join(str(p + 1) for p in place)}" if place else ""
        if entry is None:
            raise EvaluationError(f"{name} has no value (None){where}", hint="Inputs must be finite numbers.")
        try:
            if isinstance(entry, str | bytes | bool):
                raise TypeError
            found[place] = float(entry)
        except (TypeError, ValueError):
            raise EvaluationError(
                f"{name} is not an array of real numbers: it holds a {type(entry).__name__}{where}",
                hint="Convert it to floats first.",
            ) from None
        except OverflowError:
            raise EvaluationError(
                f"{name} does not fit a floating-point number{where}", hint="Scale the data."
            ) from None
    return found


def _as_matrix(symbol: Symbol, array: Array) -> Array:
    shape, ndim = symbol.shape, array.ndim
    if is_scalar(shape):
        if array.size == 1:
            return array.reshape(1, 1)
    elif shape[1] == 1 and (ndim == 1 or (ndim == 2 and array.shape[1] == 1)):
        return array.reshape(-1, 1)
    elif is_row(shape) and (ndim == 1 or (ndim == 2 and array.shape[0] == 1)):
        return array.reshape(1, -1)
    elif shape[1] != 1 and ndim == 2:
        return array
    hint = "Vectors are columns: pass a one-dimensional array." if shape[1] == 1 else "Check its dimensions."
    raise EvaluationError(
        f"{symbol.name} is declared {describe(shape)}, but the value has shape {_shown(array.shape)}",
        hint=hint,
    )


def _shown(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) if shape else "of a single number"


def _sizes(symbols: Sequence[Symbol], arrays: Mapping[str, Array]) -> dict[str, int]:
    return sizes_of(symbols, {name: array.shape for name, array in arrays.items()})


def sizes_of(symbols: Sequence[Symbol], shapes: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    """Return the length behind every size name.

    Raises:
        EvaluationError: two inputs disagree; both are named.
    """
    sizes: dict[str, int] = {}
    source: dict[str, tuple[str, int]] = {}
    pairs = [
        (symbol.name, dimension, length)
        for symbol in symbols
        for dimension, length in zip(symbol.shape, shapes[symbol.name], strict=True)
    ]
    pairs.sort(key=lambda pair: len(factors_of(pair[1])))
    for name, dimension, length in pairs:
        unknown = [f for f in factors_of(dimension) if isinstance(f, str) and f not in sizes]
        if len(unknown) == 1:
            sizes[unknown[0]] = _solve(dimension, unknown[0], sizes, length)
            source[unknown[0]] = (name, length)
        if len(set(unknown)) <= 1 and value_of(dimension, sizes) != length:
            raise EvaluationError(
                _disagreement(name, dimension, length, source),
                hint=_shapes_of(symbols, shapes, name, _origin(dimension, source)),
            )
    return sizes


def _solve(dimension: Dimension, unknown: str, sizes: Mapping[str, int], length: int) -> int:
    rest = value_of(dimension, {**sizes, unknown: 1})
    return length // rest if rest else 0


def _disagreement(name: str, dimension: Dimension, length: int, source: Mapping[str, tuple[str, int]]) -> str:
    origin = _origin(dimension, source)
    if origin is None or origin[0] == name:
        return f"{name} has {length} entries along an axis of size {dimension}"
    return (
        f"{name} has size {length} where {origin[0]} has size {origin[1]}: both are {quoted(str(dimension))}"
    )


def _origin(dimension: Dimension, source: Mapping[str, tuple[str, int]]) -> tuple[str, int] | None:
    return next((source[f] for f in factors_of(dimension) if isinstance(f, str) and f in source), None)


def _shapes_of(
    symbols: Sequence[Symbol],
    shapes: Mapping[str, tuple[int, ...]],
    name: str,
    origin: tuple[str, int] | None,
) -> str:
    """Say what the inputs that disagree are declared, and what they are."""
    wanted = {name} if origin is None else {name, origin[0]}
    said = [
        f"{s.name} is declared {describe(s.shape)} and {_has(s, shapes[s.name])}"
        for s in symbols
        if s.name in wanted
    ]
    return "; ".join(said) + "."


def _has(symbol: Symbol, shape: tuple[int, ...]) -> str:
    return f"has {shape[0]} entries" if symbol.shape[1] == 1 else f"is {_shown(shape)}"


def _check_structure(symbol: Symbol, x: Array) -> None:
    if symbol.structure is Structure.GENERAL or (symbol.structure is Structure.POSITIVE and np.all(x > 0)):
        return
    kept: dict[Structure, Callable[[], Array]] = {
        Structure.SYMMETRIC: lambda: x.T,
        Structure.PSD: lambda: x.T,
        Structure.SKEW: lambda: -x.T,
        Structure.DIAGONAL: lambda: np.diag(np.diag(x)),
        Structure.LOWER: lambda: np.tril(x),
        Structure.INTEGER: lambda: np.round(x),
        Structure.POSITIVE: lambda: np.where(x > 0, x, np.inf),
    }
    scale = float(np.max(np.abs(x), initial=0.0))
    if symbol.structure is Structure.ORTHOGONAL:
        fits = bool(np.max(np.abs(x.T @ x - np.eye(len(x)))) <= _TOLERANCE)
    elif symbol.structure in kept:
        with np.errstate(invalid="ignore"):
            fits = bool(np.max(np.abs(kept[symbol.structure]() - x), initial=0.0) <= _TOLERANCE * scale)
    else:
        fits = True
    if symbol.structure is Structure.PSD and fits:
        _check_definite(symbol.name, x, scale)
    if not fits:
        raise EvaluationError(
            f"{symbol.name} is declared {symbol.structure.value}, but the value is not",
            hint="Declare it without the structure, or correct the data.",
        )


def _check_definite(name: str, x: Array, scale: float) -> None:
    """Refuse a matrix with an eigenvalue that is clearly negative; only such a one is looked at twice."""
    try:
        np.linalg.cholesky(x + _TOLERANCE * scale * np.eye(len(x)))
    except np.linalg.LinAlgError:
        smallest = float(np.linalg.eigvalsh(x)[0])
        raise EvaluationError(
            f"{name} is declared psd, but is not positive definite: an eigenvalue is {smallest:.3g}",
            hint='Declare it "symmetric" instead, or add a small multiple of eye(n).',
        ) from None
