"""The steps of a NumPy program and how it runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from operator import add, mul
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np

from frechet.backends import numpy_backend as backend
from frechet.backends.inputs import Array, read_inputs
from frechet.errors import EvaluationError
from frechet.expressions.nodes import (
    Apply,
    Constant,
    ElementwisePower,
    Expr,
    Hadamard,
    Identity,
    Kronecker,
    Number,
    Ones,
    Power,
    Product,
    Sum,
    Symbol,
    Transpose,
    Zero,
)
from frechet.expressions.text import write
from frechet.expressions.traversal import symbols_of
from frechet.functions.inverses import INVERSE
from frechet.shapes import factors_of, is_scalar, is_vector, value_of

if TYPE_CHECKING:
    from frechet.backends.compile import TensorEvaluator

_LARGEST_SHOWN = 60


class Step(NamedTuple):
    """Compute `operation` of some registers; `node` is what the result stands for."""

    node: Expr
    operation: Callable[..., Array]
    arguments: tuple[int, ...]


@final
class Program:
    """A compiled function: call it with the inputs by name."""

    def __init__(
        self,
        roots: Sequence[Expr | None],
        tensors: Mapping[int, TensorEvaluator],
        symbols_of_tensors: Sequence[Symbol],
        declared: Mapping[str, Symbol],
        strict: bool,
    ) -> None:
        self._roots, self._tensors, self._strict = tuple(roots), dict(tensors), strict
        self._registers: dict[Expr, int] = {}
        self._steps: list[Step] = []
        formulas = [root for root in roots if root is not None]
        for node in _needed(formulas):
            self._registers[node] = len(self._registers)
            if not isinstance(node, Symbol | Identity | Ones | Zero):
                self._steps.append(Step(node, *_operation(node, self._registers)))
        needed = {**symbols_of(*formulas), **{s.name: s for s in symbols_of_tensors}}
        self._symbols = list(needed.values())
        self._declared = [symbol for name, symbol in declared.items() if name not in needed]
        self._given = [node for node in self._registers if isinstance(node, Symbol | Identity | Ones | Zero)]
        dimensions = [d for node in (*self._given, *self._symbols) for d in node.shape]
        parts = [part for dimension in dimensions for part in factors_of(dimension)]
        self._names = sorted({part for part in parts if isinstance(part, str)})

    def __call__(self, **inputs: Any) -> list[Any]:
        """Return the outputs for these inputs, in the order in which they were compiled.

        Raises:
            EvaluationError: an input does not fit, or a value is not finite.
        """
        arrays, sizes = read_inputs(self._symbols, self._names, inputs, self._declared)
        values: list[Any] = [None] * len(self._registers)
        for node in self._given:
            values[self._registers[node]] = _given(node, arrays, sizes)
        with np.errstate(all="ignore"):
            for step in self._steps:
                values[self._registers[step.node]] = self._run(step, values)
            results = [
                self._tensors[place](arrays, sizes) if root is None else values[self._registers[root]]
                for place, root in enumerate(self._roots)
            ]
        if self._strict and not all(np.isfinite(result).all() for result in results):
            self._blame(values)
        return [result if root is None else _public(root, result) for root, result in zip(self._roots, results, strict=True)]

    def _run(self, step: Step, values: list[Any]) -> Array:
        try:
            return step.operation(*(values[i] for i in step.arguments))
        except EvaluationError as error:
            culprit = _singular(step.node) or step.node
            raise EvaluationError(f"{_shown(culprit)} {error.message}", hint=error.hint) from None
        except (np.linalg.LinAlgError, ValueError, ArithmeticError):
            raise EvaluationError(
                f"{_shown(step.node)} has no value for these inputs", hint="Check the inputs."
            ) from None

    def _blame(self, values: list[Any]) -> None:
        for step in self._steps:
            value = values[self._registers[step.node]]
            if not np.isfinite(value).all():
                place = np.argwhere(~np.isfinite(value))[0]
                found = float(value[tuple(place)])
                entry = "" if value.size == 1 else f" at entry {', '.join(str(p + 1) for p in place)}"
                kind = "not a number" if math.isnan(found) else "infinite"
                raise EvaluationError(
                    f"{_shown(step.node)} is {kind}{entry} for these inputs",
                    hint="The inputs are outside its domain, or its value is too large for a float.",
                )
        raise EvaluationError("a value is not finite for these inputs", hint="Check the inputs.")


def _needed(roots: Sequence[Expr]) -> list[Expr]:
    """Return the nodes to compute, operands first; an inverse that is only applied is left out."""
    seen: dict[Expr, None] = {}
    stack: list[tuple[Expr, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        node, ready = stack.pop()
        if node in seen:
            continue
        if ready:
            seen[node] = None
        else:
            stack.append((node, True))
            stack.extend((operand, False) for operand in reversed(_operands(node)))
    return list(seen)


def _operands(node: Expr) -> tuple[Expr, ...]:
    if isinstance(node, Product):
        return (*node.scalars, *(_inverted(part) or part for part in node.chain))
    return node.children


def _inverted(node: Expr) -> Expr | None:
    """Return M when the node is M⁻¹ for a matrix M."""
    match node:
        case Apply(function, (matrix,)) if function is INVERSE:
            return matrix
        case Power(matrix, Number(value)) if value == -1 and not matrix.is_scalar:
            return matrix
        case Transpose(inner):
            matrix_of_inner = _inverted(inner)
            return None if matrix_of_inner is None else Transpose.of(matrix_of_inner)
        case _:
            return None


def _singular(node: Expr) -> Expr | None:
    """Return the matrix whose inverse a step takes, when there is just one."""
    candidates = [_inverted(part) for part in (node, *node.children)]
    found = [candidate for candidate in candidates if candidate is not None]
    return found[0] if found else None


def _operation(node: Expr, registers: Mapping[Expr, int]) -> tuple[Callable[..., Array], tuple[int, ...]]:
    arguments = tuple(registers[operand] for operand in _operands(node))
    match node:
        case Number(value):
            constant = backend.scalar(_float(value))
            return lambda: constant, ()
        case Constant():
            return lambda: backend.scalar(math.pi), ()
        case Sum():
            return lambda *terms: reduce(add, terms), arguments
        case Product(coefficient, scalars, chain):
            inverted = [_inverted(part) is not None for part in chain]
            return backend.product(_float(coefficient), len(scalars), inverted), arguments
        case Hadamard():
            return lambda *factors: reduce(mul, factors), arguments
        case Power(base, _) if not base.is_scalar:
            return backend.matrix_power, arguments
        case Power() | ElementwisePower():
            return backend.power, arguments
        case Transpose():
            return np.transpose, arguments
        case Kronecker():
            return np.kron, arguments
        case Apply(function, _):
            return backend.FUNCTIONS[function.key], arguments
    raise AssertionError(node)


def _float(value: Fraction) -> float:
    try:
        return value.numerator / value.denominator
    except OverflowError:
        raise EvaluationError("a number does not fit a floating-point number", hint="Scale the formula.") from None


def _given(node: Expr, arrays: Mapping[str, Array], sizes: dict[str, int]) -> Array:
    if isinstance(node, Symbol):
        return arrays[node.name]
    rows, columns = value_of(node.shape[0], sizes), value_of(node.shape[1], sizes)
    if isinstance(node, Identity):
        return np.eye(rows)
    return np.ones((rows, columns)) if isinstance(node, Ones) else np.zeros((rows, columns))


def _public(root: Expr, value: Array) -> Any:
    if is_scalar(root.shape):
        return float(value[0, 0])
    return value[:, 0].copy() if is_vector(root.shape) else value.copy()


def _shown(node: Expr) -> str:
    return write(node) if node.size <= _LARGEST_SHOWN else "a part of the formula"
