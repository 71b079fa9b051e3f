"""The source of a program, to be read: named inputs, a formula and a shape beside every line.

The same plan as that of the compiled program, written in plain array code that runs alone. Names of
inputs are the user's where the language allows them.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, final

from frechet.backends.alternatives import plan_cheapest
from frechet.backends.code import Coder
from frechet.backends.dialects import READABLE, Backend
from frechet.backends.plan import Plan
from frechet.backends.planner import Planner
from frechet.backends.targets import Output, Target, targets_of
from frechet.errors import FrechetError, UnsupportedError, quoted
from frechet.expressions.nodes import Symbol
from frechet.expressions.text import write
from frechet.limits import budget
from frechet.shapes import describe, factors_of, public_shape
from frechet.tensors.nodes import Leaf, Tensor, postorder
from frechet.tensors.recover import recover

TYPICAL_SIZE: Final = 100
COMMENT_COLUMN: Final = 44
LONGEST_COMMENT: Final = 90
_RESERVED: Final = frozenset({"np", "jnp", "cp", "jax", "torch", "scipy", "cupyx", "kind", *dir(builtins)})
_WORD: Final = re.compile(r"[^\W\d]\w*")
_SCIPY: Final = re.compile(r"(?:\b\w+\.)?scipy\.(?:linalg|special)\b")
_HELPER_CALL: Final = re.compile(r"(?<![\w.])([a-z_]+)\(")


class Result(NamedTuple):
    """An output of the function: its register, the order of its axes, its formula."""

    register: int
    places: tuple[int, ...]
    target: Target


def source(
    outputs: Output | Sequence[Output],
    backend: str = "numpy",
    function_name: str = "program",
    sizes: Mapping[str, int] | None = None,
) -> str:
    """Return the source of a function that computes all outputs together, as a list.

    The order of the operations is the best for `sizes`, where given; the program is right for all.

    Raises:
        UnsupportedError: there is no such back end, it cannot express a part of the formula, or
            `function_name` is not a name.
    """
    if backend not in READABLE:
        raise UnsupportedError(
            f"there is no back end {quoted(str(backend))}", hint=f"There are: {', '.join(READABLE)}."
        )
    if not str(function_name).isidentifier() or keyword.iskeyword(function_name):
        raise UnsupportedError(
            f"{quoted(str(function_name))} is not a name for a function", hint="Use letters, digits and _."
        )
    targets, declared = targets_of(outputs)
    with budget():
        return SourceText(READABLE[backend], targets, declared, sizes or {}).written(function_name)


@final
class SourceText:
    """What the text is made of. With `generated` names nothing that a user wrote is part of it."""

    def __init__(
        self,
        backend: Backend,
        targets: Sequence[Target],
        declared: Mapping[str, Symbol],
        sizes: Mapping[str, int],
        generated: bool = False,
    ) -> None:
        self.backend, self.targets, self.generated = backend, targets, generated
        self.symbols = _symbols(targets, declared)
        typical = {n: sizes.get(n, TYPICAL_SIZE) for n in _size_names(targets, self.symbols)}
        planner = Planner(Plan(typical))
        self.results = []
        for target in targets:
            planner, form = plan_cheapest(planner, target.tensor)
            self.results.append(Result(*planner.array(form), target))
        self.plan = planner.plan
        self.live = self.plan.live(r.register for r in self.results)
        self.inputs = {s.name: s for s in self.symbols}
        self._take_names()
        self.coder = Coder(self.plan, backend.dialect, self.names.__getitem__, self.sizes.__getitem__)

    def _take_names(self) -> None:
        """Give every input, size and register a name of its own."""
        taken = set(_RESERVED) | set(self.backend.helpers)
        generated = self.generated
        self.arguments = {n: _free(f"a{k}" if generated else n, taken) for k, n in enumerate(self.inputs)}
        self.sizes = {n: _free(f"n{k}" if generated else n, taken) for k, n in enumerate(self.plan.sizes)}
        self.names: dict[int, str] = {}
        for count, register in enumerate(r for r in self.live if self.plan.steps[r].kind != "input"):
            self.names[register] = _free(f"t{count + 1}", taken)
        for register in self.live:
            if self.plan.steps[register].kind == "input":
                self.names[register] = self.arguments[self.plan.steps[register].parameters[0]]

    def written(self, name: str) -> str:
        lines = self._lines()
        lines.append(f"return [{', '.join(self._returned(r) for r in self.results)}]")
        words = set(_WORD.findall(" ".join(line.partition("#")[0] for line in lines)))
        body = [*self._preparation(words), *lines]
        text = "\n".join(f"    {line}".rstrip() for line in body)
        described = "" if self.generated else f"{self._docstring()}\n"
        head = f"def {name}({', '.join(self.arguments.values())}):\n{described}"
        helpers = self._helpers(text)
        imports = self._imports(text + helpers)
        return f"{imports}\n{helpers}\n\n{head}{text}\n"

    def _imports(self, text: str) -> str:
        modules = sorted(set(_SCIPY.findall(text)))
        lines = [*self.backend.imports.split("\n"), *(f"import {module}" for module in modules)]
        imports = sorted(line for line in lines if line.startswith("import"))
        return "\n".join([*imports, *(line for line in lines if not line.startswith("import"))])

    def _helpers(self, text: str) -> str:
        """Return the helper functions that the text calls."""
        called = set(_HELPER_CALL.findall(text))
        return "".join(f"\n{code}" for name, code in self.backend.helpers.items() if name in called)

    def _preparation(self, words: set[str]) -> list[str]:
        lines = [self.backend.prepare.format(n) for n in self.arguments.values()]
        known: set[str] = set()
        for name, symbol in self.inputs.items():
            argument, shape = self.arguments[name], public_shape(symbol.shape)
            for axis, dimension in enumerate(shape):
                if isinstance(dimension, str) and dimension in self.sizes and dimension not in known:
                    known.add(dimension)
                    if self.sizes[dimension] in words:
                        lines.append(f"{self.sizes[dimension]} = {argument}.shape[{axis}]")
        missing = [n for n, name in self.sizes.items() if n not in known and name in words]
        if missing:
            raise UnsupportedError(
                f"the size {missing[0]} does not follow from the inputs",
                hint="Declare an input of that size, or write the number.",
            )
        if "kind" in words and self.arguments:
            first = next(iter(self.arguments.values()))
            lines.append(f'kind = {{"dtype": {first}.dtype, "device": {first}.device}}')
        for register in self.live:
            step = self.plan.steps[register]
            if step.kind == "input":
                lines.extend(self._squeezed(self.inputs[step.parameters[0]], len(step.dims)))
        return lines

    def _squeezed(self, symbol: Symbol, order: int) -> list[str]:
        """Bring an input into the program's form: rows as vectors, diagonal matrices as diagonals."""
        name, shape = self.arguments[symbol.name], public_shape(symbol.shape)
        if order == len(shape):
            return []
        if 1 in shape or order == 0:
            return [f"{name} = {name}.reshape({-1 if order else '()'})"]
        return [f"{name} = {self.backend.dialect.call('einsum', repr('ii->i'), name)}"]

    def _lines(self) -> list[str]:
        lines = []
        for register in self.live:
            step = self.plan.steps[register]
            if step.kind == "input":
                continue
            try:
                code = f"{self.names[register]} = {self.coder.code(register)}"
            except KeyError:
                raise UnsupportedError(
                    "the derivative of a matrix function with all its axes has no short program",
                    hint="Ask for it in a direction, or compile it for NumPy.",
                ) from None
            comment = "" if self.generated else self._comment(register)
            lines.append(f"{code:{COMMENT_COLUMN}}  # {comment}" if comment else code)
        return lines

    def _comment(self, register: int) -> str:
        dims = self.plan.steps[register].dims
        shape = f"({', '.join(map(str, dims))}{',' if len(dims) == 1 else ''})" if dims else "scalar"
        meaning = self.plan.meanings.get(register)
        formula = _formula(meaning[0]) if meaning is not None and meaning[2] == 1 else ""
        if meaning is not None and meaning[1] == (1, 0) and formula:
            formula = f"transpose of {formula}"
        return f"{shape}  {formula}".rstrip() if len(formula) <= LONGEST_COMMENT else shape

    def _returned(self, result: Result) -> str:
        text = self.coder.reordered(result.register, result.places)
        if not self.plan.steps[result.register].dims:
            return self.backend.scalar.format(text)
        return f"{text}.reshape(1, -1)" if result.target.is_row else text

    def _docstring(self) -> str:
        lines = [f'"""Compute {_count(len(self.results))} together.', "", "Parameters", "----------"]
        for name, symbol in self.inputs.items():
            shape = public_shape(symbol.shape)
            kind = f"{self.backend.array}, {describe(symbol.shape)}" if shape else "float"
            structure = "" if symbol.structure.value == "general" else f", {symbol.structure.value}"
            lines.append(f"{self.arguments[name]} : {kind}{structure}")
        lines += ["", "Returns", "-------"]
        for k, result in enumerate(self.results):
            dims = result.target.tensor.dims
            shape_text = (
                f"shape ({', '.join(map(str, dims))}{',' if len(dims) == 1 else ''})" if dims else "scalar"
            )
            lines.append(f"value {k + 1} : {shape_text}")
            formula = _formula(result.target.tensor)
            if formula:
                lines.append(f"    {formula}")
        lines.append('"""')
        return "\n".join(f"    {line}".rstrip() for line in lines)


