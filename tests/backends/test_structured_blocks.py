"""Rows and columns of structured terms are those of the dense matrix."""

from __future__ import annotations

import numpy as np
import pytest

from frechet.backends.structured_terms import Diagonal, KroneckerProduct

RANDOM = np.random.default_rng(4)


@pytest.mark.parametrize(
    "term",
    [
        Diagonal(RANDOM.standard_normal(6)),
        KroneckerProduct(RANDOM.standard_normal((2, 2)), RANDOM.standard_normal((3, 3))),
        KroneckerProduct(RANDOM.standard_normal((2, 3)), RANDOM.standard_normal((3, 2)), turned=True),
    ],
)
@pytest.mark.parametrize("chosen", [[0, 2, 5], [4, 1], [3, 3, 0]])
def test_a_block_is_cut_from_the_dense_matrix_also_where_indices_repeat(
    term: Diagonal | KroneckerProduct, chosen: list[int]
) -> None:
    i = np.array(chosen)
    assert term.block(i) == pytest.approx(term.dense()[np.ix_(i, i)])
