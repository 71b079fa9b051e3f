"""The back end that a caller asks for, as the form of the data: the optimizer follows the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from frechet.backends.dask_arrays import in_chunks, is_chunked, is_dask
from frechet.backends.rows import separations_of
from frechet.backends.rows_pass import preferred
from frechet.backends.targets import targets_of
from frechet.errors import UnsupportedError, quoted
from frechet.formula import Formula

BACKENDS: Final = ("auto", "numpy", "dask")


def data_for(backend: str, formula: Formula, data: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return the data in memory for "numpy", in chunks of rows for "dask", and as they are for "auto".

    Raises:
        UnsupportedError: there is no such back end, or the formula is no sum over rows.
    """
    if backend not in BACKENDS:
        raise UnsupportedError(
            f"there is no back end {quoted(str(backend))} for minimization",
            hint=f"There are: {', '.join(BACKENDS)}.",
        )
    if backend == "auto" or not isinstance(data, Mapping):
        return data
    if backend == "numpy":
        return {name: _in_memory(value) for name, value in data.items()}
    separations = [s for s in separations_of(*targets_of([formula])) if set(s.carriers) <= data.keys()]
    if not separations:
        return data
    sizes = {s.size: int(np.shape(data[s.carriers[0]])[0]) for s in separations}
    carriers = preferred(separations, sizes, data).carriers
    arrays = {n: data[n] if is_chunked(data[n]) else np.asarray(data[n]) for n in carriers}
    return {**data, **in_chunks(arrays)}


def _in_memory(value: Any) -> Any:
    if is_dask(value):
        return value.compute()
    return np.asarray(value) if is_chunked(value) else value
