"""Descents: what they learn from a step."""

from __future__ import annotations

import numpy as np
import pytest

from frechet.optimize.methods.descents import LONGEST_STRETCH, LimitedMemory
from frechet.optimize.objective import Objective


@pytest.mark.parametrize(("length", "stretch"), [(0.8, 1.25), (0.1, LONGEST_STRETCH), (1.0, 1.0), (1.6, 1.0)])
def test_after_a_step_that_was_too_short_the_next_is_tried_longer(length: float, stretch: float) -> None:
    f = Objective(2, lambda x: float(x @ x) / 2, lambda x: x)
    memory, start = LimitedMemory(), f.point(np.array([3.0, 4.0]))
    memory.learn(start, f.point((1 - length) * start.x))
    assert memory.first_length(start, -start.gradient) == pytest.approx(stretch)


def test_from_a_given_hessian_the_full_step_is_tried_first() -> None:
    f = Objective(2, lambda x: float(x @ x) / 2, lambda x: x)
    memory, start = LimitedMemory(initial=lambda v: v, is_scaled=False), f.point(np.ones(2))
    assert memory.first_length(start, -10 * start.gradient) == 1.0
    memory.learn(start, f.point(start.x / 2))
    assert memory.first_length(start, -start.gradient) == LONGEST_STRETCH
