"""The blocks of a problem with their data: which form each variable has, and whether turns pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from frechet.assumptions import Structure
from frechet.backends.dask_arrays import is_chunked
from frechet.expressions.nodes import Symbol
from frechet.optimize.blocks.descent import Block, Quadratic, rows_of
from frechet.optimize.blocks.structure import BlockForm, block_forms
from frechet.optimize.constrained.projection import Box
from frechet.optimize.objective import Array
from frechet.optimize.problem import Problem
from frechet.optimize.variables import Block as Variable
from frechet.tensors.nodes import Tensor

NAME: Final = "block-coordinate"
REASON: Final = "quadratic in each variable by itself, and its rows or columns do not depend on each other"
SMALL: Final = 50
LARGEST_COUPLED: Final = 500


@final
@dataclass(frozen=True, eq=False)
class Coefficient:
    """A tensor as an output of a program."""

    tensor: Tensor
    declarations: dict[str, Symbol]


def blocks_for(method: str, problem: Problem, box: Box) -> list[Block] | None:
    """Return the variables as blocks where they are to take turns, asked for or chosen."""
    if method == NAME:
        return blocks_of(problem, box)
    if method != "auto" or problem.variables.size <= SMALL or len(problem.names) < 2 or problem.is_quadratic:
        return None
    blocks = blocks_of(problem, box)
    return blocks if blocks is not None and all(_is_quick(block) for block in blocks) else None


def _is_quick(block: Block) -> bool:
    """Tell whether a turn is one linear system, or takes few sweeps over long rows."""
    return block.is_free or block.lower.shape[0] <= block.lower.shape[1]


def blocks_of(problem: Problem, box: Box) -> list[Block] | None:
    """Return the variables as blocks, or None when some variable has no such form."""
    variables = problem.variables.blocks
    if len(variables) < 2 or any(is_chunked(value) for value in problem.data.values()):
        return None
    if any(v.symbol.structure is not Structure.GENERAL for v in variables):
        return None
    found: list[tuple[Variable, BlockForm]] = []
    for variable, gradient in zip(variables, problem.gradients, strict=True):
        forms = block_forms(gradient.tensor, variable.symbol)
        if not forms:
            return None
        form = min(forms, key=lambda f: _coupled(variable, f))
        if _coupled(variable, form) > LARGEST_COUPLED:
            return None
        found.append((variable, form))
    return [_block(problem, found, place, box) for place in range(len(found))]


def _coupled(variable: Variable, form: BlockForm) -> int:
    """Return the number of entries that depend on each other."""
    return 1 if form.coupled is None else (variable.rows, variable.columns)[form.coupled]


def _block(problem: Problem, found: Sequence[tuple[Variable, BlockForm]], place: int, box: Box) -> Block:
    variable, form = found[place]
    declared = problem.formula.declarations
    program = problem.bound([Coefficient(tensor, declared) for tensor in (form.matrix, form.linear)])
    coupled = _coupled(variable, form)
    shape = coupled, variable.rows * variable.columns // coupled
    transposed = form.coupled == 1

    def quadratic(values: Sequence[Array]) -> Quadratic:
        named = {v.symbol.name: _public(v, f, y) for (v, f), y in zip(found, values, strict=True)}
        matrix, linear = program(**named)
        return Quadratic(
            np.reshape(matrix, (coupled, coupled)),
            np.ascontiguousarray(np.reshape(linear, shape), np.float64),
        )

    lower, upper = (rows_of(z[variable.place], shape, transposed) for z in (box.lower, box.upper))
    return Block(variable.place, lower, upper, transposed, quadratic)


def _public(variable: Variable, form: BlockForm, y: Array) -> Array:
    """Return a variable as a program takes it."""
    value = y.T if form.coupled == 1 else y
    return (
        value.reshape(-1) if variable.symbol.shape[1] == 1 else value.reshape(variable.rows, variable.columns)
    )
