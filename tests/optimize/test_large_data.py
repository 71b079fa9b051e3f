from __future__ import annotations

from pathlib import Path
from typing import Any

import dask.array as da
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zarr
from tests.optimize.test_stochastic import BEST, DATA, F, N, X, y

import frechet as fr
from frechet.optimize import data as small_files
from frechet.optimize.large_files import open_data


def counted(rows: Any) -> tuple[Any, list[int]]:
    """Return the rows as a Dask array of one chunk, and where its reads are counted."""
    reads: list[int] = []

    def read(block: Any) -> Any:
        reads.append(1)
        return block

    return da.from_array(rows, chunks=rows.shape).map_blocks(read, meta=np.empty((0, 0))), reads


@pytest.mark.parametrize("method", ["auto", "newton", "newton-cg", "l-bfgs", "barzilai-borwein", "nesterov"])
def test_every_method_runs_on_chunks_as_it_does_in_memory(method: str) -> None:
    rows = da.from_array(X, chunks=(500, 2))
    found = fr.minimize(F, over="w", data={**DATA, "X": rows}, method=method)
    assert found.converged
    np.testing.assert_allclose(found.x["w"], BEST.x["w"], atol=1e-6)
    assert found.second_derivative_test == "minimum"


def test_newton_reads_the_data_once_for_each_point() -> None:
    rows, reads = counted(X)
    found = fr.minimize(F, over="w", data={**DATA, "X": rows}, method="newton")
    assert found.converged
    assert len(reads) <= found.evaluations.value + 3


@pytest.mark.parametrize("constraint", ["w >= 0", "sum(w) == 1", "norm2(w)^2 <= 0.01"])
def test_constraints_hold_on_chunks_too(constraint: str) -> None:
    rows = da.from_array(X, chunks=(500, N))
    expected = fr.minimize(F, over="w", data=DATA, subject_to=constraint)
    found = fr.minimize(F, over="w", data={**DATA, "X": rows}, subject_to=constraint)
    assert found.status == expected.status
    np.testing.assert_allclose(found.x["w"], expected.x["w"], atol=1e-6)


def test_a_back_end_is_chosen_by_name() -> None:
    for backend, data in (("dask", DATA), ("numpy", {**DATA, "X": da.from_array(X)})):
        found = fr.minimize(F, over="w", data=data, backend=backend)
        np.testing.assert_allclose(found.x["w"], BEST.x["w"], atol=1e-8)


def test_a_memory_map_under_a_formula_that_is_no_sum_is_read_as_a_whole(tmp_path: Path) -> None:
    np.save(tmp_path / "X.npy", X)
    f = fr.parse("norm2(X*w - y)", {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)"})
    rows = np.load(tmp_path / "X.npy", mmap_mode="r")
    found = fr.minimize(f, over="w", data={"X": rows, "y": y})
    np.testing.assert_allclose(found.x["w"], np.linalg.lstsq(X, y, rcond=None)[0], atol=1e-8)
    with pytest.raises(fr.UnsupportedError, match="cannot be added up row by row"):
        fr.minimize(f, over="w", data={"X": da.from_array(X), "y": y})


def test_a_large_npy_file_stays_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frechet.optimize.large_files.MAX_FILE", 1_000)
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "y.npy", y[:50])
    found = open_data(tmp_path / "X.npy")["X"]
    assert isinstance(found, np.memmap)
    np.testing.assert_array_equal(found, X)
    assert not isinstance(open_data(tmp_path / "y.npy")["y"], np.memmap)
    np.save(tmp_path / "T.npy", np.zeros((10, 10, 10)))
    with pytest.raises(fr.EvaluationError, match="not a vector or matrix of real numbers"):
        open_data(tmp_path / "T.npy")


def parquet(folder: Path) -> Path:
    lists = pa.FixedSizeListArray.from_arrays(pa.array(X.ravel()), N)
    table = pa.table(
        {"X": lists, "y": y, "k": np.arange(len(y)), "a": X[:, 0], "b": X[:, 1], "name": ["x"] * len(y)}
    )
    pq.write_table(table, folder / "data.parquet", row_group_size=400)
    return folder / "data.parquet"


def test_parquet_is_read_by_row_groups(tmp_path: Path) -> None:
    found = open_data(parquet(tmp_path), {"X": "X", "A": ["a", "b"], "y": "y", "k": "k"})
    assert {name: array.shape for name, array in found.items()} == {
        "X": X.shape, "A": (len(y), 2), "y": y.shape, "k": y.shape
    }  # fmt: skip
    assert found["X"].chunks[0] == (400, 400, 400, 400, 400, 7)
    np.testing.assert_array_equal(found["X"].compute(), X)
    np.testing.assert_array_equal(found["A"].compute(), X[:, :2])
    np.testing.assert_array_equal(found["k"].compute(), np.arange(len(y)))
    np.testing.assert_array_equal(found["X"][350:900, 1].compute(), X[350:900, 1])
    result = fr.minimize(F, over="w", data={"X": found["X"], "y": found["y"], "c": 1.0})
    np.testing.assert_allclose(result.x["w"], BEST.x["w"], atol=1e-8)


def test_columns_that_hold_no_numbers_are_refused(tmp_path: Path) -> None:
    file = parquet(tmp_path)
    with pytest.raises(fr.EvaluationError) as caught:
        open_data(file)
    assert caught.value.message == "the column 'name' of 'data.parquet' holds string, not numbers"
    with pytest.raises(fr.EvaluationError) as caught:
        open_data(file, {"X": "Z"})
    assert caught.value.message == "'data.parquet' has no column 'Z'"
    assert caught.value.hint == "Its columns: X, y, k, a, b, name."


def test_zarr_is_read_in_whole_chunks(tmp_path: Path) -> None:
    group = zarr.open_group(str(tmp_path / "data.zarr"), mode="w")
    for name, array in (("X", X), ("y", y)):
        group.create_array(name, shape=array.shape, chunks=(100, *array.shape[1:]), dtype="f8")[...] = array
    found = open_data(tmp_path / "data.zarr")
    result = fr.minimize(F, over="w", data={**found, "c": 1.0})
    np.testing.assert_allclose(result.x["w"], BEST.x["w"], atol=1e-8)


@pytest.mark.parametrize("name", ["data.parquet", "data.zarr", "data.npz", "data.npy"])
def test_a_file_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(fr.EvaluationError):
        open_data(tmp_path / name)
    (tmp_path / name).write_bytes(b"no data at all")
    with pytest.raises(fr.EvaluationError):
        open_data(tmp_path / name)


def test_small_files_are_read_as_before(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", X=X)
    np.testing.assert_array_equal(open_data(tmp_path / "data.npz")["X"], X)
    assert small_files.MAX_FILE == 10_000_000
