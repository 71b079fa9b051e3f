"""Long chains of sums, products, quotients and roots of large arrays, computed in one pass by numexpr.

NumPy computes such a chain in passes, each bound by memory: one an operation, in place where it can.
One blocked pass on all cores reads every operand once. It wins (measured: 1.2 to 2.9 times, whole
programs) from some 300,000 entries on, when there are clearly more operations than operands. Below
that it loses, and so it does on exp, log and tanh, which NumPy computes with vector instructions:
these are left as they are. Without numexpr nothing is fused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import cache
from importlib.util import find_spec
from typing import Any, Final, NamedTuple

import numpy as np

from frechet.backends.code import Coder, Dialect
from frechet.backends.plan import CONSTANT, Plan, Step

FEWEST_ENTRIES: Final = 300_000
OPERATIONS_BEYOND_OPERANDS: Final = 3
LONGEST_TEXT: Final = 2_000
MOST_OPERANDS: Final = 16
LARGEST_PRODUCT: Final = 4
_EXPONENTS: Final = frozenset({Fraction(-1), Fraction(1, 2), Fraction(-1, 2)})
_OPERATION: Final = re.compile(r" [-+*/] |sqrt|abs")
_SIMPLE: Final = frozenset({"scale", "unary", "power", "multiply", "linear"})
_FUNCTIONS: Final = {"sqrt": "sqrt({0})", "abs": "abs({0})"}


class Chain(NamedTuple):
    """A chain that ends in a register: its text, and the registers it reads."""

    text: str
    operands: tuple[int, ...]

    @property
    def is_worth_it(self) -> bool:
        return len(_OPERATION.findall(self.text)) >= len(self.operands) + OPERATIONS_BEYOND_OPERANDS


class Fusion(NamedTuple):
    """The chains by their last register, and the last register of every step inside one."""

    chains: dict[int, Chain]
    ends: dict[int, int]

    def kernels(self) -> dict[str, Callable[..., Any]]:
        """Return the compiled chains by the name that a program has for them."""
        return {f"fused{end}": kernel(chain.text, chain.operands) for end, chain in self.chains.items()}

    def statement(self, register: int, code: str) -> str | None:
        """Return what a program does instead of a step, None where it is inside a chain."""
        if register in self.chains:
            names = ", ".join(f"v{o}" for o in self.chains[register].operands)
            return f"v{register} = fused{register}({names})"
        return None if register in self.ends else code


def fused(plan: Plan, live: Sequence[int], visible: Iterable[int]) -> Fusion:
    """Return the chains among the live steps; those that are `visible` stay registers of their own."""
    simple = [r for r in live if _is_simple(plan, plan.steps[r])]
    if not simple or find_spec("numexpr") is None:
        return Fusion({}, {})
    uses = Counter(o for r in live for o in dict.fromkeys(plan.steps[r].operands))
    shown, found, inside = set(visible), dict[int, Chain](), dict[int, int]()
    for register in simple:
        inner = [o for o in plan.steps[register].operands if o in found and uses[o] == 1 and o not in shown]
        chain = _chain(plan, register, found, inner)
        if len(chain.text) > LONGEST_TEXT or len(chain.operands) > MOST_OPERANDS:
            inner = []
            chain = _chain(plan, register, found, inner)
        found[register] = chain
        inside.update(dict.fromkeys(inner, register))
    chains = {r: c for r, c in found.items() if r not in inside and c.is_worth_it}
    return Fusion(chains, _ends(inside, chains))


def _ends(inside: dict[int, int], chains: dict[int, Chain]) -> dict[int, int]:
    ends: dict[int, int] = {}
    for register in sorted(inside, reverse=True):
        end = ends.get(inside[register], inside[register])
        if end in chains:
            ends[register] = end
    return ends


def _is_simple(plan: Plan, step: Step) -> bool:
    """Tell a sum, product, quotient or root, entry by entry, of arrays of the same large shape."""
    if step.kind not in _SIMPLE or plan.entries(step.dims) < FEWEST_ENTRIES:
        return False
    match step.kind:
        case "scale":
            return True
        case "unary":
            return step.parameters[0] in _FUNCTIONS
        case "power":
            exponent: Fraction = step.parameters[0]
            whole = exponent.denominator == 1 and 2 <= exponent <= LARGEST_PRODUCT
            return whole or exponent in _EXPONENTS
        case "multiply" | "linear":
            same = tuple(range(len(step.dims)))
            return all(m == same or set(m) <= {CONSTANT} for m in step.parameters[-1])
    return False


def _chain(plan: Plan, register: int, found: dict[int, Chain], inner: Sequence[int]) -> Chain:
    names = {o: f"({found[o].text})" for o in inner}
    coder = Coder(
        plan, Dialect(_FUNCTIONS, largest_product=LARGEST_PRODUCT), lambda r: names.get(r, f"v{r}"), str
    )
    operands: dict[int, None] = {}
    for o in plan.steps[register].operands:
        operands.update(dict.fromkeys(found[o].operands if o in names else (o,)))
    return Chain(coder.code(register), tuple(operands))


@cache
def kernel(text: str, operands: tuple[int, ...]) -> Callable[..., Any]:
    """Return a function of the operands that computes the text in one pass."""
    import numexpr

    compiled: Callable[..., Any] = numexpr.NumExpr(text, [(f"v{o}", np.float64) for o in operands])
    return compiled
