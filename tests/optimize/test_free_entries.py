"""The free entries of structured matrices: an isometry onto the matrices of the structure."""

from __future__ import annotations

import numpy as np
import pytest

from frechet.assumptions import Structure
from frechet.optimize.free_entries import free_entries

STRUCTURES = [Structure.SYMMETRIC, Structure.PSD, Structure.SKEW, Structure.LOWER, Structure.DIAGONAL]
RANDOM = np.random.default_rng(11)


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("n", [2, 5])
def test_the_map_keeps_lengths_and_its_transpose_undoes_it(structure: Structure, n: int) -> None:
    free = free_entries(structure, n)
    assert free is not None
    z = RANDOM.standard_normal(len(free))
    full = free.full(z)
    assert free.reduced(full) == pytest.approx(z)
    assert full @ full == pytest.approx(z @ z)
    g = RANDOM.standard_normal(n * n)
    assert g @ full == pytest.approx(free.reduced(g) @ z)


@pytest.mark.parametrize(
    ("structure", "kept"),
    [
        (Structure.SYMMETRIC, lambda m: m.T),
        (Structure.SKEW, lambda m: -m.T),
        (Structure.LOWER, np.tril),
        (Structure.DIAGONAL, lambda m: np.diag(np.diag(m))),
    ],
)
def test_the_matrix_has_the_structure(structure: Structure, kept: object) -> None:
    free = free_entries(structure, 4)
    assert free is not None
    assert callable(kept)
    matrix = free.full(RANDOM.standard_normal(len(free))).reshape(4, 4)
    assert np.any(matrix)
    assert kept(matrix) == pytest.approx(matrix)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_the_transpose_takes_columns_too(structure: Structure) -> None:
    free = free_entries(structure, 3)
    assert free is not None
    columns = RANDOM.standard_normal((9, 4))
    expected = np.stack([free.reduced(c) for c in columns.T], axis=1)
    assert free.reduced(columns) == pytest.approx(expected)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_the_size_of_a_free_entry_is_the_1_norm_of_its_matrix(structure: Structure) -> None:
    free = free_entries(structure, 3)
    assert free is not None
    assert free.sizes == pytest.approx([np.abs(free.full(e)).sum() for e in np.eye(len(free))])


def test_a_matrix_without_structure_has_no_free_entries_apart() -> None:
    assert free_entries(Structure.GENERAL, 3) is None


def test_a_skew_matrix_of_order_one_is_zero() -> None:
    free = free_entries(Structure.SKEW, 1)
    assert free is not None
    assert free.full(np.zeros(0)) == pytest.approx(np.zeros(1))
