"""Interning: one object for one content.

Two nodes with the same content are the same object, so that `is` decides structural equality and
shared parts are stored once. The table holds them weakly.
"""

from __future__ import annotations

import threading
from fractions import Fraction
from hashlib import blake2b
from typing import Any, Final, TypeVar
from weakref import WeakValueDictionary

from frechet.assumptions import Structure
from frechet.limits import spend
from frechet.shapes import Shape

SATURATED: Final = 10**12
N = TypeVar("N", bound="Interned")

_table: WeakValueDictionary[tuple[Any, ...], Any] = WeakValueDictionary()
_lock = threading.Lock()
_text_digests: dict[str, int] = {}


class Interned:
    """What every node carries: its shape, a content digest, the size of its written tree."""

    __slots__ = ("__weakref__", "digest", "shape", "size")
    shape: Shape
    digest: int
    size: int

    @property
    def children(self) -> tuple[Interned, ...]:
        """Return the nodes that this one is made of."""
        return ()


def digest_of_text(text: str) -> int:
    """Return a 63-bit digest of a text, the same in every process."""
    known = _text_digests.get(text)
    if known is None:
        known = int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 1
        _text_digests[text] = known
    return known


def _digest(part: Any) -> Any:
    match part:
        case Interned() as node:
            return node.digest
        case str():
            return digest_of_text(part)
        case tuple():
            return tuple(_digest(p) for p in part)
        case Structure():
            return digest_of_text(part.value)
        case Fraction() as number:
            return (number.numerator, number.denominator)
        case int():
            return part
        case _:
            return digest_of_text(part.key)


def intern(cls: type[N], shape: Shape, **fields: Any) -> N:
    """Return the one node of this class, shape and content, made now if it is new."""
    key = (cls, shape, *fields.values())
    found: N | None = _table.get(key)
    if found is not None:
        return found
    spend()
    node = object.__new__(cls)
    node.shape = shape
    for name, value in fields.items():
        object.__setattr__(node, name, value)
    parts = tuple(_digest(value) for value in fields.values())
    node.digest = hash((digest_of_text(cls.__name__), _digest(shape), parts))
    node.size = min(SATURATED, 1 + sum(child.size for child in node.children))
    with _lock:
        kept: N = _table.setdefault(key, node)
        return kept
