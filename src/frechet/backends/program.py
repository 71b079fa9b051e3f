"""A compiled function: planned for the sizes it meets, fast when all is well, thorough when not.

A call first runs the function written for the last sizes. If that refuses, the inputs are read with
care, every refusal being a sentence about them; a plan for their sizes is made if there is none;
and if a step fails or gives a value that is not finite, the steps are run one by one to say which.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple, NoReturn, TypeAlias, final

import numpy as np

from frechet.assumptions import Structure
from frechet.backends.alternatives import plan_cheapest
from frechet.backends.execution import namespace, run
from frechet.backends.hoisting import hoisted
from frechet.backends.inputs import Known, check_finite, read_inputs
from frechet.backends.numpy_program import NumpyCode, Output
from frechet.backends.plan import Dimensions, Plan
from frechet.backends.planner import Planner
from frechet.backends.runtime import UNCHECKED, UNCHECKED_ROWS
from frechet.backends.targets import Target, symbols_among
from frechet.errors import EvaluationError, FrechetError, LimitError
from frechet.expressions.nodes import Symbol
from frechet.expressions.text import write
from frechet.limits import budget
from frechet.shapes import factors_of
from frechet.tensors.nodes import Leaf, Size, Tensor, postorder
from frechet.tensors.recover import recover

MAX_ENTRIES: Final = 200_000_000
_LARGEST_SHOWN: Final = 60
_CALLS_PER_HESSIAN: Final = 4.0


Run: TypeAlias = Callable[[Mapping[str, Any], Mapping[str, int] | None], list[Any]]


class Part(NamedTuple):
    """A function, its own names for the sizes, and the inputs that it can check on the way.

    Either it reads them in blocks of rows, or a product shows whether they are finite.
    """

    run: Run
    size_names: Mapping[str, str]
    in_blocks: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()

    def __call__(self, values: Mapping[str, Any], sizes: Mapping[str, int]) -> list[Any]:
        return self.run(values, self.renamed(sizes))

    def renamed(self, sizes: Mapping[str, int]) -> dict[str, int]:
        return {self.size_names[name]: size for name, size in sizes.items() if name in self.size_names}


class Bound(NamedTuple):
    """What runs once for the bound inputs, the names of its results, and what runs in every call."""

    once: Part | None
    names: tuple[str, ...]
    rest: Part


@final
@dataclass(frozen=True, eq=False)
class Variant:
    """The program for one range of sizes; its functions are made when they are first needed."""

    plan: Plan
    outputs: Sequence[Output]
    others: Sequence[Symbol]
    fuse: bool
    ranges: Mapping[str, tuple[int, int]]
    dtype: Any
    deferred: int = 0
    bound: dict[frozenset[str], Bound] = field(default_factory=dict)

    @cached_property
    def live(self) -> list[int]:
        """Return the registers that the outputs depend on."""
        return self.plan.live(o.register for o in self.outputs)

    @cached_property
    def code(self) -> NumpyCode:
        """Return the lines for calls with all inputs."""
        return NumpyCode(self.plan, self.outputs, self.others, fuse=self.fuse)

    @cached_property
    def _keys(self) -> dict[int, str]:
        return {r: f"k{r}" for r in self.code.inputs}

    @cached_property
    def text(self) -> str:
        """Return the text of the function with its guards."""
        return self.code.function(self._keys, self.ranges)

    @cached_property
    def input_names(self) -> dict[str, str]:
        """Return the names of the inputs by the keys that the text has for them."""
        inputs = {f"k{r}": self.plan.steps[r].parameters[0] for r in self.code.inputs}
        inputs.update((key, symbol.name) for key, symbol in self.code.others.items())
        return inputs

    @cached_property
    def names(self) -> dict[str, Any]:
        """Return what the function may use."""
        return namespace(self.dtype, {**self.input_names, **self.code.fusion.kernels()})

    @cached_property
    def guarded(self) -> Run:
        """Return the function that refuses whatever is out of the ordinary."""
        return self._loaded(self.text, dict(self.names))

    @cached_property
    def trusting(self) -> Run:
        """Return the function without guards, for inputs that were read with care."""
        return self._loaded(self.trusting_text, dict(self.names))

    @cached_property
    def trusting_text(self) -> str:
        """Return the text of the function without guards."""
        return self.code.function(self._keys, {}, trusting=True)

    def bound_to(self, names: frozenset[str]) -> Bound:
        """Return the functions for calls in which inputs of these names stay the same."""
        if names not in self.bound:
            self.bound[names] = self._bound_to(names)
        return self.bound[names]

    def _bound_to(self, names: frozenset[str]) -> Bound:
        inputs = {self.plan.steps[r].parameters[0] for r in self.live if self.plan.steps[r].kind == "input"}
        if inputs <= names and not self.deferred:
            results = tuple(f"output {k}" for k in range(len(self.outputs)))
            return Bound(self._part(NumpyCode(self.plan, self.outputs)), results, _returning(results))
        parts = hoisted(self.plan, self.outputs, self.live, names, self.deferred)
        if parts is None:
            fuse = self.fuse and not self.deferred
            code = NumpyCode(self.plan, self.outputs, fuse=fuse, data=names, deferred=self.deferred)
            return Bound(None, (), self._part(code))
        return Bound(self._part(parts.once), parts.names, self._part(parts.rest))

    def _part(self, code: NumpyCode) -> Part:
        keys = {r: f"k{r}" for r in code.inputs}
        inputs = {f"k{r}": code.plan.steps[r].parameters[0] for r in code.inputs}
        text = code.function(keys, {}, trusting=True, sharing=True)
        names = namespace(self.dtype, {**inputs, **code.fusion.kernels()})
        sliced = code.blocks.inputs if code.blocks is not None else ()
        in_blocks = frozenset(code.plan.steps[r].parameters[0] for r in sliced)
        return Part(self._loaded(text, names), code.size_names, in_blocks, frozenset(code.showing.values()))

    @staticmethod
    def _loaded(text: str, names: dict[str, Any]) -> Run:
        run(text, names)
        found: Run = names["program"]
        return found


def _returning(names: Sequence[str]) -> Part:
    """Return the function for calls in which nothing changes: what it returns was computed before."""
    return Part(lambda values, _: [values[name] for name in names], {})


@final
class Program:
    """A compiled function: call it with the inputs by name."""

    def __init__(
        self,
        targets: Sequence[Target],
        declared: Mapping[str, Symbol],
        strict: bool = True,
        dtype: str = "float64",
        fuse: bool = True,
        patience: float = 0.0,
        deferred: int = 0,
    ) -> None:
        self._targets, self._strict, self._dtype = tuple(targets), strict, np.dtype(dtype)
        self._fuse = fuse and self._dtype == np.float64
        self._patience, self._deferred = patience, deferred
        nodes = postorder(*(t.tensor for t in targets))
        symbols = symbols_among(nodes)
        self.symbols = list(symbols.values())
        self._declared = [s for name, s in declared.items() if name not in symbols]
        dimensions = {d for n in nodes for d in (*n.dims, *getattr(n, "axes", ()))}
        dimensions |= {n.dimension for n in nodes if isinstance(n, Size)}
        atoms = {f for d in (*dimensions, *(d for s in self.symbols for d in s.shape)) for f in factors_of(d)}
        self._names = sorted(a for a in atoms if isinstance(a, str))
        self._variants: dict[tuple[int, ...], Variant] = {}
        self._run: Any = _not_yet

    def __call__(self, /, **inputs: Any) -> list[Any]:
        """Return the outputs for these inputs, in the order in which they were compiled.

        Raises:
            EvaluationError: an input does not fit, or a value is not finite.
        """
        try:
            result: list[Any] = self._run(inputs, None)
            return result
        except Exception:
            return self._carefully(inputs)

    def source(self, **sizes: int) -> str:
        """Return the text of the function that runs for these sizes."""
        variant = self.variant({name: sizes.get(name, 100) for name in self._names})
        return variant.text

    def bound_to(
        self, data: Mapping[str, Any], inputs: Mapping[str, Any], known: Known | None = None
    ) -> tuple[dict[str, Any], dict[str, int], Bound]:
        """Return all inputs as the program wants them, the sizes, and the functions for these data.

        Results may share memory with the inputs. Large data that can be checked on the way are listed
        under `UNCHECKED`, those of them that are to be looked at block by block under `UNCHECKED_ROWS`.

        Raises:
            EvaluationError: an input does not fit.
        """
        unchecked: list[Symbol] | None = [] if known is not None else None
        variant, values, sizes = self._read({**data, **inputs}, known, unchecked)
        bound = variant.bound_to(frozenset(data))
        later: dict[Symbol, Any] = {}
        for symbol in unchecked or ():
            if symbol.name in data and symbol.name in bound.rest.in_blocks | bound.rest.shown:
                later[symbol] = data[symbol.name]
            else:
                check_finite(symbol.name, values[symbol.name])
        if later:
            values[UNCHECKED] = later
            values[UNCHECKED_ROWS] = [a for s, a in later.items() if s.name not in bound.rest.shown]
        return values, sizes, bound

    def explained(self, inputs: Mapping[str, Any]) -> list[Any]:
        """Run the steps one by one, to say which of them fails."""
        variant, values, sizes = self._read(inputs)
        found = self._explained(variant, values, _generated(variant, sizes))
        first = len(found) - self._deferred
        return [*found[:first], lambda: found[first:]] if self._deferred else found

    def _read(
        self,
        inputs: Mapping[str, Any],
        known: Known | None = None,
        unchecked: list[Symbol] | None = None,
    ) -> tuple[Variant, dict[str, Any], dict[str, int]]:
        arrays, sizes = read_inputs(self.symbols, self._names, inputs, self._declared, known, unchecked)
        values = {s.name: self.canonical(s, arrays[s.name]) for s in self.symbols}
        variant = self.variant(sizes)
        _check_sizes(variant, sizes)
        return variant, values, sizes

    def _carefully(self, inputs: Mapping[str, Any]) -> list[Any]:
        variant, values, read_sizes = self._read(inputs)
        sizes = _generated(variant, read_sizes)
        wanted = variant.guarded if self._strict else variant.trusting
        try:
            with np.errstate(all="ignore"):
                result = wanted(values, sizes)
        except Exception:
            return self._explained(variant, values, sizes)
        if self._strict:
            self._run = wanted
        return result

    @cached_property
    def reshaped(self) -> dict[str, Symbol]:
        """Return the inputs that the program wants in another shape than the caller has them."""
        return {s.name: s for s in self.symbols if Leaf.of(s).order == 1 and s.shape[1] != 1}

    def canonical(self, symbol: Symbol, array: Any) -> Any:
        """Return an input as the program wants it: without unit axes, a diagonal matrix as its diagonal."""
        kind = self._dtype
        leaf = Leaf.of(symbol)
        if symbol.structure is Structure.DIAGONAL and leaf.order == 1:
            return np.ascontiguousarray(np.diag(array), kind)
        if leaf.order == 0:
            return kind.type(array[0, 0])
        if leaf.order == 1:
            return np.ascontiguousarray(array.reshape(-1), kind)
        return np.asarray(array, kind)

    def variant(self, sizes: Mapping[str, int]) -> Variant:
        """Return the program for sizes of this order of magnitude."""
        key = tuple(sizes[name].bit_length() for name in self._names)
        if key not in self._variants:
            self._variants[key] = self._planned(sizes)
        return self._variants[key]

    def _planned(self, sizes: Mapping[str, int]) -> Variant:
        planner = Planner(Plan(sizes))
        outputs = []
        with budget():
            for target in self._targets:
                planner, form = plan_cheapest(planner, target.tensor, self._patience * _rarity(target.tensor))
                outputs.append(Output(*planner.array(form), target.is_row))
        ranges = {n: (1 << s.bit_length() >> 1, 1 << s.bit_length()) for n, s in sizes.items()}
        fuse, kind = self._fuse, self._dtype
        return Variant(planner.plan, outputs, self._declared, fuse, ranges, kind, self._deferred)

    def _explained(self, variant: Variant, values: Mapping[str, Any], sizes: Mapping[str, int]) -> list[Any]:
        """Run the steps one by one; say which of them fails or is not finite."""
        plan, code = variant.plan, variant.code
        names = {**variant.names, **sizes}
        for register in code.inputs:
            names[f"v{register}"] = values[plan.steps[register].parameters[0]]
        with np.errstate(all="ignore"):
            for register, text in code.statements:
                try:
                    run(text, names)
                except EvaluationError as error:
                    shown = _shown(plan, _culprit(plan, register))
                    raise EvaluationError(f"{shown} {error.message}", hint=error.hint) from None
                except MemoryError:
                    raise _too_large(plan, plan.steps[register].dims) from None
                except (np.linalg.LinAlgError, ValueError, ArithmeticError):
                    shown = _shown(plan, register)
                    raise EvaluationError(
                        f"{shown} has no value for these inputs", hint="Check the inputs."
                    ) from None
                if self._strict and plan.steps[register].kind != "factor":
                    _blame(plan, register, names[f"v{register}"])
            run(f"v_ = [{', '.join(code.results())}]", names)
        results: list[Any] = names["v_"]
        return results


def _rarity(tensor: Tensor) -> float:
    """Return how much more seldom than others a search calls for a result: a Hessian, say."""
    half = tensor.order // 2
    is_second = half > 0 and tensor.dims[:half] == tensor.dims[half:]
    return _CALLS_PER_HESSIAN if is_second else 1.0


def _generated(variant: Variant, sizes: Mapping[str, int]) -> dict[str, int]:
    return {variant.code.size_names.get(name, name): size for name, size in sizes.items()}


def _check_sizes(variant: Variant, sizes: Mapping[str, int]) -> None:
    """Refuse a program that would form an array out of all proportion to its inputs."""
    plan = Plan(sizes)
    steps = variant.plan.steps
    entries = {r: plan.entries(steps[r].dims) for r in variant.live}
    if max(entries.values(), default=0) <= MAX_ENTRIES:
        return
    largest = max((count for r, count in entries.items() if steps[r].kind == "input"), default=0)
    for register, count in entries.items():
        if count > max(MAX_ENTRIES, 4 * largest):
            raise _too_large(plan, variant.plan.steps[register].dims)


def _blame(plan: Plan, register: int, value: Any) -> None:
    """Raise when a value is not finite, with the part of the formula and the entry."""
    if np.isfinite(value).all():
        return
    place = np.argwhere(~np.isfinite(value))[0]
    found = float(np.asarray(value)[tuple(place)])
    entry = "" if np.size(value) == 1 else f" at entry {', '.join(str(p + 1) for p in place)}"
    kind = "not a number" if math.isnan(found) else "infinite"
    raise EvaluationError(
        f"{_shown(plan, register)} is {kind}{entry} for these inputs",
        hint="The inputs are outside its domain, or its value is too large for a float.",
    )


def _culprit(plan: Plan, register: int) -> int:
    """Return the matrix that a step failed to factorize."""
    step = plan.steps[register]
    return step.operands[0] if step.kind in ("factor", "matrix_power", "frechet") else register


def _shown(plan: Plan, register: int) -> str:
    meaning = plan.meanings.get(register)
    if meaning is None:
        return "a part of the formula"
    try:
        expression = recover(meaning[0])
    except FrechetError:
        return "a part of the formula"
    return write(expression) if expression.size <= _LARGEST_SHOWN else "a part of the formula"


def _not_yet(_: Mapping[str, Any], __: Any) -> NoReturn:
    raise LookupError


def _too_large(plan: Plan, dims: Dimensions) -> LimitError:
    lengths = [plan.length(d) for d in dims]
    return LimitError(
        f"an array of {' × '.join(map(str, lengths))} entries is too large to form",
        hint="Use smaller data, or the differential, which never forms it.",
    )
