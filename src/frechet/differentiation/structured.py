"""Derivatives by structured variables.

A symmetric X has fewer free entries than its shape suggests. Three meanings are in use:

* `project`: the gradient in the space of such matrices under the trace inner product, the
  orthogonal projection of the free gradient G: (G + G′)/2 for symmetric, diag(diag(G)) for diagonal,
  (G − G′)/2 for skew, the lower triangle for lower; for orthogonal Q the tangent part
  (G − Q G′ Q)/2 (Edelman, Arias & Smith 1998);
* `entries`: each free entry varied by itself (Cookbook §2.8): G + G′ − G ∘ I for symmetric;
* `none`: the structure is ignored.
"""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from typing import Final

from frechet.assumptions import Structure
from frechet.errors import UnsupportedError
from frechet.expressions.exact import ONE
from frechet.expressions.nodes import Symbol
from frechet.tensors.algebra import add, contract
from frechet.tensors.nodes import ONE_HALF, Leaf, Mask, Slots, Tensor, identity_slots

_SYMMETRIC: Final = (Structure.SYMMETRIC, Structure.PSD)
_FREE: Final = (Structure.GENERAL, Structure.INTEGER, Structure.POSITIVE)


class Structured(Enum):
    """What a derivative by a structured variable means."""

    PROJECT = "project"
    ENTRIES = "entries"
    NONE = "none"


def free_twin(symbol: Symbol) -> Symbol:
    """Return the symbol with its structure forgotten, to differentiate by."""
    return Symbol.of(symbol.name, symbol.shape)


def is_structured(symbol: Symbol) -> bool:
    return symbol.structure not in _FREE


def impose(tensor: Tensor, symbol: Symbol, first: int, meaning: Structured, repeated: bool) -> Tensor:
    """Turn a free derivative into the structured one on the axes `first`, `first + 1`.

    Raises:
        UnsupportedError: no such meaning exists for this structure.
    """
    structure = symbol.structure
    if meaning is Structured.NONE or not is_structured(symbol) or tensor.order < first + 2:
        return tensor
    slots = identity_slots(tensor.order)
    turned = list(slots)
    turned[first], turned[first + 1] = turned[first + 1], turned[first]
    swapped = contract(ONE, (), [(tensor, slots)], tuple(turned), tensor.dims)
    entries = meaning is Structured.ENTRIES
    half = ONE if entries else ONE_HALF
    if structure in _SYMMETRIC:
        parts: list[tuple[Fraction | int, Tensor]] = [(half, tensor), (half, swapped)]
        if entries:
            parts.append((-1, _on_diagonal(tensor, first)))
        return add(parts, tensor.dims)
    if structure is Structure.SKEW:
        return add([(half, tensor), (-half, swapped)], tensor.dims)
    if structure is Structure.DIAGONAL:
        return _on_diagonal(tensor, first)
    if structure is Structure.LOWER:
        mask = (Mask.of(tensor.dims[first]), (slots[first], slots[first + 1]))
        return contract(ONE, (), [(tensor, slots), mask], slots, tensor.dims)
    return _tangent(tensor, symbol, first, entries or repeated)


def _on_diagonal(tensor: Tensor, first: int) -> Tensor:
    """Keep the entries where the two axes agree."""
    slots = list(identity_slots(tensor.order))
    slots[first + 1] = slots[first]
    return contract(ONE, (), [(tensor, tuple(slots))], tuple(slots), tensor.dims)


def _tangent(tensor: Tensor, symbol: Symbol, first: int, refused: bool) -> Tensor:
    if refused:
        raise UnsupportedError(
            f"{symbol.name} is orthogonal: its entries are not free and its space is curved",
            hint='Only a first derivative with structured="project" or "none" is offered.',
        )
    order, dims = tensor.order, tensor.dims
    slots = identity_slots(order)
    leaf = Leaf.of(symbol)
    inner: Slots = (*slots[:first], (order + 1,), (order,), *slots[first + 2 :])
    factors = [(leaf, (slots[first], (order,))), (tensor, inner), (leaf, ((order + 1,), slots[first + 1]))]
    mirrored = contract(ONE, (), factors, slots, [*dims, dims[first], dims[first]])
    return add([(ONE_HALF, tensor), (-ONE_HALF, mirrored)], dims)


def note_on(symbol: Symbol, meaning: Structured) -> str:
    """Say in a sentence which meaning was taken."""
    kind = {"psd": "symmetric"}.get(symbol.structure.value, symbol.structure.value)
    if meaning is Structured.NONE:
        return f"the {kind} structure of {symbol.name} is ignored in the derivative"
    if meaning is Structured.ENTRIES:
        return f"each free entry of the {kind} {symbol.name} is varied by itself (Cookbook, section 2.8)"
    if symbol.structure is Structure.ORTHOGONAL:
        return f"the gradient is the tangent direction at the orthogonal {symbol.name} (trace inner product)"
    return f"the gradient is taken in the space of {kind} matrices (trace inner product)"
