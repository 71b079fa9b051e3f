"""A plan to be written out: its outputs, its inputs in order, and a name for everything in it.

Names of inputs are the user's where the language allows them.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, final

from frechet.backends.alternatives import plan_cheapest
from frechet.backends.plan import Plan
from frechet.backends.planner import Planner
from frechet.backends.targets import Target, symbols_in
from frechet.errors import FrechetError, UnsupportedError
from frechet.expressions.nodes import Symbol
from frechet.expressions.text import write
from frechet.shapes import factors_of, public_shape
from frechet.tensors.nodes import Tensor, postorder
from frechet.tensors.recover import recover

TYPICAL_SIZE: Final = 100
LONGEST_COMMENT: Final = 90
LONGEST_FORMULA: Final = 400
_ASCII_NAME: Final = re.compile(r"[A-Za-z]\w*", re.ASCII)


class Result(NamedTuple):
    """An output of the function: its register, the order of its axes, its formula."""

    register: int
    places: tuple[int, ...]
    target: Target


@final
class NamedPlan:
    """The steps and their names. With `generated` names nothing that a user wrote is part of it.

    With `ascii_only`, names hold no other letters.
    """

    def __init__(
        self,
        targets: Sequence[Target],
        declared: Mapping[str, Symbol],
        sizes: Mapping[str, int],
        reserved: frozenset[str],
        generated: bool = False,
        ascii_only: bool = False,
    ) -> None:
        self.symbols = _symbols(targets, declared)
        typical = {n: sizes.get(n, TYPICAL_SIZE) for n in _size_names(targets, self.symbols)}
        planner = Planner(Plan(typical))
        self.results = []
        for target in targets:
            planner, form = plan_cheapest(planner, target.tensor)
            self.results.append(Result(*planner.array(form), target))
        self.plan = planner.plan
        self.live = self._written()
        self.inputs = {s.name: s for s in self.symbols}
        self._generated, self._ascii_only, self._taken = generated, ascii_only, set(reserved)
        self._take_names()

    def _written(self) -> list[int]:
        """Return the registers in use, without the zeros that a diagonal is written in place of."""
        steps, live = self.plan.steps, self.plan.live(r.register for r in self.results)
        named = {r.register for r in self.results}
        for register in live:
            operands = steps[register].operands
            named.update(operands[1:] if steps[register].kind == "add_diagonal" else operands)
        return [r for r in live if steps[r].kind != "zeros" or r in named]

    def _take_names(self) -> None:
        """Give every input, size and register a name of its own."""
        generated = self._generated
        self.arguments = {n: self.free(f"a{k}" if generated else n) for k, n in enumerate(self.inputs)}
        self.sizes = {n: self.free(f"n{k}" if generated else n) for k, n in enumerate(self.plan.sizes)}
        self.names: dict[int, str] = {}
        for count, register in enumerate(r for r in self.live if self.plan.steps[r].kind != "input"):
            self.names[register] = self.free(f"t{count + 1}")
        for register in self.live:
            if self.plan.steps[register].kind == "input":
                self.names[register] = self.arguments[self.plan.steps[register].parameters[0]]

    def free(self, name: str) -> str:
        """Return the name, with underscores appended until it is free and allowed, and take it."""
        # As Python reads it: to it, ϑ and θ are one name.
        name = unicodedata.normalize("NFKC", name)
        allowed = _ASCII_NAME.fullmatch(name) if self._ascii_only else name.isidentifier()
        candidate = name if allowed else f"x_{len(self._taken)}"
        while candidate in self._taken or keyword.iskeyword(candidate):
            candidate += "_"
        self._taken.add(candidate)
        return candidate

    def sizes_read_off(self, words: set[str]) -> list[tuple[str, str, int, int]]:
        """Return the sizes among the words of a program: name, the input, which of its axes, of how many.

        Raises:
            UnsupportedError: a size that is used does not follow from the inputs.
        """
        known: set[str] = set()
        found = []
        for name, symbol in self.inputs.items():
            shape = public_shape(symbol.shape)
            for axis, dimension in enumerate(shape):
                if isinstance(dimension, str) and dimension in self.sizes and dimension not in known:
                    known.add(dimension)
                    if self.sizes[dimension] in words:
                        found.append((self.sizes[dimension], self.arguments[name], axis, len(shape)))
        missing = [n for n, name in self.sizes.items() if n not in known and name in words]
        if missing:
            raise UnsupportedError(
                f"the size {missing[0]} does not follow from the inputs",
                hint="Declare an input of that size, or write the number.",
            )
        return found

    def meaning(self, register: int) -> str:
        """Return the formula of a register, or an empty text where it is too long to be read."""
        meaning = self.plan.meanings.get(register)
        text = formula_of(meaning[0]) if meaning is not None and meaning[2] == 1 else ""
        if meaning is not None and meaning[1] == (1, 0) and text:
            text = f"transpose of {text}"
        return text if len(text) <= LONGEST_COMMENT else ""


def formula_of(tensor: Tensor) -> str:
    """Return a tensor as a formula, or an empty text where it has none that is short."""
    try:
        text = write(recover(tensor))
    except FrechetError:
        return ""
    return " ".join(text.split()) if len(text) <= LONGEST_FORMULA else ""


def count_of_values(number: int) -> str:
    return "1 value" if number == 1 else f"{number} values"


def _symbols(targets: Sequence[Target], declared: Mapping[str, Symbol]) -> list[Symbol]:
    """Return the symbols in use, those that only give a size last."""
    used = symbols_in(targets)
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
