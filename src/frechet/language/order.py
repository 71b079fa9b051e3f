"""The order of a `where` list: each named part after those it uses, circles refused."""

from __future__ import annotations

from collections.abc import Container

from frechet.errors import ParseError, quoted
from frechet.language.parser import Program
from frechet.language.syntax import Binding, Name, walk


def in_order_of_use(program: Program, declared: Container[str], source: str) -> list[Binding]:
    """Return the bindings so that each comes after those it uses.

    Raises:
        ParseError: a part is defined by itself.
    """
    bound = {binding.name.text: binding for binding in program.bindings if binding.name.text not in declared}
    uses = {name: _uses(binding, bound) for name, binding in bound.items()}
    order, closed = list[Binding](), dict[str, bool]()
    for first in bound:
        stack = [(first, False)]
        while stack:
            name, finished = stack.pop()
            if finished:
                closed[name] = True
                order.append(bound[name])
            elif name not in closed:
                closed[name] = False
                stack.append((name, True))
                for used in uses[name]:
                    if closed.get(used) is False:
                        place = bound[name].name
                        raise ParseError(
                            f"{quoted(name)} is defined by itself",
                            hint="Let no named part use itself, directly or through others.",
                            position=(place.start, place.end),
                            source=source,
                        )
                    stack.append((used, False))
    return order


def _uses(binding: Binding, bound: Container[str]) -> list[str]:
    names = dict.fromkeys(node.text for node in walk(binding.value) if isinstance(node, Name))
    return [name for name in names if name in bound]
