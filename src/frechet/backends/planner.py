"""From tensors to a plan: one rule per node.

Scalings, transposes, constant axes and diagonals stay a way of seeing (`Value`) for as long as
possible. A sum of squares is a dot product, its root a norm that neither overflows nor underflows;
an inverse is applied by solving; a matrix declared positive definite is factorized by Cholesky,
any other by LU, once for the determinant, the inverse and every solve.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import final

from frechet.assumptions import Structure
from frechet.backends.axes import SameAxes, labels_of, mirror, product_of, reordered
from frechet.backends.contraction import Contractor, Factor, Labels
from frechet.backends.kernels import applied_kernel, kernel_factor
from frechet.backends.opaque import function_value, with_adjugate
from frechet.backends.plan import CALL, CONSTANT, Dimensions, Plan, Value
from frechet.backends.powers import general_power, raised
from frechet.backends.signs import is_nonnegative, is_nonpositive
from frechet.expressions.exact import ONE, times
from frechet.expressions.nodes import Constant, Symbol
from frechet.shapes import Dimension
from frechet.tensors.nodes import (
    Add,
    Contraction,
    Kernel,
    Leaf,
    Map,
    Mask,
    Opaque,
    Pow,
    Size,
    Slots,
    Tensor,
)


@final
class Planner:
    """Plans tensors, one after the other, on one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.values: dict[Tensor, Value] = {}

    def copy(self) -> Planner:
        twin = Planner(self.plan.copy())
        twin.values = dict(self.values)
        return twin

    def value(self, root: Tensor) -> Value:
        """Return how a tensor is seen on the plan, with the steps that it needs."""
        pending = [root]
        while pending:
            node = pending[-1]
            missing = [c for c in _operands(node) if c not in self.values]
            if missing:
                pending.extend(sorted(missing, key=_is_free, reverse=True))
                continue
            pending.pop()
            if node not in self.values:
                value = self.values[node] = self._planned(node)
                if value.register is not None:
                    self.plan.meanings.setdefault(value.register, (node, value.places, value.coefficient))
        return self.values[root]

    def array(self, root: Tensor) -> tuple[int, tuple[int, ...]]:
        """Return a register that holds every entry of a tensor, and the order of its axes."""
        value = self.whole(self.value(root), root.dims)
        return self.register(value), value.places

    def whole(self, value: Value, dims: Dimensions) -> Value:
        """Return the same with a register that has exactly the axes and the entries seen."""
        return self.unscaled(self.expanded(value, dims))

    def _planned(self, node: Tensor) -> Value:
        identity = tuple(range(node.order))
        match node:
            case Leaf(Symbol(name, structure)):
                parameters = (name, structure)
                nonnegative = structure is Structure.POSITIVE
                return Value(self.plan.add("input", (), parameters, node.dims, 0.0, nonnegative), identity)
            case Leaf(Constant()):
                return Value(self.plan.add("pi", (), (), (), 0.0, True), ())
            case Size(dimension):
                return Value(self.plan.add("size", (), (dimension,), (), 0.0, True), ())
            case Mask():
                return Value(self.plan.add("mask", (), (), node.dims, CALL, True), identity)
            case Add(terms):
                return self._sum(node, terms)
            case Map(function, argument):
                return self._map(node, function.key, self.values[argument])
            case Pow(base, exponent):
                if isinstance(exponent, Fraction):
                    return raised(self, base, exponent)
                return general_power(self, node, base, exponent)
            case Opaque(function, arguments):
                return function_value(self, node, function.key, function.axis, arguments)
            case Kernel():
                return kernel_factor(self, node)
            case Contraction(coefficient, scalars, factors, out, axes):
                inner = _scaled_sum(node)
                if inner is not None:
                    return self._sum(node, [(times(coefficient, c), t) for c, t in inner.terms])
                applied = applied_kernel(self, node)
                return applied or self.contracted(coefficient, scalars, factors, out, axes)
        raise AssertionError(node)

    def unscaled(self, value: Value) -> Value:
        """Return the same with coefficient 1, multiplied out."""
        if value.coefficient is ONE or value.coefficient == 1 or value.register is None:
            return value
        step = self.plan.steps[value.register]
        register = self.plan.add(
            "scale",
            (value.register,),
            (value.coefficient,),
            step.dims,
            self.plan.elementwise(step.dims),
            value.coefficient > 0 and self.plan.nonnegative[value.register],
        )
        return Value(register, value.places)

    def expanded(self, value: Value, dims: Dimensions) -> Value:
        """Return the same with a register that has exactly the axes seen."""
        if value.register is None:
            value = self.unscaled(Value(self._number(value.coefficient), value.places))
        elif not value.is_diagonal and CONSTANT not in value.places:
            return value
        unscaled = self.unscaled(value)
        register = self.register(unscaled)
        labels = labels_of(unscaled.places)
        if not value.is_diagonal:
            maps = (tuple(unscaled.places),)
            made = self.plan.add("broadcast", (register,), maps, dims, self.plan.elementwise(dims))
        else:
            zeros = self.plan.add("zeros", (), (), dims, self.plan.elementwise(dims))
            made = self._with_diagonal(zeros, register, labels, ONE)
        return Value(made, tuple(range(len(dims))))

    def _number(self, value: Fraction) -> int:
        return self.plan.add("number", (), (value,), (), 0.0, value >= 0)

    def register(self, value: Value) -> int:
        if value.register is None:
            return self._number(value.coefficient)
        return value.register

    def _with_diagonal(self, base: int, diagonal: int, labels: Labels, coefficient: Fraction) -> int:
        """Add a value along the diagonals where `labels`, one an axis of the base, repeat."""
        step = self.plan.steps[diagonal]
        cost = self.plan.elementwise(step.dims) + CALL
        dims = self.plan.steps[base].dims
        nonnegative = self.plan.nonnegative[base] and self.plan.nonnegative[diagonal] and coefficient > 0
        return self.plan.add("add_diagonal", (base, diagonal), (coefficient, labels), dims, cost, nonnegative)

    def _map(self, node: Tensor, key: str, argument: Value) -> Value:
        if argument.register is None or argument.is_diagonal:
            argument = self.expanded(argument, node.dims)
        sign = ONE if argument.coefficient > 0 else -ONE
        if abs(argument.coefficient) != 1:
            argument, sign = self.unscaled(argument), ONE
        assert argument.register is not None
        dims = self.plan.steps[argument.register].dims
        cost = self.plan.elementwise(dims, 6.0)
        parameters = (key, int(sign))
        register = self.plan.add("unary", (argument.register,), parameters, dims, cost, is_nonnegative(node))
        return Value(register, argument.places)

    def split(self, value: Value, dims: Dimensions, slots: Slots, axes: Sequence[Dimension]) -> Value:
        """Return a value with its fused axes taken apart, one axis for every label of the slots."""
        whole = self.whole(value, dims)
        register = self.turned(self.register(whole), whole.places)
        apart = tuple(axes[a] for group in slots for a in group)
        made = self.plan.add("reshape", (register,), (), apart, CALL, self.plan.nonnegative[register])
        return Value(made, tuple(range(len(apart))))

    def turned(self, register: int, places: tuple[int, ...]) -> int:
        """Return the register with its axes in the order seen."""
        if places == tuple(range(len(places))):
            return register
        held = self.plan.steps[register].dims
        dims = tuple(held[p] for p in places)
        return self.plan.add("transpose", (register,), (places,), dims, 0.0, self.plan.nonnegative[register])

    def contracted(
        self,
        coefficient: Fraction,
        scalars: Sequence[tuple[Tensor, Fraction]],
        factors: Sequence[tuple[Tensor, Slots]],
        out: Slots,
        axes: Sequence[Dimension],
    ) -> Value:
        """Return coefficient · ∏ scalarᵉ · Σ ∏ factor[slots] on the output axes."""
        scalars, factors = with_adjugate(self, scalars, factors)
        seen = [(self.values[tensor], tensor.dims, slots) for tensor, slots in factors]
        for base, exponent in scalars:
            seen.append((raised(self, base, exponent), (), ()))
        return self.product(coefficient, seen, out, axes, range(len(axes)))

    def product(
        self,
        coefficient: Fraction,
        seen: Sequence[tuple[Value, Dimensions, Slots]],
        out: Slots,
        axes: Sequence[Dimension],
        used: Iterable[int],
    ) -> Value:
        """Return the contraction of values, each on its slots, over the axes that are used."""
        same = SameAxes(len(axes))
        held: list[tuple[int, list[int]]] = []
        for value, dims, slots in seen:
            if any(len(group) != 1 for group in slots):
                value = self.split(value, dims, slots, axes)
            flat = [a for group in slots for a in group]
            coefficient = times(coefficient, value.coefficient)
            if value.register is not None:
                held.append((value.register, same.joined(flat, value.places)))
        if coefficient is not ONE and not coefficient:
            return self._zero(out)
        flat_out = [same.of(a) for group in out for a in group]
        factors = self._factors(held, same, axes, flat_out, used)
        return self._assembled(coefficient, factors, flat_out, out, axes)

    def _zero(self, out: Slots) -> Value:
        return Value(None, (CONSTANT,) * len(out), Fraction(0))

    def _factors(
        self,
        held: list[tuple[int, list[int]]],
        same: SameAxes,
        axes: Sequence[Dimension],
        flat_out: list[int],
        used: Iterable[int],
    ) -> list[Factor]:
        """Return the factors with resolved labels; a size for every bare sum, ones on bare diagonals."""
        factors: list[Factor] = []
        for register, labels in held:
            resolved = tuple(same.of(a) for a in labels)
            if len(set(resolved)) < len(resolved):
                register, resolved = self._diagonal(register, resolved)
            factors.append(Factor(register, resolved))
        factors = self._without_squares(factors, flat_out)
        carried = {label for f in factors for label in f.labels} | set(flat_out)
        bare = [a for a in used if same.of(a) == a and a not in carried]
        for axis in bare:
            factors.append(Factor(self.plan.add("size", (), (axes[axis],), (), 0.0, True), ()))
        carried = {label for f in factors for label in f.labels}
        for label in dict.fromkeys(flat_out):
            if label not in carried and flat_out.count(label) > 1:
                ones = self.plan.add("ones", (), (), (axes[label],), CALL, True)
                factors.append(Factor(ones, (label,)))
        return factors

    def _without_squares(self, factors: list[Factor], flat_out: list[int]) -> list[Factor]:
        """Write Σ t² as t·t, which needs no array of squares."""
        if len(factors) != 1 or set(factors[0].labels) & set(flat_out):
            return factors
        step = self.plan.steps[factors[0].register]
        if step.kind == "power" and step.parameters == (Fraction(2),) and factors[0].labels:
            return [Factor(step.operands[0], factors[0].labels)] * 2
        return factors

    def _diagonal(self, register: int, labels: Labels) -> tuple[int, Labels]:
        step = self.plan.steps[register]
        kept = tuple(dict.fromkeys(labels))
        dims = tuple(step.dims[labels.index(label)] for label in kept)
        local = tuple(kept.index(label) for label in labels)
        sign = self.plan.nonnegative[register]
        return self.plan.add("diagonal", (register,), (local,), dims, CALL, sign), kept

    def _assembled(
        self,
        coefficient: Fraction,
        factors: list[Factor],
        flat_out: list[int],
        out: Slots,
        axes: Sequence[Dimension],
    ) -> Value:
        carried = {label for f in factors for label in f.labels}
        kept = tuple(label for label in dict.fromkeys(flat_out) if label in carried)
        if factors:
            dims = dict(enumerate(axes))
            halves = mirror(flat_out) if carried >= set(flat_out) else None
            made = Contractor(self.plan, dims, kept, halves).contract(self._merged(factors))
            places = tuple(made.labels.index(label) if label in carried else CONSTANT for label in flat_out)
            value = Value(made.register, places, coefficient)
        else:
            value = Value(None, (CONSTANT,) * len(flat_out), coefficient)
        if all(len(group) == 1 for group in out):
            return value
        return self._fused(value, out, tuple(axes[a] for group in out for a in group), axes)

    def _merged(self, factors: list[Factor]) -> list[Factor]:
        """Multiply the numbers among the factors into one."""
        numbers = [f.register for f in factors if not f.labels]
        if len(numbers) < 2:
            return factors
        maps = ((),) * len(numbers)
        sign = all(self.plan.nonnegative[r] for r in numbers)
        register = self.plan.add("multiply", sorted(numbers), (1, maps), (), CALL, sign)
        return [*(f for f in factors if f.labels), Factor(register, ())]

    def _fused(self, value: Value, out: Slots, dims: Dimensions, axes: Sequence[Dimension]) -> Value:
        whole = self.expanded(value, dims)
        assert whole.register is not None
        register = self.turned(whole.register, whole.places)
        fused = tuple(product_of(group, axes) for group in out)
        sign = self.plan.nonnegative[register]
        made = self.plan.add("reshape", (register,), (), fused, self.plan.elementwise(dims), sign)
        return Value(made, tuple(range(len(out))), whole.coefficient)

    def _sum(self, node: Tensor, terms: Sequence[tuple[Fraction, Tensor]]) -> Value:
        if is_nonpositive(node):  # its negative can be the weights of a Gram matrix
            return self._terms(node, [(-c, t) for c, t in terms], nonnegative=True).scaled(-ONE)
        return self._terms(node, terms, nonnegative=is_nonnegative(node))

    def _terms(self, node: Tensor, terms: Sequence[tuple[Fraction, Tensor]], *, nonnegative: bool) -> Value:
        values = [self.values[t].scaled(c) for c, t in terms]
        number = sum((v.coefficient for v in values if v.register is None), Fraction(0))
        plain = [v for v in values if v.register is not None and not v.is_diagonal]
        spread = [v for v in values if v.register is not None and v.is_diagonal]
        base = self._linear(node, number, plain, nonnegative=nonnegative)
        if not spread:
            return base
        made = self.expanded(self._absorbed(base), node.dims)
        assert made.register is not None
        register = made.register
        for value in spread:
            seen = reordered(value.places, made.places)
            assert value.register is not None
            factor = value.coefficient / made.coefficient
            register = self._with_diagonal(register, value.register, labels_of(seen), factor)
        return Value(register, made.places, made.coefficient)

    def _absorbed(self, value: Value) -> Value:
        """Multiply the coefficient into the smaller factor of a product that nothing else needs."""
        if value.register is None or value.coefficient == 1 or value.register in self.plan.consumed:
            return value
        step = self.plan.steps[value.register]
        if step.kind != "multiply" or len(step.operands) != 2:
            return value
        sizes = [self.plan.entries(self.plan.steps[r].dims) for r in step.operands]
        small = sizes.index(min(sizes))
        scaled = self.unscaled(Value(step.operands[small], (), value.coefficient)).register
        assert scaled is not None
        operands = [scaled if k == small else r for k, r in enumerate(step.operands)]
        cost = self.plan.elementwise(step.dims)
        return Value(self.plan.add("multiply", operands, step.parameters, step.dims, cost), value.places)

    def _linear(self, node: Tensor, number: Fraction, plain: list[Value], *, nonnegative: bool) -> Value:
        """Return number + Σ cᵢ·valueᵢ, with the axes in the order of the first value that has them all."""
        carried = [t for t in range(node.order) if any(v.places[t] != CONSTANT for v in plain)]
        if not plain or (len(plain) == 1 and number == 0):
            return plain[0] if plain else Value(None, (CONSTANT,) * node.order, number)
        full = next((v for v in plain if all(v.places[t] != CONSTANT for t in carried)), None)
        order = [CONSTANT] * node.order
        for place, t in enumerate(carried):
            order[t] = place if full is None else full.places[t]
        dims: list[Dimension] = [1] * len(carried)
        for t in carried:
            dims[order[t]] = node.dims[t]
        maps = tuple(reordered(v.places, tuple(order)) for v in plain)
        operands = [v.register for v in plain if v.register is not None]
        coefficients = tuple(v.coefficient for v in plain)
        cost = self.plan.elementwise(dims, max(1, len(operands) - 1))
        positive = number >= 0 and all(
            c > 0 and self.plan.nonnegative[r] for c, r in zip(coefficients, operands, strict=True)
        )
        parameters = (number, coefficients, maps)
        sign = positive or nonnegative
        return Value(self.plan.add("linear", operands, parameters, tuple(dims), cost, sign), tuple(order))


def _scaled_sum(node: Tensor) -> Add | None:
    """Return the sum that a node is a multiple of, if it is nothing else."""
    match node:
        case Contraction(_, (), ((Add() as inner, slots),), out, axes) if slots == out:
            return inner if len(set(out)) == len(out) == len(axes) else None
        case _:
            return None


def _operands(node: Tensor) -> tuple[Tensor, ...]:
    """Return what must be planned before a node."""
    inner = _scaled_sum(node)
    return node.children if inner is None else inner.children


def _is_free(node: Tensor) -> bool:
    """Tell a product that may be computed in several orders: planned last, it uses what exists already."""
    return isinstance(node, Contraction) and len(node.factors) > 2
