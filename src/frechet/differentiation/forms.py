"""The forms of an answer of any order: index notation, differential, vec form.

* index: `A[i,k]*B[l,j]`, letters in the order of the axes, `delta` for Kronecker deltas;
* differential: `dY = A*dX*B`, the derivative applied to a change of the variables;
* kronecker: `J` with `vec(dY) = J*vec(dX)`, columns stacked (Magnus & Neudecker §5.15).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Final

from frechet.assumptions import Structure
from frechet.expressions.exact import ONE
from frechet.expressions.nodes import Expr, Symbol
from frechet.expressions.text import write
from frechet.shapes import Dimension
from frechet.tensors.algebra import contract
from frechet.tensors.expand import distribute_wide
from frechet.tensors.lower import lower_symbol
from frechet.tensors.nodes import Add, Contraction, Slots, Tensor, identity_slots
from frechet.tensors.recover import open_graph
from frechet.tensors.writing import Writer

LETTERS: Final = "ijklpqrsuvwabcdefgh"
# A change need not have the sign that is declared of the variable.
_OF_CHANGES: Final = {Structure.PSD: Structure.SYMMETRIC, Structure.POSITIVE: Structure.GENERAL}


def change_symbols(variables: Sequence[Symbol], taken: Iterable[str]) -> list[Symbol]:
    """Return a symbol for the change of each variable: `dX`, or `dX1`, `dX2` when it repeats."""
    names, used = [v.name for v in variables], set(taken)
    changes: list[Symbol] = []
    for place, variable in enumerate(variables):
        number = names[: place + 1].count(variable.name) if names.count(variable.name) > 1 else ""
        name = f"d{variable.name}{number}"
        while name in used:
            name += "_"
        used.add(name)
        structure = _OF_CHANGES.get(variable.structure, variable.structure)
        changes.append(Symbol.of(name, variable.shape, structure))
    return changes


def applied_to(tensor: Tensor, function_order: int, changes: Sequence[Symbol]) -> Tensor:
    """Contract the axes of the variables with changes of them: the differential as a tensor."""
    slots = identity_slots(tensor.order)
    factors: list[tuple[Tensor, Slots]] = [(tensor, slots)]
    place = function_order
    for change in changes:
        value = lower_symbol(change)
        factors.append((value, slots[place : place + value.order]))
        place += value.order
    return contract(ONE, (), factors, slots[:function_order], tensor.dims)


def vec_form(tensor: Tensor, rows: int) -> Tensor | None:
    """Return the order-2 tensor of the vec form: the first `rows` axes against the rest."""
    slots = identity_slots(tensor.order)
    left, right = slots[:rows], slots[rows:]
    if not left or not right or len(left) > 2 or len(right) > 2:
        return None
    groups = tuple(tuple(a for (a,) in reversed(side)) for side in (left, right))
    return contract(ONE, (), [(tensor, slots)], groups, tensor.dims)


def index_form(tensor: Tensor) -> str:
    """Write a tensor of any order with one letter per axis."""
    root, writer = distribute_wide(tensor), Writer()
    terms = root.terms if isinstance(root, Add) and root.order > 2 else ((ONE, root),)
    scale = ONE
    if isinstance(root, Contraction) and len(root.factors) == 1 and not root.scalars:
        inner, slots = root.factors[0]
        if isinstance(inner, Add) and inner.order == root.order and slots == root.out:
            terms, scale = inner.terms, root.coefficient
    text = ""
    for coefficient, term in terms:
        part = _term(coefficient * scale, term, writer)
        negative = part.startswith("-")
        text += (" - " if negative else " + ") + part.lstrip("-") if text else part
    return text


def _term(coefficient: Fraction, term: Tensor, writer: Writer) -> str:
    if not isinstance(term, Contraction):
        term_axes: tuple[Dimension, ...] = term.dims
        node_factors: tuple[tuple[Tensor, Slots], ...] = ((term, identity_slots(term.order)),)
        return _indexed(coefficient, (), node_factors, identity_slots(term.order), term_axes, writer)
    scaled = coefficient * term.coefficient
    return _indexed(scaled, term.scalars, term.factors, term.out, term.axes, writer)


def _indexed(
    coefficient: Fraction,
    scalars: Sequence[tuple[Tensor, Fraction]],
    factors: Sequence[tuple[Tensor, Slots]],
    out: Slots,
    axes: tuple[Dimension, ...],
    writer: Writer,
) -> str:
    """Write one product: what can be multiplied out is, the rest carries letters."""
    graph, kernels, multiplier = open_graph(coefficient, scalars, factors, out, axes, writer)
    letters: dict[int, str] = {}
    deltas: list[str] = []
    supply = iter(LETTERS)
    for group in out:
        names = [next(supply)]
        axis = group[0]
        if axis in letters:
            deltas.append(f"delta[{letters[axis]},{names[0]}]")
        else:
            letters[axis] = names[0]
    for vertex in graph.open_vertices():
        if vertex not in letters:
            letters[vertex] = next(supply)
    parts = [_with_letters(m, letters[v]) for v, marks in graph.marks.items() for m in marks]
    parts = [_with_letters(e, f"{letters[u]},{letters[v]}") for u, v, e in graph.edges] + parts
    parts += [f"{name}[{','.join(letters[g[0]] for g in slots)}]" for name, slots in kernels]
    front = write(multiplier)
    body = "*".join([*parts, *deltas])
    if front == "1" and body:
        return body
    if front == "-1" and body:
        return "-" + body
    wrapped = (
        front
        if not any(c in front for c in "+-/ ") or (front.startswith("-") and front[1:].isalnum())
        else f"({front})"
    )
    return f"{wrapped}*{body}" if body else front


def _with_letters(node: Expr, letters: str) -> str:
    text = write(node)
    plain = text.isidentifier() or (
        text.endswith(")") and text.split("(")[0].isidentifier() and _balanced(text)
    )
    return f"{text}[{letters}]" if plain else f"({text})[{letters}]"


def _balanced(text: str) -> bool:
    """Tell whether the first parenthesis closes at the very end."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and letter == ")":
            return place == len(text) - 1
    return False
