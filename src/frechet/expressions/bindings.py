"""Writing a shared formula once: its repeated parts get names.

A small graph may stand for a written tree of a billion nodes. `fold_with_bindings` writes every
part that is used more than once, or that is very long, as a binding `name = part`, and uses the
name from there on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, Protocol, TypeVar

from frechet.expressions.nodes import Expr
from frechet.expressions.traversal import fold, postorder, symbols_of
from frechet.shapes import factors_of

SHORTEST_BINDING: Final = 12
LONGEST_UNBOUND: Final = 2_000


class HasText(Protocol):
    """What a printer's rule returns: anything that carries its text."""

    @property
    def text(self) -> str: ...


W = TypeVar("W", bound=HasText)


class Binding(NamedTuple):
    """A name and the text it stands for."""

    name: str
    text: str


def fold_with_bindings(
    root: Expr, rule: Callable[[Expr, Mapping[Expr, W]], W], named: Callable[[str, Expr], W]
) -> tuple[W, list[Binding]]:
    """Fold `rule` over the formula; a part worth a name becomes a binding, written by `named`."""
    uses = Counter(child for node in postorder(root) for child in node.children)
    sizes = {factor for node in postorder(root) for size in node.shape for factor in factors_of(size)}
    taken, bindings = {*symbols_of(root), *map(str, sizes)}, list[Binding]()

    def step(node: Expr, results: Mapping[Expr, W]) -> W:
        written = rule(node, results)
        length = len(written.text)
        repeated = uses[node] > 1 and length >= SHORTEST_BINDING
        if node is root or not (repeated or length >= LONGEST_UNBOUND):
            return written
        result = named(_fresh_name(taken), node)
        bindings.append(Binding(result.text, written.text))
        return result

    return fold(root, step), bindings


def _fresh_name(taken: set[str]) -> str:
    number = 1
    while f"t{number}" in taken or f"t_{number}" in taken:
        number += 1
    taken.add(f"t{number}")
    return f"t{number}"
