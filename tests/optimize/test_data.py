"""Data files: what is read, and that nothing hostile is."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from frechet import FrechetError, LimitError
from frechet.optimize.data import read_data


def test_arrays_of_an_archive_are_read_by_name(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", A=np.arange(6).reshape(2, 3), b=[True, False])
    found = read_data(tmp_path / "d.npz")
    assert found["A"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert found["b"].tolist() == [1, 0]


def test_a_table_with_a_header_gives_vectors_and_one_without_a_matrix(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("u,v\n1,2\n3,4.5\n")
    (tmp_path / "A.csv").write_text("1,2\n3,4\n")
    assert read_data(tmp_path / "t.csv")["v"].tolist() == [2, 4.5]
    assert read_data(tmp_path / "A.csv")["A"].tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "empty"),
        ("a,b\n", "no rows"),
        ("1,2\n3\n", "row 2 has 1 cells"),
        ("1,x\n", "row 1, column 2 holds 'x'"),
        ("1;2\n3;4\n", "holds '1;2'"),
        ("1,nan\n", "not a finite number"),
        ("1_0,2\n", "holds '1_0'"),
        ("a,a\n1,2\n", "the same name"),
        ("=cmd(),1\n", "holds"),
    ],
)
def test_a_table_that_is_not_numbers_is_refused(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "t.csv").write_text(content)
    with pytest.raises(FrechetError, match=message):
        read_data(tmp_path / "t.csv")


def archive(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name + ".npy", content)
    return stream.getvalue()


def npy(array: object, pickled: bool = False) -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.asarray(array), allow_pickle=pickled)
    return stream.getvalue()


HOSTILE = {
    "objects are never unpickled": (archive(A=npy([{}], pickled=True)), "not real numbers"),
    "a header that promises more than is there": (archive(A=npy([1.0, 2.0])[:-8]), "than its header says"),
    "text": (archive(A=npy(["a"])), "not real numbers"),
    "three axes": (archive(A=npy(np.zeros((1, 1, 1)))), "3 axes"),
    "no npy": (archive(A=b"hello"), "not an npy array"),
    "no archive": (b"hello", "not an npz archive"),
    "a path for a name": (archive(**{"../A": npy([1.0])}), "not the name of an array"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_archive_is_refused(tmp_path: Path, case: str) -> None:
    content, message = HOSTILE[case]
    (tmp_path / "d.npz").write_bytes(content)
    with pytest.raises(FrechetError, match=message):
        read_data(tmp_path / "d.npz")


def test_limits_are_counted_while_inflating(tmp_path: Path) -> None:
    (tmp_path / "bomb.npz").write_bytes(archive(A=bytes(40_000_000)))
    with pytest.raises(LimitError, match="unpacks to more"):
        read_data(tmp_path / "bomb.npz")
    (tmp_path / "many.npz").write_bytes(archive(**{f"a{k}": npy(1.0) for k in range(65)}))
    with pytest.raises(LimitError, match="65 members"):
        read_data(tmp_path / "many.npz")


def test_a_header_with_a_huge_shape_allocates_nothing(tmp_path: Path) -> None:
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        stream, {"descr": "<f8", "fortran_order": False, "shape": (10**12, 10**6)}
    )
    (tmp_path / "A.npy").write_bytes(stream.getvalue())
    with pytest.raises(LimitError, match="entries"):
        read_data(tmp_path / "A.npy")


def test_a_missing_or_unknown_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FrechetError, match="cannot be read"):
        read_data(tmp_path / "none.npz")
    (tmp_path / "d.pkl").write_bytes(b"")
    with pytest.raises(FrechetError, match="not a data file"):
        read_data(tmp_path / "d.pkl")
