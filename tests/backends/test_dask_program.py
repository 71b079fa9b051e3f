from __future__ import annotations

import pickle
import warnings
from pathlib import Path
from typing import Any

import dask.array as da
import numpy as np
import pytest
from distributed import Client, LocalCluster

import frechet as fr
from frechet.backends.dask_arrays import MappedFile, in_chunks
from frechet.backends.rows_pass import block_rows, row_pass
from frechet.backends.targets import targets_of

M, N, K = 5_003, 4, 3
LOGISTIC = "sum(softplus(-y.*(X*w))) + c/2*w'*w"
DECLARED = {"X": "matrix(m, n)", "y": "vector(m)", "w": "vector(n)", "c": "positive"}


def logistic_data(seed: int = 0) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    X, w = random.standard_normal((M, N)), random.standard_normal(N)
    return {"X": X, "y": np.sign(X @ w + random.standard_normal(M)), "w": w, "c": 0.5}


def all_of(text: str, over: str, declared: dict[str, str]) -> list[Any]:
    """Return value, gradient, Hessian and Hessian times a direction."""
    f = fr.parse(text, declared)
    return [f, fr.derivative(f, over), fr.derivative(f, over, over), fr.hessian_product(f, over, "v")]


def assert_equal(found: list[Any], expected: list[Any]) -> None:
    for one, other in zip(found, expected, strict=True):
        assert np.shape(one) == np.shape(other)
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9 * np.max(np.abs(other)))