def _symbols(targets: Sequence[Target], declared: Mapping[str, Symbol]) -> list[Symbol]:
    """Return the symbols in use, those that only give a size last."""
    leaves = [n for n in postorder(*(t.tensor for t in targets)) if isinstance(n, Leaf)]
    used = {n.symbol.name: n.symbol for n in leaves if isinstance(n.symbol, Symbol)}
    found = [s for name, s in declared.items() if name in used]
    found += [s for name, s in used.items() if name not in declared]
    known = {f for s in found for d in s.shape for f in factors_of(d) if d == f}
    for name, symbol in declared.items():
        gives = {d for d in symbol.shape if isinstance(d, str) and "*" not in d}
        if name not in used and gives & _size_names(targets, []) - known:
            found.append(symbol)
            known |= gives
    return found


def _size_names(targets: Sequence[Target], symbols: Sequence[Symbol]) -> set[str]:
    nodes = postorder(*(t.tensor for t in targets))
    dims = {d for n in nodes for d in (*n.dims, *getattr(n, "axes", ()))}
    dims |= {d for s in symbols for d in s.shape}
    return {f for d in dims for f in factors_of(d) if isinstance(f, str)}


def _free(name: str, taken: set[str]) -> str:
    """Return the name, with underscores appended until it is free and allowed."""
    candidate = name if name.isidentifier() else f"x_{len(taken)}"
    while candidate in taken or keyword.iskeyword(candidate):
        candidate += "_"
    taken.add(candidate)
    return candidate


def _formula(tensor: Tensor) -> str:
    try:
        text = write(recover(tensor))
    except FrechetError:
        return ""
    return " ".join(text.split()) if len(text) <= 400 else ""


def _count(number: int) -> str:
    return "1 value" if number == 1 else f"{number} values"
