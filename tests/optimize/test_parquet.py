"""Tables as data: Parquet columns by name, columns gathered into matrices, bad tables refused."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from frechet import FrechetError, LimitError
from frechet.cli import commands
from frechet.extras import installing
from frechet.optimize import data, read_data, read_files

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
pq = pytest.importorskip("pyarrow.parquet")


def written(folder: Path, **columns: Any) -> Path:
    file = folder / "t.parquet"
    pq.write_table(pa.table(columns), file)
    return file


def refusal(action: Any) -> str:
    with pytest.raises(FrechetError) as refused:
        action()
    return str(refused.value)


def test_columns_are_vectors_and_columns_of_lists_are_matrices(tmp_path: Path) -> None:
    file = written(tmp_path, y=[1, 2], flag=[True, False], X=[[1.0, 2.0], [3.0, 4.0]])
    found = read_data(file)
    assert {name: array.tolist() for name, array in found.items()} == {
        "y": [1, 2],
        "flag": [1, 0],
        "X": [[1, 2], [3, 4]],
    }
    assert all(array.dtype == np.float64 for array in found.values())


REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"a": [1.0, None]},
        "the column 'a' has no finite number in row 2\nFill in or leave out the rows with missing values.",
    ),
    (
        {"a": ["x"]},
        "the column 'a' holds string, not numbers\nLeave it out, or write it as numbers.",
    ),
    (
        {"a": [[1.0], [1.0, 2.0]]},
        "the lists of the column 'a' have different lengths\nAll rows of a matrix have the same length.",
    ),
]


@pytest.mark.parametrize(("columns", "message"), REFUSED)
def test_what_is_not_a_number_is_named_with_its_place(
    tmp_path: Path, columns: dict[str, Any], message: str
) -> None:
    assert refusal(lambda: read_data(written(tmp_path, **columns))) == message


def test_the_sizes_that_a_file_states_are_checked_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "MAX_ENTRIES", 5)
    with pytest.raises(LimitError, match="3 rows and 2 columns, more than 5 entries"):
        read_data(written(tmp_path, a=[1.0] * 3, b=[1.0] * 3))


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.parquet").write_bytes(b"hello")
    assert refusal(lambda: read_data(tmp_path / "t.parquet")).startswith("the file is not a Parquet file")


def test_without_pyarrow_the_command_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, a=[1.0])
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    assert refusal(lambda: read_data(file)) == (
        f"Parquet files need pyarrow, which is not installed\n{installing('parquet')}"
    )


def test_columns_are_gathered_into_matrices(tmp_path: Path) -> None:
    file = written(tmp_path, a=[1.0, 2.0], b=[3.0, 4.0], c=[5.0, 6.0])
    found = read_files([file], ["X: a, b; y: c"])
    assert (found["X"].tolist(), found["y"].tolist()) == ([[1, 3], [2, 4]], [5, 6])
    assert refusal(lambda: read_files([file], ["X: a, d"])) == (
        "there is no column 'd' for X\nThe data have: a, b, c."
    )
    assert refusal(lambda: read_files([file], ["X a"])).startswith("'X a' does not say which columns")


def test_a_large_file_stays_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("dask", reason="Dask is not installed")
    file = written(tmp_path, a=[1.0, 2.0], b=[3.0, 4.0], c=[5.0, 6.0])
    monkeypatch.setattr("frechet.optimize.tables.MAX_FILE", 1)
    found = read_files([file], ["X: a, b; y: c"])
    assert type(found["X"]).__module__.startswith("dask")
    assert found["X"].compute().tolist() == [[1, 3], [2, 4]]


def test_the_command_fits_a_model_to_columns(tmp_path: Path) -> None:
    file = written(tmp_path, one=[1.0, 1.0, 1.0], slope=[0.0, 1.0, 2.0], label=[1.0, 3.0, 5.0])
    (tmp_path / "m.fr").write_text(
        "parameters\nMatrix X\nVector y\nvariables\nVector w\nmin\nnorm2(X*w - y)^2\n"
    )
    options = ["--data", str(file), "--columns", "X: one, slope; y: label"]
    result = CliRunner().invoke(commands, ["minimize", str(tmp_path / "m.fr"), *options])
    assert result.output.startswith("w = [1. 2.]\n")