def chunked(data: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    """Return the same data in every form that Dask reads."""
    np.save(folder / "X.npy", data["X"])
    np.save(folder / "columns.npy", np.asfortranarray(data["X"]))
    np.save(folder / "more.npy", np.vstack([np.zeros((3, data["X"].shape[1])), data["X"]]))
    return [
        data,
        {**data, "X": np.load(folder / "X.npy", mmap_mode="r")},
        {**data, "X": np.load(folder / "columns.npy", mmap_mode="r")},
        {**data, "X": np.load(folder / "more.npy", mmap_mode="r")[3:]},
        {**data, "X": da.from_array(data["X"], chunks=(1_000, 2))},
        {**data, "X": da.from_array(data["X"], chunks=(1_000, 2)), "y": da.from_array(data["y"], chunks=777)},
    ]


def test_all_outputs_are_those_of_numpy_whatever_holds_the_rows(tmp_path: Path) -> None:
    outputs = all_of(LOGISTIC, "w", DECLARED)
    data = {**logistic_data(), "v": np.arange(1.0, N + 1)}
    expected = fr.compile(outputs)(**data)
    program = fr.compile(outputs, backend="dask")
    for form in chunked(data, tmp_path):
        assert_equal(program(**form), expected)


@pytest.mark.parametrize(
    ("text", "over", "declared"),
    [
        (
            "sum(logsumexp(X*W, rows)) - tr(Y'*X*W) + c*norm2(W)^2",
            "W",
            {"X": "matrix(m, n)", "W": "matrix(n, k)", "Y": "matrix(m, k)", "c": "scalar"},
        ),
        ("norm2(Y - X*W)^2", "W", {"X": "matrix(m, n)", "W": "matrix(n, k)", "Y": "matrix(m, k)"}),
        ("(X*x - y)'*diag(d)*(X*x - y)", "x", {"X": "matrix(m, n)", "x": "vector(n)", "d": "vector(m)"}),
        ("sum(tanh(X*W)*u) + c*tr(W'*W)", "W", {"X": "matrix(m, n)", "W": "matrix(n, k)", "u": "vector(k)"}),
        (
            "tr((X - vector(1)*u')*P*(X - vector(1)*u')') - c*logdet(P)",
            "u",
            {"X": "matrix(m, n)", "P": "psd(n)"},
        ),
    ],
)
def test_families_of_objectives_agree_with_numpy(text: str, over: str, declared: dict[str, str]) -> None:
    random = np.random.default_rng(1)
    outputs = all_of(text, over, declared)
    sizes = {"m": M, "n": N, "k": K}
    given: dict[str, Any] = {}
    for name, symbol in outputs[3].declarations.items():
        shape = tuple(d if isinstance(d, int) else sizes[d] for d in symbol.shape)
        given[name] = random.standard_normal(shape[:1] if shape[1] == 1 and shape[0] != 1 else shape)
    if "P" in given:
        given["P"] = given["P"] @ given["P"].T + np.eye(N)
    given = {name: float(value.item()) if value.size == 1 else value for name, value in given.items()}
    assert_equal(fr.compile(outputs, backend="dask")(**given), fr.compile(outputs)(**given))


def test_one_pass_reads_every_chunk_once_for_all_outputs() -> None:
    reads: list[int] = []

    def read(block: Any) -> Any:
        reads.append(len(block))
        return block

    data = {**logistic_data(), "v": np.ones(N)}
    X = da.from_array(data["X"], chunks=(1_000, N)).map_blocks(read, meta=np.empty((0, 0)))
    fr.compile(all_of(LOGISTIC, "w", DECLARED), backend="dask")(**{**data, "X": X})
    assert sorted(reads) == [3, 1_000, 1_000, 1_000, 1_000, 1_000]


def test_the_data_of_a_call_are_not_those_of_the_last() -> None:
    program = fr.compile(all_of(LOGISTIC, "w", DECLARED)[:2], backend="dask")
    for seed in (0, 1):
        data = logistic_data(seed)
        assert_equal(program(**data), fr.compile(all_of(LOGISTIC, "w", DECLARED)[:2])(**data))
    short = {**data, "X": data["X"][:50], "y": data["y"][:50]}
    assert_equal(program(**short), fr.compile(all_of(LOGISTIC, "w", DECLARED)[:2])(**short))


def test_whole_numbers_and_columns_are_read_as_numpy_reads_them() -> None:
    f = fr.parse("norm2(X*w - y)^2", {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)"})
    X, y = np.arange(12).reshape(6, 2), np.arange(6)
    (found,) = fr.compile(f, backend="dask")(X=X, y=y[:, None], w=[1, 2])
    assert found == fr.compile(f)(X=X, y=y[:, None], w=[1, 2])[0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": np.ones(M - 1)}, f"y has size {M - 1} where X has size {M}: both are 'm'"),
        ({"X": None}, "X has no value"),
        ({"X": np.zeros((M, N), dtype=complex)}, "X holds complex128, not real numbers"),
        ({"X": np.zeros(M)}, "X is declared matrix(m, n), but the value has 1 axes"),
        ({"w": np.full(N, np.nan)}, "w is not finite at entry 1"),
        ({"c": -1.0}, "c is declared positive, but the value is not"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(fr.EvaluationError) as caught:
        fr.compile(all_of(LOGISTIC, "w", DECLARED)[:2], backend="dask")(**{**logistic_data(), **change})
    assert caught.value.message == message
    assert caught.value.hint


def test_a_row_that_is_not_finite_is_named() -> None:
    data = logistic_data()
    data["X"][4_000, 2] = np.nan
    with pytest.raises(fr.EvaluationError) as caught:
        fr.compile(fr.parse(LOGISTIC, DECLARED), backend="dask")(**data)
    assert caught.value.message == "X is not finite at entry 248, 3, counted within rows 3,754 to 5,003"


def test_a_value_outside_the_domain_is_named_with_its_rows() -> None:
    f = fr.parse("sum(log(X*w))", {"X": "matrix(m, n)", "w": "vector(n)"})
    X = np.ones((8, 2))
    X[5] = -1.0
    with pytest.raises(fr.EvaluationError) as caught:
        fr.compile(f, backend="dask")(X=X, w=np.ones(2))
    assert (
        caught.value.message
        == "log(X*w) is not a number at entry 2 for these inputs, counted within rows 5 to 6"
    )
    (kept,) = fr.compile(f, backend="dask", nonfinite="keep")(X=X, w=np.ones(2))
    assert np.isnan(kept)


def test_unknown_lengths_are_refused() -> None:
    X = da.from_array(np.ones((4, 2)), chunks=2)
    unknown = X[X[:, 0] > 0]
    with pytest.raises(fr.EvaluationError, match="not known") as caught:
        in_chunks({"X": unknown})
    assert caught.value.hint == "Call X.compute_chunk_sizes() first."


def test_float32_and_structured_hessians_are_refused() -> None:
    f = fr.parse(LOGISTIC, DECLARED)
    for options in ({"dtype": "float32"}, {"hessians": "structured"}):
        with pytest.raises(fr.UnsupportedError, match="computes in float64"):
            fr.compile(f, backend="dask", **options)


def test_a_memory_map_travels_by_name(tmp_path: Path) -> None:
    np.save(tmp_path / "X.npy", np.arange(40_000.0).reshape(-1, 4))
    X = in_chunks({"X": np.load(tmp_path / "X.npy", mmap_mode="r")})["X"]
    assert len(pickle.dumps(dict(X.dask))) < 5_000
    assert float(X.sum().compute()) == np.arange(40_000.0).sum()
    place = MappedFile(str(tmp_path / "X.npy"), np.dtype(float), 128, (10_000, 4), "C")
    assert place[2:3].tolist() == [[8.0, 9.0, 10.0, 11.0]]


def test_blocks_grow_with_the_outputs_so_that_adding_up_stays_cheap() -> None:
    assert block_rows(50, 2_500) == 2_500
    assert block_rows(1_000, 1_000_000) == 2_000
    assert block_rows(10**6, 1) == 256


def test_a_pass_over_wide_rows_is_plain_text() -> None:
    f = fr.parse("sum((X.*Y + X - Y).*(X + Y).*(X - 2*Y).*X)", {"X": "matrix(m, n)", "Y": "matrix(m, n)"})
    random = np.random.default_rng(2)
    data = {name: random.standard_normal((300, 4_000)) for name in "XY"}
    assert_equal(fr.compile(f, backend="dask")(**data), fr.compile(f)(**data))
    targets, declared = targets_of(f)
    work = row_pass(targets, declared, "m", ("X", "Y"), {"m": 300, "n": 4_000})
    assert "fused" not in work.text


@pytest.mark.slow
def test_arrays_in_memory_are_sent_to_a_cluster() -> None:
    outputs = all_of(LOGISTIC, "w", DECLARED)[:3]
    data = logistic_data()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        cluster = LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None)
        with cluster, Client(cluster):
            program = fr.compile(outputs, backend="dask")
            assert_equal(program(**data), fr.compile(outputs)(**data))
            assert_equal(program(**{**data, "c": 2.0}), fr.compile(outputs)(**{**data, "c": 2.0}))
        assert_equal(program(**data), fr.compile(outputs)(**data))
