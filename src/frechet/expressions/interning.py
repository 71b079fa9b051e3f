"""Interning: one object for one content.

Two nodes with the same content are the same object, so that `is` decides structural equality and
shared parts are stored once. The table holds them weakly.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from fractions import Fraction
from hashlib import blake2b
from typing import Any, Final, TypeVar
from weakref import ref

from frechet.assumptions import Structure
from frechet.limits import spend
from frechet.shapes import Dimension, Shape

SATURATED: Final = 10**12
N = TypeVar("N", bound="Interned")


class _Digests(dict[Dimension, int]):
    """The digests of texts, each computed when it is first asked for; a number is its own.

    Small numbers are entered beforehand: what is missing costs a call.
    """

    def __missing__(self, part: Dimension) -> int:
        if isinstance(part, int):
            return part
        hashed = blake2b(part.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        self[part] = digest = int.from_bytes(hashed) >> 1
        return digest


_digests: Final = _Digests({number: number for number in range(65)})


class _Entry(ref[Any]):
    """A weak reference that knows its key, so that a dead node's entry can be removed."""

    __slots__ = ("key",)
    key: tuple[Any, ...]


class InternTable:
    """Key → the one living node with that content. Lookups take no lock, insertions do."""

    def __init__(self) -> None:
        self._entries: dict[tuple[Any, ...], _Entry] = {}
        self._lock = threading.RLock()
        self._forgotten = self._forget

    def get(self, key: tuple[Any, ...]) -> Any:
        entry = self._entries.get(key)
        return None if entry is None else entry()

    def keep(self, key: tuple[Any, ...], node: Any) -> Any:
        """Store a new node, or return the one that another thread stored first."""
        entry = _Entry(node, self._forgotten)
        entry.key = key
        with self._lock:
            first = self._entries.setdefault(key, entry)
            other = node if first is entry else first()
            if other is not None:
                return other
            self._entries[key] = entry
            return node

    def _forget(self, entry: _Entry) -> None:
        with self._lock:
            if self._entries.get(entry.key) is entry:
                del self._entries[entry.key]


def keyed(parts: Iterable[Any]) -> tuple[Any, ...]:
    """Return the parts as a key; a fraction as its integers, which hash ten times faster."""
    return tuple([p.as_integer_ratio() if type(p) is Fraction else p for p in parts])


_table = InternTable()


class Interned:
    """What every node carries: its shape, a content digest, the size of its written tree.

    `lowered` is what index notation made of the node, kept with it so that it is made once.
    """

    __slots__ = ("__weakref__", "digest", "lowered", "shape", "size")
    shape: Shape
    digest: int
    size: int
    lowered: object

    @property
    def children(self) -> tuple[Interned, ...]:
        """Return the nodes that this one is made of."""
        return ()


def digest_of_text(text: str) -> int:
    """Return a 63-bit digest of a text, the same in every process."""
    return _digests[text]


def digests_of_sizes(dimensions: Iterable[Dimension]) -> tuple[int, ...]:
    """Return sizes as numbers, a named one as the digest of its name."""
    return tuple([_digests[d] for d in dimensions])


def _digest(part: Any) -> Any:
    if isinstance(part, Interned):
        return part.digest
    kind = type(part)
    if kind is tuple:
        return tuple([_digest(p) for p in part])
    if kind is Fraction:
        return part.as_integer_ratio()
    if kind is str:
        return _digests[part]
    return _digests[part.value if kind is Structure else part.key]


def intern(cls: type[N], shape: Shape, **fields: Any) -> N:
    """Return the one node of this class, shape and content, made now if it is new."""
    key = (cls, shape, *keyed(fields.values()))
    found: N | None = _table.get(key)
    if found is not None:
        return found
    spend()
    node = object.__new__(cls)
    node.shape = shape
    node.lowered = None
    for name, value in fields.items():
        setattr(node, name, value)
    parts = tuple([_digest(value) for value in fields.values()])
    rows, columns = shape
    node.digest = hash((_digests[cls.__name__], (_digests[rows], _digests[columns]), parts))
    node.size = min(SATURATED, 1 + sum([child.size for child in node.children]))
    kept: N = _table.keep(key, node)
    return kept
